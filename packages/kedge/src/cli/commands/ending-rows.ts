import { type EndingMeaning, explainEndings, type HookEventName } from "../../protocol/index.ts";
import type { Row, Terminal } from "../terminal.ts";

/** One row an ending: how a handler ends, and what comes of it. */
export function endingRows(event: HookEventName, { style }: Terminal): Row[] {
  const colour: Readonly<Record<EndingMeaning["status"], (text: string) => string>> = {
    ok: (text) => text,
    blocked: style.caution,
    failed: style.bad,
    timed_out: style.bad,
    cancelled: style.faint,
  };
  return explainEndings(event).map(({ ending, status, meaning }) => [ending, colour[status](meaning)]);
}
