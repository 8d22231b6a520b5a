import type { SecretKind } from "./kinds.ts";
import { isPath } from "./secret-value.ts";

/** What the name of a value says about the value. */
export interface NameVerdict {
  readonly kind: SecretKind;
  /**
   * How much the name proves. `strong`: nearly any value is secret. `weak`: a value that looks made by a machine is.
   * `faint`: only one that can hardly be anything else. `header` and `cookie` have a grammar of their own.
   */
  readonly proof: "strong" | "weak" | "faint" | "header" | "cookie";
}

const STRONG = /^(?:pass(?:word|wd|phrase|code|wort)s?|pwd|secret)$/;
const STRONG_END = /(?:password|passwd|passphrase|(?:db|my|sql|smtp|user|root|admin)(?:pass|pwd))$/;
// After these the name still means the value itself.
const ENDINGS = new Set([
  ...["value", "base64", "b64", "raw", "text", "plain", "plaintext", "base", "env", "prod", "production"],
  ...["dev", "staging", "test", "live", "new", "old", "current", "previous", "primary", "secondary"],
]);
const TOKEN_OF_OTHERS = new Set([
  ...[
    "next",
    "page",
    "continuation",
    "cancel",
    "cancellation",
    "sync",
    "stop",
    "eos",
    "bos",
    "pad",
    "unk",
    "mask",
  ],
  ...["last", "first", "current", "prev", "peek", "per", "max", "min", "fencing"],
]);
const KEYS_OF_SECRETS = new Set([
  ...["api", "secret", "access", "private", "encryption", "signing", "auth", "service", "account", "master"],
  ...[
    "shared",
    "routing",
    "integration",
    "license",
    "app",
    "application",
    "client",
    "consumer",
    "deploy",
    "admin",
  ],
  ...[
    "session",
    "ssh",
    "crypto",
    "aes",
    "hmac",
    "jwt",
    "webhook",
    "subscription",
    "functions",
    "write",
    "ingest",
  ],
  ...[
    "security",
    "user",
    "bot",
    "anthropic",
    "openai",
    "stripe",
    "sendgrid",
    "google",
    "aws",
    "azure",
    "twilio",
  ],
  ...["datadog", "instrumentation", "symmetric", "storage", "github", "mailgun", "token"],
]);
const KEYS_OF_OTHERS = new Set([
  ...[
    "public",
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "row",
    "object",
    "map",
    "hash",
    "index",
    "group",
  ],
  ...[
    "message",
    "idempotency",
    "dedup",
    "query",
    "translation",
    "locale",
    "react",
    "host",
    "known",
    "shortcut",
  ],
  ...[
    "hot",
    "arrow",
    "unique",
    "composite",
    "range",
    "lookup",
    "item",
    "publishable",
    "site",
    "meta",
    "ctrl",
    "alt",
  ],
]);
const JOINED_KEY =
  /^(?:x?api|secret|access|private|auth|encryption|master|signing|account|license|client|service)key$/;

/** Judges a name such as `DB_PASSWORD`, `x-api-key` or `clientSecret`; undefined when it names no secret. */
export function judgeName(name: string): NameVerdict | undefined {
  const words = tellingWords(name);
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (/^(?:proxy)?authorization$/.test(last)) {
    return { kind: "authorization-header", proof: "header" };
  }
  if (last === "bearer") return words.length === 1 ? { kind: "token", proof: "header" } : undefined;
  if (last === "cookie" || last === "setcookie") {
    return words.length === 1 || before === "set"
      ? { kind: "cookie-header", proof: "cookie" }
      : weak("token");
  }
  if (STRONG.test(last) || STRONG_END.test(last)) {
    return { kind: last.endsWith("secret") ? "secret" : "password", proof: "strong" };
  }
  if (last.endsWith("secret")) return { kind: "secret", proof: "strong" };
  if (last === "pass") return { kind: "password", proof: words.length > 1 ? "strong" : "weak" };
  if (/^(?:secrets|credentials?)$/.test(last)) return weak("secret");
  if (last.endsWith("token")) return judgeToken(words, before);
  if (last === "key" || JOINED_KEY.test(last)) return judgeKey(name, words, last, before);
  if (last === "auth") return weak("secret");
  if (/^sig(?:nature)?$/.test(last)) return weak("token");
  return undefined;
}

/**
 * Whether the value of a variable is secret by the variable's name alone, however short it is and whatever it looks like: `DB_PASSWORD`,
 * `CLIENT_SECRET`, `JIRA_CRED`. `PWD` and `OLDPWD` are folders, and a path under the name of credentials says where they are.
 */
export function isSecretByName(name: string, value: string): boolean {
  if (/^(?:OLD)?PWD$/.test(name)) return false;
  if (judgeName(name)?.proof === "strong") return true;
  return /^cred(?:ential)?s?$/.test(tellingWords(name).at(-1) ?? "") && !isPath(value);
}

function tellingWords(name: string): string[] {
  const words = splitWords(name);
  while (words.length > 1 && ENDINGS.has(words.at(-1) ?? "")) words.pop();
  return words;
}

function judgeToken(words: readonly string[], before: string): NameVerdict | undefined {
  if (TOKEN_OF_OTHERS.has(before)) return undefined;
  return words.includes("aws") || words.includes("amz") ? weak("aws-secret-key") : weak("token");
}

function judgeKey(
  name: string,
  words: readonly string[],
  last: string,
  before: string,
): NameVerdict | undefined {
  if (KEYS_OF_OTHERS.has(before)) return undefined;
  const joined = words.join("");
  if (/(?:routing|integration)key$/.test(joined)) return weak("pagerduty-key");
  if (/secretaccesskey$|aws\w*secretkey$/.test(joined)) return weak("aws-secret-key");
  if (/^(?:account|sharedaccess)key$/.test(joined)) return weak("azure-key");
  if (last !== "key" || KEYS_OF_SECRETS.has(before)) return weak("key");
  // an environment variable of its own name, such as ACME_KEY
  return { kind: "key", proof: words.length > 1 && name === name.toUpperCase() ? "weak" : "faint" };
}

function weak(kind: SecretKind): NameVerdict {
  return { kind, proof: "weak" };
}

/** Splits `camelCase`, `SNAKE_CASE`, `kebab-case` and dotted names into lower-case words without trailing digits. */
export function splitWords(name: string): string[] {
  return name
    .slice(-128)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (word === "base64" || word === "b64" ? word : word.replace(/\d+$/, "")))
    .filter((word) => word !== "");
}
