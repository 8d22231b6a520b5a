import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCommand } from "../../../src/agents/sessions/registry.ts";
import { resumeArgs, startArgs } from "../../../src/agents/sessions/session-arguments.ts";
import type { Scenario } from "../../../src/model-api/index.ts";
import { isJsonObject } from "../../../src/protocol/index.ts";
import { type AgentWorld, makeAgent, readLines } from "../../cli/agent-world.ts";
import { MAIN } from "../../cli/run-kedge.ts";
import { attempt } from "./attempt.ts";

type Reply = NonNullable<Scenario["replies"]>[number];

const NUDGE = "Go on; check first what is done already.";

/** A session of our own host as a process, started and gone on with through the adapter. */
async function play(replies: readonly Reply[], flags: readonly string[] = [], more: { stdin?: string } = {}) {
  const world = await makeAgent({ replies: [...replies] });
  const prompt = more.stdin === undefined ? ["do the work"] : [];
  const reading = readCommand([process.execPath, MAIN, "agent", "-p", ...flags, "--", ...prompt]);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const { command } = reading;
  const sessionId = randomUUID();
  const run = (argv: readonly string[], stdin?: string) =>
    attempt(command, {
      ...{ argv, sessionId, cwd: world.project, homeDir: join(world.folder, "home") },
      ...{ env: { ...world.env, CLAUDE_CODE_MAX_RETRIES: "0" }, stateDir: join(world.folder, "state") },
      ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
    });
  return {
    ...{ world, command, sessionId },
    start: () => run(startArgs(command, { sessionId }), more.stdin),
    resume: (forkAs?: string) =>
      run(resumeArgs(command, { sessionId, nudge: NUDGE, ...(forkAs === undefined ? {} : { forkAs }) })),
  };
}

const limited: Reply = {
  status: 429,
  headers: {
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
    "anthropic-ratelimit-unified-5h-status": "rejected",
    "anthropic-ratelimit-unified-5h-reset": "{epoch_s+3600}",
    "anthropic-ratelimit-unified-reset": "{epoch_s+3600}",
  },
};

