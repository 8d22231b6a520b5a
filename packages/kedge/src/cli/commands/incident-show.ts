import {
  causeWords,
  countOf,
  dollars,
  durationWords,
  endingWords,
  fromNow,
  fullTime,
  type Incident,
  type IncidentCase,
  incidentAdvice,
  incidentName,
  shortTime,
  type Verdict,
} from "../../recovery/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { layOut, type Row } from "../terminal.ts";
import { timeJson } from "./failure-json.ts";
import { showValue } from "./failure-shown.ts";
import { incidentJson } from "./incident-json.ts";
import { findIncident, openIncidents } from "./incident-room.ts";

/** Sessions and alerts of one incident that are shown. */
const SHOWN = 10;

/** `kedge incidents show <id>`: everything about one incident. */
export async function showIncident(
  id: string,
  options: { readonly json?: boolean },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using room = await openIncidents(context, moment);
  const stored = await room.book.get((await findIncident(id, room)).id);
  if (stored === null) return EXIT.findings;
  const { redactor } = room.records;
  const verdict = showValue(JSON.parse(stored.incident.verdict) as Verdict, redactor);
  const found = showValue(stored, redactor);
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify(caseJson(found), null, 2));
  else terminal.out(caseText(found, { verdict, context, moment }));
  return EXIT.ok;
}

function caseText(
  found: IncidentCase,
  {
    verdict,
    context,
    moment,
  }: { readonly verdict: Verdict; readonly context: Context; readonly moment: Moment },
): string {
  const { terminal } = context;
  const { incident, sessions, alerts, failureIds } = found;
  const { style, width } = terminal;
  const isOver = !incident.isOpen;
  const state = isOver ? style.good("over") : style.bad(incident.severity);
  const facts: readonly Row[] = [
    ["What", `${capital(causeWords(incident.cause))} (${verdict.confidence}). ${verdict.basis.words}`],
    ["Since", `${fullTime(incident.openedMs, moment)}, ${fromNow(incident.openedMs, moment)}`],
    ...(isOver
      ? [["Over", `${fullTime(incident.resolvedMs ?? 0, moment)}: ${endingWords(incident)}`] as const]
      : []),
    ...(!isOver && incident.untilMs !== null
      ? [
          [
            "Until",
            `${fullTime(incident.untilMs, moment)}, ${fromNow(incident.untilMs, moment)}, as ${incident.untilFrom === "text" ? "the message" : (incident.untilFrom ?? "the API")} says`,
          ] as const,
        ]
      : []),
    ...(incident.sessions === 0 ? [] : countedRows(incident)),
    ...(isOver
      ? []
      : [["You", incident.owner === "person" ? incidentAdvice(verdict) : "Nothing to do."] as const]),
    ...(incident.acknowledgedBy === null ? [] : [["Seen by", incident.acknowledgedBy] as const]),
    ...(incident.explainedBy === null
      ? []
      : [["Because of", `${incident.explainedBy}: as long as that lasts, nobody is told of this`] as const]),
    ...(incident.note === null ? [] : [["Note", incident.note] as const]),
  ];
  const sessionRows = sessions
    .slice(0, SHOWN)
    .map(
      (each): Row => [
        each.sessionId.slice(0, 8),
        each.project,
        each.recoveredMs === null
          ? `${isOver ? "not seen to go on" : "stands still"} since ${shortTime(each.firstMs, moment)}`
          : `stood still for ${durationWords(each.recoveredMs - each.firstMs)}`,
      ],
    );
  const alertRows = alerts
    .slice(-SHOWN)
    .map(
      (each): Row => [
        shortTime(each.ended_ms ?? each.due_ms, moment),
        each.channel,
        each.kind,
        `${each.state}${each.error === null ? "" : `: ${each.error}`}`,
      ],
    );
  const part = (title: string, rows: readonly Row[], all: number): readonly string[] =>
    all === 0
      ? []
      : [
          "",
          style.strong(`${title} (${all})`),
          layOut(rows, { width }),
          ...(all > rows.length ? [`  and ${all - rows.length} more`] : []),
        ];
  return [
    `${style.strong(incident.id)}  ${state}  ${incidentName(incident)}`,
    layOut(facts, { width }),
    ...part("Sessions", sessionRows, sessions.length),
    ...part("Alerts", alertRows, alerts.length),
    ...(failureIds.length === 0 ? [] : ["", `More of the first failure: kedge explain ${failureIds[0]}`]),
  ].join("\n");
}

/** What an alarm, which is of no session, has none of. */
function countedRows({ failures, sessions, recovered, lostMs, costUsd }: Incident): readonly Row[] {
  const went = recovered === 0 ? "none" : recovered;
  const cost = costUsd > 0 ? `, ${dollars(costUsd)}` : "";
  return [
    ["Counted", `${countOf(failures, "failure")} of ${countOf(sessions, "session")}; ${went} went on since`],
    ["Lost", `${durationWords(lostMs)} of the sessions' time${cost}`],
  ];
}

function caseJson({ incident, sessions, failureIds, alerts }: IncidentCase): object {
  return {
    ...incidentJson(incident),
    sessionList: sessions.map(({ agent, sessionId, project, firstMs, lastMs, recoveredMs }) => ({
      ...{ agent, sessionId, project },
      ...timeJson("firstAt", firstMs),
      ...timeJson("lastAt", lastMs),
      ...timeJson("recoveredAt", recoveredMs),
    })),
    failureIds,
    alerts: alerts.map(({ id, channel, kind, state, attempts, error, due_ms, ended_ms }) => ({
      ...{ id, channel, kind, state, attempts, error },
      ...timeJson("dueAt", due_ms),
      ...timeJson("endedAt", ended_ms),
    })),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
