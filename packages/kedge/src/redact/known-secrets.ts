import { splitWords } from "./secret-name.ts";
import { isPath, isReference } from "./secret-value.ts";

/** A value that must never leave, and the name that stands for it. */
export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

const MIN_LENGTH = 8;
const SECRET_WORD =
  /key|token|secret|passw|passphrase|pwd|credential|auth|private|cookie|apikey|webhook|signing|bearer|^pass$|^pat$|^dsn$|^salt$|^jwt$|^sas$|^creds?$/;
const PREFIXES = new Set(["anthropic", "aws", "openai", "stripe", "twilio", "vault"]);
// A name that ends so says where something is, what it is called or how it is set, not what it is.
const HARMLESS_END = new Set([
  ...[
    "path",
    "paths",
    "file",
    "files",
    "dir",
    "directory",
    "folder",
    "home",
    "sock",
    "socket",
    "agent",
    "pid",
  ],
  ...[
    "region",
    "model",
    "url",
    "uri",
    "endpoint",
    "host",
    "port",
    "addr",
    "address",
    "domain",
    "profile",
    "version",
  ],
  ...[
    "format",
    "output",
    "pager",
    "name",
    "username",
    "user",
    "type",
    "mode",
    "method",
    "provider",
    "issuer",
  ],
  ...[
    "audience",
    "scope",
    "scopes",
    "algorithm",
    "limit",
    "count",
    "size",
    "length",
    "max",
    "min",
    "ttl",
    "timeout",
  ],
  ...[
    "ms",
    "seconds",
    "retries",
    "enabled",
    "disabled",
    "debug",
    "log",
    "level",
    "keyboard",
    "arn",
    "partition",
  ],
  ...[
    "betas",
    "beta",
    "helper",
    "command",
    "cmd",
    "execution",
    "public",
    "fingerprint",
    "settings",
    "bundle",
    "account",
  ],
]);
const USER_INFO = /^[A-Za-z][\w+.-]{0,31}:\/\/[^\s/?#@:]{0,256}:([^\s/?#@]{8,1024})@/;

/**
 * Picks the values of an environment that must never leave.
 *
 * A variable counts when its value has at least 8 characters and
 * - a word of its name holds KEY, TOKEN, SECRET, PASSWORD, PASSWD, PASSPHRASE, PWD, CREDENTIAL, AUTH, PRIVATE, COOKIE,
 *   WEBHOOK, SIGNING or BEARER, or is PASS, PAT, DSN, SALT, JWT, SAS or CRED, or its first word is ANTHROPIC, AWS, OPENAI,
 *   STRIPE, TWILIO or VAULT; and
 * - its last word does not say that the value is a place, a name or a setting (PATH, FILE, DIR, URL, HOST, REGION, MODEL,
 *   PROFILE, NAME, TTL, LIMIT, …; a WEBHOOK_URL counts all the same); and
 * - the value is no path, no switch and no bare number under a name that does not speak of a password.
 *
 * Besides, the password of any value that is a URL with one (`postgres://user:password@host`) counts under its name.
 *
 * @returns names and values, blanks around the values removed, in the order of the environment
 */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): KnownSecret[] {
  const known: KnownSecret[] = [];
  for (const name of Object.keys(env)) {
    const value = env[name]?.trim();
    if (value === undefined || value.length < MIN_LENGTH) continue;
    const password = USER_INFO.exec(value)?.[1];
    if (password !== undefined) known.push({ name, value: password }, ...decoded(name, password));
    if (isSecretVariable(name) && isSecretText(name, value)) known.push({ name, value });
  }
  return known;
}

function isSecretVariable(name: string): boolean {
  const words = splitWords(name);
  const last = words.at(-1) ?? "";
  if (words.includes("webhook") && /^ur[li]$/.test(last)) return true;
  if (HARMLESS_END.has(last) || /^(?:OLD)?PWD$/.test(name)) return false;
  return PREFIXES.has(words[0] ?? "") || words.some((word) => SECRET_WORD.test(word));
}

function isSecretText(name: string, value: string): boolean {
  if (isPath(value) || isReference(value)) return false;
  return !/^\d+$/.test(value) || /pass|pwd|secret|token|pin/i.test(name);
}

function decoded(name: string, password: string): KnownSecret[] {
  if (!password.includes("%")) return [];
  try {
    const value = decodeURIComponent(password);
    return value.length >= MIN_LENGTH ? [{ name, value }] : [];
  } catch {
    // not URL-encoded after all: the value as it stands is known already
    return [];
  }
}