describe("a session of our own host", () => {
  test("that cannot begin is not tried again", async () => {
    const { start, world } = await play([{ text: "ok" }], ["--settings", "/nowhere/settings.json"]);
    const refused = await start();
    expect(refused).toMatchObject({ exitCode: 66, verdict: { cause: "not_begun", confidence: "certain" } });
    expect(world.requests()).toHaveLength(0);
  });

  test("fails by a limit, is gone on with after it, and ends well in the same session", async () => {
    const { world, sessionId, start, resume } = await play([limited, { text: "All done." }]);
    const before = Date.now();
    const failed = await start();
    expect(failed).toMatchObject({ cause: "exit", exitCode: 1, stdout: "" });
    expect(failed.observed).toMatchObject({
      agent: "kedge",
      sessionId,
      hasProgress: false,
      answers: 0,
      unreadable: 0,
    });
    expect(failed.verdict).toMatchObject({
      cause: "plan_window",
      confidence: "certain",
      window: "five_hour",
      status: 429,
    });
    expect(failed.verdict.reset?.atMs).toBeGreaterThan(before + 3_500_000);
    expect(failed.witnesses).toEqual(["result", "stream assistant", "transcript", "process"]);
    expect(failed.transcript).toBe(world.transcripts()[0]);

    const resumed = await resume();
    expect(resumed).toMatchObject({ exitCode: 0, stdout: "All done.\n", transcript: failed.transcript });
    expect(resumed.observed).toMatchObject({ sessionId, hasProgress: true, answers: 1, text: "All done." });
    expect(resumed.verdict).toMatchObject({ cause: "none", confidence: "certain" });
    expect(world.said()).toContain(NUDGE);
    expect(world.transcripts()).toHaveLength(1);
    expect(promptsOf(world)).toEqual(["do the work", NUDGE]);
  });

  test.each<[string, Reply, string]>([
    ["529", { status: 529 }, "overload"],
    ["401", { status: 401 }, "auth"],
    ["a reset connection", { connection: "reset" }, "connection"],
    [
      "too long a prompt",
      { status: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" },
      "too_large",
    ],
    [
      "no credit",
      { status: 400, message: "Your credit balance is too low to access the Anthropic API." },
      "billing",
    ],
  ])("%s is judged as what it is", async (_, reply, cause) => {
    const { start } = await play([reply]);
    expect((await start()).verdict).toMatchObject({ cause, confidence: "certain" });
  });

  test("a retry within the turn is no failure", async () => {
    const { world, command, sessionId } = await play([{ status: 529 }, { text: "ok" }]);
    const ended = await attempt(command, {
      ...{ argv: startArgs(command, { sessionId }), sessionId, cwd: world.project, env: world.env },
      ...{ homeDir: world.folder, stateDir: join(world.folder, "state") },
    });
    expect(ended.observed).toMatchObject({
      retries: 1,
      lastRetry: { attempt: 1, status: 529, kind: "overloaded" },
    });
    expect(ended.verdict).toMatchObject({ cause: "none" });
  });

  test("flags are given again at a resume, and the user's format is kept", async () => {
    const flags = [
      "--append-system-prompt",
      "-p is a flag",
      "--allowedTools",
      "Bash(echo *)",
      "--output-format=json",
    ];
    const tool: Reply = { tool: "Bash", input: { command: "echo hi > out.txt" } };
    const { world, sessionId, start, resume } = await play([{ status: 529 }, tool, { text: "ok" }], flags);
    expect(JSON.parse((await start()).stdout)).toMatchObject({
      type: "result",
      is_error: true,
      api_error_status: 529,
    });
    const resumed = await resume();
    expect(JSON.parse(resumed.stdout)).toMatchObject({ type: "result", result: "ok", session_id: sessionId });
    expect(resumed.observed).toMatchObject({ toolResults: 1, answers: 2, hasProgress: true });
    const systems = world.requests().map(({ body }) => JSON.stringify(isJsonObject(body) ? body.system : ""));
    expect(systems).toHaveLength(3);
    for (const system of systems) expect(system).toContain("-p is a flag");
  });

  test("a prompt from standard input is not read again", async () => {
    const { world, start, resume } = await play([{ status: 529 }, { text: "ok" }], [], {
      stdin: "from a pipe",
    });
    await start();
    await resume();
    expect(promptsOf(world)).toEqual(["from a pipe", NUDGE]);
  });

  test("a fork has the new id and leaves the session as it is", async () => {
    const { world, sessionId, start, resume } = await play([{ status: 529 }, { text: "ok" }]);
    const failed = await start();
    const before = readLines(failed.transcript ?? "").length;
    const fork = randomUUID();
    expect((await resume(fork)).observed.sessionId).toBe(fork);
    expect(readLines(failed.transcript ?? "")).toHaveLength(before);
    expect(world.transcripts().filter((path) => path.includes(sessionId))).toHaveLength(1);
  });

  test("calls that nobody permitted are no success", async () => {
    const { start } = await play([{ tool: "Bash", input: { command: "touch x" } }, { text: "I could not." }]);
    expect(await start()).toMatchObject({ exitCode: 0, verdict: { cause: "degraded" } });
  });

  test("an abort in the middle of a request is an interrupt, with its transcript whole", async () => {
    const { world, command, sessionId } = await play([{ connection: "hang" }]);
    const stop = new AbortController();
    const ended = await attempt(command, {
      ...{ argv: startArgs(command, { sessionId }), sessionId, cwd: world.project, env: world.env },
      ...{ homeDir: world.folder, stateDir: join(world.folder, "state"), signal: stop.signal },
      onLine: ({ event }) => {
        if (event?.subtype === "init") setTimeout(() => stop.abort(), 300);
      },
    });
    expect(ended).toMatchObject({ cause: "aborted", exitCode: 130, verdict: { cause: "interrupted" } });
  });

  test("a session that is not there is told as missing", async () => {
    const { resume } = await play([{ text: "ok" }]);
    const ended = await resume();
    expect(ended.observed).toMatchObject({ events: 0, hasProgress: false });
    expect(ended).toMatchObject({ exitCode: 66, verdict: { cause: "lost_session" } });
  });
});

/** What the user said, by the transcript that has most. */
function promptsOf(world: AgentWorld): readonly unknown[] {
  return readLines(world.transcripts()[0] ?? "").flatMap(({ type, message }) => {
    if (type !== "user" || !isJsonObject(message)) return [];
    const { content } = message;
    return Array.isArray(content) ? content.map((block) => block.text) : [content];
  });
}
