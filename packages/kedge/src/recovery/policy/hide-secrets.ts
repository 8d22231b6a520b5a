import { createRedactor, type Redactor } from "../../redact/index.ts";
import { createProblem, type PolicyProblem } from "./policy-problems.ts";

/** A policy has six; what is deeper is none, and may have been made to exhaust its reader. */
const MAX_DEPTH = 16;
const MAX_VALUES = 20_000;

/** A value without what looks like a secret, and a problem for each place that had one. */
export interface CleanValue {
  readonly value: unknown;
  readonly problems: readonly PolicyProblem[];
}

/**
 * Copies a value with everything replaced that looks like a secret, so that no later message can repeat it. Cycles, what is too deep and
 * what is too much are problems, too.
 */
export function hideSecrets(value: unknown): CleanValue {
  const walk: Walk = { redactor: createRedactor(), problems: [], left: MAX_VALUES, above: new Set() };
  return { value: copy(value, [], walk), problems: walk.problems };
}

interface Walk {
  readonly redactor: Redactor;
  readonly problems: PolicyProblem[];
  /** Lists and objects around the one at hand. */
  readonly above: Set<object>;
  left: number;
}

function copy(value: unknown, path: readonly (string | number)[], walk: Walk): unknown {
  walk.left -= 1;
  if (walk.left === 0)
    walk.problems.push(createProblem([], `expected at most ${MAX_VALUES} values, got more`));
  if (walk.left <= 0) return undefined;
  if (typeof value === "string") return copyText(value, path, walk);
  if (typeof value !== "object" || value === null) return value;
  if (walk.above.has(value) || path.length >= MAX_DEPTH) {
    const what = walk.above.has(value) ? "a value that is not within itself" : `at most ${MAX_DEPTH} levels`;
    walk.problems.push(
      createProblem(path, `expected ${what}, got one`.replace("levels, got one", "levels, got more")),
    );
    return null;
  }
  walk.above.add(value);
  const copied = Array.isArray(value)
    ? value.map((item, index) => copy(item, [...path, index], walk))
    : copyObject(value, path, walk);
  walk.above.delete(value);
  return copied;
}

function copyObject(value: object, path: readonly (string | number)[], walk: Walk): object {
  const copied: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const name = walk.redactor.text(key);
    const place = [...path, name];
    if (name !== key) refuse(place, walk);
    // Assigning it would change the prototype, and zod would then not see it.
    if (key === "__proto__")
      walk.problems.push(createProblem(place, 'expected another key, got "__proto__"'));
    else copied[name] = copy(item, place, walk);
  }
  return copied;
}

/** The name of a field counts as much as its value: `api_key: abc` is a secret that `abc` alone is not. */
function copyText(text: string, path: readonly (string | number)[], { redactor, problems }: Walk): string {
  const isName = isVariableSource(path) && VARIABLE_OF_WORDS.test(text);
  const key = isName ? undefined : path.findLast((each) => typeof each === "string");
  const named = typeof key === "string" ? redactor.value({ [key]: text })[key] : text;
  const clean = named === text || named === undefined ? redactor.text(text) : named;
  if (clean !== text) refuse(path, { problems });
  return clean;
}

/** `TEAM_2_KEY`, `TEAMKEY`. Letters and digits without a break may be a credential. */
const VARIABLE_OF_WORDS = /^(?:[A-Z]+|(?=.*_)[A-Z_][A-Z0-9_]*)$/;

/** Whether a place is `accounts.<name>.env.<variable>`, where the key names a credential, and the value only another variable. */
function isVariableSource([top, , field, ...rest]: readonly (string | number)[]): boolean {
  return top === "accounts" && field === "env" && rest.length === 1 && typeof rest[0] === "string";
}

function refuse(path: readonly (string | number)[], { problems }: Pick<Walk, "problems">): void {
  const message = "expected no secret, got what looks like one; name the environment variable that holds it";
  problems.push(createProblem(path, message));
}
