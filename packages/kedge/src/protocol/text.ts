/** Characters that one text of a handler may have before it is cut (D8). */
export const MAX_TEXT_LENGTH = 10_000;

/** Characters that stay of a text that was cut. */
const CUT_TEXT_LENGTH = 2_000;

/** Characters that a terminal sequence may have. */
const MAX_TERMINAL_SEQUENCE = 4_096;

/** A text made safe to show and to send, and what it lost on the way. */
export interface SafeText {
  readonly text: string;
  /** Length of the whole text in UTF-16 units, when it was cut. */
  readonly cutFrom?: number;
}

// OSC, DCS, APC, PM and SOS strings up to their terminator; CSI sequences; other two-character escapes.
// A string that never ends swallows the rest of its line only, so that an open escape cannot hide what follows.
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g;

// C0 but tab and line feed, DEL, C1; bidirectional controls; soft hyphens, fillers, zero-width and other invisible format
// characters; Unicode tags and further variation selectors, which models read and people do not see.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

// Joiners shape letters and emoji of other scripts; after ASCII they only hide.
const HIDDEN_JOINER = /(?<=[\t\n -~]|^)[\u200c\u200d]+/g;

// Blanks before and behind the slash are two runs only where there is a slash: else a long run could be split in any place.
const REMINDER_TAG = /<(?=\s*(?:\/\s*)?system-reminder)/gi;

/**
 * Removes what only a terminal or a model would see: escape sequences, control, direction and invisible characters;
 * lone surrogates become U+FFFD. Tabs and line feeds stay; CR LF becomes LF.
 */
export function cleanText(text: string): string {
  // Most texts are plain: one look decides, and nothing is copied.
  if (/^[\t\n -~]*$/.test(text)) return text;
  // Lone surrogates go first: removing what stands between two of them would make a pair.
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replace(ESCAPES, "")
    .replace(INVISIBLE, "")
    .replace(HIDDEN_JOINER, "");
}

/** As {@link cleanText}, for text that goes to a model: tags that would end or forge a system reminder are escaped. */
export function cleanForModel(text: string): string {
  const clean = cleanText(text);
  return clean.includes("<") ? clean.replace(REMINDER_TAG, "&lt;") : clean;
}

/** Cuts a text over `limit` to its first 2,000 characters and a note, never through a surrogate pair. */
export function boundText(text: string, limit = MAX_TEXT_LENGTH): SafeText {
  if (text.length <= limit) return { text };
  return { text: cutText(text, Math.min(CUT_TEXT_LENGTH, limit)), cutFrom: text.length };
}

/** A text, or its beginning with a note, in at most `room` characters; null when not even the note fits. */
export function fitText(text: string, room: number): string | null {
  if (text.length <= room) return text;
  const keep = Math.min(CUT_TEXT_LENGTH, room - cutNote(text).length);
  return keep > 0 ? cutText(text, keep) : null;
}

function cutText(text: string, keep: number): string {
  const end = isHighSurrogate(text.charCodeAt(keep - 1)) ? keep - 1 : keep;
  return text.slice(0, end) + cutNote(text);
}

function cutNote(text: string): string {
  return `\n[cut: ${text.length} characters in all]`;
}

/** Shows every character that {@link cleanText} would remove as `\u{…}`, for lists and reviews of what is configured. */
export function escapeInvisible(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, escapeAll).replace(HIDDEN_JOINER, escapeAll);
}

function escapeAll(chars: string): string {
  return Array.from(chars, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join("");
}

/** The first line, clean and bounded, for a notice. */
export function firstLine(text: string, limit = 500): string {
  const line = cleanText(text.slice(0, limit * 4)).trimStart();
  const end = line.indexOf("\n");
  const first = (end < 0 ? line : line.slice(0, end)).trimEnd();
  return first.length > limit ? `${first.slice(0, limit - 1)}…`.toWellFormed() : first;
}

/**
 * Whether a terminal sequence holds nothing but OSC 0, 1, 2, 9, 99 and 777 and BEL, within 4 KiB. One character more and
 * the whole field is ignored, so that an allowed sequence cannot carry a forbidden one.
 *
 * @source Claude Code hooks reference, "terminalSequence"
 */
export function isAllowedTerminalSequence(sequence: string): boolean {
  if (sequence.length === 0 || sequence.length > MAX_TERMINAL_SEQUENCE) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is judged
  return /^(?:\x07|\x1b\](?:0|1|2|9|99|777)(?:;[^\x00-\x1f\x7f-\x9f]*)?(?:\x07|\x1b\\))+$/.test(sequence);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
