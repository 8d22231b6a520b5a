/** What the answers of several handlers mean together: the strictest wins, and configured order settles every tie. */

import { describe, expect, it } from "vitest";
import {
  type Decision,
  describeEvent,
  type HandlerResult,
  type HookEventName,
  mergeResults,
} from "../../src/protocol/index.ts";
import { answer, answers, specific } from "../support/answers.ts";
import fc from "../support/fast-check.ts";

/** Strictest first. */
const STRENGTH = ["deny", "defer", "ask", "allow", "none"] as const;

const permission = (permissionDecision: string, fields: Readonly<Record<string, unknown>> = {}) =>
  answers("PreToolUse", { permissionDecision, ...fields });
const block = (event: HookEventName, reason: string) =>
  answer(event, { stdout: { decision: "block", reason } });
const stops = (event: HookEventName, stopReason?: string) =>
  answer(event, { stdout: { continue: false, stopReason } });

/** One of each thing that a handler can come to, for events with every form of answer. */
const POOLS = {
  PreToolUse: [
    permission("deny", { permissionDecisionReason: "no" }),
    permission("allow", { updatedInput: { by: "allow" } }),
    permission("ask", { updatedInput: { by: "ask" } }),
    permission("defer"),
    block("PreToolUse", "old spelling"),
    answer("PreToolUse", {
      exit: 2,
      stderr: "exit 2",
      stdout: specific("PreToolUse", { permissionDecision: "allow" }),
    }),
    answer("PreToolUse", { exit: 1 }),
    answer("PreToolUse", { isTimedOut: true }),
    answer("PreToolUse", { stdout: "{'not':'json'}" }),
    answer("PreToolUse", { stdout: { async: true } }),
    answers("PreToolUse", { additionalContext: "context", updatedInput: { by: "none" } }),
    stops("PreToolUse", "stop"),
    answer("PreToolUse"),
  ],
  PermissionRequest: [
    answers("PermissionRequest", { decision: { behavior: "deny", message: "no" } }),
    answers("PermissionRequest", { decision: { behavior: "allow", updatedInput: { by: "allow" } } }),
    answer("PermissionRequest", { exit: 2, stderr: "ignored" }),
    answer("PermissionRequest", { exit: 1 }, { onFailure: "block" }),
    answer("PermissionRequest", { isTimedOut: true }),
    answer("PermissionRequest"),
  ],
  Stop: [
    block("Stop", "go on"),
    answer("Stop", { exit: 2, stderr: "go on" }),
    answers("Stop", { additionalContext: "context" }),
    stops("Stop", "stop"),
    answer("Stop", { exit: 1 }),
    answer("Stop"),
  ],
  Elicitation: [
    answers("Elicitation", { action: "accept", content: { name: "x" } }),
    answers("Elicitation", { action: "decline" }),
    answers("Elicitation", { action: "cancel" }),
    answer("Elicitation", { exit: 2 }),
    answer("Elicitation", { exit: 127 }),
    answer("Elicitation"),
  ],
} as const satisfies Partial<Record<HookEventName, readonly HandlerResult[]>>;

type PooledEvent = keyof typeof POOLS;

function expectStrictest(event: PooledEvent, results: readonly HandlerResult[]): Decision {
  const decision = mergeResults(event, results);
  const isEnded = results.some(({ stop }) => stop) && describeEvent(event).block.startsWith("continues_");
  const strictest = STRENGTH.find((each) => results.some((result) => result.decision === each)) ?? "none";
  expect(decision.behavior).toBe(isEnded ? "none" : strictest);
  if (!isEnded && strictest !== "none") {
    // D3: of several equally strict answers, the first in configured order decides.
    const first = results.findIndex((result) => result.decision === strictest);
    expect(decision.decidedBy).toBe(first);
    expect(decision.reason).toBe(results[first]?.reason);
  }
  return decision;
}

function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, at) => permutations(values.toSpliced(at, 1)).map((rest) => [value, ...rest]));
}

/** What of a decision may not depend on the order of the handlers. */
function orderless({ behavior, effect, stop, reasons, contexts, unanswered }: Decision): unknown {
  const texts = (list: Decision["reasons"]) => list.map(({ text }) => text).toSorted();
  return [behavior, effect, stop?.effect, texts(reasons), texts(contexts), unanswered.length];
}

