import type { FailureFilter } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Moment } from "../moment.ts";
import { readTime } from "../time-span.ts";

/** Options that choose failures. */
export interface FilterOptions {
  readonly project?: string;
  readonly kind?: string;
  readonly session?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Reads the options that choose failures. */
export function readFilter(options: FilterOptions, moment: Moment): FailureFilter {
  const { project, kind, session, since, until } = options;
  const range = readRange({ since, until }, moment);
  return {
    ...(project === undefined ? {} : { project }),
    ...(kind === undefined ? {} : { kind }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...range,
  };
}

/** Reads `--since` and `--until`. */
export function readRange(
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  moment: Moment,
): { readonly fromMs?: number; readonly untilMs?: number } {
  const fromMs = since === undefined ? undefined : readTime(since, { option: "--since" }, moment);
  const untilMs =
    until === undefined ? undefined : readTime(until, { option: "--until", endsDay: true }, moment);
  if (fromMs !== undefined && untilMs !== undefined && fromMs >= untilMs)
    throw new CommandError(EXIT.usage, `expected --since to be before --until, got ${since} and ${until}.`);
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(untilMs === undefined ? {} : { untilMs }) };
}
