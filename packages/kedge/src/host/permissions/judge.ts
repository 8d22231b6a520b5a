import type { JsonObject, PermissionMode } from "../../protocol/index.ts";
import { absolutePath, isInside, reachedPath } from "../paths.ts";
import { isEditing, isReading, pathsOf } from "./known-commands.ts";
import type { PlainCommand, PlainReader } from "./plain-commands.ts";
import { protectedPlace } from "./protected-paths.ts";
import type { JudgedCall, Rules } from "./rules.ts";

/** What rules and mode say of a call, before anybody is asked. */
export interface Judgement {
  readonly behavior: "allow" | "ask" | "deny";
  /** For people and for the model. */
  readonly why: string;
  /** Of `ask`: a PreToolUse handler's permission does not replace the answer. */
  readonly isFirm: boolean;
}

/** A call, and where it is made. */
export interface PermissionCase {
  readonly name: string;
  readonly input: JsonObject;
  readonly mode: PermissionMode;
  readonly cwd: string;
  readonly projectDir: string;
  readonly homeDir: string;
  readonly workingDirs: readonly string[];
}

/** Field of the input that names what a tool is about, and whether the tool changes it. */
const PATH_FIELDS: Readonly<Record<string, { readonly field: string; readonly changes: boolean }>> = {
  Read: { field: "file_path", changes: false },
  Glob: { field: "path", changes: false },
  Grep: { field: "path", changes: false },
  Write: { field: "file_path", changes: true },
  Edit: { field: "file_path", changes: true },
};

/** Tools that need nobody's word: what they start is judged by itself. */
const FREE: ReadonlySet<string> = new Set(["Agent", "BashOutput", "KillShell"]);

/**
 * Judges a call: rules that deny, then rules that ask, then protected paths, then rules that allow, then the mode.
 *
 * @source Claude Code permissions reference; recorded order of rules and modes. Protected paths hold in every mode (D6)
 */
export async function judgeCall(
  about: PermissionCase,
  { rules, readPlain }: { readonly rules: Rules; readonly readPlain: PlainReader },
): Promise<Judgement> {
  const call = await toJudged(about, readPlain);
  const denied = await rules.denies(call);
  if (denied !== null) return deny(`the rule ${denied} denies it`);
  const asked = await rules.asks(call);
  if (asked !== null) return ask(`the rule ${asked} asks about it`, true);
  const protection = await protectedBy(about, call);
  if (protection !== null) return ask(`${protection} is protected`, true);
  const allowed = await rules.allows(call);
  if (about.mode === "plan")
    return (await isReadingCall(about, call))
      ? allow("it only reads")
      : ask("plan mode changes nothing", true);
  if (allowed !== null) return allow(`the rule ${allowed} allows it`);
  return byMode(about, call);
}

async function byMode(about: PermissionCase, call: JudgedCall): Promise<Judgement> {
  if (about.mode === "bypassPermissions") return allow("permissions are bypassed");
  if (FREE.has(about.name)) return allow("it needs no permission");
  if (await isReadingCall(about, call)) return allow("it only reads, where the session works");
  if (about.mode === "acceptEdits" && (await isEditingCall(about, call))) return allow("edits are accepted");
  return ask("nobody has permitted it", false);
}

async function toJudged(about: PermissionCase, readPlain: PlainReader): Promise<JudgedCall> {
  const { name, input, projectDir, homeDir } = about;
  const known = PATH_FIELDS[name];
  const value = known && (input[known.field] ?? (known.changes ? undefined : "."));
  return {
    name,
    input,
    projectDir,
    homeDir,
    path: typeof value === "string" ? absolutePath(value, about) : null,
    commands: name === "Bash" ? readPlain(String(input.command)) : null,
    isHarmless: isReading,
  };
}

/** The protected place that a call would change, as far as its input tells. */
async function protectedBy(about: PermissionCase, call: JudgedCall): Promise<string | null> {
  if (call.path !== null && PATH_FIELDS[about.name]?.changes) return protectedPlace(call.path);
  // A line that is not plain needs somebody's word in any case, except where permissions are bypassed.
  for (const command of call.commands ?? []) {
    if (!isEditing(command)) continue;
    for (const path of pathsOf(command)) {
      const place = await protectedPlace(absolutePath(path, about));
      if (place !== null) return place;
    }
  }
  return null;
}

async function isReadingCall(about: PermissionCase, call: JudgedCall): Promise<boolean> {
  if (FREE.has(about.name)) return true;
  if (call.path !== null) return !PATH_FIELDS[about.name]?.changes && areWithin([call.path], about);
  return linesUp(about, call, (command) => isReading(command));
}

async function isEditingCall(about: PermissionCase, call: JudgedCall): Promise<boolean> {
  if (call.path !== null) return areWithin([call.path], about);
  return linesUp(about, call, (command) => isEditing(command) || isReading(command));
}

/** Whether every command of a line is of a kind, and every path in it within the working directories. */
async function linesUp(
  about: PermissionCase,
  { commands }: JudgedCall,
  isOfKind: (command: PlainCommand) => boolean,
): Promise<boolean> {
  if (!commands) return false;
  // Whether a `cd` succeeds nobody knows before, so paths have to hold before and after it.
  const folders = [about.cwd];
  for (const command of commands) {
    const isMove = command.words[0] === "cd" && command.words.length === 2 && !command.hasGlob;
    if (!isMove && !isOfKind(command)) return false;
    const paths = folders.flatMap((cwd) =>
      pathsOf(command).map((path) => absolutePath(path, { ...about, cwd })),
    );
    if (!(await areWithin(paths, about))) return false;
    if (isMove) folders.push(...paths);
  }
  return true;
}

/** Whether paths, and what they lead to, are within the working directories. */
async function areWithin(paths: readonly string[], { workingDirs }: PermissionCase): Promise<boolean> {
  const roots = await Promise.all(workingDirs.map(reachedPath));
  for (const path of paths) {
    const reached = await reachedPath(path);
    if (!roots.some((dir) => isInside(dir, reached))) return false;
  }
  return true;
}

function allow(why: string): Judgement {
  return { behavior: "allow", why, isFirm: false };
}

function ask(why: string, isFirm: boolean): Judgement {
  return { behavior: "ask", why, isFirm };
}

function deny(why: string): Judgement {
  return { behavior: "deny", why, isFirm: true };
}
