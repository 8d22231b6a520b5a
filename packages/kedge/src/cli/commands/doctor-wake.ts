import { matchesAll, packagedWaiter, readWakeCall, type WakeEvent } from "../../agents/index.ts";
import type { Engine, ListedHandler } from "../../engine/index.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Check, fine } from "./doctor-check.ts";
import { checkProgram } from "./doctor-files.ts";
import { wakeOfPolicy } from "./install-wake.ts";

const AGAIN = "Run `kedge install claude-code --wake` again.";
const NAME = "waiter";

/** Whether sessions are woken as the policy says. Of a waiter that nobody installed nothing is said; without one, failures are recorded as well. */
export async function checkWaiter(
  engine: Engine,
  wakeScript: string,
  context: Context,
): Promise<readonly Check[]> {
  const found = (await engine.list()).filter(({ entry }) => entry && readWakeCall(entry.handler) !== null);
  if (found.length === 0) return [];
  const scripts = new Set(found.map(({ entry }) => readWakeCall(entry?.handler) ?? ""));
  const files = await Promise.all([...scripts].map(checkFile));
  return [...files, ...(await checkTimes(found, wakeScript, context))];
}

async function checkFile(script: string): Promise<Check> {
  const check = await checkProgram(script, {
    ...{ name: NAME, words: "The waiter", packaged: packagedWaiter(), advice: AGAIN },
  });
  return check.state === "problem" ? { ...check, state: "warning" } : check;
}

/** The timer stands in the command, as the policy was when it was installed. */
async function checkTimes(
  found: readonly ListedHandler[],
  wakeScript: string,
  context: Context,
): Promise<readonly Check[]> {
  const warn = (text: string, advice = AGAIN): Check => ({ name: NAME, state: "warning", text, advice });
  try {
    const wanted = await wakeOfPolicy(wakeScript, context);
    const checks = (Object.keys(wanted) as WakeEvent[]).flatMap((event): Check[] => {
      const own = found.filter((listed) => listed.event === event);
      const off = own.find(({ isActive }) => !isActive);
      if (own.length === 0) return [warn(`No handler for ${event} runs the waiter, which needs all three.`)];
      if (off) return [warn(`The waiter's handler for ${event} in ${off.source} does not run: ${off.why}.`)];
      const isRight = own.some((listed) => runs(listed, wanted[event].command, event));
      return isRight ? [] : [warn(WRONG[event])];
    });
    return checks.length > 0 ? checks : [fine(NAME, "Sessions at a terminal are woken as your policy says.")];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const text = `Whether sessions are woken as your policy says is not known: ${error.message}`;
    return [warn(text, "Put the policy right.")];
  }
}

const OTHERWISE = "does something else than installing makes it do";
const WRONG: Readonly<Record<WakeEvent, string>> = {
  StopFailure:
    "The waiter does not go by your policy as it is now: the tries and pauses that stand in its handler are others.",
  UserPromptSubmit: `The waiter's handler for UserPromptSubmit ${OTHERWISE}.`,
  SessionEnd: `The waiter's handler for SessionEnd ${OTHERWISE}.`,
};

function runs({ entry, matcher }: ListedHandler, command: unknown, event: WakeEvent): boolean {
  const handler = entry?.handler;
  if (handler?.type !== "command" || handler.args || handler.if !== undefined) return false;
  const isInPlace = handler.background === (event === "StopFailure" ? "rewake" : "no");
  return handler.command === command && isInPlace && matchesAll(matcher);
}
