import type { Decision, JsonObject } from "../protocol/index.ts";
import { PERMISSION_MODES, type PermissionMode, parseRule } from "../protocol/index.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { addDirectory } from "./directories.ts";
import { isHostError } from "./errors.ts";
import { reasonOf } from "./hook-texts.ts";
import type { ToolUseBlock } from "./model/messages.ts";
import { absolutePath } from "./paths.ts";
import type { Grant } from "./permissions/grant.ts";
import { type Judgement, judgeCall } from "./permissions/judge.ts";
import { loadPlainReader } from "./permissions/plain-commands.ts";
import { addRules, updateRules } from "./permissions/session-rules.ts";
import { suggestRule } from "./permissions/suggest-rule.ts";
import { type CommandPlace, confined, OUTSIDE, placeOf } from "./sandbox/command-place.ts";
import { checkInput } from "./tools/check-input.ts";
import { protectedPlaces, workingDirs } from "./tools/context.ts";
import type { Tool } from "./tools/tool.ts";

/** Whether a call may run, and with what. */
export type Permission =
  | {
      readonly behavior: "allow";
      readonly input: JsonObject;
      /** It runs in the sandbox. */
      readonly isConfined: boolean;
    }
  | { readonly behavior: "deny"; readonly message: string; readonly isInterrupt: boolean };

/** A call that PreToolUse handlers let pass, or had nothing to say to. */
interface Asked {
  readonly call: ToolUseBlock;
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly decision: Decision;
  readonly signal: AbortSignal;
  /** Settles when a person may be asked about this call. */
  readonly turnToAsk: Promise<unknown>;
}

/** Modes in which PermissionRequest handlers are asked. @source recorded behaviour of Claude Code 2.1.329 */
const ASKING: ReadonlySet<PermissionMode> = new Set(["default", "acceptEdits", "plan", "auto"]);

/**
 * Decides whether a call runs: rules, protected paths and mode first, then PermissionRequest handlers, then the person, if one is there.
 * Where nobody can be asked, a call that nobody permitted is refused.
 *
 * @source Claude Code hooks reference, "PreToolUse decision control" and "PermissionRequest"
 */
export async function permit(core: Core, conversation: Conversation, asked: Asked): Promise<Permission> {
  const { call, input, decision } = asked;
  const judgement = await judge(core, call.name, input);
  tellWish(core, judgement.place);
  if (judgement.behavior === "deny")
    return refuse(core, asked, `Permission to use ${call.name} was denied: ${judgement.why}.`);
  if (decision.behavior === "ask")
    return askPerson(core, asked, {
      ...judgement,
      why: judgement.isByRule
        ? judgement.why
        : reasonOf(decision, `A hook asks for confirmation of ${call.name}.`),
    });
  if (judgement.behavior === "allow") return allow(input, judgement);
  // A handler's permission stands for the person's, except where a rule, a protected path or plan mode wants that person's own.
  if (decision.behavior === "allow" && !judgement.isFirm) return allow(input, judgement);
  if (!ASKING.has(core.state.mode)) return refuseByMode(core, conversation, asked, judgement);
  return (
    (await askHandlers(core, conversation, asked, judgement)) ??
    askPersonOrRefuse(core, conversation, asked, judgement)
  );
}

/** A judgement, and where the call would run. */
interface PlacedJudgement extends Judgement {
  readonly place: CommandPlace;
}

function allow(input: JsonObject, { place }: PlacedJudgement): Permission {
  return { behavior: "allow", input, isConfined: place.type === "confined" };
}

async function judge(core: Core, name: string, input: JsonObject): Promise<PlacedJudgement> {
  const place = name === "Bash" ? await placeOf(core.sandbox, input, await loadPlainReader()) : OUTSIDE;
  const judgement = await judgeAt(core, { name, input, place });
  const canBeAsked = core.asker !== null && ASKING.has(core.state.mode);
  if (place.type !== "leaves" || judgement.behavior !== "ask" || canBeAsked) return judgement;
  // No rule lets it out, and no person can: it runs inside, as it would without the wish.
  const { autoAllows } = await core.sandbox.rules();
  return judgeAt(core, { name, input, place: confined(autoAllows, true) });
}

