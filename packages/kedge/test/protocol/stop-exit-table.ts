/**
 * Exit × stdout × stderr for Stop and SubagentStop, as recorded with Claude Code 2.1.329. Cells marked D2 and D11 are Kedge's
 * own.
 */
import { type EndingSketch, specific } from "../support/answers.ts";

export const STOP_EVENTS = ["Stop", "SubagentStop"] as const;
export type StopEvent = (typeof STOP_EVENTS)[number];

/** What becomes of the turn. `ends` is `continue: false`; `stops` is what happens without any handler. */
export interface Outcome {
  readonly turn: "stops" | "goes on" | "ends";
  readonly reason?: string;
  readonly context?: string;
  /** Why the handler counts as failed, or what stands beside a block in spite of it. */
  readonly error?: string;
}

/** The endings of a process that the protocol tells apart. All of `failed` mean the same. */
export const EXITS = {
  zero: { "exit 0": { exit: 0 } },
  failed: {
    "exit 1": { exit: 1 },
    "exit 3": { exit: 3 },
    "exit 127": { exit: 127 },
    SIGKILL: { signal: "SIGKILL" },
    SIGTERM: { signal: "SIGTERM" },
  },
  two: { "exit 2": { exit: 2 } },
  timedOut: { "timed out": { isTimedOut: true } },
} as const;

export type ExitClass = keyof typeof EXITS;

const BLOCK_ON_STDERR = '{"decision":"block","reason":"inner"}';

/** What may stand on stderr, and the reason that an exit 2 makes of it. */
export const STDERRS = {
  nothing: { stderr: "", reason: "No stderr output" },
  text: { stderr: "E\n", reason: "E\n" },
  // The recorded agent gives the model the JSON as it stands (D11).
  "a block in JSON": { stderr: BLOCK_ON_STDERR, reason: "inner" },
};

const STOPS = { turn: "stops" } as const;
const TIMED_OUT = { turn: "stops", error: "time_out" } as const;
const NOT_JSON = { turn: "stops", error: "not_json" } as const;
const WRONG_EVENT = { turn: "stops", error: "wrong_event" } as const;
const SCHEMA = { turn: "stops", error: "schema" } as const;
const GOES_ON = { turn: "goes on", reason: "R" } as const;
const FIXED_TEXT = { turn: "goes on", reason: "Blocked by hook" } as const;
const ENDS = { turn: "ends", reason: "S" } as const;
const ENDS_UNSAID = { turn: "ends" } as const;
const WITH_CONTEXT = { turn: "goes on", context: "C" } as const;

/** In a cell: the exit code speaks, as if nothing stood on stdout. */
const EXIT_ERROR = "the exit code is the error";
/** In a cell: goes on with the reason that stderr gives. */
const STDERR = "stderr is the reason";

type Cell = Outcome | typeof EXIT_ERROR | typeof STDERR;

/** What may stand on stdout, in all spellings that mean the same, and what comes of it. */
export interface StopRow {
  readonly stdout: string;
  /** Printed for each event; several spellings of one thing share a row. */
  readonly prints: readonly (string | ((event: StopEvent) => unknown))[];
  /** What comes of it with exit 0, with any other failure, and with exit 2. A time-out always stops. */
  readonly cells: readonly [zero: Cell, failed: Cell, two: Cell];
  /** Beside the cells of exit 2: what else of the JSON counts, or what was wrong with it. */
  readonly besideStderr?: Partial<Outcome>;
}

const block = JSON.stringify({ decision: "block", reason: "R" });

