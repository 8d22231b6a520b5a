import {
  countOf,
  durationWords,
  fromNow,
  type Incident,
  incidentName,
  shortTime,
} from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";
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
  const incidents = found.slice(0, limit);
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify(incidents.map(incidentJson), null, 2));
  else if (incidents.length === 0) terminal.out(options.all ? "Nothing has ever gone wrong here." : NONE);
  else terminal.out(incidentTable(incidents, terminal, moment));
  if (found.length > limit) terminal.err(`kedge: these are the newest ${limit}; --limit gives more.`);
  return EXIT.ok;
}

const NONE = "Nothing is wrong now. `kedge incidents --all` shows what was.";

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
