import { describe, expect, it } from "vitest";
import { findJsonPlace } from "../../src/cli/json-place.ts";
import fc from "../support/fast-check.ts";

type Keys = readonly (string | number)[];

describe("finding a value in JSON text", () => {
  it.each<readonly [text: string, keys: Keys, rest: string]>([
    [' {"a":1}', [], '{"a":1}'],
    ['{"a":1, "b" : 2}', ["b"], '"b" : 2}'],
    ['{"a":"\\\\","b":2}', ["b"], '"b":2}'],
    ['{"a":"}\\"b\\":","b":[1, [2,3] ,4]}', ["b", 2], "4]}"],
    ['{"a":{"b":[]},"b":[{"a":1},true]}', ["b", 1], "true]}"],
    ['{"a":{"b":[]},"b":[{"a":1},true]}', ["b", 0, "a"], '"a":1},true]}'],
    ['{"\\u0061":1}', ["a"], '"\\u0061":1}'],
    ['{"a":1}', ["b"], '{"a":1}'],
    ['{"a":1}', ["a", "b"], '"a":1}'],
    ["[[],[1]]", [1, 5], "[1]]"],
    ["[]", [0], "[]"],
    ["5", ["a"], "5"],
  ])("%s at %j", (text, keys, rest) => {
    expect(text.slice(findJsonPlace(text, keys))).toBe(rest);
  });

  it("finds every value of every text", () => {
    const indent = fc.constantFrom(0, 1, "\t");
    fc.assert(
      fc.property(fc.jsonValue(), indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        for (const { keys, own } of valuesOf(JSON.parse(text))) {
          const rest = text.slice(findJsonPlace(text, keys));
          const key = keys.at(-1);
          const front = typeof key === "string" ? `${JSON.stringify(key)}:${space === 0 ? "" : " "}` : "";
          const from = rest.startsWith(front) ? rest.slice(front.length) : "";
          // Lines within it are moved to the right.
          expect(from.replaceAll(/\s/g, "")).toSatisfy((written: string) =>
            written.startsWith((JSON.stringify(own) ?? "").replaceAll(/\s/g, "")),
          );
        }
      }),
    );
  });
});

function valuesOf(own: unknown, keys: Keys = []): readonly { readonly keys: Keys; readonly own: unknown }[] {
  if (typeof own !== "object" || own === null) return [{ keys, own }];
  const inner = Array.isArray(own) ? [...own.entries()] : Object.entries(own);
  return [{ keys, own }, ...inner.flatMap(([key, value]) => valuesOf(value, [...keys, key]))];
}
