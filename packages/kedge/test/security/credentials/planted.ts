/** Secrets of a person's machine, and how to find one again whatever was made of it. */
import { randomBytes } from "node:crypto";

/** What is planted: variables, and files of the home folder. */
export interface Planted {
  readonly env: Readonly<Record<string, string>>;
  /** By path below the home folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of them stand in a text of one byte a character: by their names. */
  foundIn(text: string): readonly string[];
}

/** Makes secrets that nothing else has: each holds a word of its own, by which it is known. */
export function plantSecrets(): Planted {
  const words = new Map<string, string>();
  const secret = (name: string): string => {
    const word = `p1anted${randomBytes(12).toString("hex")}`;
    words.set(name, word);
    return word;
  };
  const env = {
    ANTHROPIC_API_KEY: `sk-ant-api03-${secret("ANTHROPIC_API_KEY")}`,
    ANTHROPIC_AUTH_TOKEN: secret("ANTHROPIC_AUTH_TOKEN"),
    AWS_ACCESS_KEY_ID: `AKIA${secret("AWS_ACCESS_KEY_ID")}`,
    AWS_SECRET_ACCESS_KEY: secret("AWS_SECRET_ACCESS_KEY"),
    AWS_SESSION_TOKEN: secret("AWS_SESSION_TOKEN"),
    GITHUB_TOKEN: `ghp_${secret("GITHUB_TOKEN")}`,
    GITHUB_PAT: secret("GITHUB_PAT"),
    NPM_TOKEN: `npm_${secret("NPM_TOKEN")}`,
    OPENAI_API_KEY: secret("OPENAI_API_KEY"),
    PGPASSWORD: secret("PGPASSWORD"),
    DATABASE_URL: `postgres://app:${secret("DATABASE_URL")}@db.internal/app`,
    SLACK_WEBHOOK_URL: `https://hooks.slack.com/services/T0/B0/${secret("SLACK_WEBHOOK_URL")}`,
    MY_CREDENTIAL: secret("MY_CREDENTIAL"),
  };
  // A secret under a name that says nothing.
  const copies = { BUILD_LABEL: env.GITHUB_TOKEN, COMPOSE: `prefix-${env.AWS_SECRET_ACCESS_KEY}` };
  const files = {
    ".ssh/id_rsa": `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret(".ssh/id_rsa")}\n-----END OPENSSH PRIVATE KEY-----\n`,
    ".netrc": `default login me password ${secret(".netrc")}\n`,
    ".aws/credentials": `[default]\naws_secret_access_key = ${secret(".aws/credentials")}\n`,
    ".npmrc": `//registry.example.test/:_authToken=${secret(".npmrc")}\n`,
    ".claude/.credentials.json": JSON.stringify({
      claudeAiOauth: { accessToken: secret(".credentials.json") },
    }),
  };
  return {
    env: { ...env, ...copies },
    files,
    foundIn: (text) => [...words].filter(([, word]) => isIn(word, text)).map(([name]) => name),
  };
}

/** As it is, in any case of letters, in base64 at any place of a text, in hexadecimal digits, or backwards. */
function isIn(word: string, text: string): boolean {
  const lower = text.toLowerCase();
  const plain = [word, Buffer.from(word).toString("hex"), [...word].reverse().join("")];
  if (plain.some((form) => lower.includes(form))) return true;
  return [0, 1, 2].some((offset) => {
    const encoded = Buffer.from(`${"x".repeat(offset)}${word}`).toString("base64");
    // The first and the last characters hold bits of what stands around.
    const inner = encoded.slice(4, -4);
    return text.includes(inner) || text.includes(inner.replaceAll("+", "-").replaceAll("/", "_"));
  });
}
