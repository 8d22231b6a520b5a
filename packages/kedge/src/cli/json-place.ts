/**
 * Finds where a value stands in JSON text: the key of a field, the beginning of an element; else the nearest one around it. No tree is
 * made, so that it costs no memory whatever the size of the text.
 *
 * @param text sound JSON
 * @param keys from the top down
 * @returns the index of the first character
 */
export function findJsonPlace(text: string, keys: readonly (string | number)[]): number {
  let value = skipBlank(text, 0);
  let place = value;
  for (const key of keys) {
    const found = findMember(text, value, key);
    if (found === undefined) break;
    [place, value] = [found.place, found.value];
  }
  return place;
}

interface Member {
  /** Of the key, or of the element. */
  readonly place: number;
  readonly value: number;
}

function findMember(text: string, start: number, wanted: string | number): Member | undefined {
  const isObject = text[start] === "{";
  if (!isObject && text[start] !== "[") return undefined;
  let at = skipBlank(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index += 1) {
    const member = isObject ? readKey(text, at) : { place: at, value: at, key: index };
    if (member.key === wanted) return member;
    at = skipBlank(text, skipValue(text, member.value));
    if (text[at] === ",") at = skipBlank(text, at + 1);
  }
  return undefined;
}

function readKey(text: string, place: number): Member & { readonly key: unknown } {
  const end = skipValue(text, place);
  const colon = skipBlank(text, end);
  return { place, value: skipBlank(text, colon + 1), key: JSON.parse(text.slice(place, end)) };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text.charAt(at))) at += 1;
  return at;
}

/** The index behind a value. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    else if (depth > 0 || !/[,\s]/.test(char)) continue;
    // What ends a number or a word does not belong to it.
    else return at;
    if (depth < 0) return at;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The index of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text[first - 1] === "\\") first -= 1;
    if ((at - first) % 2 === 0) return at;
  }
  return text.length;
}
