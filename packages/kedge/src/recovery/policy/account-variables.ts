import * as z from "zod";
import { describeValue } from "../../protocol/index.ts";

/** How the names of variables are written that hold credentials. */
const VARIABLE = /^[A-Z_][A-Z0-9_]{0,127}$/;

/** What is expected in place of a name. What is none may be a credential, so that it is never repeated. */
const VARIABLE_WORDS = "the name of an environment variable, in capitals, and never its value";

const MOST = 20;
const NAME_SCHEMA = { type: "string", pattern: VARIABLE.source } as const;
const SCHEMA = {
  anyOf: [
    { type: "array", items: NAME_SCHEMA, minItems: 1, maxItems: MOST, uniqueItems: true },
    {
      type: "object",
      propertyNames: NAME_SCHEMA,
      additionalProperties: NAME_SCHEMA,
      minProperties: 1,
      maxProperties: MOST,
    },
  ],
};

/** Variable that an agent gets to the variable of ours that it is taken from. */
export type VariableMapping = Readonly<Record<string, string>>;

/**
 * The variables of an account: a mapping, or a list of names that stay as they are. Read by hand, since issues of a union or of keys
 * would repeat what may be a credential in a wrong place.
 */
export function accountVariables() {
  return z
    .unknown()
    .transform((value, context): VariableMapping => {
      const refuse = (message: string, path: (string | number)[] = []): void =>
        context.addIssue({ code: "custom", message, path });
      if (Array.isArray(value)) return readList(value, refuse);
      if (typeof value === "object" && value !== null) return readMapping(value, refuse);
      refuse(`expected a list or an object of names of environment variables, got ${describeHidden(value)}`);
      return {};
    })
    .meta(SCHEMA);
}

type Refuse = (message: string, path?: (string | number)[]) => void;

function readList(names: readonly unknown[], refuse: Refuse): VariableMapping {
  if (!isCountRight(names.length, "a list", refuse)) return {};
  const known = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (!isVariable(name)) refuse(`expected ${VARIABLE_WORDS}, got ${describeHidden(name)}`, [index]);
    else if (known.has(name)) refuse("expected each name once, got one again", [index]);
    else known.add(name);
  }
  return Object.fromEntries([...known].map((name) => [name, name]));
}

function readMapping(mapping: object, refuse: Refuse): VariableMapping {
  const pairs = Object.entries(mapping);
  if (!isCountRight(pairs.length, "an object", refuse)) return {};
  for (const [name, source] of pairs) {
    // The path of a problem would repeat the key.
    if (!isVariable(name)) refuse(`expected ${VARIABLE_WORDS}, got another key`);
    else if (!isVariable(source)) refuse(`expected ${VARIABLE_WORDS}, got ${describeHidden(source)}`, [name]);
  }
  return Object.fromEntries(pairs);
}

function isCountRight(count: number, what: string, refuse: Refuse): boolean {
  if (count >= 1 && count <= MOST) return true;
  refuse(`expected ${what} of 1 to ${MOST} names of environment variables, got ${count}`);
  return false;
}

function isVariable(value: unknown): value is string {
  return typeof value === "string" && VARIABLE.test(value);
}

function describeHidden(value: unknown): string {
  return typeof value === "string" ? "another text" : describeValue(value);
}
