import {
  type AccountWait,
  accountWords,
  atTime,
  type Standing,
  type SupervisorEvent,
} from "../../recovery/index.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Moment } from "../moment.ts";
import { clockTime, progressWords, stopwatch, WAIT_WORDS, whenWords } from "./job-words.ts";

/** What the foot of the terminal shows of a batch. */
export interface BatchDisplay {
  take(event: SupervisorEvent): void;
  stand(standing: Standing, waits: readonly AccountWait[]): void;
  lines(): readonly string[];
}

/** What is shown of a session that runs. */
interface Running {
  readonly sinceMs: number;
  readonly isCanary: boolean;
  words: string;
}

/** Columns of the bar. */
const BAR = 24;

/** Draws a bar of all items, why nothing more begins, and a line for each session that runs. */
export function createBatchDisplay(
  total: number,
  titles: ReadonlyMap<string, string>,
  { moment, glyphs }: { readonly moment: Moment; readonly glyphs: Glyphs },
): BatchDisplay {
  const { now } = moment;
  const since = now();
  const running = new Map<string, Running>();
  let standing: Standing | null = null;
  let waits: readonly AccountWait[] = [];
  const head = (): string => {
    const counts = standing?.counts;
    const ended = total - (standing?.open ?? total);
    const filled = total === 0 ? BAR : Math.floor((BAR * ended) / total);
    const bar = `${(glyphs.growing.at(-1) ?? "#").repeat(filled)}${"·".repeat(BAR - filled)}`;
    const parts = [
      `${ended} of ${total}`,
      ...(counts && counts.running > 0 ? [`${counts.running} running`] : []),
      ...(counts && counts.parked > 0 ? [`${counts.parked} parked`] : []),
      ...(counts && counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ];
    return `${bar} ${parts.join(", ")}  ${stopwatch(now() - since)}`;
  };
  const waitLine = ({ account, why, untilMs }: AccountWait): string =>
    `  ${accountWords(account)}: ${WAIT_WORDS[why] ?? "waits"}${untilMs === null ? "" : `, ${whenWords(untilMs, moment)}`}`;
  return {
    take(event) {
      if (event.type === "started")
        running.set(event.key, { sinceMs: event.atMs, isCanary: event.isCanary, words: "" });
      else if (event.type === "progress") {
        const one = running.get(event.key);
        if (one) one.words = progressWords(event.answers, event.toolResults);
      } else if (event.type === "changed" || event.type === "lost") running.delete(event.key);
    },
    stand(stands, holds) {
      standing = stands;
      const isLong = ({ why, untilMs }: AccountWait): boolean =>
        why === "closed" || why === "stopped" || (untilMs !== null && untilMs - now() > 5_000);
      waits = [...new Map(holds.filter(isLong).map((wait) => [wait.account, wait])).values()];
    },
    lines() {
      const own = [...running].map(([key, { sinceMs, isCanary, words }]) => {
        const name = titles.get(key) ?? key;
        return `  ${stopwatch(now() - sinceMs).padStart(5)}  ${name}${isCanary ? ", goes first" : ""}${words === "" ? "" : `  ${words}`}`;
      });
      const next =
        running.size === 0 && standing?.nextMs != null && standing.nextMs > now()
          ? [`  goes on ${atTime(clockTime(standing.nextMs, moment))}`]
          : [];
      return [head(), ...waits.map(waitLine), ...(waits.length === 0 ? next : []), ...own];
    },
  };
}
