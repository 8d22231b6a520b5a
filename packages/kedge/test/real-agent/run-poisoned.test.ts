import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import type { ExplainedWork } from "./explained.ts";
import { MISSING_RESULT, OWN_SENDS, POISON } from "./poison.ts";
import { CLAUDE, FAST, NEEDS_WORLD, NUDGE, openRealWorld, type RealWorld, saidIn } from "./real-world.ts";

type Reply = NonNullable<Scenario["replies"]>[number];
const call = (command: string): { tool: string; input: { command: string } } => ({
  tool: "Bash",
  input: { command },
});
const CALLS: Reply = { tools: [call("echo one >> log"), call("echo two >> log")] };
const MISSING = `result ${MISSING_RESULT}`;

function run(world: RealWorld, rules: string) {
  const policy = world.write("kedge.yaml", `causes: { ${FAST}${rules} }\n`);
  const agent = [CLAUDE, "-p", "Do it", "--allowedTools", "Bash"];
  return world.kedge(["run", "--key", world.key, "--policy", policy, "--", ...agent]);
}

const explain = (world: RealWorld): Promise<ExplainedWork> =>
  world.json<ExplainedWork>(["explain", `run-${world.key}`]);
const poisoned = (world: RealWorld): number => world.requests().filter(({ status }) => status === 400).length;

describe(`a broken history in kedge run with Claude Code ${CLAUDE_CODE_VERSION}`, NEEDS_WORLD, () => {
  test.concurrent("is held after one attempt, and sent again by nobody but the agent", {
    timeout: 180_000,
  }, async () => {
    await using world = await openRealWorld();
    await world.serve({ replies: [CALLS, POISON] });
    const held = await run(world, "");
    expect(held, held.stderr).toMatchObject({ exitCode: 1, stdout: "" });
    const { state, attempts } = await explain(world);
    expect(state).toBe("parked");
    expect(attempts).toMatchObject([{ outcome: "parked", cause: "poisoned", action: "hold" }]);
    expect(poisoned(world)).toBe(OWN_SENDS);
  });

  test.concurrent("goes on in a copy that ends with the last answer, and that is resumed like any session", {
    timeout: 180_000,
  }, async () => {
    await using world = await openRealWorld();
    const looked: Reply = { ...call("cat log") };
    await world.serve({
      routes: [
        { when: { last: "one\ntwo" }, replies: [{ status: 529 }, { text: "All done." }] },
        { when: { last: NUDGE }, replies: [looked] },
      ],
      replies: [CALLS, POISON],
    });
    const forked = await run(world, ", poisoned: { action: fork }");
    expect(forked, forked.stderr).toMatchObject({ exitCode: 0, stdout: "All done.\n" });
    const { state, attempts } = await explain(world);
    expect(state).toBe("done");
    expect(attempts).toMatchObject([
      { outcome: "requeued", cause: "poisoned", action: "fork" },
      { outcome: "requeued", cause: "overload", action: "resume" },
      { outcome: "done" },
    ]);
    const [damaged, copy, ...others] = new Set(attempts.map(({ sessionId }) => sessionId));
    expect(others).toEqual([]);
    expect(Object.keys(world.transcripts()).toSorted()).toEqual([damaged, copy].toSorted());
    expect(poisoned(world)).toBe(OWN_SENDS);
    const [first = []] = world
      .requests()
      .slice(1 + OWN_SENDS)
      .map(saidIn);
    const told = expect.stringContaining(NUDGE);
    expect(first).toEqual(["Do it", "call Bash", "call Bash", MISSING, MISSING, told]);
    expect(world.read("log")).toBe("one\ntwo\n");
  });

  test.concurrent("is held when two copies have it as well", { timeout: 180_000 }, async () => {
    await using world = await openRealWorld();
    await world.serve({ replies: [CALLS, POISON] });
    const held = await run(world, ", poisoned: { action: fork }");
    expect(held, held.stderr).toMatchObject({ exitCode: 1, stdout: "" });
    const { state, attempts } = await explain(world);
    expect(state).toBe("parked");
    expect(attempts.map(({ action }) => action)).toEqual(["fork", "fork", "hold"]);
    expect(new Set(attempts.map(({ sessionId }) => sessionId)).size).toBe(3);
    expect(poisoned(world)).toBe(3 * OWN_SENDS);
  });
});
