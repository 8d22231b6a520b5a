import * as z from "zod";
import { createRedactor } from "../../redact/index.ts";
import { ISOLATIONS } from "./batch.ts";
import {
  accountKey,
  agentCommand,
  argumentWords,
  createDescribe,
  type Describe,
  keyName,
  pathText,
  promptText,
} from "./batch-fields.ts";

const MAX_PRIORITY = 1_000;
const MAX_SESSIONS = 256;
/** Pieces of work of one batch. */
export const MAX_ITEMS = 10_000;

function itemSchema(describe: Describe) {
  return z
    .strictObject({
      key: keyName(describe)
        .optional()
        .describe(
          "Its name, which no other item has. Default: a digest of its prompt, directory, agent and account.",
        ),
      prompt: promptText(describe).optional().describe("What the agent is asked."),
      prompt_file: pathText(describe, "the path of a file")
        .optional()
        .describe("The file that holds the prompt, relative to the batch file."),
      directory: pathText(describe, "the path of a directory")
        .optional()
        .describe("Where it runs, relative to the batch file. Default: the batch's directory."),
      agent: agentCommand(describe).optional().describe("The agent of this item, in place of the batch's."),
      args: argumentWords(describe).optional().describe("Arguments behind those of the agent."),
      account: accountKey(describe).optional().describe("Account of the policy, in place of the batch's."),
      priority: z
        .int()
        .min(-MAX_PRIORITY)
        .max(MAX_PRIORITY)
        .optional()
        .describe("The greater the earlier. Default: 0."),
    })
    .superRefine(({ prompt, prompt_file }, context) => {
      if ((prompt === undefined) === (prompt_file === undefined)) {
        const got = prompt === undefined ? "neither" : "both";
        context.addIssue({ code: "custom", message: `expected either prompt or prompt_file, got ${got}` });
      }
    })
    .meta({ oneOf: [{ required: ["prompt"] }, { required: ["prompt_file"] }] });
}

/** Makes the schema of a whole batch, as written. */
export function createBatchSchema(describe: Describe) {
  return z
    .strictObject({
      $schema: z.string().max(1_000).optional().describe("The JSON Schema of this file, for editors."),
      version: z.literal(1).optional().describe("Of this format."),
      name: keyName(describe).optional().describe("Of the batch. Default: made from the path of the file."),
      concurrency: z
        .int()
        .min(1)
        .max(MAX_SESSIONS)
        .optional()
        .describe("Sessions at once on this machine. Default: 4."),
      agent: agentCommand(describe)
        .optional()
        .describe(
          "The agent's program and its arguments, without a prompt: a list of words, or a text that is split as a shell splits simple words.",
        ),
      account: accountKey(describe).optional().describe("Account of the policy that pays."),
      directory: pathText(describe, "the path of a directory")
        .optional()
        .describe("Where items run that name no directory, relative to the batch file. Default: beside it."),
      isolation: z
        .enum(ISOLATIONS)
        .optional()
        .describe(
          "worktree: each item runs in a git worktree of its own, made from HEAD of its directory. Default: none.",
        ),
      items: z
        .array(
          z.union([promptText(describe), itemSchema(describe)], {
            error: ({ input }) => `expected a prompt, or an object with one, got ${describe(input)}`,
          }),
        )
        .min(1)
        .max(MAX_ITEMS)
        .describe("The work: prompts, or objects that say more."),
    })
    .meta({ title: "Kedge batch", description: "Sessions of agents that run together, unattended." });
}

/** A batch as written. */
export type BatchFile = z.infer<ReturnType<typeof createBatchSchema>>;

/** Makes the JSON Schema of a batch (2020-12), with a description of every field. */
export function batchJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(createBatchSchema(createDescribe(createRedactor())), { io: "input" });
}
