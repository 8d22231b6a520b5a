import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountEnvironment, accountKey, defaultPolicy } from "../../src/recovery/policy/index.ts";
import fc from "../support/fast-check.ts";
import { policyOf } from "./policy-cases.ts";

const POLICY = policyOf({
  accounts: {
    a: { env: ["ANTHROPIC_API_KEY"] },
    b: { env: { ANTHROPIC_API_KEY: "TEAM_B_KEY", ANTHROPIC_BASE_URL: "TEAM_B_URL" } },
    logins: { config_dir: "~/.claude-c" },
    both: { env: { ANTHROPIC_AUTH_TOKEN: "BOTH_TOKEN" }, config_dir: "/srv/both" },
    cloud: { env: { AWS_BEARER_TOKEN_BEDROCK: "CLOUD_TOKEN" } },
    constructor: { env: ["ANTHROPIC_BASE_URL"] },
  },
});

const ENV = {
  ...{ HOME: "/home/ann", PATH: "/bin", ANTHROPIC_API_KEY: "key of a", TEAM_B_KEY: "key of b" },
  ...{ TEAM_B_URL: "https://b.test", BOTH_TOKEN: "token of both", CLOUD_TOKEN: "token of cloud" },
  ...{ CLAUDE_CODE_OAUTH_TOKEN: "nobody's", CLAUDE_CONFIG_DIR: "/home/ann/.claude-x", UNSET: undefined },
};

const REST = { HOME: "/home/ann", PATH: "/bin", UNSET: undefined };
const CONFIG = { CLAUDE_CONFIG_DIR: "/home/ann/.claude-x" };
const OAUTH = { CLAUDE_CODE_OAUTH_TOKEN: "nobody's" };

