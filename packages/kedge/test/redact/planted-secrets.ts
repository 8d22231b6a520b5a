/**
 * Secrets of every kind, made of pieces at run time, so that no scanner of repositories stumbles over this one.
 */
import type { SecretKind } from "../../src/redact/index.ts";
import type { Random } from "../support/random.ts";

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
export const ALPHANUMERIC = UPPER + LOWER + DIGITS;
const URL_SAFE = `${ALPHANUMERIC}-_`;
const BASE64 = `${ALPHANUMERIC}+/`;
const HEX = `${DIGITS}abcdef`;

export function draw(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(random.below(alphabet.length))).join("");
}

/** Ends in letters and digits, so that no mark of the surroundings can be taken for a part of it. */
function drawSafe(random: Random, length: number): string {
  return `${draw(random, URL_SAFE, length - 2)}${random.pick([...LOWER])}${random.pick([...DIGITS])}`;
}

function join(...pieces: readonly string[]): string {
  return pieces.join("");
}

interface Planted {
  /** The kind that the replacement says, or one of them. */
  readonly kinds: readonly SecretKind[];
  /** What must not be left. */
  readonly secret: string;
  /** The text that holds it: the secret itself, or the secret with the name or the address it needs. */
  readonly text: string;
}

type Build = (random: Random) => Planted;

function token(kind: SecretKind, build: (random: Random) => string): Build {
  return (random) => {
    const secret = build(random);
    return { kinds: [kind], secret, text: secret };
  };
}

function named(
  kinds: readonly SecretKind[],
  names: readonly string[],
  build: (random: Random) => string,
): Build {
  return (random) => {
    const secret = build(random);
    return { kinds, secret, text: join(random.pick(names), random.pick(["=", ": "]), secret) };
  };
}

function jwt(random: Random): string {
  const part = (): string => drawSafe(random, 30 + random.below(60));
  return join("ey", "J", part(), ".", "ey", "J", part(), ".", part());
}

function pemBody(random: Random): string[] {
  const lines = Array.from({ length: 4 + random.below(20) }, () => draw(random, BASE64, 64));
  return [...lines, `${draw(random, BASE64, 30)}==`];
}

function pem(lineBreak: string): Build {
  return (random) => {
    const name = random.pick(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]);
    const label = join(name, "PRIVATE", " KEY-----");
    const body = pemBody(random).join(lineBreak);
    return {
      kinds: ["private-key", "key"],
      secret: body,
      text: [join("-----", "BEGIN ", label), body, join("-----", "END ", label)].join(lineBreak),
    };
  };
}

function header(kind: SecretKind, lead: readonly string[], build: (random: Random) => string): Build {
  return (random) => {
    const secret = build(random);
    return { kinds: [kind, "jwt", "key", "token"], secret, text: join(random.pick(lead), secret) };
  };
}

function within(kind: SecretKind, build: (random: Random) => readonly [string, string, string]): Build {
  return (random) => {
    const [before, secret, after] = build(random);
    return { kinds: [kind], secret, text: join(before, secret, after) };
  };
}

const word = (random: Random): string => drawSafe(random, 20);

