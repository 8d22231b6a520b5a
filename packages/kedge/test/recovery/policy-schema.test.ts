import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, test } from "vitest";
import { parse, stringify } from "yaml";
import { formatDuration, parseDuration } from "../../src/recovery/policy/duration.ts";
import { defaultPolicy } from "../../src/recovery/policy/index.ts";
import { policyJsonSchema } from "../../src/recovery/policy/policy-schema.ts";
import { CAUSES } from "../../src/recovery/verdict.ts";
import fc from "../support/fast-check.ts";
import { policyOf } from "./policy-cases.ts";
import { linesOf } from "./policy-problem-cases.ts";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "examples/policy");
const examples = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
const page = readFileSync(join(root, "docs/policy.md"), "utf8");
const onPage = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""], at) => [at, text] as const);
const validate = new Ajv2020({ strict: false }).compile(policyJsonSchema());

describe("round trips", () => {
  test("a duration is read as it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
    for (const text of ["", "5", "s", "-1s", "1.5h", "1 h", "1H", "0x1s", "1h\n", "99999999s"])
      expect(parseDuration(text), text).toBeUndefined();
  });

  test.each(examples)(
    "%s is the same policy as YAML, as JSON and as a value, and says what it is for",
    (_, text) => {
      const value: unknown = parse(text);
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
      const policy = policyOf(value);
      expect(policy.description).toMatch(/^[A-Z].*\.$/);
      expect(policyOf(parse(stringify(value)))).toEqual(policy);
      expect(policyOf(JSON.parse(JSON.stringify(value)))).toEqual(policy);
    },
  );

  test("the JSON Schema refuses what it can: unknown keys, actions and types", () => {
    for (const value of [
      5,
      { x: 1 },
      { causes: { none: {} } },
      { causes: { spend: { action: "resume" } } },
      { max_park: 90 },
      { max_park: "1w" },
      { causes: { auth: { attempts: 2 } } },
      { stall_after: "always" },
      { accounts: { a: { config_dir: "claude" } } },
    ])
      expect(validate(value), JSON.stringify(value)).toBe(false);
    expect(validate({})).toBe(true);
  });
});

test.each<[env: unknown, isSound: boolean]>([
  [["KEY"], true],
  [{ KEY: "B_KEY" }, true],
  [["KEY", "KEY"], false],
  [[], false],
  [{}, false],
  [["key"], false],
  [{ key: "KEY" }, false],
  [{ KEY: "key" }, false],
  [{ KEY: 5 }, false],
  ["KEY", false],
  [null, false],
  [Array.from({ length: 21 }, (_, at) => `K${at}`), false],
])("the JSON Schema and the reader agree on variables %j", (env, isSound) => {
  const value = { accounts: { a: { env } } };
  expect(validate(value), JSON.stringify(validate.errors)).toBe(isSound);
  expect(linesOf(value).length === 0).toBe(isSound);
});

describe("the page", () => {
  it.each(onPage)("policy %i is sound", (_, text) => {
    expect(linesOf(parse(text))).toEqual([]);
  });

  it("has policies, and names every field and every cause", () => {
    expect(onPage.length).toBeGreaterThan(1);
    const fields = new Set<string>();
    const walk = (schema: unknown): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties } = schema as { properties?: object };
      for (const key of Object.keys(properties ?? {})) fields.add(key);
      for (const each of Object.values(schema)) walk(each);
    };
    walk(policyJsonSchema());
    expect([...fields].filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
    expect(CAUSES.filter((cause) => !page.includes(`\`${cause}\``))).toEqual([]);
  });

  it("tells the defaults of every cause as they are", () => {
    const rows = new Map(
      [...page.matchAll(/^\| (`.*?) \| `(\w+)` \| (.*?) \|/gm)].flatMap(([, names = "", action, often]) =>
        [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, [action, often]] as const),
      ),
    );
    for (const [cause, rule] of Object.entries(defaultPolicy().causes)) {
      if (["degraded", "none", "stopped_by_policy"].includes(cause)) continue;
      const isTried = rule.action !== "hold" && rule.action !== "wait";
      expect(rows.get(cause), cause).toEqual([rule.action, isTried ? String(rule.attempts) : "–"]);
    }
  });
});
