import { causeWords, countOf, dollars, durationWords, type ItemOutcome } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import { layOut, type Terminal } from "../terminal.ts";
import { ACTION_WORDS, STATE_WORDS, whenWords } from "./job-words.ts";

/** A table of what became of items: one row each, and what went wrong on the way behind it. */
export function outcomeTable(outcomes: readonly ItemOutcome[], terminal: Terminal, moment: Moment): string {
  const { style, width } = terminal;
  const rows = outcomes.map((item) => {
    const paint =
      item.state === "done" ? style.good : isOpen(item) && !item.needsPerson ? style.caution : style.bad;
    return [paint(stateWords(item, moment)), item.key, numbers(item), story(item)];
  });
  return layOut(rows, { width });
}

function isOpen({ endedMs }: ItemOutcome): boolean {
  return endedMs === null;
}

function stateWords({ state, needsPerson, dueMs }: ItemOutcome, moment: Moment): string {
  if (needsPerson) return "waits for you";
  if ((state === "parked" || state === "queued") && dueMs !== null && dueMs > moment.now())
    return `goes on ${whenWords(dueMs, moment)}`;
  return STATE_WORDS[state];
}

function numbers({ startedMs, endedMs, costUsd }: ItemOutcome): string {
  const took =
    startedMs === null || endedMs === null ? [] : [durationWords(Math.max(0, endedMs - startedMs))];
  return [...took, ...(costUsd === null || costUsd === 0 ? [] : [dollars(costUsd)])].join(", ");
}

const ENDINGS: readonly string[] = ["hold", "give_up"];

/** What went wrong, and how it ends. */
function story({ failures, why, state, needsPerson }: ItemOutcome): string {
  const steps = failures.map(
    ({ cause, action }) =>
      `${causeWords(cause)} → ${action === null ? "?" : (ACTION_WORDS[action] ?? action)}`,
  );
  const shown =
    steps.length > 4
      ? [...steps.slice(0, 2), `${countOf(steps.length - 3, "more", "more")}`, ...steps.slice(-1)]
      : steps;
  // What is held or given up was said as what was done.
  const isSaid = ENDINGS.includes(failures.at(-1)?.action ?? "");
  const end =
    state !== "done" && (needsPerson || failures.length === 0) && !isSaid && why !== null ? [why] : [];
  return [...(shown.length === 0 ? [] : [shown.join(", ")]), ...end].join(". ");
}
