import { isJsonObject } from "../../protocol/index.ts";
import { calledWords, nameOf, shellQuoted } from "./hook-entry.ts";

/** File name of the waiter, by which its handlers are known wherever it lies. */
export const WAKE_NAME = "kedge-wake";

/**
 * Which events the waiter is there for, and what it is told to do. A prompt says that a person goes on with the session; a session's end that
 * nobody does, though its agent may live on with another one: after /clear it ends no handler that still runs (measured on 2.1.329).
 */
export const WAKES = { StopFailure: "wait", UserPromptSubmit: "typed", SessionEnd: "over" } as const;

/** Events that the waiter is installed for. */
export type WakeEvent = keyof typeof WAKES;

/** How to wake after failures of one kind, while no supervisor decides. */
export interface WakeRule {
  /** As the hook calls the failure. */
  readonly error: string;
  readonly attempts: number;
  /** Whole seconds. */
  readonly baseS: number;
  readonly capS: number;
  /** In place of the timer's. */
  readonly nudge?: string;
}

/** What a waiter does by itself: it stands in the command that starts it, since it reads no policy. */
export interface WakeTimer {
  readonly rules: readonly WakeRule[];
  /** Wakes since the last prompt, whatever the failures. */
  readonly attempts: number;
  /** Seconds from the first of these wakes on. */
  readonly totalS: number;
  /** Seconds that one wait lasts at most. */
  readonly limitS: number;
  /** Wakes at no other time: `HHMM-HHMM@<zone>`, the zone as the C library reads `TZ`. */
  readonly hours?: string;
  readonly nudge: string;
}

/** The handlers of the waiter as they stand in settings. One that a user has taken out may be missing. */
export type WakeHandlers = Readonly<Partial<Record<WakeEvent, Readonly<Record<string, unknown>>>>>;

/** Between the end of the longest wait and the time at which the agent would end the handler, in seconds. */
const GRACE_S = 30;
/** Seconds for those that take some milliseconds. */
const TIMEOUT_S = 10;
/** What the user sees in place of the text that the session is told. */
const SUMMARY = "Kedge wakes this session after an API failure.";

/**
 * The handlers of the waiter. `exec` makes it the only process: a shell that waits for it would be one more.
 *
 * @param script absolute path of the installed waiter
 */
export function wakeHandlers(script: string, timer: WakeTimer): Required<WakeHandlers> {
  const command = (event: WakeEvent, words: readonly string[] = []): string =>
    ["exec", shellQuoted(script), WAKES[event], ...words].join(" ");
  return {
    StopFailure: {
      ...{ type: "command", command: command("StopFailure", timerWords(timer)), asyncRewake: true },
      ...{ rewakeSummary: SUMMARY, timeout: timer.limitS + GRACE_S },
    },
    UserPromptSubmit: { type: "command", command: command("UserPromptSubmit"), timeout: TIMEOUT_S },
    SessionEnd: { type: "command", command: command("SessionEnd"), timeout: TIMEOUT_S },
  };
}

function timerWords({ rules, attempts, totalS, limitS, hours, nudge }: WakeTimer): readonly string[] {
  const own = rules.filter((rule) => rule.nudge !== undefined && rule.nudge !== nudge);
  return [
    ...[`limit=${limitS}`, `total=${totalS}`, `attempts=${attempts}`],
    ...(hours === undefined ? [] : [shellQuoted(`hours=${hours}`)]),
    ...rules.map((rule) => `${rule.error}=${rule.attempts}/${rule.baseS}/${rule.capS}`),
    shellQuoted(`nudge=${nudge}`),
    ...own.map((rule) => shellQuoted(`nudge.${rule.error}=${rule.nudge}`)),
  ];
}

/** The path of the waiter that a configured handler runs, as it stands there; null when it runs another program. */
export function readWakeCall(handler: unknown): string | null {
  const [script = ""] = calledWords(handler);
  return nameOf(script) === WAKE_NAME ? script : null;
}

/** Whether a handler of the waiter does what it should. What the user sees of it is theirs to change. */
export function isWakeAsWanted(handler: unknown, wanted: Readonly<Record<string, unknown>>): boolean {
  if (!isJsonObject(handler)) return false;
  const keys = new Set([...Object.keys(handler), ...Object.keys(wanted)]);
  return [...keys].every(
    (key) => key === "rewakeSummary" || key === "statusMessage" || handler[key] === wanted[key],
  );
}
