import type { Redactor } from "../../redact/index.ts";
import type { WitnessRecord } from "../witness.ts";

/** Characters of a text that is kept; more says nothing of a failure. */
const MAX_TEXT = 4_096;

/**
 * Makes what takes secrets out of witnesses before they are stored. The id of a witness stays what it is: it joins. Every text passes the redactor, those of
 * nested data as the value of their field; the fields of a witness itself have names of ours, which say nothing of secrets. Numbers are no
 * words and stay: a column that takes numbers would refuse what stands for one. Only what is clean is cut to its length.
 *
 * Failures that come together say much the same: what was found without a secret is not read again. For one batch only, because what was
 * read is remembered.
 */
export function cleaner(redactor: Redactor): (witness: WitnessRecord) => WitnessRecord {
  const known = new Set<string>();
  const cleanText = (text: string): string => {
    if (known.has(text)) return cut(text);
    const clean = redactor.text(text);
    if (clean === text) known.add(text);
    return cut(clean);
  };
  const cleanFields = <Fields extends object>(fields: Fields): Fields => {
    const copy: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields))
      copy[name] = typeof value === "string" ? cleanText(value) : cleanNested(value, redactor);
    return copy as Fields;
  };
  return ({ id, evidence, session }) => ({
    id,
    evidence: cleanFields(evidence),
    session: cleanFields(session),
  });
}

function cleanNested(value: unknown, redactor: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item) => cleanNested(item, redactor));
  if (typeof value === "string") return cut(redactor.text(value));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, own]) =>
      typeof own === "string"
        ? Object.entries(redactor.value({ [name]: own })).map(([key, clean]) => [key, cut(clean)])
        : [[redactor.text(name), cleanNested(own, redactor)]],
    ),
  );
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT).toWellFormed();
}
