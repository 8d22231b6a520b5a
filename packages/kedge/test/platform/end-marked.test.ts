import { describe, expect, it } from "vitest";
import { startChildStream } from "../../src/platform/child-stream.ts";
import { endMarked } from "../../src/platform/process-tree.ts";
import { testWith } from "../support/requires.ts";
import { fixture, isAlive, optionsFor, optionsForShell, readPids, stopProcess } from "./child-fixtures.ts";
import { findMarked, newMark, runStream, until } from "./stream-fixtures.ts";

/** Starts a program that says the numbers of its processes, and waits until it has said so many; for 0, until it says anything. */
async function begin(options: ReturnType<typeof optionsFor>, mark: string, count = 1) {
  const start = await startChildStream({ ...options, mark });
  if (start.status !== "started") throw new Error(start.status);
  const { child } = start;
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.resume();
  await until(() => (count === 0 ? said !== "" : readPids(said).length === count));
  return { ...child, pids: readPids(said) };
}

const SLEEPER = optionsForShell("echo $$; exec sleep 60");

describe("what carries the mark is ended", () => {
  const trees = [
    ["setsid-grandchild.sh", 3],
    ["double-forked-daemon.sh", 2],
    ["cleared-environment.sh", 3],
    ["forks-forty.sh", 40],
  ] as const;

  for (const [name, count] of trees) {
    testWith({ needs: ["setsid"] }, `with all of ${name}`, async () => {
      const mark = newMark();
      const { pids, exited } = await begin(optionsFor(fixture(name)), mark, count);
      expect(await endMarked(mark, 5_000)).toEqual({ found: expect.any(Number), survivors: 0 });
      expect(pids.filter(isAlive)).toEqual([]);
      await exited;
      expect(await endMarked(mark, 5_000)).toEqual({ found: 0, survivors: 0 });
    });
  }

  testWith({ needs: ["setsid"] }, "when only a daemon is left of it", async () => {
    const mark = newMark();
    const { pids, pid, exited } = await begin(optionsFor(fixture("double-forked-daemon.sh")), mark, 2);
    process.kill(pid, "SIGKILL");
    await exited;
    const daemon = pids.filter(isAlive);
    expect(daemon).toHaveLength(1);
    expect(await endMarked(mark, 5_000)).toMatchObject({ survivors: 0 });
    expect(daemon.filter(isAlive)).toEqual([]);
  });

  it("by SIGTERM once, and by SIGKILL when that does not do", async () => {
    const mark = newMark();
    const asked = await begin(optionsFor(fixture("counts-sigterm.sh")), mark, 0);
    expect(await endMarked(mark, 15_000)).toMatchObject({ survivors: 0 });
    expect(await asked.exited).toEqual({ exitCode: 0, signal: null });
    const stubborn = await begin(optionsForShell('trap "" TERM; echo $$; while :; do sleep 1; done'), mark);
    expect(await endMarked(mark, 300)).toMatchObject({ survivors: 0 });
    expect(await stubborn.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  it("though it was stopped", async () => {
    const mark = newMark();
    const { pid, exited } = await begin(SLEEPER, mark);
    await stopProcess(pid);
    expect(await endMarked(mark, 100)).toEqual({ found: 1, survivors: 0 });
    expect(await exited).toMatchObject({ signal: "SIGKILL" });
  });

  it("wherever it stands in a chain", async () => {
    const marks = [newMark(), newMark(), newMark()];
    for (const mark of marks) {
      const env = { ...SLEEPER.env, KEDGE_CHILD: marks.slice(0, 2).join("/") };
      const { exited } = await begin({ ...SLEEPER, env }, marks[2] ?? "");
      expect(await endMarked(mark, 5_000)).toEqual({ found: 1, survivors: 0 });
      expect(await exited).toMatchObject({ signal: "SIGTERM" });
    }
  });
});

describe("what does not is left alone", () => {
  it("another mark, a part of one, or the mark in another variable", async () => {
    const mark = newMark();
    const others = await Promise.all([
      begin(SLEEPER, newMark()),
      begin(SLEEPER, `${mark}x`),
      begin(SLEEPER, mark.slice(1)),
      begin({ ...SLEEPER, env: { ...SLEEPER.env, KEDGE_CHILD: `${mark}.1` } }, newMark()),
      begin(
        { ...SLEEPER, env: { ...SLEEPER.env, XKEDGE_CHILD: mark, OTHER: `KEDGE_CHILD=${mark}` } },
        newMark(),
      ),
    ]);
    expect(await endMarked(mark, 1_000)).toEqual({ found: 0, survivors: 0 });
    for (const { pid } of others) expect(isAlive(pid)).toBe(true);
    for (const { end } of others) expect(await end(1_000)).toEqual([]);
  });

  it("what is no mark stands for nobody", async () => {
    for (const mark of ["", "a/b", "*", `${newMark()}/`])
      await expect(endMarked(mark, 1_000)).rejects.toThrow(TypeError);
  });

  it("who asks, and those that it came from, though all carry it", async () => {
    const mark = newMark();
    const module = new URL("../../src/platform/process-tree.ts", import.meta.url).href;
    const asker = `const { endMarked } = await import(${JSON.stringify(module)});
      process.stdout.write(JSON.stringify(await endMarked(${JSON.stringify(mark)}, 5000)) + "\\n");`;
    // A sibling without the mark in the same session is spared, one with it is not.
    const text = `env -u KEDGE_CHILD sleep 60 & kept=$!; sleep 60 & ended=$!
      "$0" --input-type=module -e "$1"
      kill -0 $kept && echo kept; kill -0 $ended 2> /dev/null || echo ended; kill $kept; wait $kept; echo after`;
    const { stdout, exitCode } = await runStream({
      ...optionsFor("/bin/sh", { args: ["-c", text, process.execPath, asker] }),
      mark,
    });
    expect(stdout).toBe('{"found":1,"survivors":0}\nkept\nended\nafter\n');
    expect(exitCode).toBe(0);
    expect(findMarked(mark)).toEqual([]);
  });
});

testWith(
  { needs: ["setsid"] },
  "who ignores SIGTERM and starts more all the time is ended with all of it",
  async () => {
    const mark = newMark();
    const text = 'trap "" TERM; echo $$; while :; do setsid sh -c "sleep 60" & sleep 0.05; done';
    const { exited } = await begin(optionsForShell(text), mark);
    await until(() => findMarked(mark).length > 10);
    expect(await endMarked(mark, 200)).toMatchObject({ survivors: 0 });
    expect(await exited).toMatchObject({ signal: "SIGKILL" });
    expect(findMarked(mark)).toEqual([]);
  },
);
