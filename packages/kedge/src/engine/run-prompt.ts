import { fillPrompt, type PromptHandler, parsePromptAnswer } from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { failed, runLimited } from "./limited-run.ts";
import type { ModelClient } from "./ports.ts";
import { verdictEnding } from "./prompt-verdict.ts";

/**
 * Asks a model the question of a `prompt` handler, once and without tools. A refusal does what it does on the event; an
 * answer without a verdict, or none, is a failure, which by itself blocks nothing. Never rejects.
 *
 * @param client undefined: there is no model to ask
 * @source Claude Code hooks reference, "Prompt-based hooks"
 */
export function runPrompt(
  handler: PromptHandler,
  run: HandlerRun,
  client: ModelClient | undefined,
): Promise<RunReport> {
  return runLimited("prompt", run, async (signal, tally) => {
    if (!client) return failed("prompt", "there is no model to ask");
    const prompt = fillPrompt(handler.prompt, inputJson(run));
    const model = handler.model === undefined ? {} : { model: handler.model };
    const text = await client.ask({ prompt, ...model, signal });
    tally.outputBytes = Buffer.byteLength(text);
    return verdictEnding(run.event, "prompt", parsePromptAnswer(text), handler.continuesOnBlock);
  });
}

/** The hook input as it stands on the wire, without the line feed that ends it. */
export function inputJson(run: Pick<HandlerRun, "inputBytes">): string {
  return new TextDecoder().decode(run.inputBytes).trimEnd();
}
