import type { JsonObject, PermissionMode } from "../../protocol/index.ts";
import { absolutePath, isInside, reachedPath } from "../paths.ts";
import type { CommandPlace } from "../sandbox/command-place.ts";
import type { Grant } from "./grant.ts";
import { type Guarded, guardedFile, guardedLine, guardedRepository } from "./guarded.ts";
import { isEditing, isReading, readsBelow } from "./known-commands.ts";
import { isLineWithin, type PlacedCommand, placeCommands } from "./lines.ts";
import { meantByLine, NO_MEANING } from "./meant-by-line.ts";
import type { PlainCommand, PlainReader } from "./plain-commands.ts";
import { doubtfulIn, type ProgramDoubts } from "./programs.ts";
import type { Looked, ProtectedPlaces } from "./protection.ts";
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
  /** It would change what only a person lets it change, whatever is asked besides. */
  readonly isGuarded: boolean;
  /** What the call may change once it is permitted. */
  readonly grant: Grant;
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
  /** Of Bash: where it would run. */
  readonly place: CommandPlace;
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
  ...["Agent", "BashOutput", "KillShell", "Skill", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet"],
]);

/** What a call is judged by. */
export interface JudgeParts {
  readonly rules: Rules;
  readonly readPlain: PlainReader;
  readonly places: ProtectedPlaces;
  readonly doubtful: ProgramDoubts;
}

/** Names of files on other machines: to ask for one would be to send something there. */
const REMOTE = process.platform === "win32" ? /^[\\/]{2}/ : /^(?:\\[\\/]|\/\\)/;

/**
 * Judges a call: rules that deny, then rules that ask, then protected paths, then rules that allow, then the mode.
 *
 * @source Claude Code permissions reference; recorded order of rules and modes. Protected paths hold in every mode (D6)
 */
export async function judgeCall(about: PermissionCase, parts: JudgeParts): Promise<Judgement> {
  const known = Object.hasOwn(PATH_FIELDS, about.name) ? PATH_FIELDS[about.name] : undefined;
  const given = known && about.input[known.field];
  // Nothing is looked up before that is known: the look itself would ask the other machine.
  if (typeof given === "string" && REMOTE.test(given))
    return withGrant(deny(`${given} is a path on another machine`), null, null);
  if (about.place.type === "refused") return withGrant(deny(about.place.why), null, null);
  const call = await toJudged(about, parts);
  const denied = await parts.rules.denies(call);
  if (denied !== null) return withGrant(deny(`the rule ${denied} denies it`), call.path, null);
  const guarded = await guardedBy(about, call, parts.places);
  const verdict = await weigh(about, { call, guarded, rules: parts.rules });
  return withGrant(verdict, call.path === null ? null : call.reached, guarded);
}

type Verdict = Omit<Judgement, "grant" | "isGuarded">;

function withGrant(verdict: Verdict, path: string | null, guarded: Guarded | null): Judgement {
  return { ...verdict, isGuarded: guarded !== null, grant: { path, place: guarded?.place ?? null } };
}

