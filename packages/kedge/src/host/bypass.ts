import { HostError } from "./errors.ts";

/** Settings may forbid what nobody could undo. */
export function bypassForbidden(): HostError {
  const words = "Settings do not permit to bypass permissions (disableBypassPermissionsMode)";
  return new HostError("OPTION_NOT_USABLE", words);
}
