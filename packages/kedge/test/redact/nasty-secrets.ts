/** Secrets of every kind, and texts that are made of pieces of them: what properties of redacting are tried with. */
import fc from "../support/fast-check.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { builders } from "./planted-secrets.ts";

export const random = createRandom(fuzzSeed);

/** One of each kind, known by its shape. */
export const secrets = Object.values(builders).map((build) => build(random).text);

/** Values that are known. */
export const known = [
  { name: "WORD_KEY", value: "swordfish9" },
  { name: "NUMBER_TOKEN", value: "1234567890" },
  { name: "JSON_CREDENTIALS", value: '{"type":"x","n":1}' },
];

/** Texts of pieces that secrets, names, marks and replacements are made of, in any order. */
export const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(...secrets, ...known.map(({ value }) => value)),
      fc.constantFrom(
        "password",
        "token",
        "key=",
        "secret: ",
        "--token ",
        "Authorization: ",
        "Bearer ",
        "Cookie: ",
        "curl -u a:",
      ),
      fc.constantFrom(
        '"',
        "'",
        "`",
        '\\"',
        "\\\\",
        "\\",
        "=",
        ":",
        ",",
        ";",
        "&",
        "?",
        "@",
        "://",
        "<",
        ">",
        "{",
        "}",
        "[",
        "]",
      ),
      fc.constantFrom(
        " ",
        "\n",
        "\r\n",
        "\\n",
        "\t",
        "\u001b[31m",
        "é",
        "漢",
        "\ud800",
        "\udc00",
        "😀",
        "\\u0041",
        "%3D",
      ),
      fc.constantFrom(
        "[redacted: token]",
        "[redacted: WORD_KEY]",
        "[redacted: other]",
        "[redacted: ",
        "redacted",
        "-----",
      ),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

/** How properties are tried. */
export const runs = { numRuns: inFull({ normal: 1_000, full: 10_000 }), endOnFailure: true };

/** Milliseconds that a property may take. */
export const runsTakeMs = inFull({ normal: 20_000, full: 300_000 });
