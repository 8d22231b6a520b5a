/** A part of a text: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What takes the place of a part of a text. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** One change of a file, as people look at it. */
export interface Change {
  /** Of the text before, from 1: where it begins. */
  readonly line: number;
  readonly removed: string;
  readonly added: string;
}

/** A text while it is being changed, with what was changed so far. */
export interface EditedText {
  readonly text: string;
  readonly changes: readonly Change[];
}

/** Makes one more edit. */
export function edit(before: EditedText, { start, end, text }: TextEdit): EditedText {
  const change: Change = {
    line: before.text.slice(0, start).split("\n").length,
    removed: before.text.slice(start, end),
    added: text,
  };
  return {
    text: before.text.slice(0, start) + text + before.text.slice(end),
    changes: [...before.changes, change],
  };
}

/**
 * Changes as text: what goes behind `-`, what comes behind `+`, and nothing else of the file, which may hold secrets. The comma that
 * joins an addition to what stands in front of it is said in words.
 */
export function showChanges(file: string, changes: readonly Change[]): string {
  return changes.map((change) => showChange(file, change)).join("\n");
}

function showChange(file: string, { line, removed, added }: Change): string {
  const joins = removed === "" && /^,\s*\n/.test(added);
  const lines = [
    `${file}, line ${line}${joins ? ", behind it a comma and" : ""}:`,
    ...marked("-", removed.replace(/^,(?=\s*\n)/, "")),
    ...marked("+", joins ? added.slice(1) : added),
  ];
  return lines.join("\n");
}

function marked(mark: string, text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => `${mark} ${line}`);
}
