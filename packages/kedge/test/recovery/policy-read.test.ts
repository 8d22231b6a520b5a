import { describe, expect, it } from "vitest";
import { defaultPolicy, readPolicy } from "../../src/recovery/policy/index.ts";
import { parsePolicy } from "../../src/recovery/policy/parse-policy.ts";
import { CAUSES } from "../../src/recovery/verdict.ts";
import fc from "../support/fast-check.ts";
import { policyOf } from "./policy-cases.ts";
import { linesOf, PROBLEMS } from "./policy-problem-cases.ts";

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

  it("knows which variable of ours an account's agent gets as which; a list keeps their names", () => {
    const { accounts } = policyOf({
      accounts: {
        a: { env: ["KEY", "URL"] },
        b: { env: { KEY: "B_KEY", URL: "URL" }, config_dir: "~/.claude-b", sessions: 8, day_usd: 2 },
        c: { config_dir: "/srv/logins of c" },
      },
    });
    expect(accounts).toEqual({
      a: { env: { KEY: "KEY", URL: "URL" } },
      b: { env: { KEY: "B_KEY", URL: "URL" }, configDir: "~/.claude-b", sessions: 8, dayUsd: 2 },
      c: { env: {}, configDir: "/srv/logins of c" },
    });
    expect(Object.keys(accounts.b?.env ?? {})).toEqual(["KEY", "URL"]);
  });

  it.each([
    [{}, 20 * 60_000, 5_000],
    [{ stall_after: "1m", grace: "0s" }, 60_000, 0],
    [{ stall_after: "24h", grace: "10m" }, 86_400_000, 600_000],
    [{ stall_after: "never" }, null, 5_000],
  ])("has from %j the time of a stall and the grace", (file, stallAfterMs, graceMs) => {
    expect(policyOf(file)).toMatchObject({ stallAfterMs, graceMs });
  });

  it("is deeply frozen", () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    const full = {
      models: { a: "b" },
      accounts: { a: { env: ["KEY"] }, b: { env: { KEY: "B_KEY" } } },
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
      "KEY",
      "config_dir",
      "stall_after",
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
          "KEY",
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
    [
      "in place of a variable in a mapping",
      { accounts: { a: { env: { ANTHROPIC_API_KEY: KEY } } } },
      "accounts.a.env.ANTHROPIC_API_KEY",
    ],
    [
      "in a mapping, of capitals and digits",
      { accounts: { a: { env: { ANTHROPIC_API_KEY: "A1B2C3D4E5F6A7B8C9D0E1F2" } } } },
      "accounts.a.env.ANTHROPIC_API_KEY",
    ],
    [
      "as a directory of logins",
      { accounts: { a: { config_dir: `/home/${KEY}` } } },
      "accounts.a.config_dir",
    ],
    ["of capitals and digits", { accounts: { a: { env: ["AKIAIOSFODNN7EXAMPLE"] } } }, "accounts.a.env[0]"],
  ])("are refused %s, and never repeated", (_, value, path) => {
    const lines = linesOf(value).join("\n");
    expect(lines).toContain(`${path}: expected no secret, got what looks like one`);
    for (const secret of [KEY, "abcd1234efgh", "AKIAIOSFODNN7EXAMPLE", "A1B2C3D4E5F6A7B8C9D0E1F2"])
      expect(lines).not.toContain(secret);
  });

  it("are not repeated either where they are a key, or look like nothing", () => {
    const lines = linesOf({ [KEY]: 1, accounts: { a: { env: ["hunter2-and-more", "TOKEN=hunter2"] } } }).join(
      "\n",
    );
    expect(lines).toContain("expected no secret");
    expect(lines).toContain("never its value, got another text");
    expect(lines).not.toMatch(/sk-ant|hunter2/);
  });

  it("are not repeated where a mapping has them on the wrong side, or in both places", () => {
    for (const env of [
      { "hunter2-and-more": "ANTHROPIC_API_KEY" },
      { ANTHROPIC_API_KEY: "hunter2-and-more" },
      { hunter2: "hunter2-and-more" },
      { hunter2: { hunter2: "hunter2" } },
      { ANTHROPIC_API_KEY: { TOKEN: "hunter2-and-more" } },
      { [KEY]: KEY },
    ]) {
      const lines = linesOf({ accounts: { a: { env } } }).join("\n");
      expect(lines).toMatch(/^accounts\.a\.env.*: expected /);
      expect(lines).not.toMatch(/sk-ant|hunter2/);
    }
  });

  it("are not seen in names of variables and models", () => {
    const env = ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "MY_2ND_KEY"];
    expect(
      linesOf({
        accounts: {
          token: { env },
          password: {
            env: { PGPASSWORD: "TEAM_B_2_7F3A", ANTHROPIC_API_KEY: "TOKEN_7F3A", PASSWORD: "TEAMKEY" },
          },
          secret: { env: Object.fromEntries(env.map((name) => [name, `TEAM_B_${name}`])) },
        },
        models: { "claude-opus-5-5[1m]": "us.anthropic.claude-sonnet-5-5:0" },
      }),
    ).toEqual([]);
  });
});
