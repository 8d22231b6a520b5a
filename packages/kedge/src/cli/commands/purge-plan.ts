import {
  countOf,
  type FailureFilter,
  type Overview,
  type PurgeFilter,
  shortTime,
} from "../../recovery/index.ts";
import type { Context } from "../context.ts";
import { cutText } from "../cut-text.ts";
import type { Moment } from "../moment.ts";
import { inWords, type Records } from "../open-ledger.ts";
import type { Terminal } from "../terminal.ts";
import { wrapText } from "../text-width.ts";
import { readTime } from "../time-span.ts";
import { findFailure } from "./failure-find.ts";
import { showValue } from "./failure-shown.ts";

/** What is to go; exactly one of them. */
export interface PurgeOptions {
  readonly project?: string;
  /** Id of a session, or its beginning. */
  readonly session?: string;
  /** As typed. */
  readonly before?: string;
  readonly id?: string;
  readonly all?: boolean;
}

/** What a purge would remove. */
export interface PurgePlan {
  readonly filter: PurgeFilter;
  readonly failures: number;
  readonly sessions: number;
  /** Sessions in which nothing failed. */
  readonly quietSessions: number;
  /** Incidents without failures, messages of none, and silences. */
  readonly leftovers: number;
  readonly projects: readonly string[];
  /** Of the failures, epoch ms; null without one. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  readonly isAll: boolean;
}

/** Says what would go. Null when an id is no failure's, or a session's beginning is that of several, which is said. */
export async function planPurge(
  options: PurgeOptions,
  records: Records,
  { context, moment }: { readonly context: Context; readonly moment: Moment },
): Promise<PurgePlan | null> {
  const { project, session, before, id } = options;
  if (id !== undefined) {
    const found = await findFailure(id, records, { context, moment });
    if (found === null) return null;
    const { project: name, at_ms } = found.failure;
    const one = { failures: 1, sessions: 1, projects: [name], oldestMs: at_ms, newestMs: at_ms };
    return showPlan(one, { id: found.failure.id }, records);
  }
  if (session !== undefined) {
    const sessionId = await findSession(session, records, context);
    return sessionId === null ? null : planFor({ sessionId }, { sessionId }, records);
  }
  if (before !== undefined) {
    const beforeMs = readTime(before, { option: "--before" }, moment);
    return planFor({ untilMs: beforeMs }, { beforeMs }, records);
  }
  return project === undefined
    ? planFor({}, { all: true }, records)
    : planFor({ project }, { project }, records);
}

/** The session whose id begins so; null when there are several, which is said. What is no beginning of a known one is taken as a whole id. */
async function findSession(
  session: string,
  { ledger }: Records,
  { terminal }: Context,
): Promise<string | null> {
  const { sessions } = await ledger.overview({ sessionId: session }).catch(rethrow);
  if (sessions > 1) {
    const given = JSON.stringify(session);
    terminal.err(`kedge: ${sessions} sessions have ids that begin with ${given}; give more of it.`);
    return null;
  }
  const { failures } = await ledger.failures({ sessionId: session, limit: 1 }).catch(rethrow);
  return failures[0]?.session_id ?? session;
}

async function planFor(of: FailureFilter, filter: PurgeFilter, records: Records): Promise<PurgePlan> {
  return showPlan(await records.ledger.overview(of).catch(rethrow), filter, records);
}

async function showPlan(
  of: Overview,
  filter: PurgeFilter,
  { ledger, redactor }: Records,
): Promise<PurgePlan> {
  return {
    ...of,
    ...(await ledger.purgedBesides(filter).catch(rethrow)),
    filter,
    projects: showValue(of.projects, redactor),
    isAll: filter.all === true,
  };
}

function rethrow(error: unknown): never {
  throw inWords(error);
}

/** Records that are of no failure, in words. */
export function leftoversText(leftovers: number): string {
  return `${countOf(leftovers, "record")} of incidents and silences`;
}

/** The plan in words. */
export function planText(
  { failures, sessions, quietSessions, leftovers, projects, oldestMs, newestMs, isAll }: PurgePlan,
  { terminal, moment }: { readonly terminal: Terminal; readonly moment: Moment },
): string {
  const { style } = terminal;
  const [oldest, newest] = [shortTime(oldestMs ?? 0, moment), shortTime(newestMs ?? 0, moment)];
  const when = oldest === newest ? oldest : `${oldest} to ${newest}`;
  const what =
    failures === 0
      ? "No failure"
      : `${countOf(failures, "failure")} of ${countOf(sessions, "session")} (${when})`;
  const named = projects.map((name) => cutText(name || "(no project)", 40));
  const shown = named.length > 8 ? [...named.slice(0, 8), `${named.length - 8} more`] : named;
  const quiet =
    quietSessions === 0 ? "" : `, and ${countOf(quietSessions, "session")} in which nothing failed`;
  const others = leftovers === 0 ? "" : `, and ${leftoversText(leftovers)}`;
  const where = named.length === 0 ? "" : `, in ${shown.join(", ")}`;
  const rest = isAll
    ? "With it goes everything else that was recorded: witnesses, sessions, counts, incidents, silences, how sessions were launched, and files of the spool that could not be read."
    : "With it goes what witnesses said of it, its part of the statistics, and how sessions without any other failure were launched.";
  const lines = wrapText(`${rest} Transcripts of agents stay where they are.`, terminal.width);
  return [`${style.strong(what)}${where}${quiet}${others}.`, ...lines].join("\n");
}
