import type { Dispatch } from "../../engine/index.ts";
import type { ChildProcesses } from "../../platform/index.ts";
import type { HookEventName, JsonObject } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import type { HeldCheck } from "../files/write-held.ts";
import type { Guard } from "../guard/guard.ts";
import type { InTurn } from "../in-turn.ts";
import type { TextBlock, ToolDefinition } from "../model/messages.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TaskList } from "../tasks/task-list.ts";
import type { BackgroundShells } from "./background-shells.ts";
import type { SeenFiles } from "./seen.ts";

/** Where a search begins. */
export interface SearchRoot {
  /** As its files are shown. */
  readonly path: string;
  /** Where it really is: absolute, without links. */
  readonly reached: string;
}

/** What a tool knows of the session that it works for. */
export interface ToolContext {
  /** Working directory of the session; absolute. For a line the folder that it was judged in, without links. */
  readonly cwd: string;
  readonly projectDir: string;
  readonly homeDir: string;
  /** Folders in which the session works: the project and those that were added. Absolute. */
  readonly workingDirs: readonly string[];
  /** Environment of commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Private to the session, gone after it. */
  readonly temporaryDir: string;
  /** A file of `export` lines that hooks wrote, which commands read first. */
  readonly envFile: string;
  readonly children: ChildProcesses;
  /** Confines the command of this call; null for one that runs outside. */
  readonly sandbox: Sandbox | null;
  readonly shells: BackgroundShells;
  readonly tasks: TaskList;
  /** Looks after protected files while commands run; null where nothing of the kind is wanted, as for a tool by itself. */
  readonly guard: Guard | null;
  /** Protected places that somebody who was asked lets this call change: names, or absolute paths. */
  readonly mayChange: readonly string[];
  /** Says something to the model before its next answer. */
  readonly tellLater: (text: string) => void;
  /** Files that the model has seen where the call was made. */
  readonly seen: SeenFiles;
  /** Changes files: one call at a time in the session. */
  readonly inTurn: InTurn;
  /** Whether the call may write to what is held, by what was permitted: why not, or null. */
  readonly mayWrite: HeldCheck;
  /** Whether the call may read what is held, by what was permitted: why not, or null. */
  readonly mayOpen: HeldCheck;
  /** Whether rules let a file be read that a search finds, and what the search itself was permitted counts. */
  readonly mayRead: (file: string, root: SearchRoot) => Promise<boolean>;
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** Tells an event that is about the call to its handlers. */
  readonly fire: (event: HookEventName, fields: JsonObject) => Promise<Dispatch>;
  /** The session goes to another folder. @returns whether it does: for a subagent it stays where it is */
  readonly moveTo: (dir: string) => boolean;
  /** The call itself. */
  readonly toolUseId: string;
  /** Where the call was made. */
  readonly conversation: Conversation;
}

/** What came of a call. */
export type ToolOutcome =
  | {
      readonly ok: true;
      /** What the model gets. */
      readonly text: string;
      /** What handlers get as `tool_response`. */
      readonly response: unknown;
      /** What the model reads behind the result, as from the session. */
      readonly beside?: readonly TextBlock[];
    }
  | {
      readonly ok: false;
      readonly text: string;
      /** Somebody ended it. */
      readonly isInterrupt?: boolean;
    };

/** A tool of the session. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Several such calls may run at once: it changes nothing, or only what is its own. */
  readonly isParallel: boolean;
  /** The MCP server that has it, and where that one was configured. */
  readonly server?: { readonly name: string; readonly source: string };
  /** What is wrong with an input beyond its shape, or null. */
  check?(input: JsonObject): string | null;
  /** Must not throw for anything that a model can cause. */
  run(input: JsonObject, context: ToolContext): Promise<ToolOutcome>;
}

/** Characters of one result that a model gets. */
const MAX_RESULT_LENGTH = 30_000;
const TAIL_LENGTH = 10_000;

/** A result as long as a model gets it: its beginning and its end. */
export function boundResult(text: string): string {
  if (text.length <= MAX_RESULT_LENGTH) return text;
  const head = text.slice(0, MAX_RESULT_LENGTH - TAIL_LENGTH);
  const left = text.length - MAX_RESULT_LENGTH;
  return `${head}\n… ${left} characters are left out here …\n${text.slice(-TAIL_LENGTH)}`.toWellFormed();
}

/** A failure in words. */
export function refuse(text: string): ToolOutcome {
  return { ok: false, text };
}
