/** A line of these words, quoted so that each stays one: what was taken apart must not come apart differently. */
export function quoteWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
