/** A session that is killed at any point leaves a transcript that is whole, and can be gone on with. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sessionsDir } from "../../src/host/index.ts";
import { type ModelApi, startModelApi } from "../../src/model-api/index.ts";
import { makePlaces } from "../support/engine-places.ts";
import { KEDGE_MAIN } from "../support/kedge-main.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";

const main = KEDGE_MAIN;

/** A turn with many steps: tools, text in pieces, a retry, a subagent. */
const scenario = {
  routes: [
    {
      name: "sub",
      when: { prompt: "SUBTASK" },
      replies: [{ tool: "Bash", input: { command: "echo sub" } }, { text: "sub done" }],
    },
  ],
  replies: [
    { tool: "Bash", input: { command: "echo one" } },
    { text: "Some words in between. ".repeat(20), stream: { chunk_ms: 2 }, stop_reason: "max_tokens" },
    {
      tools: [
        { tool: "Agent", input: { prompt: "SUBTASK" } },
        { tool: "Glob", input: { pattern: "*" } },
      ],
    },
    { status: 529 },
    { tool: "Bash", input: { command: "sleep 0.02; echo two" } },
    { text: "Done. ".repeat(30), stream: { chunk_ms: 2 } },
  ],
  after_last: "ok",
} as const;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
}

test(
  "kill -9 at any point loses no line and no session",
  async () => {
    const rounds = inFull({ normal: 20, full: 200 });
    const random = createRandom(fuzzSeed);
    const world = makePlaces();
    const dir = sessionsDir(world.state, world.project);
    const start = (api: ModelApi, args: readonly string[], kill?: Kill): Promise<Run> =>
      new Promise((resolve) => {
        const env = {
          ...process.env,
          // What a killed session leaves in the temporary folder goes with the folder of the test.
          ...{
            HOME: world.home,
            TMPDIR: world.folder,
            KEDGE_STATE_DIR: world.state,
            CLAUDE_CODE_MAX_RETRIES: "1",
          },
          ...{ ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: "k" },
        };
        const child = spawn(process.execPath, [main, "agent", "-p", ...args], {
          cwd: world.project,
          env,
          stdio: ["ignore", "pipe", "ignore"],
        });
        let stdout = "";
        child.stdout.setEncoding("utf8").on("data", (piece: string) => {
          stdout += piece;
        });
        if (kill) void whenToKill(kill, api).then(() => child.kill("SIGKILL"));
        child.on("close", (code) => resolve({ code, stdout }));
      });

    let hits = 0;
    for (let round = 0; round < rounds; round++) {
      await using api = await startModelApi({ ...scenario } as never);
      const id = `0198a3c2-0000-4000-8000-${String(round).padStart(12, "0")}`;
      const isEarly = random.below(5) === 0;
      const { code } = await start(api, ["work", "--session-id", id], {
        isEarly,
        afterMs: random.below(450),
      });
      const file = readdirSync(dir).find((name) => name === `${id}.jsonl`);
      if (file === undefined) continue; // killed before there was anything to keep
      if (code === null) hits++;
      const lines = readFileSync(`${dir}/${file}`, "utf8").split("\n");
      const torn = lines.pop(); // empty, or the half of a line
      for (const line of lines) expect(() => JSON.parse(line), `${id}: ${line}`).not.toThrow();
      if (torn !== "" && torn !== undefined) expect(torn.startsWith("{")).toBe(true);
      if (lines.length === 0) continue;
      await using fine = await startModelApi({ replies: [{ text: "went on" }] });
      const resumed = await start(fine, ["go on", "--resume", id, "--output-format", "json"]);
      expect(resumed.code, resumed.stdout).toBe(0);
      expect(JSON.parse(resumed.stdout)).toMatchObject({
        is_error: false,
        result: "went on",
        session_id: id,
      });
      expectPaired(fine.requests.find(({ path }) => path === "/v1/messages")?.body);
    }
    expect(hits).toBeGreaterThan(rounds / 2);
  },
  inFull({ normal: 120_000, full: 600_000 }),
);

/** When a session is killed: so long after its process or, mostly, its work began. A turn takes some 400 ms. */
interface Kill {
  readonly isEarly: boolean;
  readonly afterMs: number;
}

async function whenToKill({ isEarly, afterMs }: Kill, api: ModelApi): Promise<void> {
  for (let waited = 0; !isEarly && api.requestCount === 0 && waited < 20_000; waited += 5) await sleep(5);
  await sleep(afterMs);
}

/** Every call has a result in the message behind it, as the API demands. */
function expectPaired(body: unknown): void {
  const { messages } = body as {
    messages: readonly { role: string; content: readonly Record<string, unknown>[] }[];
  };
  for (const [at, message] of messages.entries()) {
    const calls = message.content.filter(({ type }) => type === "tool_use").map(({ id }) => id);
    if (message.role !== "assistant" || calls.length === 0) continue;
    const results = messages[at + 1]?.content
      .filter(({ type }) => type === "tool_result")
      .map((block) => block.tool_use_id);
    expect(results?.toSorted()).toEqual(calls.toSorted());
  }
}
