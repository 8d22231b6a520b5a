import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { chooseGlyphs } from "../glyphs.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openRecords } from "../open-ledger.ts";
import { readRange } from "./failure-filter.ts";
import { showValue } from "./failure-shown.ts";
import { statsJson } from "./stats-json.ts";
import { STATS_GROUPS, type StatsGroup, statsText } from "./stats-text.ts";

/** Options of the command. */
export interface StatsOptions {
  /** As typed; default `7d`. */
  readonly since?: string;
  readonly until?: string;
  readonly project?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `kedge stats`: failures counted, in tables and over the hours of the day. */
export async function showStats(
  options: StatsOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const { project, since = "7d", until } = options;
  const by = readGroup(options.by);
  const { fromMs = 0, untilMs = moment.now() + 1 } = readRange({ since, until }, moment);
  await using records = await openRecords(context, moment);
  const filter = { fromMs, untilMs, ...(project === undefined ? {} : { project }) };
  const read = await records.ledger.stats(filter).catch((error: unknown) => {
    throw inWords(error);
  });
  const stats = showValue(read, records.redactor);
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify(statsJson(stats, { project, moment }), null, 2));
  else terminal.out(statsText(stats, { by, project, terminal, moment, glyphs: chooseGlyphs(context.env) }));
  return EXIT.ok;
}

function readGroup(by: string | undefined): StatsGroup | undefined {
  const found = STATS_GROUPS.find((group) => group === by);
  if (by === undefined || found !== undefined) return found;
  throw new CommandError(
    EXIT.usage,
    `expected one of ${STATS_GROUPS.join(", ")} after --by, got ${JSON.stringify(by.slice(0, 40))}.`,
  );
}
