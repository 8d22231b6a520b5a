import {
  accountWords,
  countOf,
  durationWords,
  fromNow,
  type Incident,
  type IncidentBook,
  incidentName,
  shortTime,
} from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";
import { showValue } from "./failure-shown.ts";
import { incidentJson } from "./incident-json.ts";
import { openIncidents } from "./incident-room.ts";

/** What `kedge incidents` was asked for. */
export interface IncidentsOptions {
  /** Those that are over as well. */
  readonly all?: boolean;
  /** As typed; default 20. */
  readonly limit?: string;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;

/** `kedge incidents`: what is wrong now, and with `--all` what was. */
export async function listIncidents(
  options: IncidentsOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const limit = readLimit(options.limit);
  await using room = await openIncidents(context, moment);
  const found = await room.book.list({ open: options.all !== true, limit: limit + 1 });
  const clean = <Value>(value: Value): Value => showValue(value, room.records.redactor);
  const incidents = found.slice(0, limit).map(clean);
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify(incidents.map(incidentJson), null, 2));
  else {
    if (incidents.length === 0) terminal.out(options.all ? "Nothing has ever gone wrong here." : NONE);
    else terminal.out(incidentTable(options.all ? incidents : byUrgency(incidents), terminal, moment));
    const silences = (await room.book.silences()).map(clean);
    if (silences.length > 0) terminal.out(silenceTable(silences, terminal, moment));
  }
  if (found.length > limit) terminal.err(`kedge: these are the newest ${limit}; --limit gives more.`);
  return EXIT.ok;
}

const NONE = "Nothing is wrong now. `kedge incidents --all` shows what was.";

const URGENCY: readonly Incident["severity"][] = ["critical", "warning", "info"];

/** What needs somebody most comes first; what follows from something else, last of its kind. */
function byUrgency(incidents: readonly Incident[]): readonly Incident[] {
  const rank = ({ severity, explainedBy }: Incident): number =>
    2 * URGENCY.indexOf(severity) + (explainedBy === null ? 0 : 1);
  return incidents.toSorted((a, b) => rank(a) - rank(b));
}

/** Who wonders why nobody was told finds it here. */
function silenceTable(
  silences: Awaited<ReturnType<IncidentBook["silences"]>>,
  { style, width }: Terminal,
  moment: Moment,
): string {
  const rows = silences.map(
    ({ id, until_ms, why, ...of }): Row => [
      id,
      `until ${shortTime(until_ms, moment)}`,
      `${silenceWords(of)}${why === null ? "" : `: ${why}`}`,
    ],
  );
  return `\n${style.strong("Silent: nobody is told of")}\n${layOut(rows, { width })}`;
}

/** Of what nothing is told. */
export function silenceWords(of: {
  readonly incident: string | null;
  readonly account: string | null;
  readonly cause: string | null;
  readonly project: string | null;
}): string {
  const parts = [
    ...(of.incident === null ? [] : [of.incident]),
    ...(of.cause === null ? [] : [of.cause]),
    ...(of.account === null ? [] : [`on ${accountWords(of.account)}`]),
    ...(of.project === null ? [] : [`in ${of.project}`]),
  ];
  return of.incident === null && of.cause === null ? `anything ${parts.join(" ")}` : parts.join(" ");
}

function incidentTable(incidents: readonly Incident[], terminal: Terminal, moment: Moment): string {
  const { style, width } = terminal;
  const paint = ({ isOpen, severity }: Incident): ((text: string) => string) =>
    !isOpen
      ? style.good
      : severity === "critical"
        ? style.bad
        : severity === "warning"
          ? style.caution
          : style.faint;
  const rows = incidents.map(
    (incident): Row => [
      paint(incident)(incident.isOpen ? incident.severity : "over"),
      incident.id,
      shortTime(incident.openedMs, moment),
      `${countOf(incident.sessions, "session")}`,
      `${incidentName(incident)}${stateWords(incident, moment)}`,
    ],
  );
  return layOut(rows, { width });
}

/** How it stands, behind its name. */
function stateWords(incident: Incident, moment: Moment): string {
  const { isOpen, untilMs, owner, acknowledgedBy, explainedBy, resolution, openedMs, resolvedMs } = incident;
  if (!isOpen) {
    const after = durationWords((resolvedMs ?? openedMs) - openedMs);
    return resolution === "expired" ? `: nothing heard, closed after ${after}` : `: over after ${after}`;
  }
  const parts = [
    ...(explainedBy === null ? [] : [`because of ${explainedBy}`]),
    ...(untilMs === null || untilMs < moment.now()
      ? []
      : [`until ${shortTime(untilMs, moment)}, ${fromNow(untilMs, moment)}`]),
    ...(owner === "person" ? ["waits for you"] : []),
    ...(acknowledgedBy === null ? [] : [`${acknowledgedBy} sees to it`]),
  ];
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function readLimit(text = String(DEFAULT_LIMIT)): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new CommandError(
    EXIT.usage,
    `expected a number from 1 after --limit, got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
