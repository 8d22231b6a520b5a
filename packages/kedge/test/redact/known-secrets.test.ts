import { describe, expect, test } from "vitest";
import { knownSecrets } from "../../src/redact/index.ts";

describe("values of the environment", () => {
  const value = "Zk4vP9qLm2Xw7";
  test.each([
    ...[
      "API_KEY",
      "GITHUB_TOKEN",
      "CLIENT_SECRET",
      "PGPASSWORD",
      "MYSQL_PASSWD",
      "GOOGLE_CREDENTIALS",
      "npm_config__auth",
    ],
    ...[
      "PRIVATE_THING",
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_CUSTOM_HEADERS",
      "AWS_ACCESS_KEY_ID",
      "AWS_SESSION_TOKEN",
    ],
    ...["SLACK_WEBHOOK_URL", "DB_PASS", "GH_PAT", "secretKey", "TOKEN_OF_BOT"],
  ])("%s is secret", (name) => {
    expect(knownSecrets({ [name]: ` ${value}\n` })).toEqual([{ name, value }]);
  });

  test.each([
    ...[
      "PATH",
      "HOME",
      "SSH_AUTH_SOCK",
      "AWS_REGION",
      "AWS_PROFILE",
      "ANTHROPIC_MODEL",
      "ANTHROPIC_BASE_URL",
      "KEY_FILE",
    ],
    ...[
      "TOKEN_LIMIT",
      "SECRET_NAME",
      "PWD",
      "EDITOR",
      "AUTHOR_NAME",
      "GOOGLE_APPLICATION_CREDENTIALS_PATH",
      "TOKEN_URL",
    ],
  ])("%s is none", (name) => {
    expect(knownSecrets({ [name]: value })).toEqual([]);
  });

  test.each([
    ["a short value", "API_KEY", "short12"],
    ["a path", "AUTH_CONFIG", "/home/me/.config/auth.json"],
    ["a path from home", "GPG_KEYRING", "~/.gnupg/pubring"],
    ["a reference", "API_KEY", "${OTHER_KEY}"],
    ["a bare number", "KEY_REPEAT", "1234567890"],
  ])("%s does not count", (_, name, text) => {
    expect(knownSecrets({ [name]: text })).toEqual([]);
  });

  test("eight characters are enough, seven are not", () => {
    expect(knownSecrets({ A_KEY: "abcdefg8", B_KEY: "abcdefg" })).toEqual([
      { name: "A_KEY", value: "abcdefg8" },
    ]);
  });

  test("the password of an address counts, also decoded", () => {
    expect(
      knownSecrets({ DATABASE_URL: "postgres://app:p%40ssw0rd1@db/app", EMPTY_TOKEN: undefined }),
    ).toEqual([
      { name: "DATABASE_URL", value: "p%40ssw0rd1" },
      { name: "DATABASE_URL", value: "p@ssw0rd1" },
    ]);
  });
});
