/** Longer names are not compared: it takes time in proportion to both lengths. */
const MAX_LENGTH = 64;

/** Names that may have been meant: those that begin alike, and those that differ in one or two letters. At most three. */
export function nearNames(name: string, names: readonly string[]): readonly string[] {
  if (name === "" || name.length > MAX_LENGTH) return [];
  const wanted = name.toLowerCase();
  return names
    .filter((each) => each.length <= MAX_LENGTH)
    .map((each) => ({ each, far: distance(wanted, each.toLowerCase()) }))
    .filter(({ each, far }) => far <= Math.min(2, name.length - 1) || each.toLowerCase().startsWith(wanted))
    .sort((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({ each }) => each);
}

/** Letters to put in, take out or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, char] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 0; index < other.length; index++) {
      const [left = 0, above = 0, corner = 0] = [next[index], row[index + 1], row[index]];
      next.push(Math.min(left + 1, above + 1, corner + (char === other[index] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
