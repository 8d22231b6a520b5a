import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AgentWorld, isAlive, jsonLines, KEDGE, makeAgent, readLines } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const BYPASS = ["--permission-mode", "bypassPermissions"];
const TREE = 'sleep 60 & echo "$$ $!" > pids.part; mv pids.part pids; wait';

async function pidsOf(world: AgentWorld): Promise<number[]> {
  await expect.poll(() => world.has("pids"), { timeout: 10_000 }).toBe(true);
  return readFileSync(join(world.project, "pids"), "utf8").trim().split(" ").map(Number);
}

describe("kedge agent and signals", () => {
  test.for(["SIGINT", "SIGTERM"] as const)(
    "%s during a request ends the run in good order",
    async (signal) => {
      const world = await makeAgent({ replies: [{ connection: "hang" }] });
      world.write(USER, hooksOf("SessionEnd", "cat > end.json"));
      const run = world.start(["-p", "wait", "--output-format", "stream-json", "--include-hook-events"]);
      run.endInput();
      await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
      run.kill(signal);
      const { exitCode, stdout, stderr } = await run.done;
      expect(exitCode).toBe(130);
      expect(jsonLines(stdout).at(-1)).toMatchObject({
        ...{ type: "result", subtype: "error_during_execution", is_error: true },
        terminal_reason: "aborted_streaming",
      });
      expect(stderr).toBe("");
      expect(JSON.parse(readFileSync(join(world.project, "end.json"), "utf8"))).toMatchObject({
        hook_event_name: "SessionEnd",
      });
      const [transcript = ""] = world.transcripts();
      expect(readLines(transcript).map(({ type }) => type)).toEqual(["user", "system"]);
    },
  );

  test("SIGINT during a tool ends its tree, and says so", async () => {
    const world = await makeAgent({ replies: [{ tool: "Bash", input: { command: TREE } }] });
    const run = world.start(["-p", "go", ...BYPASS]);
    run.endInput();
    const pids = await pidsOf(world);
    expect(pids.map(isAlive)).toEqual([true, true]);
    run.kill("SIGINT");
    expect(await run.done).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "kedge: Interrupted while a tool ran, or before one.\n",
    });
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test("SIGINT ends a held session whose input is open, with the prompts that wait", async () => {
    const world = await makeAgent({ replies: [{ connection: "hang" }] });
    const args = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];
    const [run, idle] = [world.start(args), world.start(args)];
    await idle.until("init");
    idle.kill("SIGINT");
    expect(await idle.done).toMatchObject({
      exitCode: 130,
      stderr: "kedge: Interrupted before anything was asked.\n",
    });
    for (const content of ["a", "b"]) run.type(`${JSON.stringify({ type: "user", message: { content } })}\n`);
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
    run.kill("SIGINT");
    const { exitCode, stdout, stderr } = await run.done;
    expect([exitCode, stderr]).toEqual([130, ""]);
    expect(jsonLines(stdout).map(({ type }) => type)).toEqual(["system", "result"]);
    expect(world.requests()).toHaveLength(1);
  });

  test("a second SIGINT waits for nobody, and leaves nothing behind", async () => {
    const world = await makeAgent({ replies: [{ connection: "hang" }] });
    world.write(USER, hooksOf("SessionEnd", `trap "" TERM; ${TREE}`));
    const run = world.start(["-p", "wait"]);
    run.endInput();
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
    run.kill("SIGINT");
    const pids = await pidsOf(world);
    run.kill("SIGINT");
    expect((await run.done).exitCode).toBe(130);
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
  });

  test("SIGINT ends a SessionStart handler, and asks nothing of the model", async () => {
    const world = await makeAgent();
    world.write(USER, hooksOf("SessionStart", TREE));
    const run = world.start(["-p", "hi"]);
    run.endInput();
    const pids = await pidsOf(world);
    run.kill("SIGINT");
    expect(await run.done).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "kedge: Interrupted before anything was asked.\n",
    });
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(world.requests()).toHaveLength(0);
  });

  test("a second signal as the session begins leaves no handler behind that ignores the first", async () => {
    const world = await makeAgent();
    world.write(USER, hooksOf("SessionStart", `trap "" TERM; ${TREE}`));
    const run = world.start(["-p", "hi"]);
    run.endInput();
    const pids = await pidsOf(world);
    run.kill("SIGINT");
    run.kill("SIGTERM"); // two of one kind may be told as one
    expect((await run.done).exitCode).toBe(130);
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
  });

  test("a reader that goes away is no crash", async () => {
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command: "echo hi" } }, { text: "ok" }],
    });
    const { exitCode, stdout, stderr } = await world.shell(
      `${KEDGE} agent -p hi --output-format stream-json < /dev/null | head -1`,
    );
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(jsonLines(stdout)).toMatchObject([{ subtype: "init" }]);
  });
});
