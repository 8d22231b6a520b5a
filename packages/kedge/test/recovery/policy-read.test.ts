import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, test } from "vitest";
import { parse, stringify } from "yaml";
import { formatDuration, parseDuration } from "../../src/recovery/policy/duration.ts";
import { defaultPolicy, readPolicy } from "../../src/recovery/policy/index.ts";
import { parsePolicy } from "../../src/recovery/policy/parse-policy.ts";
import { policyJsonSchema } from "../../src/recovery/policy/policy-schema.ts";
import { CAUSES } from "../../src/recovery/verdict.ts";
import fc from "../support/fast-check.ts";
import { policyOf } from "./policy-cases.ts";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "examples/policy");
const examples = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
const page = readFileSync(join(root, "docs/policy.md"), "utf8");
const onPage = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""], at) => [at, text] as const);
const validate = new Ajv2020({ strict: false }).compile(policyJsonSchema());

const overload = (rule: unknown): object => ({ causes: { overload: rule } });

/** Each wrong value, with the one problem that is said. */
const PROBLEMS: readonly (readonly [name: string, value: unknown, ...lines: readonly string[]])[] = [
  ["no object", 5, ": expected an object, got 5"],
  ["a list", [], ": expected an object, got an array of 0"],
  ["another version", { version: 2 }, "version: expected 1, got 2"],
  ["an unknown key", { x: 1 }, 'x: expected a known key, got "x"'],
  ["a mistyped key", { verson: 1 }, 'verson: expected a known key, got "verson"; did you mean version?'],
  [
    "another spelling",
    { maxPark: "1h" },
    'maxPark: expected a known key, got "maxPark"; did you mean max_park?',
  ],
  [
    "a mistyped cause",
    { causes: { overlaod: {} } },
    'causes.overlaod: expected a known key, got "overlaod"; did you mean overload?',
  ],
  [
    "a cause about which nothing is decided",
    { causes: { none: {} } },
    "causes.none: expected a cause that a policy can decide, got none, which always ends as it is",
  ],
  [
    "a mistyped field of a rule",
    overload({ atempts: 1 }),
    'causes.overload.atempts: expected a known key, got "atempts"; did you mean attempts?',
  ],
  [
    "an unknown action",
    overload({ action: "resum" }),
    'causes.overload.action: expected one of resume, wait, restart, fallback_model, hold, give_up, got "resum"; did you mean resume?',
  ],
  [
    "an action that would loosen a stop",
    { causes: { spend: { action: "resume" } } },
    'causes.spend.action: expected one of hold, give_up, got "resume" (never tried again: the account stops until a person acts)',
  ],
  [
    "more new processes than one",
    { causes: { auth: { attempts: 2 } } },
    "causes.auth.attempts: expected a number of at most 1, got 2 (never more than one new process; then the account stops)",
  ],
  [
    "tries that are text",
    overload({ attempts: "3" }),
    'causes.overload.attempts: expected a number, got "3"',
  ],
  ["half a try", overload({ attempts: 1.5 }), "causes.overload.attempts: expected a whole number, got 1.5"],
  ["tries below 0", { attempts: -1 }, "attempts: expected a number of at least 0, got -1"],
  [
    "a stand-in without models",
    overload({ action: "fallback_model" }),
    "causes.overload.action: expected `models` beside fallback_model, got none",
  ],
  [
    "a cap under the base",
    overload({ backoff: { base: "2h", cap: "1h" } }),
    "causes.overload.backoff.cap: expected a cap of at least 2h, got 1h",
  ],
  [
    "a duration without unit",
    { max_park: 90 },
    "max_park: expected a duration such as 90s, 15m, 2h or 3d, got 90",
  ],
  [
    "a duration of two units",
    { max_park: "1h30m" },
    'max_park: expected a duration such as 90s, 15m, 2h or 3d, got "1h30m"',
  ],
  ["too long a duration", { max_park: "32d" }, 'max_park: expected a duration of at most 31d, got "32d"'],
  [
    "too short a duration",
    { hours: { total: "59s" } },
    'hours.total: expected a duration of at least 1m, got "59s"',
  ],
  [
    "a time that no clock shows",
    { hours: { wake: { from: "24:00", to: "07:00" } } },
    'hours.wake.from: expected a time of day such as "22:00", got "24:00"',
  ],
  [
    "hours without an end",
    { hours: { wake: { from: "22:00" } } },
    'hours.wake.to: expected a time of day such as "22:00", got nothing',
  ],
  [
    "hours that are none",
    { hours: { wake: { from: "22:00", to: "22:00" } } },
    "hours.wake.to: expected at least 15 minutes, got 22:00 to 22:00",
  ],
  ["an unknown zone", { zone: "Berlin" }, 'zone: expected a zone such as Europe/Berlin, got "Berlin"'],
  ["no money", { money: { job_usd: 0 } }, "money.job_usd: expected US dollars from 0.01 to 1000000, got 0"],
  [
    "money as text",
    { money: { account_day_usd: "5$" } },
    'money.account_day_usd: expected US dollars from 0.01 to 1000000, got "5$"',
  ],
  [
    "an unknown drift",
    { drift: { head_moved: "halt" } },
    'drift.head_moved: expected one of stop, warn, ignore, got "halt"',
  ],
  [
    "a model that stands in for itself",
    { models: { a: "a" } },
    "models.a: expected another model, got the same",
  ],
  ["a model that is none", { models: { a: "b c" } }, 'models.a: expected the id of a model, got "b c"'],
  [
    "a model's name that is none",
    { models: { "a b": "c" } },
    'models["a b"]: expected the id of a model, got "a b"',
  ],
  [
    "an account without variables",
    { accounts: { a: { env: [] } } },
    "accounts.a.env: expected a list of at least 1, got an array of 0",
  ],
  [
    "an account with a strange name",
    { accounts: { "a b": { env: ["KEY"] } } },
    'accounts["a b"]: expected a name of letters, digits, _, . and -, got "a b"',
  ],
  ["an empty nudge", { nudge: "" }, 'nudge: expected text of at least 1 characters, got ""'],
  ["another end of degraded runs", { degraded: "ok" }, 'degraded: expected one of fail, pass, got "ok"'],
  [
    "a key that is no key",
    JSON.parse('{"models":{"__proto__":"x"}}'),
    'models.__proto__: expected another key, got "__proto__"',
  ],
  [
    "several at once",
    { x: 1, degraded: "ok" },
    'degraded: expected one of fail, pass, got "ok"',
    'x: expected a known key, got "x"',
  ],
];

