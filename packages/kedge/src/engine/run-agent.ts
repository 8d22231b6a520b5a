import { type AgentHandler, fillPrompt, parsePromptAnswer } from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { failed, runLimited } from "./limited-run.ts";
import type { AgentRunner } from "./ports.ts";
import { verdictEnding } from "./prompt-verdict.ts";
import { inputJson } from "./run-prompt.ts";

const MAX_TURNS = 50;

/**
 * Runs the subagent of an `agent` handler, up to 50 turns, and reads its structured answer as a prompt handler's. A refusal
 * always gives its reason, as with `continueOnBlock`. No answer is a failure, which by itself blocks nothing. Never rejects.
 *
 * @param runner undefined: there is nobody to run subagents
 * @source Claude Code hooks reference, "Agent-based hooks"; recorded behaviour for answers in prose
 */
export function runAgent(
  handler: AgentHandler,
  run: HandlerRun,
  runner: AgentRunner | undefined,
): Promise<RunReport> {
  return runLimited("agent", run, async (signal, tally) => {
    if (!runner) return failed("agent", "there is nobody to run a subagent");
    const prompt = fillPrompt(handler.prompt, inputJson(run));
    const model = handler.model === undefined ? {} : { model: handler.model };
    const text = await runner.run({ prompt, ...model, maxTurns: MAX_TURNS, signal });
    if (text === null) return failed("agent", "the subagent ended without a structured answer");
    tally.outputBytes = Buffer.byteLength(text);
    return verdictEnding(run.event, "agent", parsePromptAnswer(text), true);
  });
}
