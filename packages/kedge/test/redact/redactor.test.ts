import { describe, expect, test } from "vitest";
import { createRedactor, SECRET_KINDS } from "../../src/redact/index.ts";
import fc from "../support/fast-check.ts";
import { known, nasty, runs, runsTakeMs, secrets } from "./nasty-secrets.ts";

/** Where a text stops being JSON; undefined when it is JSON to its end. */
function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const at = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0);
    return text.slice(Math.max(0, at - 200), at + 100);
  }
}

describe("whatever the text", () => {
  test("redacting again changes nothing", { timeout: runsTakeMs }, () => {
    const redactor = createRedactor({ known });
    fc.assert(
      fc.property(nasty, (text) => {
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
      }),
      runs,
    );
  });

  test("JSON text stays JSON text", { timeout: runsTakeMs }, () => {
    const redactor = createRedactor({ known });
    const json = fc.object({
      key: nasty,
      values: [nasty, fc.integer(), fc.constant(1234567890)],
      maxDepth: 3,
    });
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), fc.boolean(), (value, indent, isTwice) => {
        const once = JSON.stringify(value, null, indent);
        const text = redactor.text(isTwice ? JSON.stringify({ body: once }) : once);
        expect(whyNotJson(text)).toBeUndefined();
      }),
      runs,
    );
  });

  test("the letter of an escape stays with its backslash", () => {
    const token = ["np", "m_", "a1".repeat(18)].join("");
    const text = `{"a":"\\${token}"}`;
    expect(createRedactor().text(text)).toBe('{"a":"\\n[redacted: npm-token]"}');
    const redactor = createRedactor({ known: [{ name: "ODD_KEY", value: "swordfish\\" }] });
    expect(() => JSON.parse(redactor.text('{"a":"swordfish\\"b"}'))).not.toThrow();
  });

  test("a lone surrogate neither throws nor hides a secret", () => {
    const redactor = createRedactor({ known: [...known, { name: "ODD_KEY", value: "odd\ud800value" }] });
    expect(redactor.text("\udc00swordfish9\ud800")).toBe("\udc00[redacted: WORD_KEY]\ud800");
    expect(redactor.text("an odd\ud800value")).toBe("an [redacted: ODD_KEY]");
  });

  test("a text without a secret comes back as it is", () => {
    expect(createRedactor().text("")).toBe("");
    expect(createRedactor({ known }).text("nothing here")).toBe("nothing here");
  });

  test("a JSON value without quotes gets some", () => {
    const redactor = createRedactor({ known });
    expect(redactor.text('{"id":1234567890}')).toBe('{"id":"[redacted: NUMBER_TOKEN]"}');
    expect(redactor.text('{"id":91234567890.5}')).toBe('{"id":"[redacted: NUMBER_TOKEN]"}');
    const inner = JSON.stringify([1234567890, "a", 1234567890]);
    const outer = JSON.parse(redactor.text(JSON.stringify({ inner }))) as { inner: string };
    expect(JSON.parse(outer.inner)).toEqual(["[redacted: NUMBER_TOKEN]", "a", "[redacted: NUMBER_TOKEN]"]);
    expect(redactor.text("[1234567890, 2]")).toBe('["[redacted: NUMBER_TOKEN]", 2]');
    expect(redactor.text('{"c":{"type":"x","n":1},"d":2}')).toBe(
      '{"c":"[redacted: JSON_CREDENTIALS]","d":2}',
    );
    expect(redactor.text('{"s":"a, 1234567890, b"}')).toBe('{"s":"a, [redacted: NUMBER_TOKEN], b"}');
    expect(redactor.text('{"s":"a: 1234567890, b"}')).toBe('{"s":"a: [redacted: NUMBER_TOKEN], b"}');
  });
});

describe("what was replaced is counted", () => {
  test("by kind and by name, for each redactor on its own", () => {
    const redactor = createRedactor({ known });
    redactor.text("swordfish9 swordfish9 password=x1y2z3!");
    redactor.value({ a: "swordfish9", secret: "s3cr3t!!" });
    expect(redactor.report()).toEqual({ WORD_KEY: 3, password: 1, secret: 1 });
    redactor.text(redactor.text("nothing"));
    expect(redactor.report()).toEqual({ WORD_KEY: 3, password: 1, secret: 1 });
    expect(createRedactor().report()).toEqual({});
  });

  test("every kind of the list is one that something says", () => {
    const redactor = createRedactor({ known: [{ name: "", value: "swordfish9" }] });
    redactor.text("swordfish9");
    for (const secret of secrets) redactor.text(secret);
    expect(Object.keys(redactor.report())).toEqual([...SECRET_KINDS].sort());
  });
});

describe("the marker", () => {
  test("can have another word", () => {
    const redactor = createRedactor({ known, marker: "hidden" });
    expect(redactor.text("swordfish9")).toBe("[hidden: WORD_KEY]");
    expect(redactor.text("password=[hidden: password]")).toBe("password=[hidden: password]");
  });

  test.each(["", 'a"b', "a]", "$&", "x".repeat(33)])("%j is refused", (marker) => {
    expect(() => createRedactor({ marker })).toThrow(TypeError);
  });

  test("a word that only looks like a replacement hides no shape", () => {
    const token = ["gh", "p_", "a1".repeat(18)].join("");
    expect(createRedactor().text(`[redacted: ${token}]`)).toBe("[redacted: [redacted: github-token]]");
  });
});
