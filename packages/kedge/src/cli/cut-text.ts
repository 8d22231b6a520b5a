import { textWidth } from "./text-width.ts";

const graphemes = (text: string): Iterable<{ readonly segment: string }> =>
  new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);

/** A text without styles in at most `room` columns; what is cut off shows as `…`. */
export function cutText(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes(text)) {
    width += textWidth(segment);
    if (width > room - 1) break;
    kept += segment;
  }
  return room < 1 ? "" : `${kept.trimEnd()}…`;
}
