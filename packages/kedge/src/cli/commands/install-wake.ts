import { readFile, realpath } from "node:fs/promises";
import {
  installedScripts,
  installedWake,
  type WakeHandlers,
  type WakeWish,
  wakeHandlers,
} from "../../agents/index.ts";
import type { Context } from "../context.ts";
import { readWaiter } from "./install-files.ts";
import type { InstallPlaces } from "./install-places.ts";
import { type EditedFile, readBackups } from "./install-settings.ts";

/** What becomes of the waiter. */
export interface WakePlan {
  readonly wish: WakeWish;
  /** What its file gets; null where it stays as it is. */
  readonly text: string | null;
  /** Whether its file becomes another, or goes. */
  readonly isNew: boolean;
  readonly isGoing: boolean;
}

/**
 * Plans the waiter: put in, with the times of the user's own policy; taken out; or left alone.
 *
 * @param wanted undefined: nobody said anything of it
 * @throws {CommandError} for a policy that cannot be used
 */
export async function planWaiter(
  wanted: boolean | undefined,
  {
    places,
    file,
    context,
  }: { readonly places: InstallPlaces; readonly file: EditedFile; readonly context: Context },
): Promise<WakePlan> {
  if (wanted === undefined) return { wish: "keep", text: null, isNew: false, isGoing: false };
  const { packaged, installed } = await readWaiter(places);
  if (wanted) {
    const put = await wakeOfPolicy(places.wakeScript, context);
    return { wish: { put }, text: packaged, isNew: installed !== packaged, isGoing: false };
  }
  const before = (await readBackups(places.settings)).find(({ text }) => installedWake(text) === null);
  const isGoing = installed !== null && !(await runsElsewhere(places.wakeScript, places, file));
  return { wish: { base: before?.text ?? null }, text: null, isNew: false, isGoing };
}

/**
 * The handlers of the waiter, with the times of the user's own policy.
 *
 * @throws {CommandError} for a policy that cannot be used
 */
export async function wakeOfPolicy(script: string, context: Context): Promise<Required<WakeHandlers>> {
  // Not small, and most commands here do without.
  const { liveTimer } = await import("../../recovery/index.ts");
  const { loadOwnPolicy } = await import("./policy-file.ts");
  return wakeHandlers(script, liveTimer((await loadOwnPolicy(context)).policy));
}

/** Whether the other settings file that is known here runs a program of ours. In the home folder both are one file. */
export async function runsElsewhere(
  script: string,
  { otherSettings }: InstallPlaces,
  { target }: EditedFile,
): Promise<boolean> {
  const other = await realpath(otherSettings).catch(() => null);
  if (other === null || other === target) return false;
  const text = await readFile(other, "utf8").catch(() => "");
  return installedScripts(text).includes(script);
}
