import { join, relative } from "node:path";
import type { Conversation } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import { reminder } from "../hook-texts.ts";
import { type Grant, grantCheck, readingCheck } from "../permissions/grant.ts";
import type { ProtectedPlaces } from "../permissions/protection.ts";
import { type Rules, readingOf } from "../permissions/rules.ts";
import type { SearchRoot, ToolContext } from "./tool.ts";

/**
 * Variables that no command of the model gets: what an outer agent told its own children, and those by which a shell reads a line
 * otherwise than it was judged (`cd` would go elsewhere, globs would mean more).
 */
const NOT_PASSED_ON =
  /^(?:OTEL_|CLAUDE_PLUGIN_|CLAUDE_ENV_FILE$|CDPATH$|OLDPWD$|BASHOPTS$|SHELLOPTS$|GLOBIGNORE$|POSIXLY_CORRECT$|BASH_FUNC_)/;

/** A call as its tool has to know it. */
export interface ToolCallPlace {
  readonly toolUseId: string;
  readonly signal: AbortSignal;
  /** What was permitted; null for calls that are about no file. */
  readonly grant: Grant | null;
  /** What it starts runs in the sandbox. */
  readonly isConfined: boolean;
}

/** What a tool gets for one call. */
export async function toolContext(
  core: Core,
  conversation: Conversation,
  { toolUseId, signal, grant, isConfined }: ToolCallPlace,
): Promise<ToolContext> {
  const { state, projectDir, homeDir, temporaryDir, envFile, children, shells, tasks, guard, inTurn } = core;
  const { env, rules, unprotected } = await core.settings();
  return {
    ...{ projectDir, homeDir, temporaryDir, envFile, children, shells, tasks, signal, toolUseId },
    conversation,
    guard,
    mayChange: [...unprotected.names, ...unprotected.paths, ...(grant?.place ? [grant.place] : [])],
    tellLater: (text) => void state.pending.push(reminder(text)),
    cwd: state.cwd,
    sandbox: isConfined ? core.sandbox : null,
    workingDirs: workingDirs(core),
    env: commandEnv(core, env),
    seen: conversation.seen,
    inTurn,
    mayWrite: grantCheck(grant, async (held) => (await protectedPlaces(core)).placeOf(held)),
    mayOpen: readingCheck(grant),
    mayRead: (file, root) => mayRead(rules, core, { file, root }),
    fire: (event, fields) => fire(core, event, fields, { conversation, signal, toolUseId }),
    moveTo: (dir) => {
      // Subagents run beside each other and beside the session: none takes the others along.
      if (conversation.agent) return false;
      state.cwd = dir;
      return true;
    },
  };
}

/** Variables that commands of the model begin with. */
export function commandEnv(
  { id, env }: Pick<Core, "id" | "env">,
  bySettings: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_PASSED_ON.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    ...bySettings,
    CLAUDECODE: "1",
    CLAUDE_CODE_SESSION_ID: id,
    CLAUDE_CODE_CHILD_SESSION: "1",
  };
}

/** Files that a rule forbids, or wants somebody to be asked about, are not found. Who permitted a search there was asked. */
async function mayRead(
  rules: Rules,
  places: Pick<Core, "projectDir" | "homeDir">,
  { file, root }: { readonly file: string; readonly root: SearchRoot },
): Promise<boolean> {
  if (!rules.limitsReading) return true;
  // No link is followed on the way from there.
  const reached = join(root.reached, relative(root.path, file));
  const reading = readingOf({ path: file, reached }, places);
  if ((await rules.denies(reading)) !== null) return false;
  return (await rules.asks(reading)) === null || (await rules.asks(readingOf(root, places))) !== null;
}

/** What is protected, as settings and folders are now. */
export async function protectedPlaces(core: Core): Promise<ProtectedPlaces> {
  const { unprotected } = await core.settings();
  return core.protection.places({ workingDirs: workingDirs(core), unprotected });
}

/** Folders in which the session works. */
export function workingDirs({ projectDir, state }: Pick<Core, "projectDir" | "state">): readonly string[] {
  return [projectDir, ...state.addedDirs];
}
