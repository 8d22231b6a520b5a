import type { Moment } from "../moment.ts";
import { layOut, type Terminal } from "../terminal.ts";
import { wrapText } from "../text-width.ts";

/** Where a failure is explained. */
export interface ExplainPlace {
  readonly terminal: Terminal;
  readonly moment: Moment;
}

/** A name, and sentences or lines under it; empty ones are left out, and names without any. */
export type Fact = readonly [name: string, lines: readonly string[]];

/** A terminal that is narrower has each name on a line of its own. */
const NARROW = 60;

/** Lays facts out: names on the left, what is said of them beside or, where there is no room, below. */
export function layOutFacts(facts: readonly Fact[], { style, width }: Terminal): string {
  const rows = facts
    .map(([name, lines]) => [name, lines.filter((line) => line !== "")] as const)
    .filter(([, lines]) => lines.length > 0);
  if (width === 0 || width >= NARROW)
    return layOut(
      rows.flatMap(([name, lines]) => lines.map((line, at) => [at === 0 ? style.faint(name) : "", line])),
      { width },
    );
  return rows
    .flatMap(([name, lines]) => [
      style.faint(name),
      ...lines.flatMap((line) => wrapText(line, width - 2)).map((line) => `  ${line}`),
    ])
    .join("\n");
}
