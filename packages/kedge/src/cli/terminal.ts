import { styleText } from "node:util";
import { textWidth, wrapText } from "./text-width.ts";

/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** The answer of a command. */
  out(text: string): void;
  /** What people should know besides: progress, warnings, errors. */
  err(text: string): void;
  readonly style: Style;
  /** Columns of the output; 0 when it is no terminal, and lines are then never wrapped. */
  readonly width: number;
}

/** The few styles that Kedge uses; each returns its text unchanged where there is no colour. */
export type Style = Readonly<
  Record<"strong" | "faint" | "good" | "bad" | "caution", (text: string) => string>
>;

const PLAIN = (text: string): string => text;
const FORMATS = { strong: "bold", faint: "dim", good: "green", bad: "red", caution: "yellow" } as const;

/** Colour only on a terminal, and not where NO_COLOR asks for none. */
export function createTerminal(
  streams: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = streams.stdout.isTTY === true;
  const hasColour = isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  const entries = Object.entries(FORMATS).map(
    ([name, format]) =>
      [
        name,
        hasColour ? (text: string) => styleText(format, text, { validateStream: false }) : PLAIN,
      ] as const,
  );
  return {
    out: (text) => void streams.stdout.write(`${text}\n`),
    err: (text) => void streams.stderr.write(`${text}\n`),
    style: Object.fromEntries(entries) as unknown as Style,
    width: isTerminal ? streams.stdout.columns || 80 : 0,
  };
}

/** One line of a table; cells may hold styles. */
export type Row = readonly string[];

/**
 * Lays rows out in columns, as wide as their widest cell. The last column takes what is left of the width and is wrapped
 * there; with a width of 0 nothing is wrapped.
 */
export function layOut(
  rows: readonly Row[],
  options: { width: number; indent?: string; maxColumn?: number },
): string {
  const indent = options.indent ?? "  ";
  const widest = options.width === 0 ? 60 : Math.min(60, Math.floor(options.width * 0.45));
  const columns = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: Math.max(columns, 0) }, (_, column) =>
    Math.min(
      options.maxColumn ?? widest,
      Math.max(...rows.map((row) => (row.length > column + 1 ? textWidth(row[column] ?? "") : 0))),
    ),
  );
  return rows.map((row) => layOutRow(row, widths, { width: options.width, indent })).join("\n");
}

function layOutRow(
  row: Row,
  widths: readonly number[],
  { width, indent }: { width: number; indent: string },
): string {
  const own = widths.slice(0, row.length - 1);
  const front = own.map((column, index) => `${pad(row[index] ?? "", column)}  `).join("");
  const hang = " ".repeat(textWidth(indent) + own.reduce((sum, column) => sum + column + 2, 0));
  const lines = wrapText(row.at(-1) ?? "", width === 0 ? 0 : Math.max(width - hang.length, 24));
  // A cell that is wider than its column keeps its line; the last column then begins on the next one.
  const isTooWide = own.some((column, index) => textWidth(row[index] ?? "") > column);
  const first = isTooWide
    ? [(indent + front).trimEnd()]
    : [`${indent}${front}${lines.shift() ?? ""}`.trimEnd()];
  return [...first, ...lines.map((line) => hang + line)].join("\n");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - textWidth(cell)));
}