export const builders: Readonly<Record<string, Build>> = {
  anthropic: token("anthropic-key", (random) => join("sk-", "ant-", "api03-", drawSafe(random, 93))),
  "anthropic admin": token("anthropic-admin-key", (random) =>
    join("sk-", "ant-", "admin01-", drawSafe(random, 93)),
  ),
  openai: token("openai-key", (random) =>
    join("sk", "-", draw(random, ALPHANUMERIC, 20), "T3Blbk", "FJ", draw(random, ALPHANUMERIC, 20)),
  ),
  "openai project": token("openai-key", (random) => join("sk-", "proj-", drawSafe(random, 120))),
  github: token("github-token", (random) =>
    join(random.pick(["ghp", "gho", "ghu", "ghs", "ghr"]), "_", draw(random, ALPHANUMERIC, 36)),
  ),
  "github fine-grained": token("github-token", (random) =>
    join("github", "_pat_", draw(random, ALPHANUMERIC, 22), "_", draw(random, ALPHANUMERIC, 59)),
  ),
  gitlab: token("gitlab-token", (random) => join("gl", "pat-", drawSafe(random, 20))),
  "aws id": token("aws-key-id", (random) =>
    join(random.pick(["AK", "AS"]), "IA", draw(random, `${UPPER}234567`, 16)),
  ),
  "aws secret": named(
    ["aws-secret-key"],
    ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "aws.secretKey"],
    (random) => `${draw(random, BASE64, 38)}x7`,
  ),
  google: token("google-key", (random) => join("AI", "za", drawSafe(random, 35))),
  "google service account": (random) => {
    const planted = pem("\\n")(random);
    return { ...planted, text: `"private_key": "${planted.text}\\n"` };
  },
  azure: within("azure-key", (random) => [
    `DefaultEndpointsProtocol=https;AccountName=store1;${join("Account", "Key")}=`,
    `${draw(random, BASE64, 86)}==`,
    ";EndpointSuffix=core.windows.net",
  ]),
  "azure bus": within("azure-key", (random) => [
    `Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;${join("SharedAccess", "Key")}=`,
    `${draw(random, BASE64, 43)}=`,
    "",
  ]),
  slack: token("slack-token", (random) =>
    join(
      "xo",
      "x",
      random.pick(["b", "p", "a", "r", "s"]),
      "-",
      draw(random, DIGITS, 12),
      "-",
      draw(random, ALPHANUMERIC, 24),
    ),
  ),
  "slack webhook": within("webhook-url", (random) => [
    `https://${join("hooks.", "slack.com")}/services/`,
    join("T", draw(random, UPPER, 8), "/B", draw(random, UPPER, 8), "/", draw(random, ALPHANUMERIC, 24)),
    "",
  ]),
  stripe: token("stripe-key", (random) =>
    join(random.pick(["sk", "rk"]), "_", random.pick(["live", "test"]), "_", draw(random, ALPHANUMERIC, 24)),
  ),
  npm: token("npm-token", (random) => join("np", "m_", draw(random, ALPHANUMERIC, 36))),
  pypi: token("pypi-token", (random) => join("py", "pi-", "AgEIcHlwaS5vcmc", drawSafe(random, 120))),
  "hugging face": token("huggingface-token", (random) => join("h", "f_", draw(random, ALPHANUMERIC, 34))),
  vault: token("vault-token", (random) => join("hv", "s.", drawSafe(random, 90))),
  twilio: token("twilio-key", (random) => join("S", "K", draw(random, HEX, 32))),
  sendgrid: token("sendgrid-key", (random) =>
    join("S", "G.", drawSafe(random, 22), ".", drawSafe(random, 43)),
  ),
  databricks: token("databricks-token", (random) => join("da", "pi", draw(random, HEX, 32))),
  jwt: token("jwt", jwt),
  pem: pem("\n"),
  "pem, escaped": pem("\\n"),
  authorization: header(
    "authorization-header",
    [
      "Authorization: Bearer ",
      "authorization: Basic ",
      "Proxy-Authorization: Basic ",
      "Authorization: token ",
    ],
    (random) => `${draw(random, ALPHANUMERIC, 30)}7a`,
  ),
  "x-api-key": header("key", ["x-api-key: ", "X-Api-Key: "], word),
  cookie: header(
    "cookie-header",
    ["Cookie: ", "Set-Cookie: ", "cookie: "],
    (random) => `sid=${drawSafe(random, 26)}`,
  ),
  curl: within("curl-password", (random) => [
    `curl -sS ${random.pick(["-u", "--user"])} robot:`,
    word(random),
    " https://api.example.com/v1",
  ]),
  "url user": within("url-password", (random) => [
    "https://robot:",
    word(random),
    "@git.example.com/a/b.git",
  ]),
  database: within("database-password", (random) => [
    `${random.pick(["postgres", "postgresql", "mysql", "mongodb+srv", "redis", "amqp"])}://app:`,
    draw(random, ALPHANUMERIC, 16),
    "@db.internal:5432/app",
  ]),
  pagerduty: named(
    ["pagerduty-key"],
    ["routing_key", "PAGERDUTY_ROUTING_KEY", "integrationKey"],
    (random) => `${draw(random, `${LOWER}${DIGITS}`, 30)}R2`,
  ),
  console: token("console-token", (random) => join("ked", "ge_", drawSafe(random, 43))),
  whsec: token("webhook-secret", (random) => join("wh", "sec_", draw(random, BASE64, 31), "z")),
  password: named(["password"], ["password", "DB_PASSWORD", "userPassword", "passwd", "PGPASSWORD"], word),
  secret: named(["secret"], ["secret", "CLIENT_SECRET", "clientSecret", "app.secret"], word),
  token: named(["token"], ["token", "ACCESS_TOKEN", "authToken", "refresh-token"], word),
  key: named(["key"], ["api_key", "API_KEY", "apiKey", "encryption-key", "key"], word),
};
