/** Endings of handlers: what they print, from bytes without order to answers that are right but for one character. */
import {
  EVENT_NAMES,
  EVENTS,
  type EventDescriptor,
  HANDLER_TYPES,
  type HandlerEnding,
  type HookEventName,
  type ReadingOptions,
} from "../../src/protocol/index.ts";
import {
  mutateText,
  nastyText,
  objectText,
  randomBytesAsText,
  randomJson,
  randomKey,
} from "../support/nasty-text.ts";
import type { Random } from "../support/random.ts";

/** One ending of one handler. */
export interface OutputCase {
  readonly ending: HandlerEnding;
  readonly options: ReadingOptions;
}

/** Several handlers of one event. */
export interface OutputCases {
  readonly event: HookEventName;
  readonly cases: readonly OutputCase[];
}

/** Events that allow something are the ones to lie to. */
const favourites: readonly HookEventName[] = [
  ...(["PreToolUse", "PreToolUse", "PermissionRequest", "PermissionRequest", "Elicitation"] as const),
  ...(["ElicitationResult", "PreModelSwitch", "UserPromptSubmit", "Stop", "PostToolUse"] as const),
];

export function makeOutputs(random: Random): OutputCases {
  const event = random.chance(0.5) ? random.pick(favourites) : random.pick(EVENT_NAMES);
  const count = random.chance(0.7) ? 1 : 2 + random.below(3);
  return { event, cases: Array.from({ length: count }, () => makeOutput(random, event)) };
}

function makeOutput(random: Random, event: HookEventName): OutputCase {
  const exitCode = random.pick([0, 0, 0, 0, 0, 0, 2, 2, 2, 1, 1, 126, 127, 255, -1, null]);
  return {
    ending: {
      type: random.pick(HANDLER_TYPES),
      exitCode,
      signal: exitCode === null ? random.pick(["SIGKILL", "SIGTERM", null]) : null,
      ...(random.chance(0.03) ? { isTimedOut: true } : {}),
      ...(random.chance(0.02) ? { isCancelled: true } : {}),
      ...(random.chance(0.02) ? { failure: nastyText(random) } : {}),
      ...(random.chance(0.03) ? { isStdoutCut: true } : {}),
      stdout: makeStdout(random, event),
      stderr: random.chance(0.4) ? "" : makeStderr(random),
    },
    options: random.chance(0.2) ? { onFailure: "block" } : {},
  };
}

function makeStderr(random: Random): string {
  if (random.chance(0.2))
    return objectText([
      ["decision", '"block"'],
      ["reason", JSON.stringify(nastyText(random))],
    ]);
  return random.chance(0.1) ? randomBytesAsText(random, random.below(80)) : nastyText(random);
}

function makeStdout(random: Random, event: HookEventName): string {
  const kind = random.next();
  if (kind < 0.1) return randomBytesAsText(random, random.below(200));
  if (kind < 0.16) return event === "WorktreeCreate" ? random.pick(paths) : nastyText(random);
  if (kind < 0.2) return randomJson(random);
  const answer = objectText(answerPairs(random, event));
  if (kind < 0.65) return answer;
  if (kind < 0.75)
    return random.pick(["\ufeff", "\n\t ", "\u0000", "\u001b[0m", "ok\n", "\ufeff\ufeff "]) + answer;
  if (kind < 0.8) return answer + random.pick(["\n", "\u0000", answer, " trailing", "}", "\ufeff", "\n{}"]);
  return mutateText(random, answer);
}

type Pair = readonly [key: string, json: string];

const booleans = ["true", "false", "false"] as const;

function answerPairs(random: Random, event: HookEventName): Pair[] {
  const pairs: Pair[] = [];
  const add = (probability: number, key: string, json: () => string): void => {
    if (random.chance(probability)) pairs.push([key, random.chance(0.04) ? randomJson(random) : json()]);
  };
  const text = (): string => JSON.stringify(nastyText(random));
  add(0.85, "hookSpecificOutput", () => objectText(specificPairs(random, event)));
  add(0.25, "decision", () => random.pick(['"approve"', '"block"', '"Approve"', '"allow"', '"deny"']));
  add(0.3, "reason", text);
  add(0.15, "continue", () => random.pick(booleans));
  add(0.1, "stopReason", text);
  add(0.1, "systemMessage", text);
  add(0.1, "suppressOutput", () => random.pick(booleans));
  add(0.08, "terminalSequence", () => JSON.stringify(random.pick(sequences)));
  add(0.06, "async", () => random.pick(booleans));
  add(0.08, randomKey(random), () => randomJson(random));
  return duplicate(random, shuffle(random, pairs));
}

