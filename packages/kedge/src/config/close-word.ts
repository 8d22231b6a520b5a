/** Finds the word that a mistyped one was probably meant to be; undefined when none is close. */
export function closeWord(typed: string, words: readonly string[]): string | undefined {
  const plain = normalise(typed);
  const [best] = words
    .map((word) => ({ word, distance: editDistance(plain, normalise(word)) }))
    .sort((a, b) => a.distance - b.distance);
  // A third of a word may be wrong.
  return best && best.distance <= Math.ceil(plain.length / 3) ? best.word : undefined;
}

function normalise(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, "").slice(0, 64);
}

/** Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1];
    for (const [index, other] of [...to].entries()) {
      const change = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
