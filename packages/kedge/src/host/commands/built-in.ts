import type { OpenSession } from "../open-session.ts";
import type { TurnEnd } from "../turn-state.ts";
import { addDirCommand } from "./add-dir.ts";
import { compactCommand } from "./compact.ts";
import { helpCommand } from "./help.ts";
import { mcpCommand } from "./mcp.ts";
import { modeCommand } from "./mode.ts";

/** A command of the session itself: what it does needs no model, or asks one in its own way. */
export interface BuiltInCommand {
  /** What is typed behind the slash. */
  readonly name: string;
  readonly argumentHint?: string;
  /** In one line, for people. */
  readonly description: string;
  /**
   * Runs what was typed. Must not throw for anything that can be typed.
   *
   * @returns what people read; `ok: false` where it was not done; or the end of a turn, where it took one
   */
  run(
    session: OpenSession,
    about: { readonly args: string; readonly signal: AbortSignal },
  ): Promise<CommandAnswer | TurnEnd>;
}

/** What a command says. */
export interface CommandAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** Commands that every session has. Their names are taken: no skill is typed by one of them. */
export const BUILT_IN_COMMANDS: readonly BuiltInCommand[] = [
  addDirCommand,
  compactCommand,
  helpCommand,
  mcpCommand,
  modeCommand,
];
