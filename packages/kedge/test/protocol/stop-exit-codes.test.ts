/**
 * What the ending of a Stop handler means for the turn: every way to exit, with everything that may stand on stdout and
 * stderr. SubagentStop follows the same table.
 */
import { describe, expect, it } from "vitest";
import { type HandlerResult, mergeResults } from "../../src/protocol/index.ts";
import { answer, type EndingSketch, specific } from "../support/answers.ts";
import {
  EXITS,
  type ExitClass,
  expectedOutcome,
  type Outcome,
  STDERRS,
  STOP_EVENTS,
  STOP_ROWS,
  type StopEvent,
} from "./stop-exit-table.ts";

/** What the result of one handler comes to for the turn, through the merged decision. */
function turnAfter(event: StopEvent, ...results: readonly HandlerResult[]): Outcome {
  const decision = mergeResults(event, results);
  const goesOn = decision.effect === (event === "Stop" ? "continues_turn" : "continues_subagent");
  expect(goesOn || decision.effect === "nothing").toBe(true);
  if (decision.stop) {
    expect(decision).toMatchObject({ behavior: "none", reasons: [], contexts: [] });
    expect(decision.stop.effect).toBe(event === "Stop" ? "ends_turn" : "ends_subagent");
  }
  const reason = decision.stop ? decision.stop.reason : decision.reason;
  const context = decision.contexts.map(({ text }) => text).join("+");
  const error = results.find((result) => result.error)?.error?.code;
  return {
    turn: decision.stop ? "ends" : goesOn ? "goes on" : "stops",
    ...(reason === undefined ? {} : { reason }),
    ...(context === "" ? {} : { context }),
    ...(error === undefined ? {} : { error }),
  };
}

describe.each(STOP_EVENTS)("[stop.subagent] %s: exit × stdout × stderr", (event) => {
  const kinds = Object.keys(EXITS) as ExitClass[];
  const cells = STOP_ROWS.flatMap((row) => kinds.map((kind) => ({ row, kind, stdout: row.stdout })));

  it.each(cells)("$kind with $stdout", ({ row, kind }) => {
    for (const [exit, ending] of Object.entries<EndingSketch>(EXITS[kind])) {
      for (const print of row.prints) {
        const stdout = typeof print === "string" ? print : print(event);
        for (const [on, { stderr, reason }] of Object.entries(STDERRS)) {
          const outcome = turnAfter(event, answer(event, { ...ending, stdout, stderr }));
          const what = `${exit}, stdout ${JSON.stringify(stdout)}, stderr ${on}`;
          expect(outcome, what).toEqual(expectedOutcome(row, kind, ending, reason));
        }
      }
    }
  });
});

const block = JSON.stringify({ decision: "block", reason: "R" });

