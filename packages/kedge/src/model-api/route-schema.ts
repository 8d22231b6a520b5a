import * as z from "zod";
import { count } from "./scenario-fields.ts";
import { stepSchema } from "./step-schema.ts";

/** What a list does when all its steps are used up. */
export const afterLastSchema = z
  .enum(["repeat", "fail", "ok"])
  .describe('After the last step: repeat it, fail with a 500, or answer "ok". Default: repeat.');

/** Which requests are meant; every field that is given must fit. */
const conditionSchema = z
  .strictObject({
    prompt: z.string().optional().describe("Text that the first user message contains."),
    last: z.string().optional().describe("Text that the last user message contains."),
    model: z.string().optional().describe("Model asked for; * stands for any characters."),
    key: z.string().optional().describe("Credential of the request, whole."),
    stream: z.boolean().optional().describe("Whether the request streams."),
    tools_at_least: z.int().min(0).optional().describe("Least number of tools that the request offers."),
    tools_at_most: z.int().min(0).optional().describe("Greatest number of tools that the request offers."),
    headers: z
      .record(z.string().toLowerCase(), z.string())
      .optional()
      .describe("Request headers by name; * in a value stands for any characters. Credentials are not seen."),
  })
  .meta({ id: "condition", description: "Which requests are meant. Every field that is given must fit." });

/** A script of its own for some requests. */
export const routeSchema = z.strictObject({
  name: z.string().min(1).optional().describe("Name in records and lines. Default: routes[INDEX]."),
  when: conditionSchema.describe("Requests that this route takes, if no earlier one does."),
  replies: z.array(stepSchema).min(1).describe("Answers, one a request, with a position of their own."),
  after_last: afterLastSchema.optional(),
});

/** A disturbance that replaces the scripted step of some requests. */
export const faultSchema = z.strictObject({
  name: z.string().min(1).optional().describe("Name in records and lines. Default: faults[INDEX]."),
  when: conditionSchema.optional().describe("Requests that it may hit. Default: all."),
  from_request: count().optional().describe("Number of the first request to POST /v1/messages, from 1."),
  to_request: count().optional().describe("Number of the last such request."),
  after_ms: z.int().min(0).optional().describe("Earliest time since the start of the server, in ms."),
  before_ms: z.int().min(0).optional().describe("Latest time since the start of the server, in ms."),
  chance: z.number().min(0).max(1).optional().describe("Share of requests that are hit, 0 to 1. Default: 1."),
  times: count().optional().describe("How often it hits at most. Default: without limit."),
  reply: stepSchema.describe("What these requests get. The script does not move on."),
});

/** What is asked of a request, as written. */
export type Condition = z.infer<typeof conditionSchema>;
/** A route, as written. */
export type Route = z.infer<typeof routeSchema>;
/** A fault, as written. */
export type Fault = z.infer<typeof faultSchema>;
/** What a list does when all its steps are used up. */
export type AfterLast = z.infer<typeof afterLastSchema>;
