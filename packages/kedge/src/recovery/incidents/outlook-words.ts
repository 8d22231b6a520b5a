import { countOf } from "../number-words.ts";
import { atTime, fromNow, type Moment, shortTime } from "../time-words.ts";
import type { StoredIncident } from "./incident-context.ts";

/** What goes on with the work that an incident stopped, as far as Kedge does it. */
export interface Outlook {
  /** Pieces of work that go on by themselves. */
  readonly waiting: number;
  /** Epoch ms: when the first of them does; null without one. */
  readonly nextMs: number | null;
  /** Pieces of work that wait for a person. */
  readonly held: number;
}

/** When it ends, and when which work goes on. */
export function nextWords(
  { until_ms, owner, scope }: StoredIncident,
  outlook: Outlook,
  moment: Moment,
): string {
  const { waiting, nextMs, held } = outlook;
  const end =
    until_ms === null
      ? []
      : [`It is said to end ${atTime(shortTime(until_ms, moment))}, ${fromNow(until_ms, moment)}.`];
  // What is due, and has not begun, waits for the account as well.
  const closedMs = scope === "account" ? (until_ms ?? 0) : 0;
  const goesOnMs = Math.max(nextMs ?? 0, closedMs);
  const isOne = waiting === 1;
  const pieces = countOf(waiting, "piece");
  const goesOn =
    waiting === 0
      ? []
      : [
          owner === "person" && scope === "account"
            ? `${pieces} of work ${isOne ? "waits" : "wait"} for the account.`
            : goesOnMs <= moment.now()
              ? `${pieces} of work ${isOne ? "is" : "are"} due${isOne ? "" : ", one of them first"}.`
              : `${pieces} of work ${isOne ? "goes" : "go"} on from ${shortTime(goesOnMs, moment)}${isOne ? "" : ", one of them first"}.`,
        ];
  const waits = held === 0 ? [] : [heldWords(outlook)];
  const none =
    owner === "person" ? "Nothing goes on by itself." : "Kedge runs none of this work: it only watches.";
  const words = [...end, ...goesOn, ...waits];
  return [...words, ...(waiting + held === 0 ? [none] : [])].join(" ");
}

/** How much work waits for a person. */
export function heldWords({ held }: Outlook): string {
  return `${countOf(held, "piece")} of work ${held === 1 ? "waits" : "wait"} for you.`;
}
