import type { AgentOptions } from "../agent-formats.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";

/**
 * Runs an agent session: one prompt, prompts from standard input, or a conversation at the terminal.
 *
 * @returns 0, or 1 when the last turn failed, or 130 when it was interrupted
 */
export async function runAgent(
  prompt: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const { print = false, inputFormat, outputFormat } = options;
  if (inputFormat === "stream-json" && outputFormat !== "stream-json")
    throw new CommandError(EXIT.usage, "--input-format stream-json needs --output-format stream-json.");
  if (inputFormat === "stream-json" && prompt !== undefined)
    throw new CommandError(
      EXIT.usage,
      "With --input-format stream-json prompts come from standard input; one was given as an argument.",
    );
  if (options.initOnly) {
    if (prompt !== undefined)
      throw new CommandError(EXIT.usage, "--init-only takes no prompt; --init goes on with one.");
    const { initSession } = await import("../agent-init.ts");
    return initSession(options, context);
  }
  if (print || !context.isInteractive) {
    const { printSession } = await import("../agent-print.ts");
    return printSession(prompt, options, context);
  }
  if (outputFormat !== "text")
    throw new CommandError(EXIT.usage, `--output-format ${outputFormat} needs --print.`);
  const { talk } = await import("../agent-talk.ts");
  return talk(prompt, options, context);
}
