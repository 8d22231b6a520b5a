/** A protected entry that is as it was again. */
export interface Undone {
  readonly path: string;
  /** What had been done to it. */
  readonly what: "changed" | "made" | "removed";
  /** Where the version is that was taken away. */
  readonly kept?: string;
  /** Why that version could not be kept anywhere. */
  readonly lost?: string;
}

/** A protected entry that could not be put back. */
export interface NotRestored {
  readonly path: string;
  readonly why: string;
}

/** What a look found. */
export interface GuardReport {
  readonly undone: readonly Undone[];
  readonly notRestored: readonly NotRestored[];
}

export const NOTHING: GuardReport = { undone: [], notRestored: [] };

/** Both in one; of one path what was found last. */
export function joinReports(a: GuardReport, b: GuardReport): GuardReport {
  return {
    undone: lastOf([...a.undone, ...b.undone]),
    notRestored: lastOf([...a.notRestored, ...b.notRestored]),
  };
}

export function isNothing({ undone, notRestored }: GuardReport): boolean {
  return undone.length === 0 && notRestored.length === 0;
}

function lastOf<T extends { readonly path: string }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((each) => [each.path, each])).values()];
}

/** Lines of one report; a command may change thousands of files. */
const MAX_LINES = 20;

/** A report in words, for the model and for people. Empty for nothing. */
export function reportText({ undone, notRestored }: GuardReport): string {
  const lines = [...notRestored.map(failureLine), ...undone.map(undoneLine)];
  if (lines.length === 0) return "";
  const left = lines.length - MAX_LINES;
  return [
    "Protected files were changed without permission by this command, or by one that an earlier command left running:",
    ...lines.slice(0, MAX_LINES),
    ...(left > 0 ? [`- and ${left} more.`] : []),
  ].join("\n");
}

function undoneLine({ path, what, kept, lost }: Undone): string {
  const done = what === "made" ? "was made, and is removed again" : `was ${what}, and is put back`;
  const where = kept === undefined ? "" : ` The other version is kept as ${plain(kept)}`;
  const why = lost === undefined ? "" : ` The other version could not be kept: ${plain(lost)}`;
  return `- ${plain(path)} ${done}.${where}${why}`;
}

function failureLine({ path, why }: NotRestored): string {
  return `- ${plain(path)} is not as it was, and could not be put back: ${plain(why)}.`;
}

/** A name chosen by a command stays on its line. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
