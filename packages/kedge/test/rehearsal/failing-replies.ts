import type { Scenario } from "../../src/model-api/index.ts";

type Reply = NonNullable<Scenario["replies"]>[number];

/** Answers of the API that fail, as the matrix of rehearsals names them. */
export const FAILING = {
  overload: { status: 529 },
  /** A 429 of the server, which says itself that it is none of the plan. */
  throttle: {
    status: 429,
    message: "Server is temporarily limiting requests (not your usage limit) · Rate limited",
  },
  login: { status: 401 },
  spend: {
    status: 429,
    headers: { "x-should-retry": "false" },
    message: "spend limit reached (monthly)",
  },
  billing: {
    status: 400,
    message:
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
  },
  poisoned: {
    status: 400,
    message:
      "messages.3: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
  },
  /** A limit of one model, of which nobody says when it ends. */
  model: {
    status: 429,
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-representative-claim": "seven_day_opus",
      "anthropic-ratelimit-unified-5h-status": "allowed",
      "anthropic-ratelimit-unified-7d-status": "allowed",
    },
    message: "You've reached your Opus limit",
  },
  /** A kind of error that nobody has seen yet. */
  unheardOf: { status: 418, error: "flux_error", message: "The flux is out of phase" },
  cutAnswer: { text: "I had to stop he", stop_reason: "max_tokens" },
} as const satisfies Record<string, Reply>;

/** A window of a plan that is used up until so many seconds from now. */
export function planWindow(seconds: number, claim = "five_hour"): Reply {
  return {
    status: 429,
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": `{epoch_s+${seconds}}`,
      "anthropic-ratelimit-unified-representative-claim": claim,
    },
  };
}
