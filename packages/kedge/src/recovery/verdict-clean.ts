import { cleanText, isJsonObject, ownValue } from "../protocol/index.ts";
import type { Evidence, LimitWindow, RateLimitFacts } from "./evidence.ts";

type Reader<T> = (value: unknown) => T | undefined;
type Readers<T> = { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

const MAX_NAME_LENGTH = 256;
const MAX_TEXT_LENGTH = 4096;
const MAX_ITEMS = 100;
/** Later than any clock; what is beyond is no instant. */
export const MAX_INSTANT_MS = 200_000_000_000_000;

const name: Reader<string> = (value) => {
  if (typeof value !== "string") return undefined;
  return cleanText(value.slice(0, MAX_NAME_LENGTH)).trim() || undefined;
};
const text: Reader<string> = (value) => {
  if (typeof value !== "string") return undefined;
  return cleanText(value.slice(0, MAX_TEXT_LENGTH)).replace(/\s+/g, " ").trim() || undefined;
};
const flag: Reader<boolean> = (value) => (typeof value === "boolean" ? value : undefined);
const count: Reader<number> = (value) =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
const instant: Reader<number> = (value) =>
  typeof value === "number" && value >= 0 && value <= MAX_INSTANT_MS ? value : undefined;
const status: Reader<number> = (value) =>
  Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 999 ? Number(value) : undefined;
const exitCode: Reader<number> = (value) => (Number.isInteger(value) ? Number(value) : undefined);
const names: Reader<readonly string[]> = (value) =>
  Array.isArray(value) ? value.slice(0, MAX_ITEMS).flatMap((item) => name(item) ?? []) : undefined;

/** Reads the fields of a table; what is missing or malformed is left out. Keys come in the table's order. */
function readFields<T>(value: unknown, readers: Readers<T>): Partial<T> | undefined {
  if (!isJsonObject(value)) return undefined;
  const found: Partial<T> = {};
  // Some forty fields for each witness, most of them missing: a loop makes nothing for those.
  for (const key of Object.keys(readers) as (keyof T & string)[]) {
    const read = readers[key](ownValue(value, key));
    if (read !== undefined) found[key] = read;
  }
  return found;
}

const window: Reader<LimitWindow> = (value) =>
  readFields<LimitWindow>(value, { status: name, utilization: count, resetAtMs: instant });

const ALIASES: Readonly<Record<string, string>> = { "5h": "five_hour", "7d": "seven_day" };
const windowName: Reader<string> = (value) => {
  const found = name(value);
  return found === undefined || !Object.hasOwn(ALIASES, found) ? found : ALIASES[found];
};

const windows: Reader<Readonly<Record<string, LimitWindow>>> = (value) => {
  if (!isJsonObject(value)) return undefined;
  const keys = Object.keys(value).sort().slice(0, MAX_ITEMS);
  const found = keys.map((key) => [windowName(key), window(ownValue(value, key))] as const);
  return Object.fromEntries(
    found.flatMap(([key, one]) => (key !== undefined && one !== undefined ? [[key, one]] : [])),
  );
};

const rateLimit: Reader<RateLimitFacts> = (value) =>
  readFields<RateLimitFacts>(value, {
    status: name,
    window: windowName,
    resetAtMs: instant,
    utilization: count,
    windows,
    overage: window,
    errorCode: name,
  });

function subagent(value: unknown): Evidence["subagent"] {
  const { id, type } = readFields<{ id: string; type?: string }>(value, { id: name, type: name }) ?? {};
  return id === undefined ? undefined : { id, ...(type !== undefined && { type }) };
}

function lastTool(value: unknown): Evidence["lastTool"] {
  const readers = { name, inputDigest: name };
  const { name: tool, inputDigest } = readFields<NonNullable<Evidence["lastTool"]>>(value, readers) ?? {};
  return tool === undefined || inputDigest === undefined ? undefined : { name: tool, inputDigest };
}

const FIELDS: Readers<Evidence> = {
  witness: name,
  atMs: instant,
  seenAtMs: instant,
  agent: name,
  sessionId: name,
  agentVersion: name,
  promptId: name,
  runId: name,
  subagent,
  event: name,
  kind: name,
  status,
  errorType: name,
  requestId: name,
  model: name,
  attempts: count,
  message: text,
  details: text,
  apiError: name,
  terminalReason: name,
  stopReason: name,
  isError: flag,
  connection: name,
  retryAfterMs: count,
  resetAtMs: instant,
  resetFrom: name,
  rateLimit,
  shouldRetry: flag,
  exitCode,
  signal: name,
  hasResult: flag,
  isRunning: flag,
  lastEventAtMs: instant,
  endReason: name,
  lastTool,
  permissionDenials: names,
  lastAnswerId: name,
  hasAnswerBefore: flag,
  turns: count,
  answerLength: count,
  durationMs: count,
};

/**
 * Takes evidence as a ledger or an adapter gives it, and leaves out what is malformed: texts are cleaned and bounded, numbers are
 * finite, keys have one order.
 *
 * @returns undefined for what names no witness and no time
 */
export function cleanEvidence(value: unknown): Evidence | undefined {
  const { witness, atMs, ...rest } = readFields<Evidence>(value, FIELDS) ?? {};
  if (witness === undefined || atMs === undefined) return undefined;
  return {
    ...rest,
    witness,
    atMs,
    seenAtMs: rest.seenAtMs ?? atMs,
    agent: rest.agent ?? "",
    sessionId: rest.sessionId ?? "",
  };
}
