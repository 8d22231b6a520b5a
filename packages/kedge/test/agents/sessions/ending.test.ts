import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFolderName } from "../../../src/agents/claude-code/session.ts";
import { type EndingFacts, type EndingOptions, readEnding } from "../../../src/agents/sessions/ending.ts";
import { createOutput, renderOutput } from "../../../src/agents/sessions/output.ts";
import { adapterNamed } from "../../../src/agents/sessions/registry.ts";
import type { Evidence } from "../../../src/recovery/evidence.ts";
import { type Cause, judgeFailure } from "../../../src/recovery/index.ts";
import { AT, answer, failed, failedResult, ID, init, limit, observe, result, retry } from "./streams.ts";

const OPTIONS: EndingOptions = {
  sessionId: ID,
  startedAtMs: AT,
  endedAtMs: AT + 500,
  exitCode: 0,
  signal: null,
};

/** The names and types are those of evidence: this compiles, or the two have parted. */
const asEvidence = (facts: EndingFacts): Evidence => ({ ...facts, seenAtMs: facts.atMs });

function judge(lines: readonly unknown[], more: Partial<EndingOptions> = {}) {
  const evidence = readEnding(observe(lines), { ...OPTIONS, ...more }).map(asEvidence);
  return judgeFailure(evidence, { nowMs: AT + 1_000, zone: "UTC" });
}

const overloaded = { api_error_status: 529, api_error_type: "overloaded_error" };
const auth = { api_error_status: 401, api_error_type: "authentication_error" };
const lost = "API Error: Connection dropped (ECONNRESET). Check the gateway.";
const missing = `No conversation found with session ID: ${ID}`;
const stopped = (reason: string) => [init(), answer("1", ["x"]), result({ terminal_reason: reason })];

type Row = readonly [
  name: string,
  lines: readonly unknown[],
  more: Partial<EndingOptions>,
  cause: Cause,
  confidence: string,
];