describe("the environment of an account's agent", () => {
  it.each<[name: string, env: Record<string, unknown>]>([
    ["a", { ...REST, ...CONFIG, ANTHROPIC_API_KEY: "key of a" }],
    ["b", { ...REST, ...CONFIG, ANTHROPIC_API_KEY: "key of b", ANTHROPIC_BASE_URL: "https://b.test" }],
    ["logins", { ...REST, CLAUDE_CONFIG_DIR: "/home/ann/.claude-c" }],
    ["both", { ...REST, ANTHROPIC_AUTH_TOKEN: "token of both", CLAUDE_CONFIG_DIR: "/srv/both" }],
    ["cloud", { ...REST, ...CONFIG, ...OAUTH, AWS_BEARER_TOKEN_BEDROCK: "token of cloud" }],
  ])("has of %s what is its own, and of the others nothing", (name, env) => {
    const before = { ...ENV };
    expect(accountEnvironment(POLICY, name, ENV)).toStrictEqual({ env, missing: [] });
    expect(ENV).toStrictEqual(before);
  });

  it("is as it was for work without an account", () => {
    const { env, missing } = accountEnvironment(POLICY, undefined, ENV);
    expect({ env, missing }).toStrictEqual({ env: ENV, missing: [] });
    expect(env).not.toBe(ENV);
  });

  it("has nothing in place of what is not set or empty, and says what that is", () => {
    const some = { ...ENV, TEAM_B_KEY: "", TEAM_B_URL: undefined, ANTHROPIC_BASE_URL: "https://other.test" };
    expect(accountEnvironment(POLICY, "b", some)).toStrictEqual({
      env: { ...REST, ...CONFIG },
      missing: ["TEAM_B_KEY", "TEAM_B_URL"],
    });
    expect(accountEnvironment(POLICY, "logins", { ...CONFIG })).toStrictEqual({ env: {}, missing: ["HOME"] });
    expect(accountEnvironment(POLICY, "both", { BOTH_TOKEN: "t" }).missing).toEqual([]);
  });

  it("names once what is missing for two variables", () => {
    const policy = policyOf({ accounts: { a: { env: { KEY: "SAME", TOKEN: "SAME" } } } });
    expect(accountEnvironment(policy, "a", {}).missing).toEqual(["SAME"]);
    expect(accountEnvironment(policy, "a", { SAME: "x" }).env).toEqual({ KEY: "x", TOKEN: "x" });
  });

  it("swaps two variables, since both are read before either is written", () => {
    const policy = policyOf({ accounts: { a: { env: { KEY_1: "KEY_2", KEY_2: "KEY_1" } } } });
    const { env } = accountEnvironment(policy, "a", { KEY_1: "one", KEY_2: "two" });
    expect(env).toEqual({ KEY_1: "two", KEY_2: "one" });
  });

  it.each(["c", "", "toString", "__proto__"])("is not made for the unknown account %j", (name) => {
    expect(() => accountEnvironment(POLICY, name, ENV)).toThrow(RangeError);
    expect(() => accountKey(POLICY, name, ENV)).toThrow(RangeError);
  });

  it("never has a value that only another account is given, and keeps what belongs to none", () => {
    const names = fc.constantFrom("K0", "K1", "K2", "K3", "ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN");
    const mappings = fc.dictionary(names, names, { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(mappings, mappings, fc.uniqueArray(names), (a, b, set) => {
        const policy = policyOf({ accounts: { a: { env: a }, b: { env: b } } });
        const env = Object.fromEntries([...set, "PATH"].map((name) => [name, `value of ${name}`]));
        const made = accountEnvironment(policy, "a", env);
        const own = Object.values(a);
        const others = Object.values(b).filter((source) => !own.includes(source));
        for (const source of others) expect(Object.values(made.env)).not.toContain(`value of ${source}`);
        for (const [target, source] of Object.entries(a)) expect(made.env[target]).toBe(env[source]);
        expect([...made.missing].sort()).toEqual(
          [...new Set(own)].filter((name) => !set.includes(name)).sort(),
        );
        expect(made.env.PATH).toBe(env.PATH);
      }),
    );
  });
});

describe("the key of an account", () => {
  const keyOf = (env: Record<string, string | undefined>): string => accountKey(POLICY, undefined, env);
  const SECRET = `sk-ant-api03-${"aB3dE5gH7j".repeat(9)}AA`;

  it("is the name that the policy has, whatever the environment", () => {
    expect(accountKey(POLICY, "b", ENV)).toBe("name:b");
    expect(accountKey(POLICY, "b", {})).toBe("name:b");
    expect(accountKey(POLICY, "constructor", {})).toBe("name:constructor");
  });

  it("is 12 digits of a digest where there is no name, and the same in every version", () => {
    // sha-256 of ["https://b.test","key of b"]
    expect(keyOf({ ANTHROPIC_API_KEY: "key of b", ANTHROPIC_BASE_URL: "https://b.test" })).toBe(
      "key:824b7210c637",
    );
    // sha-256 of ["","/home/ann/.claude"]
    expect(keyOf({ HOME: "/home/ann" })).toBe("key:8d52eca8f0fa");
    expect(keyOf({ ANTHROPIC_API_KEY: SECRET })).toMatch(/^key:[0-9a-f]{12}$/);
  });

  it("is the same in another process", () => {
    const room = join(import.meta.dirname, "../../src/recovery/policy/index.ts");
    const code = `import { accountKey, defaultPolicy } from ${JSON.stringify(room)};
      process.stdout.write(accountKey(defaultPolicy(), undefined, process.env));`;
    const env = { ANTHROPIC_AUTH_TOKEN: SECRET, HOME: "/home/ann" };
    const told = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
      env,
      encoding: "utf8",
    });
    expect(told).toBe(accountKey(defaultPolicy(), undefined, env));
  });

  it("is another one for another credential, address or directory of logins", () => {
    const environments = [
      { HOME: "/home/ann" },
      { HOME: "/home/bob" },
      { HOME: "/home/ann", CLAUDE_CONFIG_DIR: "/home/ann/.claude-b" },
      { ANTHROPIC_API_KEY: SECRET },
      { ANTHROPIC_API_KEY: `${SECRET}x` },
      { ANTHROPIC_API_KEY: SECRET, ANTHROPIC_BASE_URL: "https://b.test" },
      {},
    ];
    expect(new Set(environments.map(keyOf)).size).toBe(environments.length);
  });

  it("follows the first credential that is set, and the directory only where there is none", () => {
    const first = keyOf({ ANTHROPIC_API_KEY: "1" });
    expect(keyOf({ ANTHROPIC_API_KEY: "1", ANTHROPIC_AUTH_TOKEN: "2", HOME: "/a" })).toBe(first);
    const second = keyOf({ ANTHROPIC_AUTH_TOKEN: "2" });
    expect(keyOf({ ANTHROPIC_API_KEY: "", ANTHROPIC_AUTH_TOKEN: "2", CLAUDE_CODE_OAUTH_TOKEN: "3" })).toBe(
      second,
    );
    expect(keyOf({ CLAUDE_CODE_OAUTH_TOKEN: "3", CLAUDE_CONFIG_DIR: "/a" })).toBe(
      keyOf({ CLAUDE_CODE_OAUTH_TOKEN: "3" }),
    );
  });

  it("is one for one directory of logins, however it is written", () => {
    for (const CLAUDE_CONFIG_DIR of [
      "",
      "/home/ann/.claude",
      "/home/ann/.claude//",
      "/home/ann/x/../.claude",
    ])
      expect(keyOf({ HOME: "/home/ann", CLAUDE_CONFIG_DIR }), CLAUDE_CONFIG_DIR).toBe(
        keyOf({ HOME: "/home/ann/" }),
      );
  });
});