const sequences = [
  "\u0007",
  "\u001b]0;t\u0007",
  "\u001b]52;c;x\u0007",
  "\u001b]9;x\u001b\\\u001b[2J",
  "\u001b]777;notify;a;b\u0007",
];

/** The part for one event: its own fields, and those of others. */
function specificPairs(random: Random, event: HookEventName): Pair[] {
  const pairs: Pair[] = [];
  const named = random.chance(0.85)
    ? event
    : random.chance(0.5)
      ? random.pick(EVENT_NAMES)
      : nastyText(random);
  if (random.chance(0.95)) pairs.push(["hookEventName", JSON.stringify(named)]);
  const own = Object.keys((EVENTS[event] as EventDescriptor).specificOutput ?? {});
  for (const key of new Set([...own, random.pick(specificKeys)])) {
    if (random.chance(0.45))
      pairs.push([key, random.chance(0.06) ? randomJson(random) : specificValue(random, key)]);
  }
  if (random.chance(0.04)) pairs.push(["__proto__", objectText([["permissionDecision", '"allow"']])]);
  return duplicate(random, shuffle(random, pairs));
}

const permissions = [
  '"allow"',
  '"allow"',
  '"deny"',
  '"ask"',
  '"defer"',
  '"ALLOW"',
  '"allow "',
  "true",
] as const;
const behaviours = ['"allow"', '"allow"', '"deny"', '"Allow"', "null"] as const;
const paths: readonly string[] = [
  ...["/", "/proc/1", "/tmp/a", "../x", "/a/../b", "/a\u0000", "C:\\x", "/long".repeat(50), "/a\nb"],
  ...["/a\u001b[2J", "/gnp\u202e.exe", `/${"a".repeat(20_000)}`, "/\ud800"],
];

const values = new Map<string, (random: Random) => string>(
  Object.entries({
    permissionDecision: (random: Random) => random.pick(permissions),
    decision: (random: Random) => {
      const pairs: Pair[] = [
        ["behavior", random.pick(behaviours)],
        ["message", JSON.stringify(nastyText(random))],
        ["updatedInput", randomJson(random, 1)],
        ["interrupt", random.pick(booleans)],
      ];
      return objectText(duplicate(random, pairs.slice(0, 1 + random.below(4))));
    },
    action: (random: Random) => random.pick(['"accept"', '"accept"', '"decline"', '"cancel"', '"ACCEPT"']),
    content: (random: Random) => objectText([[randomKey(random), randomJson(random, 1)]]),
    updatedInput: (random: Random) => randomJson(random, 2),
    updatedToolOutput: (random: Random) => randomJson(random, 2),
    updatedMCPToolOutput: (random: Random) => randomJson(random, 2),
    watchPaths: (random: Random) =>
      JSON.stringify(Array.from({ length: random.below(4) }, () => random.pick(paths))),
    retry: (random: Random) => random.pick(booleans),
    reloadSkills: (random: Random) => random.pick(booleans),
    suppressOriginalPrompt: (random: Random) => random.pick(booleans),
  }),
);

const specificKeys = [...values.keys(), "additionalContext", "permissionDecisionReason"] as const;

function specificValue(random: Random, key: string): string {
  return values.get(key)?.(random) ?? JSON.stringify(nastyText(random));
}

/** Sometimes a key stands twice, with another value, or spelled with an escape. */
function duplicate(random: Random, pairs: Pair[]): Pair[] {
  if (pairs.length === 0 || random.chance(0.92)) return pairs;
  const [key] = random.pick(pairs);
  return [...pairs, [key, specificValue(random, key)]];
}

function shuffle(random: Random, pairs: Pair[]): Pair[] {
  return random.chance(0.7) ? pairs : pairs.toReversed();
}

/** The plainest answer that allows, for each event that can. */
export const exactAllows: readonly (readonly [event: HookEventName, answer: object])[] = [
  ["PreToolUse", { hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "allow" } }],
  ["PreToolUse", { decision: "approve" }],
  [
    "PreModelSwitch",
    { hookSpecificOutput: { hookEventName: "PreModelSwitch", permissionDecision: "allow" } },
  ],
  [
    "PermissionRequest",
    { hookSpecificOutput: { hookEventName: "PermissionRequest", decision: { behavior: "allow" } } },
  ],
  ["Elicitation", { hookSpecificOutput: { hookEventName: "Elicitation", action: "accept" } }],
  ["ElicitationResult", { hookSpecificOutput: { hookEventName: "ElicitationResult", action: "accept" } }],
];
