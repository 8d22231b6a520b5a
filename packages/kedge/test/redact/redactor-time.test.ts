import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact/index.ts";
import { threadMs } from "../support/fuzz.ts";
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
    // What this thread worked, since how long it waited for a processor says nothing. That clock is coarse, so many runs are one reading.
    const measure = (length: number, runs: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const start = threadMs();
      for (let run = 0; run < runs; run += 1) redactor.text(text);
      return threadMs() - start;
    };
    measure(20_000, 5);
    const [long, short] = [measure(200_000, 5), measure(25_000, 40)];
    // the same text in eight parts: as long when linear, an eighth when quadratic
    expect(long / Math.max(short, 20)).toBeLessThan(4);
  });
});
