import type { Source } from "../../engine/index.ts";
import type { PermissionMode } from "../../protocol/index.ts";

/** A kind of subagent. */
export interface AgentDefinition {
  readonly name: string;
  /** When to use it; the model reads this. */
  readonly description: string;
  /** Instructions of the subagent. */
  readonly prompt: string;
  /** Names of its tools; missing: all but Agent. */
  readonly tools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  /** Missing or `inherit`: the session's. */
  readonly model?: string;
  readonly maxTurns?: number;
  /** Missing: the session's. */
  readonly permissionMode?: PermissionMode;
  /** Its mode may let through more than that of the session. Default true; false for what a project or a plugin brings. */
  readonly mayWiden?: boolean;
  /** Its model and its turns count whatever they cost. Default true; false for what a project brings that is not trusted as a whole. */
  readonly maySpend?: boolean;
  /** Hooks that hear its events while it runs. */
  readonly hooks?: Source;
  /** Skills that it has from its beginning. */
  readonly skills?: readonly string[];
}
