import { isWordStart } from "./characters.ts";
import type { SecretKind } from "./kinds.ts";
import type { Span } from "./span.ts";

/** A token that its own text gives away. */
interface TokenShape {
  readonly kind: SecretKind;
  /** What it begins with, as the source of a regular expression; no two shapes share one. */
  readonly prefix: string;
  /** What follows the prefix. Each part is one class of characters, so nothing can be matched in two ways. */
  readonly rest: string;
  /** What may stand before it: anything, no word character, or neither that nor a hyphen. Default: anything. */
  readonly after?: "no-word" | "no-word-or-hyphen";
  /** Whether the text has a digit: names of CSS classes and the like have none. */
  readonly hasDigit?: true;
}

const SHAPES: readonly TokenShape[] = [
  { kind: "anthropic-admin-key", prefix: "sk-ant-admin", rest: "[\\w-]{16,}" },
  { kind: "anthropic-key", prefix: "sk-ant-", rest: "[\\w-]{16,}" },
  {
    kind: "openai-key",
    prefix: "sk-(?:proj|svcacct|admin|None|or-v1)-",
    rest: "[\\w-]{20,}",
    hasDigit: true,
  },
  {
    kind: "openai-key",
    prefix: "sk-",
    rest: "[A-Za-z0-9]{20,}(?![\\w-])",
    after: "no-word-or-hyphen",
    hasDigit: true,
  },
  { kind: "github-token", prefix: "gh[pousr]_", rest: "[A-Za-z0-9]{36,}" },
  { kind: "github-token", prefix: "github_pat_", rest: "\\w{22,}" },
  {
    kind: "gitlab-token",
    prefix: "gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|oas)-",
    rest: "[\\w-]{20,}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{9})?",
    after: "no-word",
  },
  { kind: "aws-key-id", prefix: "(?:AKIA|ASIA|ABIA|ACCA)", rest: "[A-Z0-9]{16}(?!\\w)", after: "no-word" },
  { kind: "aws-secret-key", prefix: "ABSK", rest: "[A-Za-z0-9+/]{60,}={0,2}", after: "no-word" },
  { kind: "google-key", prefix: "AIza", rest: "[\\w-]{35}(?![\\w-])", after: "no-word" },
  { kind: "google-key", prefix: "ya29\\.", rest: "[\\w-]{20,}", after: "no-word" },
  { kind: "google-key", prefix: "GOCSPX-", rest: "[\\w-]{20,}" },
  { kind: "slack-token", prefix: "xox[abeoprs]-", rest: "[A-Za-z0-9-]{10,}" },
  { kind: "slack-token", prefix: "xoxe\\.xox[bp]-", rest: "[A-Za-z0-9-]{10,}" },
  { kind: "slack-token", prefix: "xapp-", rest: "\\d-[A-Za-z0-9-]{10,}" },
  { kind: "stripe-key", prefix: "[sr]k_(?:live|test)_", rest: "[A-Za-z0-9]{10,}", after: "no-word" },
  { kind: "webhook-secret", prefix: "whsec_", rest: "[A-Za-z0-9+/_-]{16,}={0,2}" },
  { kind: "npm-token", prefix: "npm_", rest: "[A-Za-z0-9]{36,}(?!\\w)", after: "no-word" },
  { kind: "pypi-token", prefix: "pypi-", rest: "[\\w-]{40,}", after: "no-word-or-hyphen" },
  { kind: "huggingface-token", prefix: "hf_", rest: "[A-Za-z0-9]{30,}(?!\\w)", after: "no-word" },
  { kind: "vault-token", prefix: "hv[sbr]\\.", rest: "[\\w-]{20,}", after: "no-word", hasDigit: true },
  { kind: "twilio-key", prefix: "(?:SK|AC)(?=[0-9a-f]{32})", rest: "[0-9a-f]{32}(?!\\w)", after: "no-word" },
  {
    kind: "sendgrid-key",
    prefix: "SG\\.",
    rest: "[\\w-]{16,64}\\.[\\w-]{16,128}",
    after: "no-word",
    hasDigit: true,
  },
  { kind: "databricks-token", prefix: "dapi", rest: "[0-9a-f]{32}(?:-\\d)?(?!\\w)", after: "no-word" },
  { kind: "console-token", prefix: "kedge_", rest: "[\\w-]{43,}", after: "no-word", hasDigit: true },
  {
    kind: "jwt",
    prefix: "eyJ",
    rest: "[\\w-]{8,}\\.(?:eyJ[\\w-]{8,}|[\\w-]*\\.[\\w-]+\\.[\\w-]+)\\.[\\w-]*",
    after: "no-word-or-hyphen",
  },
  {
    kind: "webhook-url",
    prefix: "hooks\\.slack(?:-gov)?\\.com/",
    rest: "(?:services|workflows|triggers)/[\\w/-]{16,}",
  },
  { kind: "webhook-url", prefix: "discord(?:app)?\\.com/api/webhooks/", rest: "\\d{10,20}/[\\w-]{20,}" },
];

/** Returns a function that finds the tokens of a text which can be told without a name beside them. */
export function createTokenFinder(): (text: string, found: Span[]) => void {
  const anyPrefix = new RegExp(SHAPES.map(({ prefix }) => prefix).join("|"), "g");
  const shapes = SHAPES.map((shape) => ({ ...shape, pattern: new RegExp(shape.prefix + shape.rest, "y") }));
  return (text, found) => {
    anyPrefix.lastIndex = 0;
    for (let hit = anyPrefix.exec(text); hit !== null; hit = anyPrefix.exec(text)) {
      const start = hit.index;
      anyPrefix.lastIndex = start + 2;
      // asked before the pattern is tried: else a run of beginnings would be walked through from each of them
      const isStart = {
        "no-word": isWordStart(text, start),
        "no-word-or-hyphen": isWordStart(text, start, true),
      };
      for (const { kind, pattern, after, hasDigit } of shapes) {
        if (after !== undefined && !isStart[after]) continue;
        pattern.lastIndex = start;
        const match = pattern.exec(text);
        if (match === null || (hasDigit && !/\d/.test(match[0]))) continue;
        found.push({ start, end: pattern.lastIndex, kind });
        anyPrefix.lastIndex = pattern.lastIndex;
        break;
      }
    }
  };
}
