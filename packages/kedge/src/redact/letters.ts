import { isSpaceCode } from "./characters.ts";

/** The letters of a text, each with its place in it. */
export interface Letters {
  readonly codes: Uint16Array;
  /** Where each letter stands; undefined when every letter stands where it is. */
  readonly places: Int32Array | undefined;
  readonly length: number;
}

/** All characters of a text. */
export function readLetters(text: string): Letters {
  const codes = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) codes[at] = text.charCodeAt(at);
  return { codes, places: undefined, length: text.length };
}

/**
 * How a value may be wrapped: at line breaks, at line breaks after a backslash as in a shell, or at escaped line breaks as
 * in JSON. Each is read on its own, because a backslash may be part of the value as well.
 */
export const WRAPPINGS = ["plain", "continued", "escaped"] as const;

export type Wrapping = (typeof WRAPPINGS)[number];

const SIGNS: Readonly<Record<Wrapping, RegExp>> = {
  plain: /[\n\r]/,
  continued: /\\\r?\n/,
  escaped: /\\[nr]/,
};

/** Whether a text can hold a value that is wrapped so. */
export function hasWrapping(text: string, wrapping: Wrapping): boolean {
  return SIGNS[wrapping].test(text);
}

/** Whether something between two letters of a value wraps it. */
export function hasLineBreak(text: string): boolean {
  return /[\n\r]|\\[nr]/.test(text);
}

/** A text without blanks and line breaks: how a wrapped value reads. */
export function readUnwrapped(text: string, wrapping: Wrapping): Letters {
  const codes = new Uint16Array(text.length);
  const places = new Int32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isSpaceCode(code)) continue;
    if (code === 0x5c && wrapping !== "plain") {
      const end = wrapping === "escaped" ? endOfEscape(text, at) : endOfContinued(text, at);
      if (end > 0) {
        at = end - 1;
        continue;
      }
    }
    codes[length] = code;
    places[length] = at;
    length += 1;
  }
  return { codes, places, length };
}

/** The end of `\n`, `\\n`, `\r` or `\t`; 0 when it is none of them. */
function endOfEscape(text: string, from: number): number {
  let at = from + 1;
  while (at < from + 8 && text.charCodeAt(at) === 0x5c) at += 1;
  const code = text.charCodeAt(at);
  return code === 0x6e || code === 0x72 || code === 0x74 ? at + 1 : 0;
}

/** The end of a backslash and a line break; 0 when it is none. */
function endOfContinued(text: string, from: number): number {
  const at = text.charCodeAt(from + 1) === 0x0d ? from + 2 : from + 1;
  return text.charCodeAt(at) === 0x0a ? at + 1 : 0;
}