/** A wish of the model that was not granted is seen: it may be the first sign that something is wrong. */
function tellWish({ emit }: Core, place: CommandPlace): void {
  if (place.type === "confined" && place.wishedOut)
    emit({
      type: "notice",
      level: "warning",
      text: "The model asked for a command to run outside of the sandbox (dangerouslyDisableSandbox). It runs inside, since neither settings nor a person let it out.",
    });
}

async function judgeAt(
  core: Core,
  { name, input, place }: { readonly name: string; readonly input: JsonObject; readonly place: CommandPlace },
): Promise<PlacedJudgement> {
  const { state, projectDir, homeDir } = core;
  const settings = await core.settings();
  const { rules: granted } = conversation.grants;
  const rules = granted.length === 0 ? settings.rules : await settings.rulesWith(granted);
  const about = {
    name,
    input,
    mode: modeIn(core, conversation),
    cwd: state.cwd,
    projectDir,
    homeDir,
    workingDirs: workingDirs(core),
    place,
  };
  return { ...(await judgeCall(about, { rules, readPlain: await loadPlainReader() })), place };
}

/** What PermissionRequest handlers say; null when they say nothing. An input that they change is judged again. */
async function askHandlers(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  judgement: PlacedJudgement,
): Promise<Permission | null> {
  const { call, tool, input, signal } = asked;
  const suggestions = [{ type: "setMode", mode: "acceptEdits", destination: "session" }];
  const { decision } = await fire(
    core,
    "PermissionRequest",
    { tool_name: call.name, tool_input: input, permission_suggestions: suggestions },
    { conversation, signal, toolUseId: call.id, awaitsRewakes: core.isOneShot },
  );
  if (decision.behavior === "deny") {
    const isInterrupt = decision.effects.interrupt === true;
    return { ...refuse(core, asked, reasonOf(decision, "Permission denied by hook")), isInterrupt };
  }
  if (decision.behavior !== "allow") return null;
  await applyUpdates(core, conversation, decision.effects.updatedPermissions ?? []);
  const { updatedInput } = decision.effects;
  if (updatedInput === undefined) return allow(input, judgement);
  const wrong = checkInput(tool.definition, updatedInput) ?? tool.check?.(updatedInput) ?? null;
  const again = await judge(core, conversation, call.name, updatedInput);
  if (wrong !== null || again.behavior === "deny")
    return refuse(
      core,
      asked,
      `A PermissionRequest hook changed the call to one that is not allowed: ${wrong ?? again.why}.`,
    );
  return allow(updatedInput, again);
}

function isSamePlace(one: Grant, other: Grant): boolean {
  return one.path === other.path && one.place === other.place;
}

/** Places of updates that are settings files. */
const WRITTEN: ReadonlySet<unknown> = new Set(["localSettings", "projectSettings", "userSettings"]);

/**
 * Changes of permissions. All of them last for the session, wherever they are destined: settings files are protected, and what holds for
 * every session to come is a person's to write (the recorded agent writes `localSettings` at once).
 */
function applyUpdates(core: Core, updates: readonly JsonObject[]): void {
  const { state, emit } = core;
  for (const update of updates) {
    const { type, mode, directories, destination } = update;
    const rules = updateRules(state.sessionRules, update);
    // A handler does not switch permissions off.
    const isMode = PERMISSION_MODES.some((each) => each === mode) && mode !== "bypassPermissions";
    if (type === "setMode" && isMode) state.mode = mode as PermissionMode;
    else if (rules !== null) state.sessionRules = rules;
    else if (type === "addDirectories" && Array.isArray(directories)) addDirectories(core, directories);
    else if (type === "removeDirectories" && Array.isArray(directories)) removeDirectories(core, directories);
    else {
      const text = `A PermissionRequest hook asked for ${String(type)}, which is not done.`;
      emit({ type: "notice", level: "warning", text });
      continue;
    }
    if (WRITTEN.has(destination)) {
      const text = `A PermissionRequest hook asked for ${String(type)} in ${String(destination)}: it is done for this session, and written to no file.`;
      emit({ type: "notice", level: "info", text });
    }
  }
}

