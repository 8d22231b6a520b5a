import { type FunctionHandler, type HandlerEnding, isJsonObject } from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { failed, runLimited } from "./limited-run.ts";

/**
 * Calls a function of the embedding program. What it returns is read like the JSON of a command; what it throws is a
 * failure. A function cannot be ended: at its limit it is told by its signal, and no longer waited for.
 */
export function runFunction(handler: FunctionHandler, run: HandlerRun): Promise<RunReport> {
  return runLimited("function", run, async (signal, tally): Promise<HandlerEnding> => {
    const answer: unknown = await handler.call(run.input, { signal });
    if (answer === undefined || answer === null) return { exitCode: 0, stdout: "", stderr: "" };
    if (!isJsonObject(answer)) return failed("function", `it returned ${typeof answer}, not an object`);
    const stdout: string | undefined = JSON.stringify(answer);
    if (stdout === undefined) return failed("function", "it returned what is nothing in JSON");
    tally.outputBytes = Buffer.byteLength(stdout);
    return { exitCode: 0, stdout, stderr: "" };
  });
}
