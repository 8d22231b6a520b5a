import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import type { AgentCommand } from "../../../src/agents/sessions/command.ts";
import { runSession, type SessionRunOptions } from "../../../src/agents/sessions/run-session.ts";
import { CHILD_SESSION_MARKERS } from "../../../src/agents/sessions/session-environment.ts";
import type { SessionLine } from "../../../src/agents/sessions/session-lines.ts";

const FIXTURE = join(import.meta.dirname, "../../fixtures/agents/fixture-agent.ts");
const folder = mkdtempSync(join(tmpdir(), "kedge-sessions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMAND: AgentCommand = {
  ...{ agent: "kedge", program: ["x"], conversation: { kind: "new" }, kept: [], extra: [] },
  output: { format: "text", listsAll: false, printsFailures: false },
};
const FILE = join(folder, "notes");

async function run(mode: string, more: Partial<SessionRunOptions> & { count?: number } = {}) {
  const lines: SessionLine[] = [];
  const { count = 0, ...options } = more;
  const ended = await runSession(COMMAND, {
    ...{ argv: [process.execPath, FIXTURE, mode, FILE, String(count)], cwd: folder, env: process.env },
    onLine: (line) => void lines.push(line),
    ...options,
  });
  return { ...ended, lines };
}

describe("how it ends", () => {
  test.each([0, 1, 75])("exit code %i", async (count) => {
    expect(await run("exits", { count })).toMatchObject({ cause: "exit", exitCode: count, signal: null });
  });

  test("a signal", async () => {
    expect(await run("kills itself")).toMatchObject({ cause: "signal", exitCode: null, signal: "SIGKILL" });
  });

  test.each([
    [["/nonexistent/claude"], /\/nonexistent\/claude.*ENOENT/],
    [[process.execPath, "a\0b"], /ERR_INVALID_ARG_VALUE/],
    [[], /Expected the name of a program, got an empty one/],
  ])("a program that cannot be started: %j", async (argv, message) => {
    const ended = await run("", { argv });
    expect(ended).toMatchObject({
      cause: "start_failed",
      exitCode: null,
      message: expect.stringMatching(message),
    });
  });
});

describe("its surroundings", () => {
  test("standard input comes whole, and is empty otherwise", async () => {
    const stdin = Buffer.from("ü".repeat(100_000));
    const given = await run("echo", { stdin });
    expect(given.lines[0]?.event).toMatchObject({ stdin: stdin.toString() });
    expect((await run("echo")).lines[0]?.event).toMatchObject({ stdin: "" });
  });

  test("nothing is inherited of another session, and the cut turn is run again only when asked for", async () => {
    const markers = Object.fromEntries(CHILD_SESSION_MARKERS.map((name) => [name, "1"]));
    const env = {
      ...process.env,
      ...markers,
      CLAUDE_CODE_RESUME_INTERRUPTED_TURN: "1",
      OTHER: "kept",
      GONE: undefined,
    };
    const plain = (await run("echo", { env })).lines[0]?.event?.env as Record<string, string>;
    for (const name of [...CHILD_SESSION_MARKERS, "CLAUDE_CODE_RESUME_INTERRUPTED_TURN", "GONE"])
      expect(plain).not.toHaveProperty(name);
    expect(plain).toMatchObject({ OTHER: "kept" });
    const asked = (await run("echo", { env: process.env, resumesTurn: true })).lines[0]?.event;
    expect(asked).toMatchObject({ env: { CLAUDE_CODE_RESUME_INTERRUPTED_TURN: "1" } });
  });

  test("the list has what measured notes name", () => {
    expect(CHILD_SESSION_MARKERS).toEqual(
      expect.arrayContaining([
        "CLAUDECODE",
        "CLAUDE_CODE_CHILD_SESSION",
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SSE_PORT",
      ]),
    );
  });
});

describe("its lines", () => {
  test("half a line at the end is told as such", async () => {
    const { lines, observed } = await run("ends in half a line");
    expect(lines).toMatchObject([
      { text: '{"type":"a"}', event: { type: "a" }, isEnded: true },
      { text: '{"type":"b"', event: null, isEnded: false },
    ]);
    expect(observed).toMatchObject({ events: 1, unreadable: 1 });
  });

  test("what is no text breaks nothing", async () => {
    const { lines } = await run("no text");
    expect(lines.map(({ text }) => text)).toEqual(["{\ufffd\ufffd", "\0", "\ufffd"]);
    expect(lines.every(({ event }) => event === null)).toBe(true);
  });

  test("a character may come in two pieces", async () => {
    expect((await run("splits a character")).lines).toMatchObject([{ event: { type: "ü" } }]);
  });

  test("standard error does not get between them", async () => {
    const heard: Uint8Array[] = [];
    const { lines, stderr } = await run("both pipes", { onStderr: (chunk) => void heard.push(chunk) });
    expect(lines.map(({ event }) => event?.at)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(stderr).toBe(Array.from({ length: 200 }, (_, at) => `warning ${at}\n`).join(""));
    expect(Buffer.concat(heard).toString()).toBe(stderr);
  });

  test("a line of 100 MB costs no more than what is kept of it", async () => {
    const longLine = () => run("long line", { count: 100, maxLineBytes: 1_000_000 });
    await longLine(); // what the first one costs once is the heap's, not the line's
    const before = process.memoryUsage().rss;
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    const { lines } = await longLine();
    clearInterval(timer);
    expect(lines).toMatchObject([
      { isCut: true, bytes: 100 * 1024 * 1024 + 11, event: null },
      { isCut: false, event: { type: "after" } },
    ]);
    expect(lines[0]?.text).toHaveLength(1_000_000);
    expect((most - before) / 1024 / 1024).toBeLessThan(70);
  });

  test("who takes them slowly slows the agent down", async () => {
    const stop = new AbortController();
    let taken = 0;
    const running = run("floods", {
      signal: stop.signal,
      graceMs: 100,
      onLine: async ({ bytes }) => {
        taken += bytes;
        await sleep(20);
      },
    });
    await expect.poll(() => taken, { timeout: 15_000 }).toBeGreaterThan(10_000);
    await sleep(1_500);
    const written = Number(readFileSync(FILE, "utf8"));
    stop.abort();
    await running;
    // Pipes and the buffers of both ends hold some hundred KiB; all of it would be 200 MB.
    expect(taken).toBeGreaterThan(10_000);
    expect(written - taken).toBeLessThan(2_000_000);
  });

  test("who takes them slowly gets them all", async () => {
    const seen: unknown[] = [];
    await run("both pipes", {
      onLine: async ({ event }) => {
        await sleep(3);
        seen.push(event?.at);
      },
    });
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });

  test("who throws gets the error back, when the session is over", async () => {
    const onLine = () => Promise.reject(new Error("mine"));
    const started = performance.now();
    await expect(run("ends on SIGTERM", { onLine })).rejects.toThrow("mine");
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe("when it is aborted", () => {
  test("it is asked first, and what it still says is heard", async () => {
    rmSync(FILE, { force: true });
    const ended = await abortWhenReady("ends on SIGTERM", { graceMs: 10_000 });
    expect(ended).toMatchObject({ cause: "aborted", exitCode: 143, survivors: 0 });
    expect(ended.observed.results).toBe(1);
    expect(readFileSync(FILE, "utf8")).toBe("TERM ");
  });

  test("who does not obey is killed, in whatever session", async () => {
    rmSync(FILE, { force: true });
    const started = performance.now();
    const ended = await abortWhenReady("stubborn", { graceMs: 300 });
    expect(ended).toMatchObject({ cause: "aborted", exitCode: null, signal: "SIGKILL", survivors: 0 });
    const pids = ended.lines[0]?.event?.pids as number[];
    expect(pids).toHaveLength(3);
    expect(pids.filter(isThere)).toEqual([]);
    expect(readFileSync(FILE, "utf8")).toBe("TERM ");
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test("who never takes a line does not hold it up", async () => {
    const stop = new AbortController();
    const started = performance.now();
    const ended = await run("ends on SIGTERM", {
      ...{ signal: stop.signal, graceMs: 2_000 },
      onLine: () => {
        stop.abort();
        return new Promise<void>(() => {});
      },
    });
    expect(ended).toMatchObject({ cause: "aborted", exitCode: 143 });
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test("before it began, nothing is started", async () => {
    const ended = await run("", { argv: ["/nonexistent"], signal: AbortSignal.abort() });
    expect(ended).toMatchObject({ cause: "aborted", lines: [], exitCode: null });
  });
});

test("a child that holds its pipe does not hold it up, and lives on", async () => {
  const started = performance.now();
  const ended = await run("leaves a child");
  expect(ended).toMatchObject({ cause: "exit", exitCode: 0 });
  expect(performance.now() - started).toBeLessThan(4_000);
  const pid = Number(ended.lines[0]?.event?.pid);
  expect(isThere(pid)).toBe(true);
  process.kill(pid, "SIGKILL");
});

function abortWhenReady(mode: string, more: Partial<SessionRunOptions>) {
  const stop = new AbortController();
  const lines: SessionLine[] = [];
  return run(mode, {
    ...{ ...more, signal: stop.signal },
    onLine: (line) => {
      lines.push(line);
      stop.abort();
    },
  }).then((ended) => ({ ...ended, lines }));
}

function isThere(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // gone
  }
}
