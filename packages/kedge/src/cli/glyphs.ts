/** What charts are drawn with. */
export interface Glyphs {
  /** Parts of a column from its foot, the last one whole. */
  readonly rising: readonly string[];
  /** Parts of a bar from its left, the last one whole. */
  readonly growing: readonly string[];
  readonly axis: {
    readonly top: string;
    readonly side: string;
    readonly corner: string;
    readonly floor: string;
  };
  /** Marks what a limit stopped. */
  readonly mark: string;
}

const BLOCKS: Glyphs = {
  rising: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  growing: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  axis: { top: "┤", side: "│", corner: "┼", floor: "─" },
  mark: "▲",
};

const ASCII: Glyphs = {
  rising: ["#"],
  growing: ["#"],
  axis: { top: "+", side: "|", corner: "+", floor: "-" },
  mark: "^",
};

/** Blocks where the locale has them; ASCII in others and on terminals that can do little. */
export function chooseGlyphs(env: Readonly<Record<string, string | undefined>>): Glyphs {
  // The first of these that is set counts, as for programs of the system.
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || (process.platform === "win32" ? "UTF-8" : "");
  return env.TERM !== "dumb" && /utf-?8/i.test(locale) ? BLOCKS : ASCII;
}
