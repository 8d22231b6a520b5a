import type { HandlerType } from "./descriptor.ts";
import type { HookEventName } from "./events/index.ts";
import { validators as handlerValidators } from "./generated/handler-validators.js";
import { validators as outputValidators } from "./generated/output-validators.js";
import { describeValue } from "./problems.ts";

/** A validator compiled ahead of time from a JSON Schema; after a call that returned false, `errors` says why. */
export interface CompiledValidator {
  (value: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

/** What a compiled validator says of one value. */
interface ValidationError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One value of the wrong type, or a missing one. */
export interface ShapeProblem {
  /** Keys from the top of the value down. */
  readonly path: readonly string[];
  readonly expected: string;
  readonly isMissing: boolean;
  readonly value: unknown;
}

/** One line about what is wrong with an answer in JSON, or null. */
export function outputProblem(event: HookEventName, value: unknown): string | null {
  const problem = shapeProblems(outputValidators[event], value)[0];
  if (!problem) return null;
  const place = problem.path.join(".") || "the answer";
  return `${place} must be ${problem.expected}, got ${describeValue(problem.value)}`;
}

/**
 * Everything that is wrong with the shape of a hook input. Its validators are by far the largest, and few who import the
 * protocol read inputs: they are loaded here, once.
 */
export async function inputShapeProblems(
  event: HookEventName,
  value: unknown,
): Promise<readonly ShapeProblem[]> {
  const { validators } = await import("./generated/input-validators.js");
  return shapeProblems(validators[event], value);
}

/** Everything that is wrong with the shape of a configured handler. */
export function handlerShapeProblems(type: HandlerType, value: unknown): readonly ShapeProblem[] {
  return shapeProblems(handlerValidators[type], value);
}

function shapeProblems(validator: CompiledValidator, value: unknown): readonly ShapeProblem[] {
  if (validator(value)) return [];
  return (validator.errors ?? []).map((error) => {
    const path = pointerKeys(error.instancePath);
    const missing = error.keyword === "required" ? String(error.params.missingProperty) : undefined;
    const full = missing === undefined ? path : [...path, missing];
    return {
      path: full,
      expected: expectation(error),
      isMissing: missing !== undefined,
      value: valueAt(value, full),
    };
  });
}

function pointerKeys(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The keyword that failed, as what was expected. The tables use no others. */
function expectation({ keyword, params }: ValidationError): string {
  switch (keyword) {
    case "type":
      return withArticle(String(params.type).replace(",", " or "));
    case "enum":
      return (params.allowedValues as readonly unknown[]).map((each) => JSON.stringify(each)).join(" or ");
    case "const":
      return JSON.stringify(params.allowedValue);
    case "exclusiveMinimum":
      return `more than ${String(params.limit)}`;
    case "required":
      return "given";
    case "not":
      return "left out";
    default:
      return `valid (${keyword})`;
  }
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
