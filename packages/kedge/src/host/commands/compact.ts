import { runCompact } from "../compaction/compact-command.ts";
import type { BuiltInCommand } from "./built-in.ts";

/** `/compact [WHAT TO KEEP]`: replaces the conversation by a summary of it. */
export const compactCommand: BuiltInCommand = {
  name: "compact",
  argumentHint: "[what to keep]",
  description: "replace the conversation by a summary of it",
  run: ({ core, main }, { args, signal }) => runCompact(core, main, { instructions: args.trim(), signal }),
};
