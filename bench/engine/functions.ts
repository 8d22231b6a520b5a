import { interleave } from "../support.ts";
import { fromComparison, type Measurement, mustStayUnder } from "./measurement.ts";
import { createWorkspace } from "./workspace.ts";

/** Calls in one sample: one alone is shorter than the clock can tell. */
const REPEATS = 500;
const ROUNDS = 200;
const MAX_MICROSECONDS = 10;

const INPUT = { session_id: "s", tool_name: "Bash", tool_input: { command: "ls" } };
const DENIAL = {
  hookSpecificOutput: {
    hookEventName: "PreToolUse",
    permissionDecision: "deny",
    permissionDecisionReason: "not here",
  },
};

/** Dispatch to one function of the embedding program, beside awaiting a plain async call. */
export async function benchFunctions(): Promise<Measurement[]> {
  return [
    await measure("1 function handler that says nothing", () => undefined, "none"),
    await measure("1 function handler that denies", () => DENIAL, "deny"),
  ];
}

async function measure(what: string, call: () => object | undefined, expected: string): Promise<Measurement> {
  await using workspace = createWorkspace();
  const engine = await workspace.createEngine({
    functions: [{ event: "PreToolUse", name: "gate", call: async () => call() }],
  });
  const { decision } = await engine.dispatch("PreToolUse", INPUT);
  if (decision.behavior !== expected) throw new Error(`Expected ${expected}, got ${decision.behavior}`);
  const plain = async (): Promise<object | undefined> => call();
  const comparison = await interleave({
    a: async () => {
      for (let at = 0; at < REPEATS; at++) await engine.dispatch("PreToolUse", INPUT);
    },
    b: async () => {
      for (let at = 0; at < REPEATS; at++) await plain();
    },
    rounds: ROUNDS,
  });
  const about = { what, other: "awaited call", unit: "µs", repeats: REPEATS } as const;
  return mustStayUnder(fromComparison(comparison, about), MAX_MICROSECONDS);
}
