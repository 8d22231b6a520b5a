import { RecoveryError } from "../errors.ts";
import { JOB_STATES, type JobLease, type JsonValue, MAX_PAYLOAD_CHARS, type NewJob } from "./job.ts";
import type { JobFilter, ReadyFilter } from "./job-reader.ts";
import { MAX_WHY_CHARS } from "./job-runner.ts";

/** Characters of a key or a name. */
const MAX_NAME_CHARS = 512;

/** Names in one call. */
const MAX_NAMES = 10_000;

const MAX_PRIORITY = 1_000;

/** The last instant that a date can tell, epoch ms. */
const MAX_MS = 8_640_000_000_000_000;

/** A control character, which some databases take in no text. */
const CONTROL = /\p{Cc}/u;

/** A job that was looked at. */
export interface CheckedJob extends Omit<NewJob, "batch" | "priority" | "payload"> {
  readonly batch: string | null;
  readonly priority: number;
  /** As JSON. */
  readonly payload: string;
}

/** Refuses what a caller may not say; everything here throws `JOB_INVALID` and touches nothing. */
function invalid(expected: string, got: unknown, where: string): RecoveryError {
  return new RecoveryError("JOB_INVALID", `Expected ${expected}, got ${shown(got)} (${where})`);
}

/** What came, short: it may be anything. */
function shown(got: unknown): string {
  if (typeof got === "string") return JSON.stringify(got.length <= 40 ? got : `${got.slice(0, 40)}…`);
  return typeof got === "number" || got === null || got === undefined ? String(got) : typeof got;
}

export function checkName(value: unknown, where: string): string {
  const isName =
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= MAX_NAME_CHARS &&
    value.isWellFormed() &&
    !CONTROL.test(value);
  if (!isName) throw invalid(`1 to ${MAX_NAME_CHARS} characters without control characters`, value, where);
  return value;
}

export function checkNames(values: unknown, where: string): readonly string[] {
  const names = checkList(values, where);
  if (names.length > MAX_NAMES) throw invalid(`at most ${MAX_NAMES} names`, names.length, where);
  return names.map((each, at) => checkName(each, `${where}[${at}]`));
}

export function checkMs(value: unknown, where: string): number {
  const isMs = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_MS;
  if (!isMs) throw invalid("a whole number of ms since 1970", value, where);
  return value;
}

export function checkWhole(value: unknown, limits: { min: number; max: number }, where: string): number {
  const { min, max } = limits;
  const isWhole = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  if (!isWhole) throw invalid(`a whole number from ${min} to ${max}`, value, where);
  return value;
}

/** US dollars. */
export function checkCost(value: unknown, where: string): number {
  const isCost = typeof value === "number" && Number.isFinite(value) && value >= 0;
  if (!isCost) throw invalid("a number of dollars, 0 or more", value, where);
  return value;
}

export function checkBoolean(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw invalid("true or false", value, where);
  return value;
}

/**
 * A reason. What agents and services say is in it, so whatever cannot be stored is made so that it can: a holder that has something to say of its job
 * must not be refused for its words.
 */
export function checkWhy(value: unknown, where: string): string {
  if (typeof value !== "string" || value.trim() === "") throw invalid("words", value, where);
  return value.slice(0, MAX_WHY_CHARS).toWellFormed().replaceAll("\0", "");
}

export function checkLease(lease: unknown): JobLease {
  const { key, holder, token } = checkObject(lease, "lease");
  return {
    key: checkName(key, "lease.key"),
    holder: checkName(holder, "lease.holder"),
    token: checkWhole(token, { min: 1, max: Number.MAX_SAFE_INTEGER }, "lease.token"),
  };
}

export function checkObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("an object", value, where);
  return value as Readonly<Record<string, unknown>>;
}

export function checkJobs(jobs: unknown): readonly CheckedJob[] {
  return checkList(jobs, "jobs").map((each, at) => {
    const where = `jobs[${at}]`;
    const { key, batch, account, sessionKey, payload, notBeforeMs, priority } = checkObject(each, where);
    return {
      key: checkName(key, `${where}.key`),
      batch: batch === undefined ? null : checkName(batch, `${where}.batch`),
      account: checkName(account, `${where}.account`),
      sessionKey: checkName(sessionKey, `${where}.sessionKey`),
      payload: checkJson(payload, MAX_PAYLOAD_CHARS, `${where}.payload`),
      notBeforeMs: checkMs(notBeforeMs, `${where}.notBeforeMs`),
      priority: checkWhole(priority ?? 0, { min: -MAX_PRIORITY, max: MAX_PRIORITY }, `${where}.priority`),
    };
  });
}

export function checkFilter(filter: unknown): JobFilter {
  const { states, ...rest } = checkObject(filter, "filter");
  const names = ["account", "batch", "sessionKey", "owner"].flatMap((name) =>
    rest[name] === undefined ? [] : [[name, checkName(rest[name], `filter.${name}`)]],
  );
  if (states === undefined) return Object.fromEntries(names) as JobFilter;
  const known = checkNames(states, "filter.states").map((each, at) => {
    const state = JOB_STATES.find((own) => own === each);
    if (state === undefined) throw invalid(`one of ${JOB_STATES.join(", ")}`, each, `filter.states[${at}]`);
    return state;
  });
  return { ...Object.fromEntries(names), states: known };
}

/** Which jobs may be taken. */
export function checkReady(given: unknown, where: string): Omit<ReadyFilter, "limit"> {
  const { key, batch, closedAccounts } = checkObject(given, where);
  return {
    closedAccounts: checkNames(closedAccounts ?? [], `${where}.closedAccounts`),
    ...(key !== undefined && { key: checkName(key, `${where}.key`) }),
    ...(batch !== undefined && { batch: checkName(batch, `${where}.batch`) }),
  };
}

function checkList(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid("a list", value, where);
  return value;
}

/** Any value, as JSON. */
export function checkJson(value: unknown, maxChars: number, where: string): string {
  const json = toJson(value as JsonValue, where);
  if (json === undefined) throw invalid("a value that JSON can say", value, where);
  if (json.length > maxChars) throw invalid(`at most ${maxChars} characters of JSON`, json.length, where);
  return json;
}

/** Undefined for what JSON leaves out. */
function toJson(value: JsonValue, where: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new RecoveryError("JOB_INVALID", `Expected a value that JSON can say: ${words} (${where})`, {
      cause,
    });
  }
}
