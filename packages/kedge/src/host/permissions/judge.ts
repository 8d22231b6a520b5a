import { resolve } from "node:path";
import type { JsonObject, PermissionMode } from "../../protocol/index.ts";
import { absolutePath, isInside, reachedPath } from "../paths.ts";
import { loadChangeReader } from "./changed-paths.ts";
import { isEditing, isReading, readsBelow, treesOf } from "./known-commands.ts";
import { bothPlaces, isLineWithin, type PlacedCommand, placeCommands } from "./lines.ts";
import type { PlainCommand, PlainReader } from "./plain-commands.ts";
import { protectedBelow, protectedByGlob, protectedPlace } from "./protected-paths.ts";
import type { JudgedCall, Rules } from "./rules.ts";

/** What rules and mode say of a call, before anybody is asked. */
export interface Judgement {
  readonly behavior: "allow" | "ask" | "deny";
  /** For people and for the model. */
  readonly why: string;
  /** Of `ask`: a PreToolUse handler's permission does not replace the answer. */
  readonly isFirm: boolean;
  /** A rule says so: its word stands before what a handler says beside it. */
  readonly isByRule: boolean;
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
const FREE: ReadonlySet<string> = new Set([
  ...["Agent", "BashOutput", "KillShell", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet"],
]);

/**
 * Judges a call: rules that deny, then rules that ask, then protected paths, then rules that allow, then the mode.
 *
 * @source Claude Code permissions reference; recorded order of rules and modes. Protected paths hold in every mode (D6)
 */
export async function judgeCall(
  about: PermissionCase,
  { rules, readPlain }: { readonly rules: Rules; readonly readPlain: PlainReader },
): Promise<Judgement> {
  const call = await toJudged(about, { rules, readPlain });
  const denied = await rules.denies(call);
  if (denied !== null) return deny(`the rule ${denied} denies it`);
  const asked = await rules.asks(call);
  if (asked !== null) return { ...ask(`the rule ${asked} asks about it`, true), isByRule: true };
  const protection = await protectedBy(about, call);
  if (protection !== null) return ask(`${protection} is protected`, true);
  const allowed = await rules.allows(call);
  // It changes nothing, but an address can carry out what was read: somebody has to have agreed to the host.
  if (about.mode === "plan" && about.name === "WebFetch")
    return allowed === null ? ask("nobody has permitted it", false) : allow(`the rule ${allowed} allows it`);
  if (about.mode === "plan")
    return (await isReadingCall(about, call))
      ? allow("it only reads")
      : ask("plan mode changes nothing", true);
  if (allowed !== null) return allow(`the rule ${allowed} allows it`);
  return byMode(about, call);
}

async function byMode(about: PermissionCase, call: Line): Promise<Judgement> {
  if (about.mode === "bypassPermissions") return allow("permissions are bypassed");
  if (FREE.has(about.name)) return allow("it needs no permission");
  if (await isReadingCall(about, call)) return allow("it only reads, where the session works");
  if (about.mode === "acceptEdits" && (await isEditingCall(about, call))) return allow("edits are accepted");
  return ask("nobody has permitted it", false);
}

/** A call with what its mode is judged by. */
interface Line extends JudgedCall {
  /** Of Bash: its commands with the folders that they run in, or null when nobody knows. */
  readonly placed: readonly PlacedCommand[] | null;
  readonly reads: (command: PlainCommand) => boolean;
}

async function toJudged(
  about: PermissionCase,
  { rules, readPlain }: { readonly rules: Rules; readonly readPlain: PlainReader },
): Promise<Line> {
  const { name, input, cwd, projectDir, homeDir } = about;
  const known = Object.hasOwn(PATH_FIELDS, name) ? PATH_FIELDS[name] : undefined;
  const value = known && (input[known.field] ?? (known.changes ? undefined : "."));
  const commands = name === "Bash" ? readPlain(String(input.command)) : null;
  const placed = commands && placeCommands(commands, cwd);
  const files: { path: string; touches: "Read" | "Write" }[] = [];
  for (const each of placed ?? []) {
    const { touches } = each;
    if (touches !== null) files.push(...(await bothPlaces(each)).map((path) => ({ path, touches })));
  }
  const reads = (command: PlainCommand): boolean =>
    isReading(command) && !(rules.limitsReading && readsBelow(command));
  return {
    ...{ name, input, projectDir, homeDir, files, placed, reads },
    commands: placed && commands,
    path: typeof value === "string" ? absolutePath(value, about) : null,
    isHarmless: async (command) => reads(command) && isLineWithin([command], about, reads),
  };
}

/** The protected place that a call would change, as far as its input tells. */
async function protectedBy(about: PermissionCase, { path, placed }: Line): Promise<string | null> {
  if (path !== null && PATH_FIELDS[about.name]?.changes) return protectedPlace(path);
  if (about.name !== "Bash") return null;
  if (!placed) return protectedInText(about);
  for (const each of placed) {
    if (each.touches !== "Write") continue;
    for (const file of await bothPlaces(each)) {
      const place = (await protectedPlace(file)) ?? (each.command.hasGlob ? protectedByGlob(file) : null);
      if (place !== null) return place;
    }
    for (const tree of await bothPlaces(each, treesOf)) {
      const place = await protectedBelow(tree);
      if (place !== null) return place;
    }
  }
  return null;
}

/** The same of a line that is not plain. It needs somebody's word in any case, except where a mode or a rule lets all of Bash through. */
async function protectedInText({ input, cwd }: PermissionCase): Promise<string | null> {
  const readChanges = await loadChangeReader();
  for (const path of readChanges(String(input.command))) {
    const place = (await protectedPlace(resolve(cwd, path))) ?? protectedByGlob(path);
    if (place !== null) return place;
  }
  return null;
}

async function isReadingCall(about: PermissionCase, call: Line): Promise<boolean> {
  if (FREE.has(about.name)) return true;
  if (call.path !== null) return !PATH_FIELDS[about.name]?.changes && isWithin(call.path, about);
  return call.commands !== null && isLineWithin(call.commands, about, call.reads);
}

async function isEditingCall(about: PermissionCase, call: Line): Promise<boolean> {
  if (call.path !== null) return isWithin(call.path, about);
  const isOfKind = (command: PlainCommand): boolean => isEditing(command) || call.reads(command);
  return call.commands !== null && isLineWithin(call.commands, about, isOfKind);
}

async function isWithin(path: string, { workingDirs }: PermissionCase): Promise<boolean> {
  const reached = await reachedPath(path);
  for (const dir of workingDirs) if (isInside(await reachedPath(dir), reached)) return true;
  return false;
}

function allow(why: string): Judgement {
  return { behavior: "allow", why, isFirm: false, isByRule: false };
}

function ask(why: string, isFirm: boolean): Judgement {
  return { behavior: "ask", why, isFirm, isByRule: false };
}

function deny(why: string): Judgement {
  return { behavior: "deny", why, isFirm: true, isByRule: true };
}
