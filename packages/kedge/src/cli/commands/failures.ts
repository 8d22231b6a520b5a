import type { FailureFilter, FailurePage } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openRecords, type Records } from "../open-ledger.ts";
import { startProgress } from "../progress.ts";
import { wrapText } from "../text-width.ts";
import { type FilterOptions, readFilter } from "./failure-filter.ts";
import { failureJson } from "./failure-json.ts";
import { showFailure } from "./failure-shown.ts";
import { failureTable } from "./failure-table.ts";

/** Options of the command. */
export interface FailuresOptions extends FilterOptions {
  /** As typed; default 20. */
  readonly limit?: string;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;

/** Failures that are read at once. */
const PAGE = 1_000;

/** `kedge failures`: what failed, the newest first, one line each. */
export async function listFailures(
  options: FailuresOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const limit = readLimit(options.limit);
  const filter = readFilter(options, moment);
  await using records = await openRecords(context, moment);
  const { failures, hasMore } = await readPages(records, { ...filter, limit }, context);
  const shown = failures.map((row) => showFailure(row, records.redactor));
  const { terminal } = context;
  if (options.json) {
    terminal.out(JSON.stringify(shown.map(failureJson), null, 2));
    if (hasMore) terminal.err(`kedge: these are the newest ${limit}; --limit gives more.`);
    return EXIT.ok;
  }
  if (shown.length === 0) terminal.out(noneWords(filter));
  else terminal.out(failureTable(shown, terminal, moment));
  if (hasMore) {
    const words = `These are the newest ${limit}: --limit ${limit * 5} shows more, --since and --kind narrow them.`;
    terminal.out(terminal.style.faint(wrapText(words, terminal.width).join("\n")));
  }
  return EXIT.ok;
}

function readLimit(text = String(DEFAULT_LIMIT)): number {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new CommandError(
    EXIT.usage,
    `expected a number from 1 after --limit, got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}

/** Reads page after page up to the limit of the filter. */
async function readPages(
  { ledger }: Pick<Records, "ledger">,
  { limit = Number.POSITIVE_INFINITY, ...filter }: FailureFilter,
  { terminal }: Context,
): Promise<FailurePage> {
  const failures: FailurePage["failures"][number][] = [];
  using _progress = startProgress(() => `Reading failures: ${failures.length} so far …`, terminal.err);
  for (;;) {
    const last = failures.at(-1);
    const page = await ledger
      .failures({
        ...filter,
        limit: Math.min(PAGE, limit - failures.length),
        ...(last === undefined ? {} : { after: { atMs: last.at_ms, id: last.id } }),
      })
      .catch((error: unknown) => {
        throw inWords(error);
      });
    failures.push(...page.failures);
    if (!page.hasMore || failures.length >= limit) return { failures, hasMore: page.hasMore };
    // SQLite answers at once, without ever coming back to the timers: progress and Ctrl-C need a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function noneWords(filter: FailureFilter): string {
  if (Object.keys(filter).length > 0)
    return "No failure matches. `kedge failures` without options shows the newest of all.";
  return [
    "No failure is recorded.",
    "`kedge install claude-code` has those of Claude Code recorded; `kedge doctor` proves that it works.",
  ].join("\n");
}