describe("the exit code alone", () => {
  it("[stop.exit-0] exit 0 stops, whatever stands on stderr", () => {
    for (const { stderr } of Object.values(STDERRS)) {
      const result = answer("Stop", { exit: 0, stderr });
      expect(result).toMatchObject({ status: "ok", decision: "none" });
      expect(turnAfter("Stop", result)).toEqual({ turn: "stops" });
    }
  });

  it.each([
    [{ exit: 1, stderr: "E\n" }, "exit code 1: E"],
    [{ exit: 3, stderr: "first\nsecond" }, "exit code 3: first"],
    [{ exit: 127, stderr: "" }, "exit code 127"],
    [{ signal: "SIGKILL" }, "killed by SIGKILL"],
    [{ signal: "SIGTERM", stderr: "E" }, "killed by SIGTERM: E"],
  ])("[stop.exit-other] %o stops, and is reported", (ending, message) => {
    const result = answer("Stop", ending);
    expect(result).toMatchObject({ status: "failed", decision: "none", error: { message } });
    expect(turnAfter("Stop", result)).toMatchObject({ turn: "stops" });
  });

  it("[stop.exit-2] exit 2 continues with stderr, untrimmed", () => {
    const result = answer("Stop", { exit: 2, stderr: "  run the tests first\n\n" });
    expect(result).toMatchObject({ status: "blocked", decision: "deny", reasonFrom: "stderr" });
    expect(mergeResults("Stop", [result])).toMatchObject({
      effect: "continues_turn",
      reason: "  run the tests first\n\n",
      reasons: [{ by: 0, text: "  run the tests first\n\n" }],
      decidedBy: 0,
    });
  });

  it("[stop.exit-2] exit 2 with nothing on stderr continues with a fixed text", () => {
    expect(answer("Stop", { exit: 2 })).toMatchObject({ decision: "deny", reason: "No stderr output" });
  });

  it("[stop.time-out] a handler that was cut off says nothing, even if it had printed a block", () => {
    const result = answer("Stop", { isTimedOut: true, stdout: block, stderr: "E" });
    expect(result).toMatchObject({ status: "timed_out", decision: "none", contexts: [] });
  });

  it("[on-failure.limits] onFailure: block does not make a failed Stop handler block", () => {
    const result = answer("Stop", { exit: 1 }, { onFailure: "block" });
    expect(turnAfter("Stop", result)).toEqual({ turn: "stops", error: "exit_code" });
  });
});

describe("JSON beside the exit code", () => {
  it("[stop.json-block] the reason of a JSON block replaces stderr on exit 2", () => {
    const result = answer("Stop", { exit: 2, stdout: block, stderr: "E" });
    expect(result).toMatchObject({ reason: "R", reasonFrom: "json" });
  });

  it("[stop.default-reason] a block without a reason continues with a fixed text, on exit 2 too", () => {
    const result = answer("Stop", { exit: 2, stdout: '{"decision":"block"}', stderr: "E" });
    expect(result).toMatchObject({ reason: "Blocked by hook", reasonFrom: "default" });
  });

  it("[stop.system-message] a systemMessage is kept with every exit code, and decides nothing", () => {
    for (const exit of [0, 1, 2]) {
      const decision = mergeResults("Stop", [
        answer("Stop", { exit, stdout: { systemMessage: "M" }, stderr: "E" }),
      ]);
      expect(decision.systemMessages).toEqual([{ by: 0, text: "M" }]);
      expect(decision.effect).toBe(exit === 2 ? "continues_turn" : "nothing");
    }
  });
});

describe("several handlers", () => {
  const blocks = (reason: string) => answer("Stop", { stdout: { decision: "block", reason } });

  it("[stop.all-reasons] every block gives its reason, in configured order, the same one twice", () => {
    const results = [blocks("A"), answer("Stop", { exit: 1 }), blocks("B"), blocks("A")];
    expect(mergeResults("Stop", results)).toMatchObject({
      effect: "continues_turn",
      reason: "A",
      decidedBy: 0,
      reasons: [
        { by: 0, text: "A" },
        { by: 2, text: "B" },
        { by: 3, text: "A" },
      ],
    });
  });

  it("[stop.continue-false-wins] one continue: false ends the turn, whatever the others block", () => {
    const ends = answer("Stop", { stdout: { continue: false, stopReason: "S" } });
    const goesOn = saysContext("C");
    for (const results of [
      [blocks("A"), ends, goesOn],
      [ends, blocks("A"), goesOn],
    ]) {
      expect(turnAfter("Stop", ...results)).toEqual({ turn: "ends", reason: "S" });
    }
  });

  it("[stop.context-continues] context of one handler continues the turn beside the silence of others", () => {
    const outcome = turnAfter("Stop", answer("Stop"), saysContext("C"), answer("Stop"));
    expect(outcome).toEqual({ turn: "goes on", context: "C" });
  });

  function saysContext(additionalContext: string): HandlerResult {
    return answer("Stop", { stdout: specific("Stop", { additionalContext }) });
  }
});
