import * as z from "zod";
import { count } from "./scenario-fields.ts";

/** 31 days: longer than any plan's window. */
const MAX_WINDOW_MS = 31 * 86_400_000;

const windowSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9_]{1,60}$/, "expected a name of small letters, digits and _, got another text")
      .describe("Claim of the plan: five_hour and seven_day have headers of their own, others only a name."),
    duration_ms: z
      .int()
      .min(1)
      .max(MAX_WINDOW_MS)
      .describe("Time from its first request to its reset, in ms."),
    tokens: count().optional().describe("Input and output tokens that it allows."),
    requests: count().optional().describe("Requests that it allows."),
  })
  .superRefine((window, context) => {
    const given = [window.tokens, window.requests].filter((each) => each !== undefined).length;
    if (given === 1) return;
    const message = `expected exactly one of tokens, requests, got ${given === 0 ? "none" : "both"}`;
    context.addIssue({ code: "custom", message });
  })
  .meta({ oneOf: [{ required: ["tokens"] }, { required: ["requests"] }] });

/** Limits of one credential. */
export const limitSchema = z.strictObject({
  key: z
    .string()
    .min(1)
    .describe("The credential, whole; * stands for every one without a limit of its own, each by itself."),
  requests_per_minute: count()
    .optional()
    .describe("Requests a minute, in a bucket that refills all the time."),
  input_tokens_per_minute: count().optional().describe("Input tokens a minute, likewise."),
  output_tokens_per_minute: count()
    .optional()
    .describe("Output tokens a minute; charged when an answer ends."),
  concurrent_requests: count().optional().describe("Requests that may be answered at the same time."),
  windows: z.array(windowSchema).min(1).optional().describe("Windows of a plan. All of them must allow."),
  headers: z
    .enum(["api_key", "subscription"])
    .optional()
    .describe("Style of the limit headers. Default: subscription when there are windows, else api_key."),
});

/** Limits of one credential, as written. */
export type Limit = z.infer<typeof limitSchema>;
/** A window of a plan, as written. */
export type LimitWindow = z.infer<typeof windowSchema>;
