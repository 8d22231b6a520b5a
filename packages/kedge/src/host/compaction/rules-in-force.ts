import type { Core } from "../core.ts";
import type { CompactionRules } from "./threshold.ts";

/** How the session compacts: as it was told at the start, and else as settings say now. */
export async function compactionRules(core: Pick<Core, "compaction" | "settings">): Promise<CompactionRules> {
  const { autoCompactEnabled, autoCompactWindow } = await core.settings();
  return {
    isAutomatic: autoCompactEnabled ?? true,
    ...(autoCompactWindow === undefined ? {} : { windowTokens: autoCompactWindow }),
    ...core.compaction,
  };
}
