/** Rows of the matrix: a stream that is cut, a worker that is killed, and failures that are only a helper's. No tool runs twice. */
import { expect, test } from "vitest";
import { isAlive } from "../cli/agent-world.ts";
import { AGENT, lastMessage, leaving, makeWork } from "../cli/work-world.ts";

const RUN = ["run", "--policy", "../fast.yaml", "--key", "one", "--", ...AGENT, "Do it"];

test("a stream that is cut in the middle: what was said is kept, and the tool is not run again", async () => {
  const world = await makeWork({
    replies: [
      leaving("log.txt"),
      {
        text: "So far the first half",
        stream: { stop_at: "delta", stop_by: "reset" },
        non_stream: { connection: "reset" },
      },
      { text: "And the second." },
    ],
  });
  const { exitCode, stdout, stderr } = await world.kedge(RUN);
  expect([exitCode, stdout]).toEqual([0, "And the second.\n"]);
  expect(stderr).toMatch(/attempt 1 failed: connection/);
  expect(world.lines("log.txt")).toHaveLength(1);
  const sent = JSON.stringify(world.requests().at(-1)?.body);
  expect(sent).toContain("echo ran >> log.txt");
  // It is told to look at what is there before it does anything again.
  expect(lastMessage(world.requests().at(-1))).toMatch(/already|done/);
}, 60_000);

test("a Kedge that is killed in the middle: who comes next ends what it left, and goes on in the same session", async () => {
  const world = await makeWork({
    replies: [leaving("log.txt", "; echo $$ > shell.pid; sleep 300"), { text: "All the same." }],
  });
  const killed = world.start(RUN, { stdin: "" });
  await world.untilLines("shell.pid", 1);
  const shell = Number(world.lines("shell.pid")[0]);
  killed.kill("SIGKILL");
  await killed.done;
  expect(isAlive(shell)).toBe(true);

  const next = await world.kedge(RUN);
  expect(next).toMatchObject({ exitCode: 0, stdout: "All the same.\n" });
  expect(next.stderr).toMatch(/Ended \d+ process(es)? that the attempt before had left/);
  expect(isAlive(shell)).toBe(false);
  expect(world.lines("log.txt")).toHaveLength(1);
  const explained = await world.kedge(["explain", "run-one"]);
  expect(explained.stdout).toContain("its Kedge died");
  expect(explained.stdout).toContain("Attempts (2)");
}, 90_000);

test("a helper that fails is none of the work: no failure is counted, and nothing is parked", async () => {
  const world = await makeWork({
    routes: [{ name: "helper", when: { prompt: "Look around" }, replies: [{ status: 429 }] }],
    replies: [
      {
        tool: "Agent",
        input: { description: "look", prompt: "Look around", subagent_type: "general-purpose" },
      },
      { text: "Without it, then." },
    ],
  });
  const { exitCode, stdout, stderr } = await world.kedge(RUN);
  expect([exitCode, stdout]).toEqual([0, "Without it, then.\n"]);
  expect(stderr).not.toContain("failed");
  expect(stderr).toContain("run-one is done (1 attempt");
  expect(world.requests().map(({ route, status }) => [route, status])).toContainEqual(["helper", 429]);
}, 60_000);
