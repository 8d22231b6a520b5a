/** Who pays for a session that somebody else started: the same key as for one of ours, where it can be told. */
import { describe, expect, it } from "vitest";
import { accountKey, defaultPolicy, sessionAccount } from "../../src/recovery/policy/index.ts";
import { policyOf } from "./policy-cases.ts";

const HOME = "/home/ann";
const TRANSCRIPT = `${HOME}/.claude/projects/-srv-site/0b1d9f0e-0000-4000-8000-000000000000.jsonl`;
const plain = defaultPolicy();

describe("the account of a session that was started elsewhere", () => {
  it("is that of our own sessions with the same credential, whichever variable it stands in", () => {
    for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"]) {
      const env = { HOME, [name]: "secret", ANTHROPIC_BASE_URL: "https://gate.test" };
      const found = sessionAccount({ credentials: [name], transcriptPath: TRANSCRIPT }, plain, env);
      expect(found).toBe(accountKey(plain, undefined, env));
    }
  });

  it("is named after the variable whose value we do not have", () => {
    const facts = { credentials: ["CLAUDE_CODE_OAUTH_TOKEN"], transcriptPath: TRANSCRIPT };
    expect(sessionAccount(facts, plain, { HOME })).toBe("env:CLAUDE_CODE_OAUTH_TOKEN");
    expect(sessionAccount(facts, plain, { HOME, CLAUDE_CODE_OAUTH_TOKEN: "" })).toBe(
      "env:CLAUDE_CODE_OAUTH_TOKEN",
    );
  });

  it("is the credential that an agent takes first of several", () => {
    const env = { HOME, ANTHROPIC_API_KEY: "key", ANTHROPIC_AUTH_TOKEN: "token" };
    const found = sessionAccount({ credentials: ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"] }, plain, env);
    expect(found).toBe(accountKey(plain, undefined, env));
  });

  it("is the directory of its logins without a credential, whatever credential we have ourselves", () => {
    const own = { HOME, ANTHROPIC_API_KEY: "ours" };
    const login = accountKey(plain, undefined, { HOME });
    expect(sessionAccount({ credentials: [], transcriptPath: TRANSCRIPT }, plain, own)).toBe(login);
    expect(sessionAccount({ credentials: [] }, plain, own)).toBe(login);
    const elsewhere = "/srv/logins/projects/-srv-site/s.jsonl";
    expect(sessionAccount({ credentials: [], transcriptPath: elsewhere }, plain, own)).toBe(
      accountKey(plain, undefined, { HOME, CLAUDE_CONFIG_DIR: "/srv/logins" }),
    );
  });

  it("has the name of the policy's account with the same directory", () => {
    const policy = policyOf({
      accounts: { work: { config_dir: "~/.claude/" }, other: { config_dir: "/srv" } },
    });
    const facts = { credentials: [], transcriptPath: TRANSCRIPT };
    expect(sessionAccount(facts, policy, { HOME })).toBe("name:work");
    expect(sessionAccount(facts, policy, { HOME: "/home/ben" })).not.toBe("name:work");
  });

  it("takes a path that is no transcript's, and a name that we do not know, for nothing", () => {
    const login = accountKey(plain, undefined, { HOME });
    for (const transcriptPath of ["", "/etc/passwd", "projects/a/b.jsonl", "/x/projects/b.jsonl"])
      expect(sessionAccount({ credentials: ["PATH", "__proto__"], transcriptPath }, plain, { HOME })).toBe(
        login,
      );
  });
});
