import { isNothing, NOTHING, reportText } from "../guard/report.ts";
import { boundResult, type ToolContext, type ToolOutcome } from "./tool.ts";

/** Runs a command in sight of the guard. What it changed of protected files is put back, and its result says so. */
export async function guarded(
  { guard, mayChange }: ToolContext,
  run: () => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  if (guard === null) return run();
  const token = await guard.before(mayChange);
  let report = NOTHING;
  let outcome: ToolOutcome;
  try {
    outcome = await run();
  } finally {
    report = await guard.after(token);
  }
  if (isNothing(report)) return outcome;
  const isInterrupt = !outcome.ok && outcome.isInterrupt === true;
  return {
    ...{ ok: false, text: boundResult(`${outcome.text}\n\n${reportText(report)}`) },
    ...(isInterrupt ? { isInterrupt } : {}),
  };
}

/**
 * Puts a command that is about to start in the background under the guard.
 *
 * @returns what is to be called when it has ended; the model hears then of what was put back
 */
export async function watchInBackground({ guard, mayChange, tellLater }: ToolContext): Promise<() => void> {
  if (guard === null) return () => {};
  const token = await guard.before(mayChange);
  return () => {
    const looked = guard.after(token).then((report) => {
      if (!isNothing(report)) tellLater(reportText(report));
    });
    void looked.catch(() => {}); // the next look finds what this one did not
  };
}
