/** A way in which a known value may stand in a text. */
export interface Form {
  readonly text: string;
  /** Whether the base64 character before or after it holds bits of the value, too. */
  readonly bitsBefore: boolean;
  readonly bitsAfter: boolean;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Lists every form of a value that is looked for, each once, the value itself first. */
export function encodeForms(value: string): Form[] {
  const bytes = new TextEncoder().encode(value);
  const forms = new Map<string, Form>();
  const add = (text: string, bitsBefore = false, bitsAfter = false): void => {
    if (!forms.has(text)) forms.set(text, { text, bitsBefore, bitsAfter });
  };
  for (const text of [value, ...urlForms(value), ...jsonForms(value), ...hexForms(bytes), htmlForm(value)])
    add(text);
  for (const offset of [0, 1, 2]) {
    const text = encodeBase64(bytes, offset);
    const hasRest = (offset + bytes.length) % 3 !== 0;
    for (const form of [text, toBase64Url(text), encodeURIComponent(text), text.replaceAll("/", "\\/")]) {
      add(form, offset > 0, hasRest);
    }
  }
  return [...forms.values()];
}

function urlForms(value: string): string[] {
  const wellFormed = value.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, percent);
  const forms = [
    component,
    strict,
    component.replaceAll("%20", "+"),
    strict.replaceAll("%20", "+"),
    encodeURI(wellFormed),
  ];
  // HTML forms leave the asterisk, and encode what others leave
  forms.push(component.replace(/[!'()~]/g, percent).replaceAll("%20", "+"));
  // RFC 3986 leaves the unreserved alone; some encoders do not
  forms.push(strict.replace(/[._~-]/g, percent), encodeURIComponent(component));
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function jsonForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, escapeUnit);
  const forms = [json, json.replaceAll("/", "\\/"), ascii, ascii.replace(/[<>&'+]/g, escapeUnit)];
  return forms.flatMap((form) => [
    form,
    form.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`),
    JSON.stringify(form).slice(1, -1),
  ]);
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function hexForms(bytes: Uint8Array): string[] {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex, hex.toUpperCase()];
}

function htmlForm(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The base64 characters that depend on nothing but `bytes`, when `offset` other bytes stand before them. */
function encodeBase64(bytes: Uint8Array, offset: number): string {
  const bits = 8 * (offset + bytes.length);
  const first = Math.ceil((8 * offset) / 6);
  let text = "";
  for (let index = first; index < Math.floor(bits / 6); index += 1) {
    const bit = index * 6;
    const byte = Math.floor(bit / 8) - offset;
    const pair = ((bytes[byte] ?? 0) << 8) | (bytes[byte + 1] ?? 0);
    text += BASE64[(pair >> (10 - (bit % 8))) & 63];
  }
  return text;
}

function toBase64Url(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_");
}
