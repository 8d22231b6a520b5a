/** A terminal shows columns; in a pipe they are kept straight for most scripts, and a command starts in three quarters of the time. */
const exact = process.stdout.isTTY ? await import("./exact-width.ts") : null;

/** Columns that a text takes; styles in it take none. */
export function textWidth(text: string): number {
  return exact ? exact.stringWidth(text) : plainWidth(text);
}

/** Breaks a text into lines of at most `room` columns; 0 is no limit. */
export function wrapText(text: string, room: number): string[] {
  return (room === 0 || !exact ? text : exact.wrapAnsi(text, room, { hard: true })).split("\n");
}

const ASCII = /^[\x20-\x7e]*$/;

/** Texts for pipes have no styles. */
function plainWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return [...text].reduce((width, character) => width + characterWidth(character), 0);
}

function characterWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u.test(
    character,
  )
    ? 2
    : 1;
}
