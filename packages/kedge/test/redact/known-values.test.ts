import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact/index.ts";
import { fuzzSeed, type Random, randomOfCase } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { ALPHANUMERIC, draw } from "./planted-secrets.ts";

const CASES = inFull({ normal: 3_000, full: 10_000 });
const HARD = `${ALPHANUMERIC}!"#$%&'()*+,-./:;<=>?@[]^_{|}~\\ äß€漢`;

/** A way to write a value down; undefined when the value does not take it. */
type Encode = (value: string, random: Random) => string;

const bytesOf = (value: string): Buffer => Buffer.from(value, "utf8");
const escapeJson = (value: string): string => JSON.stringify(value).slice(1, -1);

function base64At(offset: number, encoding: "base64" | "base64url"): Encode {
  return (value, random) => {
    const tail = draw(random, ALPHANUMERIC, random.below(6));
    return bytesOf(draw(random, ALPHANUMERIC, offset + 3 * random.below(4)) + value + tail).toString(
      encoding,
    );
  };
}

function wrapped(encode: Encode, lineBreak: string, columns: number): Encode {
  return (value, random) => {
    const text = encode(value, random);
    const lines: string[] = [];
    for (let at = 0; at < text.length; at += columns) lines.push(text.slice(at, at + columns));
    return lines.join(lineBreak);
  };
}

