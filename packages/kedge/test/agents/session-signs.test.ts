/** What the end of a transcript tells of a session: over what Claude Code 2.1.329 wrote, entry by entry, and over made-up turns. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  readSessionSigns,
  type SessionSigns,
  stampTranscript,
  subagentsWrittenMs,
} from "../../src/agents/index.ts";
import { openTranscript } from "../../src/host/transcript/transcript.ts";

const folder = mkdtempSync(join(tmpdir(), "kedge-signs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORDED = join(import.meta.dirname, "../fixtures/transcripts");
let files = 0;

function write(text: string): string {
  const path = join(folder, `${++files}.jsonl`);
  writeFileSync(path, text);
  return path;
}

const signsOf = (text: string): Promise<SessionSigns | null> => readSessionSigns(write(text));
const linesOf = (entries: readonly object[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

const AT = Date.parse("2026-11-21T12:00:00Z");
const timeAt = (second: number): { timestamp: string } => ({
  timestamp: new Date(AT + second * 1_000).toISOString(),
});
const user = (second: number, content: unknown, more: object = {}): object => ({
  ...{ type: "user", ...timeAt(second), message: { role: "user", content } },
  ...more,
});
const result = (second: number, id: string): object =>
  user(second, [{ type: "tool_result", tool_use_id: id, content: "" }]);
const answer = (
  second: number,
  content: readonly object[],
  { id = `msg_${second}`, reason = null as string | null, more = {}, tokens = 3 } = {},
): object => ({
  ...{ type: "assistant", ...timeAt(second) },
  message: { id, model: "claude-opus-5-5", stop_reason: reason, content, usage: { output_tokens: tokens } },
  ...more,
});
const text = { type: "text", text: "Well." };
const thought = { type: "thinking", thinking: "Hm." };
const call = (id: string): object => ({ type: "tool_use", id, name: "Bash", input: {} });

describe("a recorded session", () => {
  test.each<[string, readonly SessionSigns["turn"][]]>([
    ["answered", ["model", "tool", "model", "over"]],
    ["calls-at-once", ["model", "model", "model", "tool", "tool", "tool", "model", "over"]],
    ["asked", ["model"]],
    ["failed", ["model", "failed"]],
  ])("%s: whose turn it was after each entry", async (name, expected) => {
    const lines = readFileSync(join(RECORDED, `${name}.jsonl`), "utf8")
      .split("\n")
      .slice(0, -1);
    const turns: string[] = [];
    for (const [number, line] of lines.entries()) {
      const { type } = JSON.parse(line) as { type: string };
      const signs = await signsOf(
        lines
          .slice(0, number + 1)
          .map((each) => `${each}\n`)
          .join(""),
      );
      if (type === "user" || type === "assistant") turns.push(signs?.turn ?? "none");
      // What the agent notes besides changes nothing.
      else expect(signs?.turn).toBe(turns.at(-1) ?? "unknown");
    }
    expect(turns).toEqual(expected);
  });

  test("has an answer with the time at which it was asked, and the last result of a tool", async () => {
    expect(await readSessionSigns(join(RECORDED, "answered.jsonl"))).toEqual({
      turn: "over",
      turnAtMs: Date.parse("2026-11-21T15:19:35.121Z"),
      lastAnswer: {
        atMs: Date.parse("2026-11-21T15:19:35.121Z"),
        sinceMs: Date.parse("2026-11-21T15:19:35.088Z"),
        model: "claude-opus-5-5",
      },
      lastResultMs: Date.parse("2026-11-21T15:19:35.088Z"),
    });
  });

  test("that failed has no answer: what the agent writes in its place is none", async () => {
    const signs = await readSessionSigns(join(RECORDED, "failed.jsonl"));
    expect(signs).toEqual({ turn: "failed", turnAtMs: Date.parse("2026-11-21T15:19:46.524Z") });
  });
});

describe("whose turn it is", () => {
  test.each<[string, readonly object[], SessionSigns["turn"]]>([
    ["nothing was said", [], "unknown"],
    ["a prompt", [user(0, "Do it")], "model"],
    ["a prompt of blocks", [user(0, [{ type: "text", text: "Do it" }])], "model"],
    ["a thought", [user(0, "Do it"), answer(1, [thought])], "model"],
    ["a text, of which an older version does not say that it is the last", [answer(1, [text])], "over"],
    ["a text before a call", [answer(1, [text], { reason: "tool_use" })], "model"],
    ["an answer that was paused", [answer(1, [text], { reason: "pause_turn" })], "model"],
    ["two calls, of which one has its result", [answer(1, [call("a"), call("b")]), result(2, "a")], "tool"],
    ["results of all calls", [answer(1, [call("a"), call("b")]), result(2, "b"), result(3, "a")], "model"],
    [
      "an interrupted call",
      [
        answer(1, [call("a")]),
        result(2, "a"),
        user(3, [{ type: "text", text: "[Request interrupted by user for tool use]" }]),
      ],
      "over",
    ],
    ["an interrupted answer", [user(0, "Do it"), user(1, "[Request interrupted by user]")], "over"],
    [
      "a command of the agent itself",
      [answer(1, [text]), user(2, "<command-name>/model</command-name>")],
      "over",
    ],
    [
      "what that printed",
      [answer(1, [text]), user(2, "<local-command-stdout>Set model</local-command-stdout>")],
      "over",
    ],
    [
      "words of a Stop handler",
      [answer(1, [text]), user(2, "Stop hook feedback: go on", { isMeta: true })],
      "model",
    ],
    ["a summary", [user(1, "This session is being continued", { isCompactSummary: true })], "over"],
    [
      "the end of a turn",
      [user(0, "Do it"), { type: "system", subtype: "turn_duration", ...timeAt(1) }],
      "over",
    ],
    [
      "a handler that ended the turn",
      [
        answer(1, [thought]),
        { type: "system", subtype: "stop_hook_summary", preventedContinuation: true, ...timeAt(2) },
      ],
      "over",
    ],
    [
      "a request that is tried again",
      [user(0, "Do it"), { type: "system", subtype: "api_error", ...timeAt(1) }],
      "model",
    ],
    ["a subagent", [user(0, "Do it"), answer(1, [text], { more: { isSidechain: true } })], "model"],
    ["another agent", [answer(1, [call("a")]), user(2, "Look", { agentId: "a1" })], "tool"],
    ["damage", [user(0, "Do it"), { type: "assistant", message: 7 }], "over"],
  ])("after %s", async (_, entries, expected) => {
    expect((await signsOf(linesOf(entries)))?.turn).toBe(expected);
  });

  test("a failure stays one when the turn is said to be over", async () => {
    const entries = [
      user(0, "Do it"),
      answer(1, [text], { more: { isApiErrorMessage: true } }),
      { type: "system", subtype: "turn_duration", ...timeAt(2) },
    ];
    expect((await signsOf(linesOf(entries)))?.turn).toBe("failed");
  });
});

describe("an answer", () => {
  test("of several parts has the request of the first, whatever stands between them", async () => {
    const own = { id: "msg_1" };
    const entries = [
      user(0, "Do it"),
      answer(5, [call("a")], own),
      result(6, "a"),
      answer(7, [call("b")], own),
    ];
    expect((await signsOf(linesOf(entries)))?.lastAnswer).toEqual({
      ...{ atMs: AT + 7_000, sinceMs: AT, model: "claude-opus-5-5" },
    });
  });

  test("of a subagent was asked in that subagent's conversation", async () => {
    const own = { agentId: "a1", isSidechain: true };
    const entries = [user(0, "Look", own), user(4, "Do it"), answer(5, [text], { more: own })];
    expect((await signsOf(linesOf(entries)))?.lastAnswer).toMatchObject({ sinceMs: AT, atMs: AT + 5_000 });
  });

  test("of which the tail does not have what it answers proves nothing", async () => {
    const long = user(0, "x".repeat(300_000));
    const signs = await signsOf(linesOf([long, answer(1, [text])]));
    expect(signs).toEqual({ turn: "over", turnAtMs: AT + 1_000 });
  });

  test("without usage is none", async () => {
    const signs = await signsOf(linesOf([user(0, "Do it"), answer(1, [text], { tokens: 0 })]));
    expect(signs?.lastAnswer).toBeUndefined();
  });
});

test("half a line at the end is not there yet", async () => {
  const path = write(linesOf([user(0, "Do it")]));
  appendFileSync(path, JSON.stringify(answer(1, [text])).slice(0, 80));
  expect((await readSessionSigns(path))?.turn).toBe("model");
});

test("a transcript of Kedge's host is read as well", async () => {
  const path = join(folder, "host/s.jsonl");
  await using transcript = await openHostTranscript(path);
  await transcript.append({
    type: "user",
    message: { role: "user", content: [{ type: "text", text: "Do it" }] },
  });
  expect(await readSessionSigns(path)).toEqual({ turn: "model", turnAtMs: AT });
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
  const message = {
    role: "assistant",
    id: "m",
    model: "m1",
    content: [],
    stop_reason: "end_turn",
    usage,
  } as const;
  await transcript.append({ type: "assistant", message });
  await transcript.append({ type: "system", subtype: "turn_result", data: {} });
  const lastAnswer = { atMs: AT, sinceMs: AT, model: "m1" };
  expect(await readSessionSigns(path)).toEqual({ turn: "over", turnAtMs: AT, lastAnswer });
});

async function openHostTranscript(path: string) {
  const transcript = await openTranscript({
    path,
    sessionId: "s",
    version: "1",
    cwd: () => "/",
    now: () => AT,
  });
  return { append: transcript.append, [Symbol.asyncDispose]: () => transcript.close() };
}

describe("how a transcript stands", () => {
  test("is its size and when it was written; a link and a folder are none", () => {
    const path = write("{}\n");
    utimesSync(path, AT / 1_000, AT / 1_000);
    expect(stampTranscript(path)).toEqual({ size: 3, writtenMs: AT });
    const link = join(folder, "link.jsonl");
    symlinkSync(path, link);
    expect(stampTranscript(link)).toBeNull();
    expect(stampTranscript(folder)).toBeNull();
    expect(stampTranscript(join(path, "below.jsonl"))).toBeNull();
    expect(stampTranscript(join(folder, "nothing.jsonl"))).toBeNull();
  });

  test("its subagents write into files of their own; a linked folder is nobody's", () => {
    const path = write("{}\n");
    expect(subagentsWrittenMs(path)).toBeNull();
    const own = join(path.slice(0, -6), "subagents");
    mkdirSync(own, { recursive: true });
    expect(subagentsWrittenMs(path)).toBeNull();
    for (const [name, second] of [
      ["agent-a.jsonl", 5],
      ["agent-b.jsonl", 9],
      ["notes.txt", 20],
    ] as const) {
      writeFileSync(join(own, name), "{}\n");
      utimesSync(join(own, name), AT / 1_000 + second, AT / 1_000 + second);
    }
    expect(subagentsWrittenMs(path)).toBe(AT + 9_000);
    const other = write("{}\n");
    mkdirSync(other.slice(0, -6));
    symlinkSync(own, join(other.slice(0, -6), "subagents"));
    expect(subagentsWrittenMs(other)).toBeNull();
  });
});
