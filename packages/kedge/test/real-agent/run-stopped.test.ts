import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { inFull } from "../support/requires.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import type { ExplainedWork } from "./explained.ts";
import {
  CLAUDE,
  FAST,
  jsonLines,
  NEEDS_WORLD,
  NUDGE,
  openRealWorld,
  type RealWorld,
  saidIn,
  until,
} from "./real-world.ts";

/** Two at a time in one session are noticed. */
const ALONE = "exec 9>lock; flock -n 9 || echo busy >> busy";

const CALL = { tool: "Bash", input: { command: `${ALONE}; echo ran >> log; sleep 300`, timeout: 400_000 } };
const QUICK_CALL = { tool: "Bash", input: { command: `${ALONE}; echo ran >> log` } };
const SLOW = {
  text: "One word after another, as it goes on. ".repeat(40),
  stream: { chunk_chars: 4, chunk_ms: 200 },
};
/** What the model does when it is told to look. */
const LOOK = { tool: "Bash", input: { command: `${ALONE}; echo "found: $(cat log)"` } };

interface Moment {
  readonly when: string;
  readonly replies: NonNullable<Scenario["replies"]>;
}
const IN_TOOL: Moment = { when: "while a tool runs", replies: [CALL] };
const IN_STREAM: Moment = { when: "while the model answers", replies: [QUICK_CALL, SLOW] };

/** Starts a session, and waits until it is where it is to be ended. */
async function begin(world: RealWorld, { replies }: Moment) {
  await world.serve({
    routes: [
      { when: { last: "found: ran" }, replies: [{ text: "All done." }] },
      { when: { last: NUDGE }, replies: [LOOK] },
    ],
    replies,
  });
  const policy = world.write("kedge.yaml", `causes: { ${FAST} }\n`);
  const agent = [CLAUDE, "-p", "Do it", "--allowedTools", "Bash"];
  const run = world.startKedge(["run", "--key", world.key, "--policy", policy, "--", ...agent]);
  await until("the tool to run", () => world.read("log") !== "");
  // The next request follows what the tool said.
  const written = (): string => Object.values(world.transcripts()).join("");
  if (replies.length > 1) await until("its result", () => written().includes('"type":"tool_result"'));
  return run;
}

/** That the session went on as one, and looked before it did anything again. */
async function expectOneSession(world: RealWorld, outcomes: readonly string[]): Promise<void> {
  expect([world.read("log"), world.read("busy")]).toEqual(["ran\n", ""]);
  const work = await world.json<ExplainedWork>(["explain", `run-${world.key}`]);
  expect(work.attempts.map(({ outcome }) => outcome)).toEqual(outcomes);
  const [sessionId = "", ...others] = new Set(work.attempts.map((attempt) => attempt.sessionId));
  expect(others).toEqual([]);
  expect(Object.keys(world.transcripts())).toEqual([sessionId]);
  const said = world.requests().map(saidIn).at(-1) ?? [];
  expect(said.slice(0, 2)).toEqual(["Do it", "call Bash"]);
  expect(said.slice(-3)).toEqual([expect.stringContaining(NUDGE), "call Bash", "result found: ran"]);
}

describe(`kedge run with Claude Code ${CLAUDE_CODE_VERSION} is ended`, NEEDS_WORLD, () => {
  test.concurrent.for(inFull({ normal: [IN_TOOL], full: [IN_TOOL, IN_STREAM] }))(
    "by kill -9 $when: what it leaves is ended, and the session goes on",
    {
      timeout: 180_000,
    },
    async (moment) => {
      await using world = await openRealWorld();
      const run = await begin(world, moment);
      run.kill("SIGKILL");
      await run.done;

      const resumed = await world.kedge(["resume", world.key]);
      expect(resumed, resumed.stderr).toMatchObject({ exitCode: 0, stdout: "All done.\n" });
      expect(resumed.stderr).toMatch(/Ended \d+ process/);
      await expectOneSession(world, ["died", "done"]);
    },
  );

  test.concurrent.for(inFull({ normal: [IN_STREAM], full: [IN_TOOL, IN_STREAM] }))(
    "by Ctrl-C $when: the agent ends in good order, and the session goes on",
    {
      timeout: 180_000,
    },
    async (moment) => {
      await using world = await openRealWorld();
      const run = await begin(world, moment);
      run.kill("SIGINT");
      const stopped = await run.done;
      expect(stopped, stopped.stderr).toMatchObject({ exitCode: 130, stdout: "" });
      expect(stopped.stderr).toContain(`kedge resume run-${world.key}`);
      const [transcript = ""] = Object.values(world.transcripts());
      expect(transcript.endsWith("\n")).toBe(true);
      expect(jsonLines(transcript).map(({ type }) => type)).toContain("assistant");

      const resumed = await world.kedge(["resume", world.key]);
      expect(resumed, resumed.stderr).toMatchObject({ exitCode: 0, stdout: "All done.\n" });
      await expectOneSession(world, ["parked", "done"]);
    },
  );
});
