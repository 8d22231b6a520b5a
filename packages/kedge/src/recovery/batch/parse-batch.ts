import { type ConfigProblem, createProblem, describeIssue } from "../../config/index.ts";
import { createRedactor, type Redactor } from "../../redact/index.ts";
import { toProblems } from "../config-problems.ts";
import { createDescribe, type Describe, shortText } from "./batch-fields.ts";
import type { BatchOptions, BatchReading } from "./batch-reading.ts";
import { createBatchSchema } from "./batch-schema.ts";
import { findExcess } from "./batch-size.ts";
import { fillBatch } from "./fill-batch.ts";

/** Names of fields; other keys are looked at before they are repeated. */
const PLAIN_KEY = /^[a-z_]{1,12}$/;

/** Reads a batch out of a value that somebody wrote: what `readBatch` does, for those who have loaded zod. */
export function parseBatch(value: unknown, options: BatchOptions = {}): BatchReading {
  const excess = findExcess(value);
  if (excess.length > 0) return { ok: false, problems: excess };
  const redactor = createRedactor();
  const describe = createDescribe(redactor);
  const reading = createBatchSchema(describe).safeParse(value ?? {}, {
    error: (issue) => describeIssue(issue, { describe, describeKey: describeBlankKey(describe) }),
    reportInput: true,
  });
  if (reading.success) return fillBatch(reading.data, options);
  const problems = withoutEchoes(toProblems(reading.error.issues));
  return { ok: false, problems: problems.map((problem) => showShort(problem, redactor)) };
}

/** `- Fix this: it is broken` is an object to YAML, and its author meant a prompt. */
function describeBlankKey(describe: Describe) {
  return (key: string, known: readonly string[]): string | undefined =>
    known.includes("prompt") && /\s/.test(key)
      ? `expected a known key, got ${describe(key)}; a prompt with a colon needs quotes`
      : undefined;
}

/** What is wrong within an item says why the item as a whole is wrong: a mistyped `promt` is why it has no prompt. */
function withoutEchoes(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const explained = new Set(problems.filter(({ keys }) => keys.length > 2).map(({ keys }) => keys[1]));
  return problems.filter(({ keys }) => keys[0] !== "items" || keys.length !== 2 || !explained.has(keys[1]));
}

/** Keys are texts of the file, too: what may be a prompt or a secret is not repeated in the path either. */
function showShort({ keys, message }: ConfigProblem, redactor: Redactor): ConfigProblem {
  const shown = keys.map((key) =>
    typeof key === "number" || PLAIN_KEY.test(key) ? key : (shortText(key, redactor) ?? "hidden"),
  );
  return { path: createProblem(shown, message).path, keys, message };
}