async function weigh(
  about: PermissionCase,
  { call, guarded, rules }: { readonly call: Line; readonly guarded: Guarded | null; readonly rules: Rules },
): Promise<Verdict> {
  const asked = await rules.asks(call);
  if (asked !== null) {
    // Who says yes has to know to what.
    const why = `the rule ${asked} asks about it${guarded ? `, and ${guarded.why}` : ""}`;
    return { ...ask(why, true), isByRule: true };
  }
  if (guarded !== null) return ask(guarded.why, true);
  const allowed = await rules.allows(call);
  // No mode, no reading command and no handler stands for the word of a rule or a person here.
  if (about.place.type === "leaves" && (allowed === null || about.mode === "plan"))
    return ask("it asks to run outside of the sandbox", true);
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

async function byMode(about: PermissionCase, call: Line): Promise<Verdict> {
  if (about.mode === "bypassPermissions") return allow("permissions are bypassed");
  if (FREE.has(about.name)) return allow("it needs no permission");
  if (await isReadingCall(about, call)) return allow("it only reads, where the session works");
  if (about.mode === "acceptEdits" && (await isEditingCall(about, call))) return allow("edits are accepted");
  if (isFreeInSandbox(about, call)) return allow("it runs in the sandbox");
  const [name] = call.doubtful;
  const doubt = name === undefined ? "" : `: by PATH, ${name} may be a program of the project`;
  return ask(`nobody has permitted it${doubt}`, false);
}

/**
 * Whether the sandbox stands for a permission. Only of a line that was taken apart: of any other nobody knows which rules it would have met,
 * and what it would leave behind in places that the sandbox cannot hold.
 */
function isFreeInSandbox({ place, mode }: PermissionCase, { placed }: Line): boolean {
  const isMode = mode === "default" || mode === "acceptEdits";
  return isMode && placed !== null && place.type === "confined" && place.needsNobody;
}

/** A call with what its mode is judged by. */
interface Line extends JudgedCall {
  /** Of Bash: its commands with the folders that they run in, or null when nobody knows. */
  readonly placed: readonly PlacedCommand[] | null;
  readonly reads: (command: PlainCommand) => boolean;
  readonly edits: (command: PlainCommand) => boolean;
  /** Names of its commands that say nothing of what would run. */
  readonly doubtful: ReadonlySet<string>;
  readonly place: Looked["place"];
}

async function toJudged(about: PermissionCase, parts: JudgeParts): Promise<Line> {
  const { rules, readPlain, places } = parts;
  const { name, input, cwd, projectDir, homeDir, workingDirs } = about;
  const known = Object.hasOwn(PATH_FIELDS, name) ? PATH_FIELDS[name] : undefined;
  const value = known && (input[known.field] ?? (known.changes ? undefined : "."));
  const path = typeof value === "string" ? absolutePath(value, about) : null;
  const commands = name === "Bash" ? readPlain(String(input.command)) : null;
  const placed = commands && placeCommands(commands, cwd);
  const isLine = name === "Bash" && rules.mayRefuse;
  const doubtful = await doubtfulIn(placed ?? [], parts.doubtful);
  const isKnown = ({ words: [program = ""] }: PlainCommand): boolean => !doubtful.has(program);
  const reads = (command: PlainCommand): boolean =>
    isReading(command) && isKnown(command) && !(rules.limitsReading && readsBelow(command));
  const edits = (command: PlainCommand): boolean => isEditing(command) && isKnown(command);
  return {
    ...{ name, input, projectDir, homeDir, workingDirs, placed, reads, edits, doubtful },
    meaning: isLine ? await meantByLine(String(input.command), { placed, cwd, wanted: rules }) : NO_MEANING,
    commands: placed && commands,
    path,
    // Looked at once: what rules, mode and protection say is all said of the same place, whoever swaps a folder meanwhile.
    ...(path === null ? { reached: null, place: null } : await places.look(path)),
    isHarmless: async (command) => reads(command) && isLineWithin([command], about, reads),
  };
}

/** What a call would change that needs a person's word, as far as its input tells. */
async function guardedBy(
  about: PermissionCase,
  { path, reached, place, placed }: Line,
  places: ProtectedPlaces,
): Promise<Guarded | null> {
  if (path !== null && reached !== null && PATH_FIELDS[about.name]?.changes)
    return (await guardedFile(path, { reached, place }, about)) ?? (await guardedRepository(reached, places));
  return about.name === "Bash" ? guardedLine(about.input, placed, { ...about, places }) : null;
}

async function isReadingCall(about: PermissionCase, call: Line): Promise<boolean> {
  if (FREE.has(about.name)) return true;
  if (call.path !== null) return !PATH_FIELDS[about.name]?.changes && isWithin(call.reached, about);
  return call.commands !== null && isLineWithin(call.commands, about, call.reads);
}

async function isEditingCall(about: PermissionCase, call: Line): Promise<boolean> {
  if (call.path !== null) return isWithin(call.reached, about);
  const isOfKind = (command: PlainCommand): boolean => call.edits(command) || call.reads(command);
  return call.commands !== null && isLineWithin(call.commands, about, isOfKind);
}

async function isWithin(reached: string | null, { workingDirs }: PermissionCase): Promise<boolean> {
  if (reached === null) return false;
  for (const dir of workingDirs) if (isInside(await reachedPath(dir), reached)) return true;
  return false;
}

function allow(why: string): Verdict {
  return { behavior: "allow", why, isFirm: false, isByRule: false };
}

function ask(why: string, isFirm: boolean): Verdict {
  return { behavior: "ask", why, isFirm, isByRule: false };
}

function deny(why: string): Verdict {
  return { behavior: "deny", why, isFirm: true, isByRule: true };
}