describe("the strictest answer wins in every order", () => {
  const seed = 20_261_120;

  it(`[merge.strictest] 20,000 sets of up to 6 handlers, seed ${seed}`, () => {
    const anySet = fc.constantFrom(...(Object.keys(POOLS) as PooledEvent[])).chain((event) =>
      fc.record({
        event: fc.constant(event),
        picks: fc.array(fc.nat(POOLS[event].length - 1), { minLength: 1, maxLength: 6 }),
        rotation: fc.nat(5),
      }),
    );
    const property = fc.property(anySet, ({ event, picks, rotation }) => {
      const pool: readonly HandlerResult[] = POOLS[event];
      const results = picks.flatMap((pick) => pool[pick] ?? []);
      const turned = [...results.slice(rotation), ...results.slice(0, rotation)].toReversed();
      const first = expectStrictest(event, results);
      const second = expectStrictest(event, turned);
      expect(orderless(second)).toEqual(orderless(first));
    });
    fc.assert(property, { seed, numRuns: 20_000 });
  });

  it("[merge.strictest] all 720 orders of deny, defer, ask, allow, a stop and a failure are a denial", () => {
    const { PreToolUse: pool } = POOLS;
    const mixed = [pool[0], pool[3], pool[2], pool[1], pool[11], pool[6]];
    const orders = permutations(mixed);
    expect(orders).toHaveLength(720);
    for (const results of orders) {
      expect(expectStrictest("PreToolUse", results)).toMatchObject({
        behavior: "deny",
        effect: "refuses_call",
        reason: "no",
        effects: {},
      });
    }
  });

  it.each([
    ["deny", ["allow", "ask", "defer", "deny"]],
    ["defer", ["allow", "ask", "defer"]],
    ["ask", ["allow", "ask"]],
    ["allow", ["allow"]],
  ])("[merge.strictest] %s is the strictest of %j", (strictest, decisions) => {
    for (const order of permutations(decisions))
      expect(
        mergeResults(
          "PreToolUse",
          order.map((each) => permission(each)),
        ).behavior,
      ).toBe(strictest);
  });

  it("[merge.strictest] without handlers, or with silent ones only, nothing is decided", () => {
    for (const results of [[], [answer("PreToolUse"), answer("PreToolUse")]]) {
      const decision = mergeResults("PreToolUse", results);
      expect(decision).toMatchObject({ behavior: "none", effect: "nothing", reasons: [], effects: {} });
      expect(decision).not.toHaveProperty("decidedBy");
    }
  });
});

describe("continue: false", () => {
  it("[merge.stop-beside-denial] stands beside an allow and a denial: the call is judged, then the loop ends", () => {
    for (const decision of ["allow", "deny"] as const) {
      const results = [permission(decision), stops("PreToolUse", "S")];
      expect(mergeResults("PreToolUse", results)).toMatchObject({
        behavior: decision,
        stop: { effect: "ends_loop_after_call", by: 1, reason: "S" },
      });
    }
  });

  it("[merge.stop-loses] loses to an ask and to a defer", () => {
    for (const decision of ["ask", "defer"]) {
      const merged = mergeResults("PreToolUse", [stops("PreToolUse"), permission(decision)]);
      expect(merged.behavior).toBe(decision);
      expect(merged).not.toHaveProperty("stop");
      const both = { continue: false, ...specific("PreToolUse", { permissionDecision: decision }) };
      expect(answer("PreToolUse", { stdout: both })).not.toHaveProperty("stop");
    }
  });

  it("[D3.reason] of several, the first in configured order gives the reason", () => {
    const results = [answer("Stop"), stops("Stop", "first"), stops("Stop", "second")];
    expect(mergeResults("Stop", results).stop).toEqual({ effect: "ends_turn", by: 1, reason: "first" });
  });

  it.each([
    "SessionStart",
    "Setup",
    "SubagentStart",
    "PostToolUseFailure",
    "PermissionRequest",
    "ConfigChange",
    "PreCompact",
    "Elicitation",
    "ElicitationResult",
    "TaskCreated",
  ] as const)("[event.continue-false] is without effect on %s", (event) => {
    expect(mergeResults(event, [stops(event, "S")])).not.toHaveProperty("stop");
  });
});