async function addAll(
  core: Core,
  conversation: Conversation,
  directories: readonly unknown[],
): Promise<void> {
  for (const path of directories) {
    if (typeof path !== "string" || path === "") continue;
    try {
      await addDirectory(core, conversation, { path, source: "permission_request" });
    } catch (error) {
      if (!isHostError(error)) throw error;
      core.emit({ type: "notice", level: "warning", text: `A PermissionRequest hook: ${error.message}` });
    }
  }
}

function removeDirectories({ state, projectDir, homeDir }: Core, directories: readonly unknown[]): void {
  for (const each of directories) {
    const at = state.addedDirs.indexOf(absolutePath(String(each), { cwd: projectDir, homeDir }));
    if (at >= 0) state.addedDirs.splice(at, 1);
  }
}

async function askPersonOrRefuse(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  judgement: PlacedJudgement,
): Promise<Permission> {
  const { call, input, signal } = asked;
  if (core.asker === null) return refuseByMode(core, conversation, asked, judgement);
  await asked.turnToAsk;
  // What the person said to a call before may answer for this one.
  const again = await judge(core, call.name, input);
  if (again.behavior === "allow") return allow(input, again);
  await fire(
    core,
    "Notification",
    { message: `${call.name} needs your permission`, notification_type: "permission_prompt" },
    { conversation, signal },
  );
  return askPerson(core, asked, again);
}

/** Asks the person; refuses where there is none. */
async function askPerson(core: Core, asked: Asked, judgement: PlacedJudgement): Promise<Permission> {
  const { call, input, signal } = asked;
  const { why } = judgement;
  if (core.asker === null) return refuse(core, asked, why);
  await asked.turnToAsk;
  // No rule that allows lifts protection, so none is offered.
  const rule = isGuarded ? null : suggestRule(call.name, input);
  const answer = await core.asker.ask(
    { toolName: call.name, toolInput: input, why, ...(rule ? { rule } : {}) },
    signal,
  );
  if (answer.behavior === "deny")
    return refuse(core, asked, answer.message ?? "The user does not want this call.");
  const remembered = answer.remembers && rule !== null ? parseRule(rule) : null;
  // What was said to a call that leaves the sandbox is no word about every other.
  if (remembered && judgement.place.type !== "leaves") core.state.sessionRules.push(remembered);
  return allow(input, judgement);
}

/** The mode itself refuses, or nobody is there to be asked. */
async function refuseByMode(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  { why }: Judgement,
): Promise<Permission> {
  const { call, input, signal } = asked;
  const mode = modeIn(core, conversation);
  const reason = `${call.name} needs a permission: ${why}, and nobody can be asked${mode === "default" ? "" : ` in mode ${mode}`}.`;
  if (mode !== "dontAsk" && mode !== "auto") return refuse(core, asked, reason);
  const { decision } = await fire(
    core,
    "PermissionDenied",
    { tool_name: call.name, tool_input: input, tool_use_id: call.id, reason: why },
    { conversation, signal, toolUseId: call.id },
  );
  return refuse(
    core,
    asked,
    decision.effects.retry === true ? `${reason} A hook says that another attempt may be made.` : reason,
  );
}

function refuse(
  core: Core,
  { call, input }: Asked,
  message: string,
): Extract<Permission, { behavior: "deny" }> {
  core.state.denials.push({ toolName: call.name, toolUseId: call.id, toolInput: input });
  return { behavior: "deny", message, isInterrupt: false };
}
