import { type HookEventName, isHookEventName } from "./events/index.ts";
import type { InputByEvent } from "./generated/wire-types.ts";
import { isJsonObject, type JsonObject, ownValue, readJson } from "./json.ts";
import { childPath, type Problem, ProblemList } from "./problems.ts";
import { inputShapeProblems } from "./validate.ts";

/** A hook input that was read. Unknown fields are kept. */
export type HookInput = InputByEvent[HookEventName];

export type InputReading =
  | {
      readonly ok: true;
      readonly event: HookEventName;
      readonly input: HookInput;
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Names of published descriptions that the wire does not use, and what they mean (D13). */
const ALIASES: Readonly<Partial<Record<HookEventName, Readonly<Record<string, string>>>>> = {
  StopFailure: { error_type: "error", error_message: "error_details" },
};

const UNREADABLE = {
  not_json: "text that is no JSON",
  too_deep: "JSON that is nested too deeply",
  too_long: "too much text",
  too_many: "JSON with too many keys",
} as const;

/**
 * Reads a hook input as text. Refused is only what cannot be worked with: no JSON, no object, nested too deeply, no known
 * event. Missing fields and wrong types are reported as warnings: agents add and change fields, and an event that is
 * recorded incompletely is worth more than one that is dropped.
 *
 * @param source how to call the input in problems, such as `stdin`
 */
export async function parseInput(text: string, source: string): Promise<InputReading> {
  const list = new ProblemList(source);
  const json = readJson(text);
  if (!json.ok) {
    return refuse(list, "", "one JSON object", UNREADABLE[json.reason], json.message);
  }
  if (!isJsonObject(json.value)) return refuse(list, "", "one JSON object", undefined, "", json.value);
  const name = ownValue(json.value, "hook_event_name");
  if (typeof name !== "string" || !isHookEventName(name)) {
    return refuse(
      list,
      "hook_event_name",
      "the name of a hook event",
      undefined,
      "Names are compared with case.",
      name,
    );
  }
  const input = withAliases(name, json.value);
  for (const problem of await inputShapeProblems(name, input)) {
    list.warning({
      code: problem.isMissing ? "missing" : "wrong_type",
      path: problem.path.reduce((path, key) => childPath(path, key), ""),
      expected: `it to be ${problem.expected}`,
      value: problem.value,
      effect: "The event is read all the same.",
      advice: `See the ${name} input in the list of events.`,
    });
  }
  return { ok: true, event: name, input: input as unknown as HookInput, problems: list.problems };
}

/** The input under the names of the wire; a field that is there under its own name wins. */
function withAliases(event: HookEventName, input: JsonObject): JsonObject {
  const aliases = Object.entries(ALIASES[event] ?? {}).filter(
    ([alias, name]) => Object.hasOwn(input, alias) && !Object.hasOwn(input, name),
  );
  if (aliases.length === 0) return input;
  return { ...input, ...Object.fromEntries(aliases.map(([alias, name]) => [name, input[alias]])) };
}

function refuse(
  list: ProblemList,
  path: string,
  expected: string,
  came: string | undefined,
  advice: string,
  value?: unknown,
): InputReading {
  list.error({
    code: "unreadable",
    path,
    expected,
    ...(came === undefined ? { value } : { came }),
    effect: "The event is not delivered.",
    advice,
  });
  return { ok: false, problems: list.problems };
}
