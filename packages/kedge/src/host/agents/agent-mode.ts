import type { PermissionMode } from "../../protocol/index.ts";
import type { AgentDefinition } from "./definition.ts";

/** How much a mode lets through, the strictest first. `auto` asks as `default` does. */
const RANK: Readonly<Record<PermissionMode, number>> = {
  plan: 0,
  dontAsk: 1,
  default: 2,
  auto: 2,
  acceptEdits: 3,
  bypassPermissions: 4,
};

/** Whether a mode lets through what another one does not. */
export function isWider(mode: PermissionMode, than: PermissionMode): boolean {
  return RANK[mode] > RANK[than];
}

/**
 * The permission mode of a subagent: its own, but that of the session where that lets through more already (as in the real agent), where the
 * subagent is not the user's and wants more (a clone permits itself nothing), and where settings forbid it.
 *
 * @source Claude Code subagents reference, "Permission modes"
 */
export function agentMode(
  session: PermissionMode,
  { permissionMode: own, mayWiden = true }: Pick<AgentDefinition, "permissionMode" | "mayWiden">,
  permitsBypass: boolean,
): PermissionMode {
  if (own === undefined) return session;
  if (session === "bypassPermissions" || session === "acceptEdits") return session;
  if (own === "bypassPermissions" && !permitsBypass) return session;
  return isWider(own, session) && !mayWiden ? session : own;
}
