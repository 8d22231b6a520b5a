import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact/index.ts";
import { cleanLine } from "./clean-lines.ts";
import { known, random, secrets } from "./nasty-secrets.ts";
import { ALPHANUMERIC, draw } from "./planted-secrets.ts";

describe("time grows with the text and no faster", () => {
  const patterns: Readonly<Record<string, string>> = {
    "clean lines": Array.from({ length: 200 }, () => cleanLine(random)).join("\n"),
    secrets: secrets.join("\n"),
    letters: draw(random, ALPHANUMERIC, 500),
    names: "key=",
    "open quotes": 'password=\\"',
    tokens: "eyJ-",
    "dotted tokens": "eyJaaaaaaaa.",
    "key blocks": ["-----BEGIN ", "PRIVATE", " KEY-----\n AAAA\n"].join(""),
    addresses: "://a:",
    commands: "curl -u ",
    headers: "Authorization: Digest ",
    cookies: "Cookie: a=",
    blanks: "token                    ",
    backslashes: "\\",
    "line breaks": "\n",
    numbers: '{"id":1234567890},',
  };
  test.each(Object.entries(patterns))("%s", (_, piece) => {
    const redactor = createRedactor({ known });
    const measure = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 5; run += 1) {
        const start = performance.now();
        redactor.text(text);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    measure(20_000);
    // eight times the text: 8 when linear, 64 when quadratic
    expect(measure(200_000) / Math.max(measure(25_000), 0.5)).toBeLessThan(30);
  });
});
