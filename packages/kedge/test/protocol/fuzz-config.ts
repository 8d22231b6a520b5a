/** Texts of files of configuration, good and bad, and what every report about them owes to its reader. */
import { isHookEventName, type Problem } from "../../src/protocol/index.ts";
import { must } from "../support/fuzz.ts";
import {
  forbiddenInTexts,
  mutateText,
  nastyText,
  randomBytesAsText,
  randomJson,
  randomKey,
} from "../support/nasty-text.ts";
import type { Random } from "../support/random.ts";
import type { Json, JsonRecord } from "./config-corpus.ts";

const severities = ["error", "warning"];

/** Every problem says where, what, and with which consequence. */
export function mustBeReported(problems: readonly Problem[]): void {
  for (const problem of problems) {
    must(problem.file === "the file" && severities.includes(problem.severity), "a problem of no file");
    for (const field of ["expected", "came", "effect"] as const)
      must(problem[field] !== "", () => `a problem without ${field}: ${JSON.stringify(problem)}`);
  }
}

/** What a person reads of a problem hides nothing and has an end. */
export function mustBeClean(problems: readonly Problem[]): void {
  for (const problem of problems) {
    const show = (): string => JSON.stringify(problem).slice(0, 2_000);
    for (const field of ["path", "expected", "came", "effect", "advice"] as const) {
      must(
        !forbiddenInTexts.test(problem[field]) && !problem[field].includes("\n"),
        () => `${field} of a problem is not clean: ${show()}`,
      );
      must(
        problem[field].length < 2_000,
        () => `${field} of a problem has ${problem[field].length} characters`,
      );
    }
  }
}

/** Changes one node of a JSON value to another, or removes it. */
function mutateNode(random: Random, root: Json): Json {
  const holders: (Json[] | JsonRecord)[] = [];
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    if (Object.keys(value).length > 0) holders.push(value);
    Object.values(value).forEach(visit);
  };
  visit(root);
  if (holders.length === 0) return root;
  const holder = random.pick(holders) as JsonRecord;
  const key = random.pick(Object.keys(holder));
  const old = holder[key] ?? null;
  const kind = random.below(6);
  if (kind === 0) delete holder[key];
  else if (kind === 1) holder[key] = [old];
  else if (kind === 2) define(holder, randomKey(random), old);
  else if (kind === 3) holder[key] = nastyText(random);
  else holder[key] = JSON.parse(randomJson(random, 2)) as Json;
  return root;
}

/** As JSON.parse does it: a key is a key, whatever its name. */
function define(holder: JsonRecord, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The text of a good file, changed in its tree or in its characters, or text that never was one. */
export function makeText(random: Random, good: (random: Random) => Json): string {
  const kind = random.next();
  if (kind < 0.05) return randomBytesAsText(random, random.below(400));
  if (kind < 0.1) return randomJson(random, 6);
  let file = good(random);
  for (let rounds = random.below(4); rounds > 0; rounds--) file = mutateNode(random, file);
  const text = JSON.stringify(file, null, random.below(3));
  return random.chance(0.3) ? mutateText(random, text) : text;
}

export const readJsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
};

/** Elements of every list of handlers of known events that stand in a file. */
export function countHandlers(hooks: unknown): number {
  if (typeof hooks !== "object" || hooks === null || Array.isArray(hooks)) return 0;
  const groups = Object.entries(hooks).flatMap(([name, value]) =>
    isHookEventName(name) && Array.isArray(value) ? value : [],
  );
  return groups.reduce((sum: number, group: { hooks?: unknown } | null) => {
    return sum + (Array.isArray(group?.hooks) ? group.hooks.length : 0);
  }, 0);
}

export const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
