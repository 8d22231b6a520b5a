import { isBase64Code } from "./characters.ts";
import { encodeForms, type Form } from "./encodings.ts";
import {
  hasLineBreak,
  hasWrapping,
  type Letters,
  readLetters,
  readUnwrapped,
  WRAPPINGS,
  type Wrapping,
} from "./letters.ts";
import { createNeedleFinder, MIN_NEEDLE } from "./needles.ts";
import { countBackslashes, type Span } from "./span.ts";

/** Values that are shorter would take ordinary words out of texts. */
export const MIN_KNOWN = 4;

/** A known value with the label that stands for it. */
export interface LabelledValue {
  readonly label: string;
  readonly value: string;
}

interface LabelledForm extends Form {
  readonly label: string;
  /** The value has blanks of its own, so blanks without a line break may stand in the text as well. */
  readonly hasBlanks: boolean;
  /** The value can stand in JSON without quotes: a number, a list or an object. */
  readonly isBareJson: boolean;
}

/**
 * Returns a function that finds known values in every encoding, whole or wrapped over lines.
 *
 * Values of 4 to 7 characters are only found as they are or escaped for a URL or JSON, and not wrapped; of a wrapped one, blanks do not count.
 */
export function createKnownFinder(values: readonly LabelledValue[]): (text: string, found: Span[]) => void {
  const forms = values.flatMap(labelForms);
  const long = forms.filter(({ text }) => text.length >= MIN_NEEDLE);
  const short = forms.filter(
    ({ text, bitsBefore }) => text.length < MIN_NEEDLE && text.length >= MIN_KNOWN && !bitsBefore,
  );
  const findWhole = createNeedleFinder(long.map(({ text }) => readLetters(text).codes));
  const wrapped = WRAPPINGS.map((wrapping) => createWrappedFinder(long, wrapping));
  if (forms.length === 0) return () => {};
  return (text, found) => {
    const add = (form: LabelledForm | undefined, start: number, end: number): void => {
      if (form === undefined) return;
      const span = addBits(text, form, start, end);
      found.push({ ...span, kind: form.label, isBareJson: form.isBareJson });
    };
    for (const form of short) {
      for (let at = text.indexOf(form.text); at >= 0; at = text.indexOf(form.text, at + 1))
        add(form, at, at + form.text.length);
    }
    findWhole(readLetters(text), (needle, start, end) => add(long[needle], start, end));
    for (const findWrapped of wrapped) findWrapped(text, add);
  };
}

function createWrappedFinder(
  forms: readonly LabelledForm[],
  wrapping: Wrapping,
): (text: string, add: (form: LabelledForm, start: number, end: number) => void) => void {
  const needles = forms
    // a backslash at the end of a value would be taken for one that wraps it
    .map((form) => ({
      form,
      letters: readUnwrapped(wrapping === "plain" ? form.text : trimBackslashes(form.text), wrapping),
    }))
    .filter(({ letters }) => letters.length >= MIN_NEEDLE);
  const find = createNeedleFinder(needles.map(({ letters }) => letters.codes.slice(0, letters.length)));
  return (text, add) => {
    if (!hasWrapping(text, wrapping)) return;
    const letters = readUnwrapped(text, wrapping);
    find(letters, (needle, first, last) => {
      const form = needles[needle]?.form;
      if (form === undefined || !isWrap(text, letters, first, last, form.hasBlanks)) return;
      add(form, letters.places?.[first] ?? 0, (letters.places?.[last - 1] ?? 0) + 1);
    });
  };
}

function isBareJson(text: string): boolean {
  if (/^[\d.eE+-]+$/.test(text)) return true;
  if (!/^[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // it only begins as JSON does
    return false;
  }
}

function trimBackslashes(text: string): string {
  return text.slice(0, text.length - countBackslashes(text, text.length));
}

function labelForms({ label, value }: LabelledValue): LabelledForm[] {
  const hasBlanks = /\s/.test(value);
  return encodeForms(value)
    .filter(({ text }, index) => index === 0 || value.length >= MIN_NEEDLE || text.length >= MIN_KNOWN)
    .map((form) => ({ ...form, label, hasBlanks, isBareJson: isBareJson(form.text) }));
}

/** A value is wrapped at line breaks; blanks alone do not join two words to one. */
function isWrap(text: string, { places }: Letters, first: number, last: number, hasBlanks: boolean): boolean {
  if (hasBlanks || places === undefined) return true;
  for (let at = first + 1; at < last; at += 1) {
    const [from, to] = [(places[at - 1] ?? 0) + 1, places[at] ?? 0];
    if (to > from && !hasLineBreak(text.slice(from, to))) return false;
  }
  return true;
}

/** Takes along the base64 characters beside a form that hold some bits of the value, and the padding. */
function addBits(text: string, form: Form, start: number, end: number): { start: number; end: number } {
  let [from, to] = [start, end];
  if (form.bitsBefore && isBase64Code(text.charCodeAt(from - 1)) && text[from - 2] !== "\\") from -= 1;
  if (form.bitsAfter && isBase64Code(text.charCodeAt(to))) {
    to += 1;
    while (to < end + 3 && text[to] === "=") to += 1;
  }
  return { start: from, end: to };
}