const ENDINGS: readonly Row[] = [
  ["success", [init(), answer("1", ["hi"]), result()], {}, "none", "certain"],
  ["success after retries", [init(), retry(1), answer("1", ["hi"]), result()], {}, "none", "certain"],
  [
    "529",
    [init(), retry(1), failed("x", "server_error", overloaded), failedResult("x", overloaded)],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  ["529 with exit 0", [init(), failedResult("x", overloaded)], {}, "overload", "certain"],
  [
    "a failure that only the stream tells",
    [init(), failed("x", "server_error", overloaded)],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  [
    "401",
    [init(), failed("x", "authentication_failed", auth), failedResult("x", auth)],
    { exitCode: 1 },
    "auth",
    "certain",
  ],
  [
    "a lost connection",
    [init(), failed(lost, "server_error"), failedResult(lost, { api_error: "connection_failed" })],
    { exitCode: 1 },
    "connection",
    "certain",
  ],
  [
    "a plan's window",
    [
      init(),
      limit(),
      failedResult("You've hit your 5-hour limit", {
        api_error_status: 429,
        api_error: "usage_limit_reached",
      }),
    ],
    { exitCode: 1 },
    "plan_window",
    "certain",
  ],
  [
    "a limit that passed",
    [init(), limit(), answer("1", ["x"]), limit({ status: "allowed", unifiedWindows: {} }), result()],
    {},
    "none",
    "certain",
  ],
  [
    "too long a prompt",
    [
      init(),
      failedResult("Prompt is too long", { terminal_reason: "prompt_too_long", api_error_status: 400 }),
    ],
    { exitCode: 1 },
    "too_large",
    "certain",
  ],
  ...["stop_hook_prevented", "hook_stopped", "tool_deferred", "max_turns", "budget_exhausted"].map(
    (reason): Row => [reason, stopped(reason), {}, "stopped_by_policy", "certain"],
  ),
  ["aborted_streaming", stopped("aborted_streaming"), {}, "interrupted", "certain"],
  [
    "SIGINT, measured",
    [
      init(),
      { type: "user", message: { content: [{ type: "text", text: "[Request interrupted by user]" }] } },
    ],
    {},
    "interrupted",
    "certain",
  ],
  ["SIGTERM: exit 143", [init()], { exitCode: 143 }, "dead_process", "certain"],
  ["killed", [init(), answer("1", ["x"])], { exitCode: null, signal: "SIGKILL" }, "dead_process", "certain"],
  [
    "shut down",
    [init(), { type: "system", subtype: "worker_shutting_down" }],
    { exitCode: 143 },
    "interrupted",
    "likely",
  ],
  ["no result", [init(), answer("1", ["x"])], {}, "lost_result", "certain"],
  ["half a result", [init(), answer("1", ["x"]), null], {}, "lost_result", "certain"],
  [
    "a gap before a good result",
    [init(), answer("1", ["x"]), result({ result_index: 2 })],
    {},
    "lost_result",
    "certain",
  ],
  [
    "a gap before a failed one",
    [init(), failedResult("x", { ...overloaded, result_index: 2 })],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  ["an empty answer at once", [init(), result({ result: " ", num_turns: 1 })], {}, "false_success", "likely"],
  [
    "an empty answer after long work",
    [init(), answer("1", ["x"]), result({ result: "", duration_ms: 60_000 })],
    {},
    "none",
    "certain",
  ],
  [
    "is_error with exit 0",
    [init(), failedResult("x", { terminal_reason: undefined })],
    {},
    "false_success",
    "certain",
  ],
  [
    "calls that nobody permitted",
    [init(), answer("1", ["x"]), result({ permission_denials: [{ tool_name: "Write" }] })],
    {},
    "degraded",
    "certain",
  ],
  [
    "a missing session",
    [
      result({
        subtype: "error_during_execution",
        is_error: true,
        result: undefined,
        terminal_reason: undefined,
        num_turns: 0,
        errors: [missing],
      }),
    ],
    { exitCode: 1, stderr: missing },
    "lost_session",
    "likely",
  ],
  [
    "a missing session that only stderr tells",
    [],
    { exitCode: 1, stderr: `${missing}\n` },
    "lost_session",
    "likely",
  ],
  [
    "lost writes",
    [init(), { type: "system", subtype: "session_writes_lost" }, answer("1", ["x"]), result()],
    {},
    "lost_writes",
    "certain",
  ],
  ["nothing at all", [], {}, "lost_result", "certain"],
];

describe("how recovery judges what is read", () => {
  test.each(ENDINGS)("%s", (_, lines, more, cause, confidence) => {
    expect(judge(lines, more)).toMatchObject({ cause, confidence });
  });

  test("the reset of a window comes through", () => {
    const text = { api_error_status: 429, api_error: "usage_limit_reached" };
    const verdict = judge([init(), limit(), failedResult("You've hit your limit", text)], { exitCode: 1 });
    expect(verdict).toMatchObject({
      window: "five_hour",
      reset: { atMs: 1_795_251_985_000, from: "rate_limit_event", precision: "exact", isPlausible: true },
    });
  });

  test("the transcript speaks when the stream was lost, and of this run only", () => {
    const turn = { atMs: AT + 10, error: "rate_limit", status: 429, message: "x", requestId: "req_1" };
    const transcript = { failures: [turn], endsInFailure: true, skipped: 0 };
    expect(judge([init()], { exitCode: 1, transcript })).toMatchObject({ status: 429 });
    expect(
      judge([init()], { exitCode: 1, transcript: { ...transcript, endsInFailure: false } }).status,
    ).toBeUndefined();
    expect(
      judge([init()], { exitCode: 1, startedAtMs: AT + 60_000, endedAtMs: AT + 70_000, transcript }).status,
    ).toBeUndefined();
  });
});

test("each witness says what it knows and no more", () => {
  const lines = [
    init(),
    retry(3),
    answer("1", ["x"]),
    failed("y", "server_error", overloaded),
    failedResult("y", overloaded),
  ];
  const about = { agent: "claude-code", sessionId: ID, agentVersion: "2.1.329" };
  expect(readEnding(observe(lines), { ...OPTIONS, exitCode: 1, stderr: "noise" })).toEqual([
    {
      ...{ ...about, witness: "result", atMs: AT + 4, model: "claude-opus-5-5", isError: true, status: 529 },
      ...{
        errorType: "overloaded_error",
        terminalReason: "api_error",
        stopReason: "stop_sequence",
        turns: 1,
      },
      ...{ durationMs: 250, message: "y", permissionDenials: [], hasAnswerBefore: true, lastAnswerId: "u-1" },
    },
    {
      ...about,
      witness: "stream",
      atMs: AT + 1,
      event: "api_retry",
      attempts: 3,
      status: 529,
      kind: "overloaded",
    },
    {
      ...{ ...about, witness: "stream", atMs: AT + 3, event: "assistant", kind: "server_error", status: 529 },
      ...{ errorType: "overloaded_error", message: "y" },
    },
    {
      ...{ ...about, witness: "process", atMs: AT + 500, exitCode: 1, hasResult: true, isRunning: false },
      ...{ durationMs: 500, lastEventAtMs: AT + 4, lastAnswerId: "u-1" },
    },
  ]);
});

describe("what the user sees", () => {
  const text = { format: "text", listsAll: false, printsFailures: true } as const;
  const json = { ...text, format: "json" } as const;
  const turns = {
    subtype: "error_max_turns",
    is_error: true,
    result: undefined,
    errors: ["Reached maximum number of turns (3)"],
  };

  test.each([
    ["an answer", text, [result()], "all done\n"],
    ["a failure", text, [failedResult("API Error")], "API Error\n"],
    ["no failure of Kedge", { ...text, printsFailures: false }, [failedResult("API Error")], ""],
    ["an empty answer", text, [result({ result: "" })], ""],
    ["too many turns", text, [result(turns)], "Error: Reached max turns (3)\n"],
    [
      "another error",
      text,
      [result({ is_error: true, result: undefined, errors: ["No x"] })],
      "Error: No x\n",
    ],
    [
      "a refused prompt",
      text,
      [result({ result: "refused", terminal_reason: "prompt_blocked" })],
      "refused\n",
    ],
    [
      "a refused prompt of Kedge",
      { ...text, printsFailures: false },
      [result({ terminal_reason: "prompt_blocked" })],
      "",
    ],
    ["no result", text, [init()], ""],
    ["no result as JSON", json, [init()], ""],
    [
      "the last result as JSON",
      json,
      [result({ result: "a" }), result({ extra: [1] })],
      `${JSON.stringify(result({ extra: [1] }))}\n`,
    ],
    ["nothing more of a stream", { ...text, format: "stream-json" } as const, [result()], ""],
  ])("%s", (_, wanted, lines, expected) => {
    expect(renderOutput(wanted, observe(lines))).toBe(expected);
  });

  test("lines of a stream come as they are, a list is one array, other formats wait for the end", () => {
    const lines = ['{"a": 1}', "", "half"];
    const write = (wanted: Parameters<typeof createOutput>[0]): string => {
      const output = createOutput(wanted);
      return lines.map(output.line).join("") + output.end(observe([result()]));
    };
    expect(write({ ...text, format: "stream-json" })).toBe('{"a": 1}\nhalf\n');
    expect(write(text)).toBe("all done\n");
    const list = createOutput({ ...json, listsAll: true });
    const all = list.line('{"a":1}') + list.line('{"b":2}') + list.end(observe([]));
    expect(JSON.parse(all)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(createOutput({ ...json, listsAll: true }).end(observe([]))).toBe("[]\n");
  });
});

describe("where the transcript lies", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-transcripts-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const claude = adapterNamed("claude-code");
  const places = { homeDir: join(folder, "home"), stateDir: join(folder, "state"), sessionId: ID };
  const put = (...names: readonly string[]): string => {
    const dir = join(folder, ...names);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${ID}.jsonl`), "{}\n");
    return join(dir, `${ID}.jsonl`);
  };

  test("in the folder of the real path, whatever characters it has", async () => {
    const cwd = join(folder, "tgt x.é_ü~+@%", "y");
    mkdirSync(cwd, { recursive: true });
    symlinkSync(cwd, join(folder, "link"));
    expect(projectFolderName("/tmp/sess/tgt x.é_ü~+@%/y")).toBe("-tmp-sess-tgt-x---------y"); // measured
    // Copies elsewhere, whatever order a folder is read in.
    const copies = (letter: string) => {
      for (const at of [1, 2, 3, 4]) put("home/.claude/projects", `${letter}${at}`);
    };
    copies("-");
    const path = put("home/.claude/projects", projectFolderName(cwd));
    copies("a");
    for (const from of [cwd, join(folder, "link")])
      expect(await claude?.findTranscript({ ...places, cwd: from })).toBe(path);
  });

  test("in another project's folder, where it began", async () => {
    rmSync(join(folder, "config"), { recursive: true, force: true });
    const path = put("config/projects", "-elsewhere");
    const found = claude?.findTranscript({ ...places, cwd: "/gone", configDir: join(folder, "config") });
    expect(await found).toBe(path);
  });

  test("of Kedge in its state folder", async () => {
    const path = put("state/sessions", "project-0123abcd");
    expect(await adapterNamed("kedge")?.findTranscript({ ...places, cwd: "/x" })).toBe(path);
  });

  test("nowhere where it is empty: the agent died before it took its prompt", async () => {
    rmSync(join(folder, "state"), { recursive: true, force: true });
    const path = put("state/sessions", "project-0123abcd");
    truncateSync(path);
    expect(await adapterNamed("kedge")?.findTranscript({ ...places, cwd: "/x" })).toBe(null);
  });

  test("nowhere", async () => {
    for (const base of ["home/.claude/projects", "state/sessions"]) {
      mkdirSync(join(folder, base, "one"), { recursive: true });
      writeFileSync(join(folder, base, "trap.jsonl"), "");
    }
    for (const sessionId of ["33333333-3333-4333-8333-333333333333", "../trap", ""])
      for (const name of ["claude-code", "kedge"])
        expect(await adapterNamed(name)?.findTranscript({ ...places, sessionId, cwd: folder })).toBeNull();
  });
});
