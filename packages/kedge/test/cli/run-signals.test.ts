/** `kedge run` that is interrupted, or whose reader goes away: its agent is ended in good order, and its work is kept. */
import { expect, test } from "vitest";
import { planWindow } from "../rehearsal/failing-replies.ts";
import { isAlive } from "./agent-world.ts";
import { AGENT, lastMessage, leaving, makeWork, type Started, type WorkWorld } from "./work-world.ts";

const LONG = [leaving("log.txt", "; echo $$ > shell.pid; sleep 300"), { text: "All the same." }];
const run = (key: string): readonly string[] => ["run", "--key", key, "--", ...AGENT, "Do it"];

/** Starts a session whose tool takes long, and waits until it is at work. @returns with the process of the tool */
async function atWork(world: WorkWorld): Promise<{ readonly kedge: Started; readonly shell: number }> {
  const kedge = world.start(run("long"), { stdin: "" });
  await world.untilLines("shell.pid", 1);
  return { kedge, shell: Number(world.lines("shell.pid")[0]) };
}

test("Ctrl-C once puts the session aside; resuming goes on with the same session", async () => {
  const world = await makeWork({ replies: LONG });
  const { kedge, shell } = await atWork(world);
  kedge.kill("SIGINT");
  const { exitCode, stdout, stderr } = await kedge.done;
  expect([exitCode, stdout]).toEqual([130, ""]);
  expect(stderr).toContain(
    "stopping: the session is ended in good order and put aside; once more to cancel it",
  );
  expect(stderr).toMatch(/run-long is put aside \(.*\)\. Go on with: kedge resume run-long\n$/);
  expect(isAlive(shell)).toBe(false);
  expect((await world.status()).jobs).toMatchObject([{ id: "run-long", state: "parked", needsPerson: true }]);

  const resumed = await world.kedge(["resume", "long"]);
  expect(resumed).toMatchObject({ exitCode: 0, stdout: "All the same.\n" });
  expect(world.lines("log.txt")).toHaveLength(1);
  const sessions = (stderr + resumed.stderr).match(/(?<=session )[0-9a-f]{8}/g);
  expect(sessions).toHaveLength(2);
  expect(new Set(sessions).size).toBe(1);
  // It is the same conversation, and it was told to look first.
  expect(JSON.stringify(world.requests()[1]?.body)).toContain("Do it");
  expect(lastMessage(world.requests()[1])).not.toBe("Do it");
}, 60_000);

const STUBBORN = [
  leaving("log.txt", `; echo $$ > shell.pid; trap '' TERM INT; ${"sleep 1; ".repeat(60)}`),
  { text: "After all." },
];

test("Ctrl-C twice cancels it", async () => {
  const world = await makeWork({ replies: STUBBORN });
  const { kedge, shell } = await atWork(world);
  kedge.kill("SIGINT");
  await kedge.until("stopping");
  kedge.kill("SIGINT");
  const { exitCode, stderr } = await kedge.done;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("cancelling: the session is ended at once");
  expect(isAlive(shell)).toBe(false);
  const again = await world.kedge(["resume", "long"]);
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toMatch(/run-long was cancelled/);
  expect(world.requests()).toHaveLength(1);
}, 60_000);

test("a third leaves at once; who comes next ends what is left, and finds the work as if it had been killed", async () => {
  const world = await makeWork({ replies: STUBBORN });
  const { kedge, shell } = await atWork(world);
  for (const words of ["stopping", "cancelling", ""]) {
    kedge.kill("SIGINT");
    await kedge.until(words);
  }
  expect((await kedge.done).exitCode).toBe(130);
  const next = await world.kedge(["resume", "long"]);
  expect(next).toMatchObject({ exitCode: 0, stdout: "After all.\n" });
  expect(isAlive(shell)).toBe(false);
  expect(world.lines("log.txt")).toHaveLength(1);
}, 60_000);

test("while it waits for a limit, Ctrl-C leaves at once, and what waits keeps its time", async () => {
  const world = await makeWork({ replies: [planWindow(3_600)] });
  const kedge = world.start(run("limit"), { stdin: "" });
  await kedge.until("parked: goes on at");
  kedge.kill("SIGTERM");
  expect((await kedge.done).exitCode).toBe(130);
  const [job] = (await world.status()).jobs;
  expect(job).toMatchObject({ state: "parked", needsPerson: false });
  expect(job?.nextAtMs).toBeGreaterThan(Date.now() + 3_000_000);
}, 60_000);

test("a reader that goes away ends nothing: the work is done all the same", async () => {
  const lines = { tool: "Bash", input: { command: "echo ran >> log.txt; sleep 1" } };
  const world = await makeWork({ replies: [lines, lines, { text: "Nobody hears it." }] });
  const command = `kedge run --key deaf -- ${AGENT.join(" ")} 'Do it' --output-format stream-json --verbose`;
  // Its own exit code is kept in a file: what the pipe says is that of the reader.
  const first = await world.shell(`(${command} < /dev/null; echo $? >> code.txt) | head -c 1`).done;
  expect(first.stdout).toBe("{");
  expect(first.stderr).not.toContain("Warning");
  const both = await world.shell(
    `(${command.replace("deaf", "mute")} < /dev/null 2>&1; echo $? >> code.txt) 2>&1 | head -c 1`,
  ).done;
  expect(both.stdout).toHaveLength(1);
  await world.untilLines("code.txt", 2);
  expect(world.lines("code.txt")).toEqual(["0", "0"]);
  expect(world.lines("log.txt")).toHaveLength(2);
}, 60_000);