const linesOf = (value: unknown): readonly string[] => {
  const reading = parsePolicy(value);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("reading a policy", () => {
  it.each(PROBLEMS)("says what is wrong with %s", (_, value, ...lines) => {
    expect([...linesOf(value)].sort()).toEqual(lines);
  });

  it.each([undefined, null, {}, { version: 1 }, { causes: {} }])("has defaults for %j", (value) => {
    expect(policyOf(value)).toEqual(defaultPolicy());
  });

  it("is what the room offers, loaded when it is called", async () => {
    for (const value of [{ attempts: 3 }, { x: 1 }])
      expect(await readPolicy(value)).toEqual(parsePolicy(value));
  });

  it("has a rule for every cause, in their order", () => {
    expect(Object.keys(defaultPolicy().causes)).toEqual([...CAUSES]);
  });

  it("takes each field from the cause's own rule, else from *, else from the defaults", () => {
    const { causes } = policyOf({
      causes: {
        "*": { attempts: 4, otherwise: "give_up", backoff: { cap: "20s" } },
        overload: { attempts: 6, backoff: { base: "1m" } },
        server: { action: "wait" },
      },
    });
    expect(causes.overload).toMatchObject({
      action: "resume",
      attempts: 6,
      otherwise: "give_up",
      isNamed: true,
    });
    expect(causes.overload.backoff).toEqual({ baseMs: 60_000, capMs: 60_000 });
    expect(causes.server).toMatchObject({ action: "wait", attempts: 4, isNamed: true });
    expect(causes.stall).toMatchObject({
      attempts: 4,
      backoff: { baseMs: 10_000, capMs: 20_000 },
      isNamed: false,
    });
    // more than the cause allows
    expect(causes.auth.attempts).toBe(1);
    expect(causes.unknown.attempts).toBe(1);
    // what ends by default ends as the file wants it
    expect(causes.refused.action).toBe("give_up");
  });

  it("says where each value comes from", () => {
    const reading = parsePolicy({
      causes: { "*": { attempts: 4, otherwise: "give_up" }, overload: { attempts: 6 } },
      hours: { total: "1d" },
    });
    const origins = reading.ok ? reading.origins : new Map();
    expect(origins.get("causes.overload.attempts")).toEqual(["causes", "overload", "attempts"]);
    expect(origins.get("causes.server.attempts")).toEqual(["causes", "*", "attempts"]);
    expect(origins.get("causes.auth.attempts")).toBe("bound");
    expect(origins.get("causes.refused.action")).toEqual(["causes", "*", "otherwise"]);
    expect(origins.get("causes.overload.action")).toBeUndefined();
    expect(origins.get("hours.total")).toEqual(["hours", "total"]);
    expect(origins.get("hours.wake")).toBeUndefined();
  });

  it("is deeply frozen", () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    const full = {
      models: { a: "b" },
      accounts: { a: { env: ["KEY"] } },
      hours: { wake: { from: "01:00", to: "02:00" } },
    };
    expect(isFrozen(policyOf(full))).toBe(true);
    expect(isFrozen(defaultPolicy())).toBe(true);
  });

  it("never throws, and its problems are one line each", () => {
    const keys = fc.constantFrom(
      "causes",
      "overload",
      "*",
      "attempts",
      "hours",
      "wake",
      "money",
      "models",
      "accounts",
      "env",
      "__proto__",
      "x",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(
          null,
          undefined,
          Number.NaN,
          1e308,
          "",
          "1h",
          "a\nb",
          true,
          Object.create(null),
        ),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (any) => {
        for (const line of linesOf(any)) expect(line).not.toContain("\n");
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses a value within itself, one that is too deep, and one that is too much", () => {
    const cycle: Record<string, unknown> = {};
    cycle.causes = cycle;
    expect(linesOf(cycle).join()).toContain("expected a value that is not within itself");
    let deep: unknown = {};
    for (let level = 0; level < 5_000; level += 1) deep = { causes: deep };
    expect(linesOf(deep).join()).toContain("expected at most 16 levels, got more");
    const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`m${at}`, "a"]));
    expect(linesOf({ models: many })[0]).toBe(": expected at most 20000 values, got more");
    const some = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`m${at}`, "a"]));
    expect(linesOf({ models: some })).toEqual(["models: expected at most 100, got more"]);
  });
});

