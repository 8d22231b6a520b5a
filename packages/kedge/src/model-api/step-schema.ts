import * as z from "zod";
import { describeValue } from "../protocol/index.ts";
import { answerHeaders, anyObject, count, delayMs, intervalMs, tokenCount } from "./scenario-fields.ts";
import { streamSchema } from "./stream-schema.ts";

/** The keys of which a step has exactly one, each with the keys that may stand beside it. */
const MESSAGE_KEYS = ["stop_reason", "stop_details", "usage", "model", "headers", "stream", "non_stream"];
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  text: MESSAGE_KEYS,
  tool: [...MESSAGE_KEYS, "input", "id"],
  tools: MESSAGE_KEYS,
  content: MESSAGE_KEYS,
  status: ["headers", "body", "error", "message", "html", "empty"],
  connection: ["refuse_ms"],
  raw: ["content_type", "headers"],
};
const ANYWHERE = ["times", "delay_ms"];
const KINDS = Object.keys(BESIDE);

const toolId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, "expected an id of letters, digits, _ and -, got another text")
  .optional()
  .describe("Id of the call. Default: made up, the same in every run.");
const toolInput = anyObject().optional().describe("Input of the call. Default: {}.");

const toolCall = z.strictObject({
  tool: z.string().min(1).describe("Name of the tool."),
  input: toolInput,
  id: toolId,
});

const messageFields = {
  text: z.string().optional().describe("A message with this text."),
  tool: z.string().min(1).optional().describe("A message that calls the tool of this name."),
  input: toolInput,
  id: toolId,
  tools: z.array(toolCall).min(1).optional().describe("A message that calls several tools at once."),
  content: z
    .array(z.looseObject({ type: z.string().min(1).describe("Type of the block, such as text.") }))
    .optional()
    .describe("A message with exactly these content blocks: text, thinking, tool_use or any other."),
  stop_reason: z
    .string()
    .optional()
    .describe("Why the message ends. Default: tool_use when it calls a tool, else end_turn."),
  stop_details: anyObject().optional().describe("`stop_details` of the message, as with a refusal."),
  usage: z
    .looseObject({
      input_tokens: tokenCount().optional().describe("Tokens of the request."),
      output_tokens: tokenCount().optional().describe("Tokens of the answer."),
    })
    .optional()
    .describe("Replaces fields of `usage`, in tokens; else they are estimated."),
  model: z.string().optional().describe("Model that the answer names. Default: the one asked for."),
  stream: z
    .union([z.literal(false), streamSchema])
    .optional()
    .describe("How it is streamed to requests that stream; false sends one JSON body to them as well."),
};

const failureFields = {
  status: z.int().min(200).max(599).optional().describe("An answer with this HTTP status."),
  body: z.union([z.string(), anyObject()]).optional().describe("Its body: text as it is, or JSON."),
  error: z.string().optional().describe("Error type of the body. Default: the usual one of the status."),
  message: z.string().optional().describe("Error message of the body. Default: the usual one."),
  html: z.boolean().optional().describe("A page as a gateway sends it, in place of JSON."),
  empty: z.boolean().optional().describe("No body at all."),
  connection: z
    .enum(["reset", "close", "hang", "refuse"])
    .optional()
    .describe(
      "No answer: TCP reset, connection closed, silence; refuse resets this request and then accepts no " +
        "connection for `refuse_ms`.",
    ),
  refuse_ms: intervalMs().optional().describe("How long connections are refused, in ms. Default: 1000."),
  raw: z.string().optional().describe("A body with status 200 that need not be a message."),
  content_type: z.string().optional().describe("Its content type. Default: application/json."),
};

const commonFields = {
  headers: answerHeaders()
    .optional()
    .describe(
      "Response headers, by name. {epoch_s+60}, {rfc3339+60}, {http_date+60} are times from now in s.",
    ),
  delay_ms: delayMs().optional().describe("Wait before the first byte of the answer, in ms. Default: 0."),
  times: count().optional().describe("How many requests get this step. Default: 1."),
};

const fields = { ...messageFields, ...failureFields, ...commonFields };
const answerObject = z.strictObject(fields);
const oneKind = KINDS.map((kind) => ({ required: [kind] }));

const answerSchema = answerObject.superRefine(checkStep).meta({
  id: "answer",
  description: `An answer: exactly one of ${KINDS.join(", ")}.`,
  oneOf: oneKind,
});

/** One answer of a script. */
export const stepSchema = answerObject
  .extend({
    non_stream: answerSchema
      .optional()
      .describe("For requests that do not stream. Default: the message; a 500 where the stream breaks."),
  })
  .superRefine(checkStep)
  .meta({
    id: "step",
    description: `One answer of a script: exactly one of ${KINDS.join(", ")}.`,
    oneOf: oneKind,
  });

/** One answer of a script, as written. */
export type Step = z.infer<typeof stepSchema>;
/** An answer without a second one for requests that do not stream. */
export type Answer = z.infer<typeof answerObject>;

function checkStep(step: Answer, context: z.RefinementCtx): void {
  const fail = (path: readonly string[], message: string): void =>
    context.addIssue({ code: "custom", path: [...path], message });
  const given = Object.entries(step).filter(([, value]) => value !== undefined);
  const kinds = given.map(([key]) => key).filter((key) => KINDS.includes(key));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const got = kinds.length === 0 ? "none" : kinds.join(" and ");
    fail([], `expected exactly one of ${KINDS.join(", ")}, got ${got}`);
    return;
  }
  const allowed = [kind, ...ANYWHERE, ...(BESIDE[kind] ?? [])];
  for (const [key, value] of given)
    if (!allowed.includes(key))
      fail([key], `expected no \`${key}\` beside \`${kind}\`, got ${describeValue(value)}`);
  if (step.refuse_ms !== undefined && step.connection !== "refuse")
    fail(["refuse_ms"], `expected \`connection: refuse\` beside \`refuse_ms\`, got "${step.connection}"`);
  checkBody(step, fail);
  checkBlock(step, fail);
}

type Fail = (path: readonly string[], message: string) => void;

function checkBody(step: Answer, fail: Fail): void {
  const bodies = [
    step.body !== undefined && "body",
    (step.error !== undefined || step.message !== undefined) && "error and message",
    step.html === true && "html",
    step.empty === true && "empty",
  ].filter((each) => each !== false);
  if (bodies.length > 1) fail([], `expected one body at most, got ${bodies.join(", ")}`);
}

function checkBlock(step: Answer, fail: Fail): void {
  if (!step.stream || !["block_start", "delta", "block"].includes(step.stream.stop_at ?? "")) return;
  const blocks = step.content?.length ?? step.tools?.length ?? 1;
  const { block = 0 } = step.stream;
  if (block < blocks) return;
  fail(["stream", "block"], `expected the index of one of the ${blocks} content blocks, got ${block}`);
}
