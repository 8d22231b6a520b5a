import { findAssignments } from "./assignments.ts";
import { findCurlPasswords } from "./curl-password.ts";
import { createJsonPlacer } from "./json-place.ts";
import { SECRET_KINDS } from "./kinds.ts";
import type { KnownSecret } from "./known-secrets.ts";
import { createKnownFinder, type LabelledValue, MIN_KNOWN } from "./known-values.ts";
import { createMarker, type Marker } from "./marker.ts";
import { findPrivateKeys } from "./pem.ts";
import { redactValue } from "./redact-value.ts";
import { keepEscapes, mergeSpans, type Span } from "./span.ts";
import { createTokenFinder } from "./token-shapes.ts";
import { findUrlPasswords } from "./url-password.ts";

export interface RedactorOptions {
  /**
   * Values that must go wherever they stand: as they are, in base64, base64url, hex, escaped for a URL, for JSON or for
   * HTML, whole or wrapped over lines. Values under 4 characters are ignored. The name stands for the value in texts.
   */
  readonly known?: readonly KnownSecret[];
  /** The word a replacement begins with. Default: `redacted`, as in `[redacted: github-token]`. */
  readonly marker?: string;
}

/** Takes secrets out of what is stored and sent. */
export interface Redactor {
  /**
   * Replaces every secret of a text by its kind. Doing so again changes nothing; a text without secrets comes back as it
   * is; JSON text stays JSON text. Never throws.
   */
  text(text: string): string;
  /**
   * Copies JSON-like data with every secret replaced, in keys, too. The name of a field counts as much as `name=value`
   * does in a text. Cycles become `[cycle]`, what lies deeper than 64 levels `[too deep]`, bytes `[bytes]`, functions
   * and symbols undefined; a list or an object of another class becomes a plain one. The original is not changed.
   */
  value<Value>(value: Value): Value;
  /** How many secrets were replaced so far, by kind or name of a known value, sorted; kinds without any are left out. */
  report(): Readonly<Record<string, number>>;
}

// A replacement may uncover the beginning of another secret beside it.
const MAX_ROUNDS = 4;

/**
 * Makes a redactor for known values and for everything that looks like a secret.
 *
 * It reads no environment: pass `known: knownSecrets(env)`. Costs time in proportion to the text.
 *
 * @throws {TypeError} when `marker` is not 1 to 32 letters, blanks and hyphens
 */
export function createRedactor({ known = [], marker: word = "redacted" }: RedactorOptions = {}): Redactor {
  const findTokens = createTokenFinder();
  const values = labelValues(known, (name) => isTelling(name, known, findTokens));
  const findKnown = createKnownFinder(values);
  const marker = createMarker(word, [...SECRET_KINDS, ...values.map(({ label }) => label)]);
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);

  const findAll = (text: string): Span[] => {
    const found: Span[] = [];
    findTokens(text, found);
    findKnown(text, found);
    findPrivateKeys(text, found);
    findUrlPasswords(text, found);
    findCurlPasswords(text, found);
    findAssignments(text, marker, found);
    return found.length === 0 ? found : settle(text, found, marker);
  };
  const redactText = (text: string): string => {
    let redacted = text;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const spans = findAll(redacted);
      if (spans.length === 0) break;
      for (const { kind } of spans) count(kind);
      redacted = replace(redacted, spans, marker);
    }
    return redacted;
  };
  return {
    text: redactText,
    value: (value) =>
      redactValue(value, {
        text: redactText,
        write: marker.write,
        count,
        isMarker: (text) => marker.endAt(text, 0) === text.length,
      }),
    report: () => Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}

/** Gives every value a label that says its name, when the name itself is safe to say. */
function labelValues(known: readonly KnownSecret[], isSafe: (name: string) => boolean): LabelledValue[] {
  const labels = new Map<string, string>();
  for (const { name, value } of known) {
    const trimmed = value.trim();
    if (trimmed.length < MIN_KNOWN || labels.has(trimmed)) continue;
    labels.set(trimmed, isSafe(name) ? name : "known-value");
  }
  return [...labels].map(([value, label]) => ({ label, value }));
}

function isTelling(
  name: string,
  known: readonly KnownSecret[],
  findTokens: (text: string, found: Span[]) => void,
): boolean {
  const found: Span[] = [];
  findTokens(name, found);
  return (
    /^[\w.-]{1,64}$/.test(name) &&
    found.length === 0 &&
    !known.some(({ value }) => value !== "" && name.includes(value.trim()))
  );
}

/** Drops what stands inside of replacements, moves ends out of escapes, and joins what overlaps. */
function settle(text: string, found: readonly Span[], marker: Marker): Span[] {
  const own = marker.findOwn(text);
  const isInside = ({ start, end }: Span): boolean =>
    own.some(
      (place) => place.start < end && start < place.end && !(start <= place.start && place.end <= end),
    );
  const kept = own.length === 0 ? found : found.filter((span) => !isInside(span));
  const merged = mergeSpans(kept.flatMap((span) => keepEscapes(text, span) ?? []));
  return merged.map(createJsonPlacer(text));
}

function replace(text: string, spans: readonly Span[], marker: Marker): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, kind, quote = "" } of spans) {
    parts.push(text.slice(from, start), quote, marker.write(kind), quote);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}
