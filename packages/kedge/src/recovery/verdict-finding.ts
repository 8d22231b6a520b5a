import type { FailureKind } from "../protocol/index.ts";
import type { Evidence } from "./evidence.ts";
import type { Basis, Confidence, KnownCause } from "./verdict.ts";
import type { Facts, Said } from "./verdict-join.ts";

/** What a rule concludes. */
export interface Finding {
  readonly cause: KnownCause;
  readonly confidence: Confidence;
  readonly basis: Basis;
  /** The truthful kind, where it was read. */
  readonly kind?: FailureKind;
  /** The limit that refused. */
  readonly window?: string;
  /** Where it differs from what holds for the cause. */
  readonly isTransient?: boolean;
}

const SPEAKERS: Readonly<Record<string, string>> = {
  result: "The agent's result",
  stream: "The agent's stream",
  statusline: "The agent's status line",
  proxy: "The proxy",
  telemetry: "The agent's telemetry",
  transcript: "The transcript",
  stop_failure_hook: "The StopFailure hook",
  session_end_hook: "The SessionEnd hook",
  process: "The process",
  watcher: "The watcher",
};

/** Values that are shown: names of a few characters, never sentences, which could be anything. */
const SHOWN = /^[\w.-]{1,48}$/;

/**
 * Says what decided: the witness, and the field's value if it is a short name or a number.
 *
 * @param says for fields whose value is no name, what it amounts to: "The transcript says …"
 */
export function because<K extends keyof Evidence>(facts: Facts, field: K, says?: string): Basis {
  const said: Said<unknown> | undefined = facts[field];
  if (said === undefined) return { words: "Nobody said anything that decides." };
  const value = String(said.value);
  const speaker = SPEAKERS[said.witness] ?? "A witness";
  const words = says ?? (SHOWN.test(value) ? `${field} ${value}` : unnamed(field));
  return { witness: said.witness, field, words: `${speaker} says ${words}.` };
}

/** A value that is not shown: what people wrote, or what is no name. */
function unnamed(field: keyof Evidence): string {
  return field === "message" ? "so in its text" : `${field}, which is no name to show`;
}