const raw: Encode = (value) => value;
const encodings: Readonly<Record<string, Encode>> = {
  raw,
  "base64, offset 0": base64At(0, "base64"),
  "base64, offset 1": base64At(1, "base64"),
  "base64, offset 2": base64At(2, "base64"),
  "base64url, offset 0": base64At(0, "base64url"),
  "base64url, offset 1": base64At(1, "base64url"),
  "base64url, offset 2": base64At(2, "base64url"),
  URL: (value) => encodeURIComponent(value),
  "URL, lower case": (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  form: (value) => new URLSearchParams({ value }).toString().slice("value=".length),
  JSON: escapeJson,
  "JSON in JSON": (value) => escapeJson(escapeJson(value)),
  "ASCII JSON": (value) =>
    escapeJson(value).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  hex: (value) => bytesOf(value).toString("hex"),
  "upper-case hex": (value) => bytesOf(value).toString("hex").toUpperCase(),
  "wrapped at 5": wrapped(raw, "\n", 5),
  "wrapped with CR LF and indentation": wrapped(raw, "\r\n    ", 7),
  "wrapped base64": wrapped(base64At(0, "base64"), "\n", 6),
  "wrapped base64 in YAML": wrapped(base64At(1, "base64"), "\n      ", 9),
  "wrapped at 76": wrapped(base64At(2, "base64"), "\r\n", 76),
  "wrapped in JSON": wrapped(base64At(0, "base64"), "\\n", 8),
  "wrapped in a shell": wrapped(raw, "\\\n", 6),
};

function value(random: Random): string {
  const length = 8 + random.below(random.chance(0.1) ? 200 : 40);
  const text = draw(random, random.chance(0.5) ? ALPHANUMERIC : HARD, length);
  // blanks around a value are not part of it, and of a wrapped one eight have to be left that are neither
  // blanks nor backslashes at its end
  return text.replace(/\s|\\+$/g, "").length >= 8 && text.trim() === text && !/ {2}/.test(text)
    ? text
    : value(random);
}

function surroundings(random: Random): readonly [string, string] {
  const noise = (): string => draw(random, `${ALPHANUMERIC} \n\t.,:;"'{}[]()\\=`, random.below(60));
  return random.pick([
    ["", ""],
    [" ", " "],
    [noise(), noise()],
    ["“", "”"],
    ['{"value":"', '"}'],
    ["https://example.com/?a=1&v=", "&b=2"],
    ["Error: ", "\n    at main (index.js:1:1)"],
    ["🔑", "🔑"],
  ] as const);
}

describe("known values never leave", () => {
  test.each(Object.keys(encodings))("%s", (name) => {
    const encode = encodings[name] as Encode;
    const perEncoding = Math.ceil(CASES / Object.keys(encodings).length);
    for (let index = 0; index < perEncoding; index += 1) {
      const random = randomOfCase(fuzzSeed, index);
      const secret = value(random);
      const [before, after] = surroundings(random);
      const planted = encode(secret, random);
      const redactor = createRedactor({ known: [{ name: "PLANTED", value: secret }] });
      const text = before + planted + after;
      const redacted = redactor.text(text);
      expect(redacted, text).toMatch(/\[redacted: /);
      // of the encoded form no long part may be left
      const most = planted.slice(2, -2);
      if (most.length >= 6) expect(redacted.includes(most), `${text}\n=> ${redacted}`).toBe(false);
      expect(redacted.includes(secret), text).toBe(false);
      expect(redactor.text(redacted)).toBe(redacted);
    }
  });

  test("hundreds of values at once, in one text", () => {
    const random = randomOfCase(fuzzSeed, -1);
    const known = Array.from({ length: 300 }, (_, index) => ({
      name: `V${index}`,
      value: draw(random, ALPHANUMERIC, 12),
    }));
    const text = known.map(({ value }) => `x${value}y`).join(" ");
    const redacted = createRedactor({ known }).text(text);
    expect(redacted).toBe(known.map(({ name }) => `x[redacted: ${name}]y`).join(" "));
  });

  test("a replacement takes exactly the value, its padding and the base64 characters that hold bits of it", () => {
    const redactor = createRedactor({ known: [{ name: "A_KEY", value: "swordfish9" }] });
    expect(redactor.text("<swordfish9>")).toBe("<[redacted: A_KEY]>");
    expect(redactor.text(`<${btoa("swordfish9")}>`)).toBe("<[redacted: A_KEY]>");
    expect(redactor.text(`<${btoa("xswordfish9")}>`)).toBe("<e[redacted: A_KEY]>");
    expect(redactor.text(`<${btoa("xyswordfish9")}>`)).toBe("<eH[redacted: A_KEY]>");
    expect(redactor.text("sword\r\n  fish9 other")).toBe("[redacted: A_KEY] other");
  });

  test.each([
    ["another case", "SWORDFISH9"],
    ["a blank inside", "sword fish9"],
    ["a blank inside, beside a line break", "\nsword fish9\n"],
    ["only a part", "swordfish 9"],
  ])("%s is not the value", (_, text) => {
    const redactor = createRedactor({ known: [{ name: "A_KEY", value: "swordfish9" }] });
    expect(redactor.text(text)).toBe(text);
  });

  test("short values are found as they are; those under 4 characters are ignored", () => {
    const redactor = createRedactor({
      known: [
        { name: "PIN_CODE", value: "q7w8" },
        { name: "TINY", value: "abc" },
        { name: "EMPTY", value: "" },
      ],
    });
    expect(redactor.text("abc q7w8 abc")).toBe("abc [redacted: PIN_CODE] abc");
  });

  test("a value with several lines is found in one line, escaped, and indented", () => {
    const lines = ["first line 1", "second line 2", "third line 3"];
    const redactor = createRedactor({ known: [{ name: "DOC", value: `${lines.join("\n")}\n` }] });
    for (const lineBreak of ["\n", "\r\n", "\n   ", "\\n", "\\r\\n"]) {
      expect(redactor.text(`a ${lines.join(lineBreak)} b`)).toBe("a [redacted: DOC] b");
    }
  });

  test("values that overlap go as one", () => {
    const known = [
      { name: "LEFT", value: "abcdefgh" },
      { name: "RIGHT", value: "efghijklmnop" },
    ];
    expect(createRedactor({ known }).text("-abcdefghijklmnop-")).toBe("-[redacted: RIGHT]-");
  });
});

describe("the name of a known value", () => {
  test("that is a secret itself, or that no label may be, is not said", () => {
    for (const name of [
      "has blanks",
      'quote"',
      "",
      `x${"swordfish9"}`,
      ["gh", "p_", "a1".repeat(18)].join(""),
    ]) {
      const redactor = createRedactor({ known: [{ name, value: "swordfish9" }] });
      expect(redactor.text("swordfish9")).toBe("[redacted: known-value]");
    }
  });

  test("values that are words of the marker do not take it apart", () => {
    const known = [
      { name: "A", value: "redacted" },
      { name: "B", value: "known-value" },
    ];
    const redactor = createRedactor({ known });
    const once = redactor.text("it was redacted, a known-value");
    expect(once).toBe("it was [redacted: A], a [redacted: B]");
    expect(redactor.text(once)).toBe(once);
  });
});
