import * as z from "zod";
import { count, delayMs, intervalMs } from "./scenario-fields.ts";

/** Places in a stream where a step can leave its course. */
const STOP_POINTS = ["headers", "message_start", "block_start", "delta", "block", "message_delta"] as const;

/** What can happen at such a place. */
const BREAKS = ["end", "close", "reset", "hang", "error"] as const;

/** The error of a stream, as its `error` event has it. */
const streamErrorSchema = z
  .strictObject({
    type: z.string().optional().describe("Error type. Default: overloaded_error."),
    message: z.string().optional().describe("Text for people. Default: a usual one for the type."),
  })
  .describe("The SSE error event that ends the stream.");

/** How a message is streamed, and where the stream breaks. */
export const streamSchema = z
  .strictObject({
    chunk_ms: delayMs().optional().describe("Pause before each piece of text, in ms. Default: 0."),
    chunk_chars: count().optional().describe("Characters in a piece of text. Default: 32."),
    ping_every_ms: intervalMs()
      .optional()
      .describe("Sends a ping event at this interval, in ms, while the stream is open. Default: none."),
    stop_at: z
      .enum(STOP_POINTS)
      .optional()
      .describe(
        "Where the stream leaves its course: after the response headers, after message_start, after the " +
          "content_block_start of `block`, in the middle of its text, after the whole block, after message_delta.",
      ),
    block: z.int().min(0).optional().describe("The content block that `stop_at` counts in. Default: 0."),
    stop_by: z
      .enum(BREAKS)
      .optional()
      .describe(
        "What happens there: end (the response ends as if it were whole), close (the connection closes), reset " +
          "(TCP reset), hang (silence), error (an SSE error event, then the end). Default: error with `error`, " +
          "hang with `stall_ms`, nothing with `insert`, else end.",
      ),
    stall_ms: delayMs()
      .optional()
      .describe("With hang: the stream goes on after this many ms. Default: it never does."),
    error: streamErrorSchema.optional(),
    insert: z
      .string()
      .optional()
      .describe("Raw text put into the stream at `stop_at`; without `stop_by` the stream goes on after it."),
  })
  .superRefine((stream, context) => {
    const fail = (key: string, message: string): void =>
      context.addIssue({ code: "custom", path: [key], message });
    for (const key of ["stop_by", "block", "stall_ms", "error", "insert"] as const)
      if (stream[key] !== undefined && stream.stop_at === undefined)
        fail(key, `expected \`stop_at\` beside \`${key}\`, got none`);
    if (stream.error && stream.stop_by !== undefined && stream.stop_by !== "error")
      fail("error", `expected \`stop_by: error\` beside \`error\`, got "${stream.stop_by}"`);
    if (stream.stall_ms !== undefined && stream.stop_by !== undefined && stream.stop_by !== "hang")
      fail("stall_ms", `expected \`stop_by: hang\` beside \`stall_ms\`, got "${stream.stop_by}"`);
  });

/** `stream` of a step, as written. */
export type StreamScript = z.infer<typeof streamSchema>;

/** What happens where a stream leaves its course. */
export type StreamBreak = (typeof BREAKS)[number];
