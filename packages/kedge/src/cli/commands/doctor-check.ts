import { escapeInvisible } from "../../protocol/index.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";

/** One thing that was looked at. */
export interface Check {
  /** Stable name, such as `handler.StopFailure`. */
  readonly name: string;
  /** `problem`: a failure may not be recorded. `warning`: it is recorded, and something is not as it should be. */
  readonly state: "ok" | "warning" | "problem";
  /** What was found. */
  readonly text: string;
  /** What to do; missing where nothing is to be done. */
  readonly advice?: string;
}

/** Makes a check that found nothing wrong. */
export function fine(name: string, text: string): Check {
  return { name, state: "ok", text };
}

/** The checks as people look at them, one line each, and what to do below it. */
export function checksText(checks: readonly Check[], { style, width }: Terminal): string {
  const colour = { ok: style.good, warning: style.caution, problem: style.bad };
  const rows = checks.flatMap(({ state, text, advice }): Row[] => [
    [colour[state](state), escapeInvisible(text)],
    ...(advice === undefined ? [] : [["", style.faint(escapeInvisible(advice))]]),
  ]);
  const count = (wanted: Check["state"]): number => checks.filter(({ state }) => state === wanted).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  const sum =
    problems > 0
      ? style.bad(`A failure may not be recorded: ${problems} to put right.`)
      : style.good(`A failure is recorded${warnings > 0 ? `; ${warnings} to look at` : ""}.`);
  return `${layOut(rows, { width })}\n\n${sum}`;
}
