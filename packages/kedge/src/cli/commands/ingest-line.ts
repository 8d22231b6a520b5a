import { shortTime } from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import type { Moment } from "../moment.ts";
import type { Terminal } from "../terminal.ts";
import type { ShownFailure } from "./failure-shown.ts";
import { severityStyle } from "./failure-table.ts";
import { failureWords, nextWords, shortId } from "./failure-words.ts";

/** Where a line is printed, and whether the failure was printed before. */
export interface LinePlace {
  readonly terminal: Terminal;
  readonly moment: Moment;
  readonly isKnown: boolean;
}

/** A failure in one line: `15:12  f_1a2b3c  website  5-hour limit used up  resets 15:45`. */
export function failureLine(failure: ShownFailure, { terminal, moment, isKnown }: LinePlace): string {
  const { style, width } = terminal;
  const { row } = failure;
  const again = isKnown ? "  (more is known now)" : "";
  const front = `${shortTime(row.at_ms, moment)}  ${shortId(row.id)}  `;
  const what = failureWords(failure);
  const rest = `  ${row.project || "–"}  ${nextWords(failure, moment)}${again}`;
  const room = width === 0 ? Number.POSITIVE_INFINITY : width - front.length;
  const shown = cutText(what, room);
  return `${front}${severityStyle(failure, style)(shown)}${cutText(rest, room - shown.length)}`;
}
