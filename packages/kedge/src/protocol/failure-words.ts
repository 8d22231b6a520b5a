import { isJsonObject, ownValue } from "./json.ts";
import { cleanText } from "./text.ts";

/** What an error of the API says in words. A part that is missing or malformed is left out. */
export interface ErrorWords {
  /** `error.type`, as the API has it; an open list. */
  errorType?: string;
  /** The API's id of the request. */
  requestId?: string;
  /** One line without control characters, at most 500 characters. Not redacted. */
  message?: string;
}

const MAX_BODY_LENGTH = 65_536;
const MAX_MESSAGE_LENGTH = 500;
// Cleaning shortens a text, so more is read than is kept.
const MAX_RAW_MESSAGE_LENGTH = 4096;
const NAME = /^[\w.:-]{1,128}$/;

/**
 * Reads an error body: the error object of a JSON body, the title of an HTML page, or else the text itself.
 *
 * Only the first 64 Ki characters are looked at, so a longer JSON body says nothing. Never throws.
 */
export function readErrorBody(body: string | undefined): ErrorWords {
  const text = body?.slice(0, MAX_BODY_LENGTH).trim() ?? "";
  if (text.startsWith("<")) return keepWords({ message: /<title>([^<]*)/i.exec(text)?.[1] });
  try {
    return readErrorObject(JSON.parse(text));
  } catch {
    // half of a JSON text is no sentence to show or to judge by
    return /^[[{"]/.test(text) ? {} : keepWords({ message: text });
  }
}

/**
 * Reads `{type, message}`, or an event or body that holds it as `error` beside `request_id`.
 *
 * @param value as `JSON.parse` gives it; own properties of its two upper levels are read, no others
 */
export function readErrorObject(value: unknown): ErrorWords {
  if (!isJsonObject(value)) return typeof value === "string" ? keepWords({ message: value }) : {};
  const inner = ownValue(value, "error");
  const requestId = ownValue(value, "request_id");
  if (typeof inner === "string") return keepWords({ message: inner, requestId });
  const error = isJsonObject(inner) ? inner : value;
  // in an envelope without an error object, `type` names the envelope
  const errorType =
    error === value && ownValue(value, "type") === "error" ? undefined : ownValue(error, "type");
  return keepWords({ errorType, requestId, message: ownValue(error, "message") });
}

/** Keeps those of the words that are what they should be. */
export function keepWords(words: { [name in keyof ErrorWords]: unknown }): ErrorWords {
  const message = typeof words.message === "string" ? boundMessage(words.message) : "";
  return {
    ...(isName(words.errorType) && { errorType: words.errorType }),
    ...(isName(words.requestId) && { requestId: words.requestId }),
    ...(message !== "" && { message }),
  };
}

function boundMessage(text: string): string {
  const line = cleanText(text.slice(0, MAX_RAW_MESSAGE_LENGTH)).replace(/\s+/g, " ").trim();
  // a cut between the halves of a surrogate pair leaves half a character, which is dropped
  return line
    .slice(0, MAX_MESSAGE_LENGTH)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
}

function isName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value);
}
