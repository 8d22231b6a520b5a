import { describe, expect, it } from "vitest";
import { isSecretVariable } from "../../src/engine/index.ts";

const namesOf = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(env).filter((name) => isSecretVariable(name, env));

describe("a variable is secret by its name, however short its value is", () => {
  it.each([
    ...["PASSWORD", "DB_PASSWORD", "db_password", "PASSWD", "PASS", "TEST_PASS", "MYSQL_PWD", "PASSPHRASE"],
    ...["SECRET", "CLIENT_SECRET", "azureClientSecret", "KEY", "API_KEY", "TOKEN", "GITHUB_TOKEN", "pwd"],
    ...["CRED", "JIRA_CRED", "JIRA_CREDS", "GIT_CREDENTIAL", "FTP_CREDENTIALS", "jiraCred", "JIRA_CRED_PROD"],
    ...["DB_PASSWORD_2", "AWS_REGION", "ANTHROPIC_MODEL"],
  ])("%s", (name) => {
    expect(isSecretVariable(name, { [name]: "x1" })).toBe(true);
  });
});

describe("a variable is none by its name alone", () => {
  it.each([
    ...["PWD", "OLDPWD", "HOME", "PATH", "CI", "NODE_ENV", "SSH_ASKPASS", "COMPASS", "MONKEY", "MAX_TOKENS"],
    ...[
      "TOKENIZERS_PARALLELISM",
      "KEYBOARD",
      "DB_PASSWORD_FILE",
      "PASSWORD_STORE_DIR",
      "INCREDIBLE",
      "BYPASS",
    ],
  ])("%s", (name) => {
    expect(isSecretVariable(name, { [name]: "/x/1" })).toBe(false);
  });

  it("where credentials are is no secret, what they are is", () => {
    const name = "GOOGLE_APPLICATION_CREDENTIALS";
    expect(isSecretVariable(name, { [name]: "/home/me/key.json" })).toBe(false);
    expect(isSecretVariable(name, { [name]: '{"type":"x"}' })).toBe(true);
  });
});

describe("the value of a secret in another variable", () => {
  it("is secret there, short as it may be", () => {
    const env = { PASSWORD: "hunter2", JIRA_CRED: "zx81kdpqlm", COPY: "hunter2", HEADER: "Basic hunter2" };
    expect(namesOf({ ...env, JIRA: "me:zx81kdpqlm", OTHER: "hunter3" })).toEqual([
      ...["PASSWORD", "JIRA_CRED", "COPY", "HEADER", "JIRA"],
    ]);
  });

  it("makes no secret of ordinary variables, nor of words and numbers that stand anywhere", () => {
    const passwords = {
      ...{
        DB_PASSWORD: "root",
        TEST_PASSWORD: "test",
        ADMIN_PASSWORD: "true",
        MYSQL_PWD: "1234",
        PASS: "en",
      },
      ...{ SMTP_PASSWORD: "bob1", LDAP_PASSWORD: "postgres", FTP_PASSWORD: "x1" },
    };
    const ordinary = {
      ...{
        USER: "bob1",
        LOGNAME: "bob1",
        HOME: "/home/bob1",
        PATH: "/home/bob1/bin:/usr/bin",
        SHELL: "/bin/sh",
      },
      ...{
        PWD: "/home/bob1/postgres",
        APP_DIR: "/home/bob1/app",
        NODE_ENV: "test",
        STAGE: "test",
        CI: "true",
      },
      ...{ PORT: "1234", LANG: "en_US.UTF-8", PGUSER: "postgres", DB_USER: "root", ARCH: "x1" },
    };
    expect(namesOf({ ...passwords, ...ordinary })).toEqual(Object.keys(passwords));
  });
});