describe("secrets", () => {
  const KEY = `sk-ant-api03-${"aB3dE5gH7j".repeat(9)}AA`;

  it.each([
    ["in place of a variable's name", { accounts: { a: { env: [KEY] } } }, "accounts.a.env[0]"],
    ["under an unknown key", { accounts: { a: { env: ["KEY"], key: KEY } } }, "accounts.a.key"],
    [
      "under a name that says it",
      { accounts: { a: { env: ["KEY"], api_key: "abcd1234efgh" } } },
      "accounts.a.api_key",
    ],
    ["in a nudge", { nudge: `Use ${KEY}.` }, "nudge"],
    ["as a model", { models: { a: KEY } }, "models.a"],
    ["of capitals and digits", { accounts: { a: { env: ["AKIAIOSFODNN7EXAMPLE"] } } }, "accounts.a.env[0]"],
  ])("are refused %s, and never repeated", (_, value, path) => {
    const lines = linesOf(value).join("\n");
    expect(lines).toContain(`${path}: expected no secret, got what looks like one`);
    for (const secret of [KEY, "abcd1234efgh", "AKIAIOSFODNN7EXAMPLE"]) expect(lines).not.toContain(secret);
  });

  it("are not repeated either where they are a key, or look like nothing", () => {
    const lines = linesOf({ [KEY]: 1, accounts: { a: { env: ["hunter2-and-more", "TOKEN=hunter2"] } } }).join(
      "\n",
    );
    expect(lines).toContain("expected no secret");
    expect(lines).toContain("never its value, got another text");
    expect(lines).not.toMatch(/sk-ant|hunter2/);
  });

  it("are not seen in names of variables and models", () => {
    const env = ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "MY_2ND_KEY"];
    expect(
      linesOf({
        accounts: { token: { env } },
        models: { "claude-opus-5-5[1m]": "us.anthropic.claude-sonnet-5-5:0" },
      }),
    ).toEqual([]);
  });
});

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
    ])
      expect(validate(value), JSON.stringify(value)).toBe(false);
    expect(validate({})).toBe(true);
  });
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
