import { isAbsolute, join } from "node:path";
import type { Context } from "./context.ts";

/** Where Kedge keeps what it remembers of this user: outside of every project. */
export function stateDir({ env, homeDir }: Pick<Context, "env" | "homeDir">): string {
  const own = env.KEDGE_STATE_DIR;
  if (own !== undefined && isAbsolute(own)) return own;
  if (process.platform === "darwin") return join(homeDir, "Library/Application Support/kedge");
  const shared = env.XDG_STATE_HOME;
  return join(shared !== undefined && isAbsolute(shared) ? shared : join(homeDir, ".local/state"), "kedge");
}
