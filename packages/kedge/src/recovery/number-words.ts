/** A count with its noun: `1 failure`, `12,345 failures`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** A whole number with commas. */
export function numberWords(count: number): string {
  return count.toLocaleString("en-US");
}

/** Money: `$4.12`, `<$0.01`. */
export function dollars(usd: number): string {
  if (usd > 0 && usd < 0.005) return "<$0.01";
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
