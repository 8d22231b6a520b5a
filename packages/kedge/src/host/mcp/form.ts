import { cleanText, isJsonObject, type JsonObject, ownValue } from "../../protocol/index.ts";
import type { FieldValue, FormField } from "./ports.ts";

/** A form as a server asks for it: JSON Schema of an object with flat properties. */
export type FormSchema = {
  readonly properties: JsonObject;
  readonly required?: readonly string[] | undefined;
};

/** Fields of one form. */
const MAX_FIELDS = 50;

/** Choices of one field; more than these nobody reads. */
const MAX_OPTIONS = 300;

/** Characters of an answer. */
const MAX_ANSWER = 10_000;

/** Characters of what is shown beside a field. */
const MAX_SHOWN = 500;

/** The fields that a person is asked for; null for a form that nobody can fill in. */
export function readForm({ properties, required = [] }: FormSchema): readonly FormField[] | null {
  const names = Object.keys(properties);
  if (names.length > MAX_FIELDS || required.some((name) => !names.includes(name))) return null;
  const fields = names.map((name) => readField(name, ownValue(properties, name), required.includes(name)));
  return fields.every((field) => field !== null) ? fields : null;
}

function readField(name: string, schema: unknown, isRequired: boolean): FormField | null {
  if (!isJsonObject(schema)) return null;
  const options = readOptions(schema);
  const kind = kindOf(schema, options !== null);
  if (kind === null || (options?.length ?? 0) > MAX_OPTIONS) return null;
  const { title, description, default: standard } = schema;
  return {
    ...{ name, isRequired, kind, title: shown(typeof title === "string" ? title : name) },
    ...(typeof description === "string" ? { description: shown(description) } : {}),
    ...(options ? { options } : {}),
    // One that is too long to be shown whole is none that somebody could agree to.
    ...(isFieldValue(standard) && String(standard).length <= MAX_SHOWN ? { standard } : {}),
  };
}

function kindOf({ type }: JsonObject, hasOptions: boolean): FormField["kind"] | null {
  switch (type) {
    case "string":
      return hasOptions ? "choice" : "text";
    case "array":
      return hasOptions ? "choices" : null;
    case "number":
    case "integer":
    case "boolean":
      return type;
    default:
      return null;
  }
}

/** @source Model Context Protocol, "Elicitation": `enum` with `enumNames`, `oneOf` and `anyOf` with `const` and `title` */
function readOptions(schema: JsonObject): FormField["options"] | null {
  const { items } = schema;
  const from = schema.type === "array" && isJsonObject(items) ? items : schema;
  const titled = from.oneOf ?? from.anyOf;
  if (Array.isArray(titled))
    return titled.flatMap((each) => {
      const value = isJsonObject(each) ? each.const : undefined;
      const title = isJsonObject(each) && typeof each.title === "string" ? each.title : value;
      return typeof value === "string" ? [{ value, title: shown(String(title)) }] : [];
    });
  if (!Array.isArray(from.enum)) return null;
  const names = Array.isArray(from.enumNames) ? from.enumNames : [];
  return from.enum.flatMap((value, at) =>
    typeof value === "string" ? [{ value, title: shown(String(names[at] ?? value)) }] : [],
  );
}

/**
 * What is wrong with the content of an answer, in one clause; null when it is what was asked for. A field that was not asked for is wrong:
 * whoever answers in a person's name gives nothing more than that.
 */
export function whatIsWrongWith(content: JsonObject, schema: FormSchema): string | null {
  const fields = readForm(schema);
  if (!fields) return "the form is none that can be filled in";
  const known = new Set(fields.map(({ name }) => name));
  const other = Object.keys(content).find((name) => !known.has(name));
  if (other !== undefined) return `\`${shown(other)}\` was not asked for`;
  for (const field of fields) {
    const value = ownValue(content, field.name);
    const what = value === undefined ? field.isRequired && "is missing" : wrongValue(value, field, schema);
    if (what) return `\`${shown(field.name)}\` ${what}`;
  }
  return null;
}

function wrongValue(
  value: unknown,
  { name, kind, options = [] }: FormField,
  schema: FormSchema,
): string | null {
  const rule = ownValue(schema.properties, name);
  const own = isJsonObject(rule) ? rule : {};
  const isOption = (each: unknown): boolean => options.some((option) => option.value === each);
  switch (kind) {
    case "text":
      return typeof value === "string" ? wrongText(value, own) : "is no text";
    case "number":
    case "integer":
      return typeof value === "number" && (kind === "number" || Number.isInteger(value))
        ? wrongSize(value, own, ["minimum", "maximum"])
        : `is no ${kind === "number" ? "number" : "whole number"}`;
    case "boolean":
      return typeof value === "boolean" ? null : "is neither true nor false";
    case "choice":
      return isOption(value) ? null : "is none of the choices";
    case "choices":
      return Array.isArray(value) && value.every(isOption)
        ? wrongSize(value.length, own, ["minItems", "maxItems"])
        : "is no list of the choices";
  }
}

function wrongText(text: string, rule: JsonObject): string | null {
  if (text.length > MAX_ANSWER) return `has over ${MAX_ANSWER} characters`;
  return wrongSize([...text].length, rule, ["minLength", "maxLength"]) ?? wrongFormat(text, rule.format);
}

function wrongSize(size: number, rule: JsonObject, [least, most]: readonly [string, string]): string | null {
  if (!Number.isFinite(size)) return "is no number";
  const low = rule[least];
  const high = rule[most];
  if (typeof low === "number" && size < low) return `is less than its ${least} of ${low}`;
  return typeof high === "number" && size > high ? `is more than its ${most} of ${high}` : null;
}

/** A format that nobody knows is none, as JSON Schema has it. */
function wrongFormat(text: string, format: unknown): string | null {
  const isSound: Readonly<Record<string, () => boolean>> = {
    email: () => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text),
    uri: () => URL.canParse(text),
    date: () => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
    "date-time": () => /^\d{4}-\d{2}-\d{2}[Tt ]/.test(text) && !Number.isNaN(Date.parse(text)),
  };
  if (typeof format !== "string" || !Object.hasOwn(isSound, format)) return null;
  return isSound[format]?.() ? null : `is no ${format}`;
}

function isFieldValue(value: unknown): value is FieldValue {
  const isList = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isList || ["string", "number", "boolean"].includes(typeof value);
}

function shown(text: string): string {
  return cleanText(text.slice(0, MAX_SHOWN)).replace(/\s+/g, " ").trim();
}
