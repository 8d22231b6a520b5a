import { isAbsolute, join } from "node:path";
import type { SessionOptions } from "./options.ts";

/** Kedge's own configuration of the user: obeyed by every session to come. */
export function configDirOf({ homeDir, env = {} }: Pick<SessionOptions, "homeDir" | "env">): string {
  const { XDG_CONFIG_HOME: configured = "" } = env;
  return join(isAbsolute(configured) ? configured : join(homeDir, ".config"), "kedge");
}
