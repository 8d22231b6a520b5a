import { readWindowWords } from "./reset-window.ts";
import { because, type Finding } from "./verdict-finding.ts";
import type { Joined } from "./verdict-join.ts";
import { type LimitWord, readLimitWords } from "./verdict-windows.ts";

/** Limits of one model of the plan. */
const MODEL_WINDOW = /opus|sonnet|haiku|scoped|model/i;
/** Headers of an API key's own limits; `anthropic-ratelimit-unified-` are those of plans. */
const BUCKET = /^anthropic-ratelimit-(?!unified-)/;
const UNIFIED = /^anthropic-ratelimit-unified-((?:[\w-]{1,64}-)?)reset$/;

/** The words before "limit" where they name a window of the plan, or nothing at all. */
const PLAN_WORDS =
  /^(?:session|monthly|month|weekly|week|daily|hourly|five-hour|5-hour|5h|7-day|seven-day|day|hour|usage|plan|account|subscription|(?:org|organi[sz]ation|team|workspace)(?:['’]s)?|claude|ai|code|your|the|current)$/i;
const LIMIT_PHRASE = /((?:[\w.'’-]{1,32} ){0,5})limit\b(?=( reached| ?[·∙•|-] ?resets| resets)?)/gi;

const SPEND =
  /\bspend(?:ing)? (?:limit|cap)|credits? (?:are |is )?required|extra usage is required|specified API usage limits|\bbudget (?:limit|exceeded)/i;
const THROTTLE = /temporarily limiting requests|not your usage limit/i;
const RATE = /\brate limit\b|per[- ]minute|tokens per|requests per/i;
const OUT_OF_PLAN = /out of (?:extra )?usage|usage limit reached/i;

/**
 * Says which limit a 429 was. Structured words come first: the account's windows as the agent or the headers have them, the
 * result's `api_error`, the header that named a reset; then the texts; then `x-should-retry: false`, which the API sends where
 * waiting cannot help. What remains is a throttle, as a guess: that is retried with care, and nothing is stopped for it.
 */
export function judgeLimit(joined: Joined): Finding {
  const { facts } = joined;
  const said = readLimitWords(joined.believed);
  return (
    judgeWindows(joined, said) ??
    judgeHeader(joined) ??
    judgeText(joined) ??
    judgeError(joined) ??
    (facts.shouldRetry?.value === false
      ? {
          cause: "spend",
          confidence: "likely",
          basis: because(facts, "shouldRetry", "that the server forbids a retry"),
        }
      : said.length > 0
        ? {
            cause: "server_throttle",
            confidence: "likely",
            basis: because(facts, "rateLimit", "that no limit of the plan refused"),
          }
        : {
            cause: "server_throttle",
            confidence: "guess",
            basis: because(facts, facts.status ? "status" : "kind"),
          })
  );
}

/** Says whether a window of the account refused; for failures that nothing else explains. */
export function judgeWindows({ facts }: Joined, said: readonly LimitWord[]): Finding | undefined {
  const basis = (says: string) => because(facts, "rateLimit", says);
  if (said.some(({ errorCode }) => errorCode === "credits_required")) {
    return { cause: "spend", confidence: "certain", basis: basis("that credits are required") };
  }
  const rejected = said.filter(({ isRejected }) => isRejected);
  if (rejected.length === 0) return undefined;
  // of several the one that ends last holds the work up
  const last = rejected.reduce((a, b) => ((b.resetAtMs ?? 0) > (a.resetAtMs ?? 0) ? b : a));
  const named = rejected.find(({ window }) => window !== undefined)?.window;
  const window = last.window ?? named;
  const about = { ...(window !== undefined && { window }) };
  const plan = rejected.find((one) => isPlanWindow(one.window));
  if (plan !== undefined) {
    const says = `that the window ${plan.window} is rejected`;
    return { cause: "plan_window", confidence: "certain", basis: basis(says), ...about };
  }
  if (window !== undefined && MODEL_WINDOW.test(window)) {
    return {
      cause: "model_limit",
      confidence: "certain",
      basis: basis("that a model's limit is rejected"),
      ...about,
    };
  }
  const open = said.filter((one) => !one.isOverall && !one.isRejected && isPlanWindow(one.window));
  const isScoped = ["five_hour", "seven_day"].every((name) => open.some((one) => one.window === name));
  if (isScoped && window !== "overage") {
    const says = "rejected over all while both windows of the plan are open";
    return { cause: "model_limit", confidence: "likely", basis: basis(says), ...about };
  }
  const confidence = window === undefined ? "certain" : "likely"; // a window whose name is new to us
  return { cause: "plan_window", confidence, basis: basis("that the plan's limit is rejected"), ...about };
}

function isPlanWindow(window: string | undefined): boolean {
  return window === "five_hour" || window === "seven_day";
}

/** The header whose reset was taken is that of the limit that refused: our own host and proxies name no other. */
function judgeHeader({ facts }: Joined): Finding | undefined {
  const header = facts.resetFrom?.value ?? "";
  const basis = because(facts, "resetFrom", `by ${header} which limit refused`);
  if (BUCKET.test(header)) return { cause: "request_rate", confidence: "certain", basis };
  const name = UNIFIED.exec(header)?.[1];
  if (name === undefined) return undefined;
  const window = { "5h-": "five_hour", "7d-": "seven_day" }[name] ?? name.replace(/-$/, "");
  const cause = MODEL_WINDOW.test(window) ? "model_limit" : "plan_window";
  return { cause, confidence: "certain", basis, ...(window !== "" && { window }) };
}

/** The result's word names the kind of limit; whether it is a model's, only texts and windows say. */
function judgeError({ facts }: Joined): Finding | undefined {
  if (facts.apiError?.value !== "usage_limit_reached") return undefined;
  return { cause: "plan_window", confidence: "certain", basis: because(facts, "apiError") };
}

function judgeText(joined: Joined): Finding | undefined {
  const { facts } = joined;
  const text = facts.message?.value ?? "";
  const isPlan = facts.apiError?.value === "usage_limit_reached";
  const found = readLimitText(text);
  if (found === undefined || (isPlan && found.cause !== "model_limit" && found.cause !== "plan_window")) {
    return undefined;
  }
  const window = readWindowWords(text);
  const isNamed = window !== undefined && found.cause !== "request_rate" && found.cause !== "server_throttle";
  const about = { ...(isNamed && { window }) };
  if (isPlan && found.cause === "plan_window") {
    return { cause: "plan_window", confidence: "certain", basis: because(facts, "apiError"), ...about };
  }
  return { cause: found.cause, confidence: "likely", basis: because(facts, "message", found.says), ...about };
}

interface LimitText {
  readonly cause: "plan_window" | "model_limit" | "request_rate" | "server_throttle" | "spend";
  /** For the verdict's basis. */
  readonly says: string;
}

/** Reads which limit a text speaks of. The text is bounded by whoever cleaned it. */
function readLimitText(text: string): LimitText | undefined {
  if (THROTTLE.test(text)) return { cause: "server_throttle", says: "that it is no limit of the plan" };
  if (SPEND.test(text)) return { cause: "spend", says: "that a spending limit is reached" };
  if (OUT_OF_PLAN.test(text)) return { cause: "plan_window", says: "that the plan's usage is spent" };
  for (const [, words = "", after] of text.matchAll(LIMIT_PHRASE)) {
    const names = namesBefore(words);
    const isHit = after !== undefined || /\b(?:hit|reached|exceeded) (?:your|the) /i.test(words);
    if (!isHit || names.some((name) => /^(?:rate|minute)$|per-minute/i.test(name))) continue;
    return names.every((name) => PLAN_WORDS.test(name))
      ? { cause: "plan_window", says: "that a limit of the plan is reached" }
      : { cause: "model_limit", says: "that a model's limit is reached" };
  }
  return RATE.test(text) ? { cause: "request_rate", says: "that a rate limit is exceeded" } : undefined;
}

/** The words that name the limit: those after "hit your", if that is there. */
function namesBefore(words: string): readonly string[] {
  const [, named = words] = /\b(?:hit|reached|exceeded) (?:your|the) (.{0,160})$/i.exec(words) ?? [];
  return named.split(" ").filter((name) => name !== "");
}
