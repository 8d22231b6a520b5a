import type { JsonObject } from "../../protocol/index.ts";
import type { PlainReader } from "../permissions/plain-commands.ts";
import { isExcluded } from "./excluded-commands.ts";
import { type Sandbox, wordsOf } from "./sandbox.ts";

/** Where a call would run. */
export type CommandPlace =
  /** In the sandbox; `needsNobody` where a plain command may run there without approval. */
  | { readonly type: "confined"; readonly needsNobody: boolean; readonly wishedOut: boolean }
  /** As ever, by the ordinary permission. */
  | { readonly type: "outside" }
  /** The model asks for it to run outside of the sandbox, and settings let somebody permit that. */
  | { readonly type: "leaves" }
  | { readonly type: "refused"; readonly why: string };

/** Of every call that starts no command of the model. */
export const OUTSIDE: CommandPlace = { type: "outside" };

/** Says where a call of Bash would run, before anybody permitted it. */
export async function placeOf(
  sandbox: Sandbox,
  input: JsonObject,
  readPlain: PlainReader,
): Promise<CommandPlace> {
  const status = await sandbox.status();
  const { allowsUnsandboxed, autoAllows, excludedCommands, failsIfUnavailable } = await sandbox.rules();
  if (status.state === "off") return OUTSIDE;
  // What does not work may work halfway; and who forbade commands outside of the sandbox did not mean "unless there is none". Settings that
  // demand a sandbox may have come while the session was open, which they would not have let begin.
  const isDemanded = failsIfUnavailable || allowsUnsandboxed === false;
  if (status.state === "failing" || (status.state === "missing" && isDemanded))
    return { type: "refused", why: wordsOf(status) };
  if (status.state === "missing") return OUTSIDE;
  const wishesOut = input.dangerouslyDisableSandbox === true;
  if (wishesOut && allowsUnsandboxed === true) return { type: "leaves" };
  if (isExcluded(readPlain(String(input.command)), excludedCommands)) return OUTSIDE;
  return confined(autoAllows, wishesOut);
}

/** In the sandbox after all. */
export function confined(needsNobody: boolean, wishedOut: boolean): CommandPlace {
  return { type: "confined", needsNobody, wishedOut };
}
