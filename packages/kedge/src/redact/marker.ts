/** How replacements are written and told from other text. */
export interface Marker {
  write(label: string): string;
  /** The end of a replacement that begins at a place, with whatever label; undefined when none does. */
  endAt(text: string, at: number): number | undefined;
  /** The places of replacements with a label of ours: nothing inside of them is looked at again. */
  findOwn(text: string): readonly { readonly start: number; readonly end: number }[];
}

const WORD = /^[A-Za-z][A-Za-z -]{0,31}$/;

/**
 * Makes the marker `[word: label]`. It has no character that JSON, a shell text in quotes or a URL user would end at.
 *
 * @param word letters, blanks and hyphens, at most 32
 * @param labels all labels that are ever written
 * @throws {TypeError} when the word is anything else
 */
export function createMarker(word: string, labels: readonly string[]): Marker {
  if (!WORD.test(word)) {
    throw new TypeError(
      `Expected \`marker\` to be 1 to 32 letters, blanks and hyphens, got ${word.length} characters`,
    );
  }
  const opening = `[${word}: `;
  const own = new Set(labels);
  const any = new RegExp(`\\[${word}: ([\\w.-]{1,64})\\]`, "y");
  const readAt = (text: string, at: number): { label: string; end: number } | undefined => {
    any.lastIndex = at;
    const label = any.exec(text)?.[1];
    return label === undefined ? undefined : { label, end: any.lastIndex };
  };
  return {
    write: (label) => `${opening}${label}]`,
    endAt: (text, at) => (text.startsWith(opening, at) ? readAt(text, at)?.end : undefined),
    findOwn: (text) => {
      const places: { start: number; end: number }[] = [];
      for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
        const read = readAt(text, at);
        if (read !== undefined && own.has(read.label)) places.push({ start: at, end: read.end });
      }
      return places;
    },
  };
}
