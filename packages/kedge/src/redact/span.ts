/** A part of a text that must go: UTF-16 positions, the end is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** A kind of secret, or the label of a known value. */
  readonly kind: string;
  /** Quotation mark, with its backslashes, to put around the replacement, because the value had none and JSON needs it. */
  readonly quote?: string;
  /** It may stand in JSON without quotes of its own: json-place.ts tells. */
  readonly isBareJson?: boolean;
}

/**
 * Joins what overlaps and sorts by place. The longest part names the whole; of equals, the one that was found first.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((left, right) => left.start - right.start || right.end - left.end);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = join(last, span);
  }
  return merged;
}

function join(left: Span, right: Span): Span {
  const longer = right.end - right.start > left.end - left.start ? right : left;
  return { start: left.start, end: right.end, kind: longer.kind };
}

/**
 * Moves the ends of a span out of the middle of an escape, so that JSON text stays JSON: in `\npm_…` the `n` belongs to
 * the backslash before it, whatever it looks like.
 *
 * @returns undefined when nothing of the span is left
 */
export function keepEscapes(text: string, span: Span): Span | undefined {
  let { start, end } = span;
  if (hasOpenEscape(text, start)) start += escapeLength(text, start);
  if (end > start && end < text.length && hasOpenEscape(text, end)) end += escapeLength(text, end);
  if (start >= end) return undefined;
  return start === span.start && end === span.end ? span : { ...span, start, end };
}

/** Whether an odd number of backslashes stands right before a place. */
function hasOpenEscape(text: string, at: number): boolean {
  return countBackslashes(text, at) % 2 === 1;
}

/** The number of backslashes right before a place; looks at most 64 back. */
export function countBackslashes(text: string, at: number): number {
  let count = 0;
  while (count < 64 && text.charCodeAt(at - 1 - count) === 0x5c) count += 1;
  return count;
}

const ESCAPED = /u[0-9A-Fa-f]{4}|["\\/bfnrt]/y;

function escapeLength(text: string, at: number): number {
  ESCAPED.lastIndex = at;
  return ESCAPED.exec(text)?.[0].length ?? 0;
}
