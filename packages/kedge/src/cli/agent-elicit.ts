import type { ElicitationQuestion, Elicitor, FieldValue, FormField } from "../host/index.ts";
import { escapeInvisible } from "../protocol/index.ts";
import type { Typing } from "./agent-typing.ts";
import type { Style } from "./terminal.ts";

/** Times that one field is asked for before the question is put away. */
const MAX_TRIES = 3;

/** What was typed for a field. */
type Reading =
  | { readonly type: "value"; readonly value: FieldValue }
  | { readonly type: "nothing" }
  | { readonly type: "wrong"; readonly why: string };

type Put = (text: string) => void;

/**
 * Asks the person at the terminal what an MCP server wants to know: whether to answer at all, and then field by field. Who asks is said
 * with every field, so that no server can pass for Kedge.
 */
export function createElicitor(typing: Pick<Typing, "readAnswer">, put: Put, style: Style): Elicitor {
  return {
    async elicit(question, signal) {
      const { asks } = question;
      const what =
        asks.mode === "url"
          ? `wants you to visit ${visible(asks.url)}`
          : `asks ${count(asks.fields.length)} of you`;
      const first = await typing.readAnswer(
        "  y = answer, n = decline, empty = cancel: ",
        () => put(introduction(question, what, style)),
        signal,
      );
      if (!isYes(first)) return { action: isNo(first) ? "decline" : "cancel" };
      if (asks.mode === "url") return { action: "accept" };
      const content: Record<string, FieldValue> = {};
      for (const field of asks.fields) {
        const reading = await askField(field, { typing, put, style, signal, server: question.serverName });
        if (reading === null) return { action: "cancel" };
        if (reading.type === "value") content[field.name] = reading.value;
      }
      return { action: "accept", content };
    },
  };
}

function introduction({ serverName, message }: ElicitationQuestion, what: string, style: Style): string {
  const name = visible(serverName);
  return `${style.caution("?")} The MCP server ${name} ${what}:\n    ${visible(message)}\n  ${style.faint("Give it no password and no key.")}`;
}

function count(fields: number): string {
  return fields === 1 ? "one thing" : `${fields} things`;
}

interface Asking {
  readonly typing: Pick<Typing, "readAnswer">;
  readonly put: Put;
  readonly style: Style;
  readonly signal: AbortSignal;
  readonly server: string;
}

/** Null when nobody answers any more, or never in a way that can be used. */
async function askField(
  field: FormField,
  { typing, put, style, signal, server }: Asking,
): Promise<Extract<Reading, { type: "value" | "nothing" }> | null> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const line = await typing.readAnswer(
      `  ${visible(field.title)}${hint(field)}: `,
      () => put(style.faint(`  ${visible(server)}: ${visible(field.description ?? field.title)}`)),
      signal,
    );
    if (line === null) return null;
    const reading = readField(field, line.trim());
    if (reading.type !== "wrong") return reading;
    put(style.caution(`  ${reading.why}`));
  }
  return null;
}

/** What may be typed. */
function hint({ kind, options = [], isRequired, standard }: FormField): string {
  const choices = options.map(({ title }, at) => `${at + 1} = ${visible(title)}`).join(", ");
  const kinds: Readonly<Record<FormField["kind"], string>> = {
    text: "",
    number: "a number",
    integer: "a whole number",
    boolean: "y or n",
    choice: choices,
    choices: `some of ${choices}, with commas between`,
  };
  const empty =
    standard !== undefined ? `empty = ${visible(String(standard))}` : isRequired ? "" : "may be empty";
  const parts = [kinds[kind], empty].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** Reads what was typed for a field. What the server asks of it beyond its kind is checked before it is sent. */
function readField({ kind, options = [], isRequired, standard }: FormField, line: string): Reading {
  if (line === "") {
    if (standard !== undefined) return { type: "value", value: standard };
    return isRequired ? { type: "wrong", why: "An answer is needed." } : { type: "nothing" };
  }
  switch (kind) {
    case "text":
      return { type: "value", value: line };
    case "number":
    case "integer": {
      const value = Number(line);
      const isSound = kind === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
      return isSound
        ? { type: "value", value }
        : { type: "wrong", why: `Expected ${kind === "integer" ? "a whole number" : "a number"}.` };
    }
    case "boolean":
      if (isYes(line)) return { type: "value", value: true };
      return isNo(line) ? { type: "value", value: false } : { type: "wrong", why: "Expected y or n." };
    case "choice": {
      const value = chosen(line, options);
      return value === null
        ? { type: "wrong", why: "Expected one of the choices." }
        : { type: "value", value };
    }
    case "choices": {
      const values = line.split(",").map((part) => chosen(part.trim(), options));
      return values.every((value) => value !== null)
        ? { type: "value", value: values }
        : { type: "wrong", why: "Expected some of the choices, with commas between." };
    }
  }
}

/** A choice by its number, its value or its title. */
function chosen(text: string, options: NonNullable<FormField["options"]>): string | null {
  const byNumber = /^\d+$/.test(text) ? options[Number(text) - 1] : undefined;
  const found = byNumber ?? options.find(({ value, title }) => text === value || text === title);
  return found?.value ?? null;
}

function isYes(line: string | null): boolean {
  return /^y(?:es)?$/i.test(line?.trim() ?? "");
}

function isNo(line: string | null): boolean {
  return /^no?$/i.test(line?.trim() ?? "");
}

/** Further lines are set in, so that no text looks like a question of ours. */
function visible(text: string): string {
  return escapeInvisible(text).replaceAll("\n", "\n    ");
}
