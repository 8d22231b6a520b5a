import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { clockTime } from "../work/job-words.ts";

/** How much a line matters. */
type LogLevel = "info" | "warning" | "error";

/** A line of the log of `kedge up`. */
interface LogLine {
  readonly level: LogLevel;
  /** What happened, for programs: `failure`, `told`, `adopted`, … */
  readonly event: string;
  /** The same for people. */
  readonly words: string;
  /** Plain data beside. */
  readonly data?: object;
}

/** Writes the log. */
export type UpLog = (line: LogLine) => void;

/** A log for people, or JSON Lines. Everything in it has passed the redactor, or is Kedge's own words. */
export function createUpLog(
  { terminal }: Context,
  moment: Moment,
  { json }: { readonly json: boolean },
): UpLog {
  const { style } = terminal;
  const colours: Readonly<Record<LogLevel, (text: string) => string>> = {
    info: (text) => text,
    warning: style.caution,
    error: style.bad,
  };
  return ({ level, event, words, data }) => {
    const atMs = moment.now();
    terminal.out(
      json
        ? JSON.stringify({ time: new Date(atMs).toISOString(), level, event, words, ...data })
        : `${style.faint(clockTime(atMs, moment))} ${colours[level](words)}`,
    );
  };
}