export const STOP_ROWS: readonly StopRow[] = [
  { stdout: "nothing", prints: ["", "\n \t\n", "\ufeff"], cells: [STOPS, EXIT_ERROR, STDERR] },
  {
    stdout: "text, or JSON that is no object",
    prints: ["done", "[1]", `[${block}]`, '"block"', "null", `text ${block}`, "\u001b[1m{}"],
    cells: [STOPS, EXIT_ERROR, STDERR],
  },
  { stdout: "JSON with text after it", prints: [`${block}\nmore`], cells: [STOPS, EXIT_ERROR, STDERR] },
  {
    stdout: "an object without its closing brace",
    prints: ['{"decision":"block"', "{ words"],
    cells: [STOPS, EXIT_ERROR, STDERR],
  },
  {
    stdout: "braces around what is no JSON",
    prints: ["{'decision':'block'}", '{"decision":"block",}', `${block}\n${block}`, "{ words }"],
    cells: [NOT_JSON, NOT_JSON, STDERR],
    besideStderr: { error: "not_json" },
  },
  {
    stdout: "a block with a reason",
    prints: [
      block,
      JSON.stringify(JSON.parse(block), null, 2),
      `\n  \t${block}\n`,
      `\ufeff${block}`,
      '{"unknown":1,"decision":"block","reason":"R"}',
      '{"decision":"approve","decision":"block","reason":"first","reason":"R"}',
    ],
    cells: [GOES_ON, GOES_ON, GOES_ON],
  },
  {
    stdout: "a block without a reason",
    prints: ['{"decision":"block"}', '{"decision":"block","reason":""}'],
    cells: [FIXED_TEXT, FIXED_TEXT, FIXED_TEXT],
  },
  {
    stdout: "a reason or a decision of the wrong kind",
    prints: [
      '{"decision":"block","reason":null}',
      '{"decision":"block","reason":["R"]}',
      '{"decision":"deny","reason":"R"}',
      '{"decision":"BLOCK","reason":"R"}',
      '{"decision":5}',
      '{"decision":null}',
    ],
    cells: [SCHEMA, SCHEMA, STDERR],
    besideStderr: { error: "schema" },
  },
  {
    stdout: "continue: false",
    prints: ['{"continue":false,"stopReason":"S"}'],
    // D2: the recorded agent stops here on exit 2 too.
    cells: [ENDS, ENDS, STDERR],
  },
  {
    stdout: "continue: false beside a block",
    prints: ['{"continue":false,"stopReason":"S","decision":"block","reason":"R"}'],
    cells: [ENDS, ENDS, GOES_ON],
  },
  {
    stdout: "continue: false without a reason",
    prints: ['{"continue":false}'],
    cells: [ENDS_UNSAID, ENDS_UNSAID, STDERR],
  },
  {
    stdout: "JSON that decides nothing",
    prints: [
      "{}",
      '{"decision":"approve"}',
      '{"decision":"approve","reason":"R"}',
      '{"reason":"R"}',
      '{"additionalContext":"C"}',
      '{"ok":false,"reason":"R"}',
      '{"continue":true,"suppressOutput":true}',
    ],
    cells: [STOPS, STOPS, STDERR],
  },
  {
    stdout: "additionalContext",
    prints: [(event) => specific(event, { additionalContext: "C" })],
    cells: [WITH_CONTEXT, WITH_CONTEXT, STDERR],
    besideStderr: { context: "C" },
  },
  {
    stdout: "an empty additionalContext",
    prints: [(event) => specific(event, { additionalContext: "" })],
    cells: [STOPS, STOPS, STDERR],
  },
  {
    stdout: "an answer for another event",
    prints: [
      () => specific("PreToolUse", { permissionDecision: "deny" }),
      (event) => specific(event === "Stop" ? "SubagentStop" : "Stop", { additionalContext: "C" }),
    ],
    // D2: the recorded agent lets the turn stop on exit 2 too.
    cells: [WRONG_EVENT, WRONG_EVENT, STDERR],
    besideStderr: { error: "wrong_event" },
  },
  {
    stdout: "an answer for no event, or for an unknown one",
    prints: ['{"hookSpecificOutput":{"additionalContext":"C"}}', () => specific("Halt", {})],
    cells: [SCHEMA, SCHEMA, STDERR],
    besideStderr: { error: "schema" },
  },
  {
    stdout: "a request to go on in the background",
    prints: ['{"async":true}', '{"async":true,"continue":false}'],
    // D2: the recorded agent lets the turn stop on exit 2 too.
    cells: [STOPS, STOPS, STDERR],
  },
];

function cellOf({ cells: [zero, failed, two] }: StopRow, kind: ExitClass): Cell {
  return { zero, failed, two, timedOut: TIMED_OUT }[kind];
}

/**
 * What a row says of one ending.
 *
 * @param stderrReason the reason that stderr would give
 */
export function expectedOutcome(
  row: StopRow,
  kind: ExitClass,
  ending: EndingSketch,
  stderrReason: string,
): Outcome {
  const cell = cellOf(row, kind);
  if (cell === STDERR) return { turn: "goes on", reason: stderrReason, ...row.besideStderr };
  if (cell === EXIT_ERROR) return { turn: "stops", error: ending.signal ? "signal" : "exit_code" };
  return cell;
}
