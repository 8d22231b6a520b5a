import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { endMarked } from "../../../src/agents/index.ts";
import type { AgentCommand } from "../../../src/agents/sessions/command.ts";
import { runSession, type SessionRunOptions } from "../../../src/agents/sessions/run-session.ts";
import { findMarked, newMark } from "../../platform/stream-fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "kedge-session-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMAND: AgentCommand = {
  ...{ agent: "kedge", program: ["x"], conversation: { kind: "new" }, kept: [], extra: [] },
  output: { format: "text", listsAll: false, printsFailures: false },
};

/** Runs a session that does what a shell's text says, and keeps in order what was heard of it. */
function runShell(text: string, more: Partial<SessionRunOptions> = {}) {
  const heard: string[] = [];
  const run = runSession(COMMAND, {
    ...{ argv: ["/bin/sh", "-c", text], cwd: folder, env: process.env, graceMs: 1_000 },
    onStart: (pid) => void heard.push(`start ${pid}`),
    onObserved: ({ events, unreadable }) => void heard.push(`observed ${events} ${unreadable}`),
    onLine: async (line) => {
      heard.push(`line ${line.text}`);
      await sleep(5);
    },
    ...more,
  });
  return { run, heard };
}

const event = (type: string): string => `echo '{"type":"${type}"}'`;
const WAIT = "exec sleep 60";

describe("what is told of a session, in order", () => {
  test("its start, then what each line shows, before the line itself", async () => {
    const mark = newMark();
    const { run, heard } = runShell(`echo $$; ${event("a")}; echo $KEDGE_CHILD`, { mark });
    expect(await run).toMatchObject({ cause: "exit", exitCode: 0 });
    const pid = heard[0]?.slice("start ".length);
    expect(heard).toEqual([
      ...[`start ${pid}`, "observed 0 1", `line ${pid}`, "observed 1 1", 'line {"type":"a"}'],
      ...["observed 1 2", expect.stringMatching(`^line (.*/)?${mark}$`)],
    ]);
  });

  test("behind a gate, what comes before the start is done first", async () => {
    const mark = newMark();
    const order: string[] = [];
    const { run, heard } = runShell("echo $$", {
      mark,
      beforeStart: async () => {
        await sleep(100);
        order.push(...findMarked(mark).map((pid) => `waits ${pid}`), ...heard);
      },
    });
    expect(await run).toMatchObject({ cause: "exit", exitCode: 0, observed: { unreadable: 1 } });
    const pid = heard[0]?.slice("start ".length);
    expect(order).toEqual([`waits ${pid}`]);
    expect(heard).toEqual([`start ${pid}`, "observed 0 1", `line ${pid}`]);
  });

  test.each(["onStart", "onObserved"] as const)(
    "what %s throws ends the session and comes back",
    async (name) => {
      const mark = newMark();
      const fail = () => {
        throw new Error("mine");
      };
      await expect(runShell(`${event("a")}; ${WAIT}`, { mark, [name]: fail }).run).rejects.toThrow("mine");
      expect(findMarked(mark)).toEqual([]);
    },
  );
});

describe("a session that may not begin", () => {
  const never = join(folder, "never");

  test("by whoever was asked: with the same error", async () => {
    const mark = newMark();
    const error = new Error("somebody else has it");
    const { run, heard } = runShell(`touch ${never}`, { mark, beforeStart: () => Promise.reject(error) });
    await expect(run).rejects.toBe(error);
    expect(heard).toEqual([]);
    expect(findMarked(mark)).toEqual([]);
    expect(existsSync(never)).toBe(false);
  });

  test("because it was aborted meanwhile", async () => {
    const mark = newMark();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const beforeStart = () => new Promise<void>(() => {});
    const { run, heard } = runShell(`touch ${never}`, { mark, beforeStart, signal: stop.signal });
    expect(await run).toMatchObject({ cause: "aborted", exitCode: null, survivors: 0 });
    expect(heard).toEqual([]);
    expect(findMarked(mark)).toEqual([]);
    expect(existsSync(never)).toBe(false);
  });

  test("because its program is not there: nobody is asked", async () => {
    let isAsked = false;
    const beforeStart = async () => {
      isAsked = true;
    };
    const { run, heard } = runShell("", { argv: ["/nonexistent/claude"], beforeStart });
    expect(await run).toMatchObject({
      cause: "start_failed",
      message: 'Expected the program "/nonexistent/claude" to exist (ENOENT).',
    });
    expect([isAsked, heard]).toEqual([false, []]);
  });

  test("because its program went away meanwhile", async () => {
    const script = join(folder, "agent");
    writeFileSync(script, "#!/bin/sh\necho ran\n", { mode: 0o755 });
    const { run, heard } = runShell("", { argv: [script], beforeStart: async () => rmSync(script) });
    expect(await run).toMatchObject({ cause: "start_failed", message: expect.stringContaining("ENOENT") });
    expect(heard).toEqual([]);
  });
});

test("a session is ended by its mark from outside, as by a signal", async () => {
  const mark = newMark();
  const { run } = runShell(`${event("a")}; ${WAIT}`, {
    mark,
    onLine: async () => {
      expect(await endMarked(mark, 5_000)).toEqual({ found: 1, survivors: 0 });
    },
  });
  expect(await run).toMatchObject({ cause: "signal", signal: "SIGTERM" });
});

describe("silence", () => {
  test("ends the session, with what it left running", async () => {
    const mark = newMark();
    const text = `trap 'echo "{}"; exit 3' TERM; sleep 60 & ${event("a")}; wait`;
    const { run, heard } = runShell(text, { mark, stallAfterMs: 500 });
    expect(await run).toMatchObject({
      ...{ cause: "stalled", exitCode: 3, survivors: 0 },
      observed: { events: 2 },
    });
    expect(heard.at(-1)).toBe("line {}");
    expect(findMarked(mark)).toEqual([]);
  });

  test("that is shorter than the limit does not, however long all of it is", async () => {
    const file = join(folder, "count");
    const text = `for at in 1 2 3 4 5 6 7 8; do ${event("a")}; sleep 0.5; done; echo done > ${file}`;
    const { run } = runShell(text, { stallAfterMs: 2_500 });
    expect(await run).toMatchObject({ cause: "exit", exitCode: 0, observed: { events: 8 } });
    expect(readFileSync(file, "utf8")).toBe("done\n");
  });

  test("before the program begins does not count", async () => {
    const { run } = runShell(event("a"), { stallAfterMs: 1_500, beforeStart: () => sleep(2_500) });
    expect(await run).toMatchObject({ cause: "exit", observed: { events: 1 } });
  });

  test("while a line is being taken is not the session's", async () => {
    const { run } = runShell(`${event("a")}; sleep 2; ${event("b")}; sleep 0.2`, {
      stallAfterMs: 1_500,
      onLine: () => sleep(2_500),
    });
    expect(await run).toMatchObject({ cause: "exit", observed: { events: 2 } });
  });

  test("comes second to an abort", async () => {
    const stop = new AbortController();
    const { run } = runShell(WAIT, { stallAfterMs: 5_000, signal: stop.signal, onStart: () => stop.abort() });
    expect(await run).toMatchObject({ cause: "aborted", signal: "SIGTERM" });
  });
});
