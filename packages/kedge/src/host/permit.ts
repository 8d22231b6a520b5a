import type { Decision, JsonObject } from "../protocol/index.ts";
import { isJsonObject, PERMISSION_MODES, type PermissionMode, parseRule } from "../protocol/index.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { addDirectory } from "./directories.ts";
import { isHostError } from "./errors.ts";
import { reasonOf } from "./hook-texts.ts";
import type { ToolUseBlock } from "./model/messages.ts";
import { type Judgement, judgeCall } from "./permissions/judge.ts";
import { loadPlainReader } from "./permissions/plain-commands.ts";
import { suggestRule } from "./permissions/suggest-rule.ts";
import { checkInput } from "./tools/check-input.ts";
import { workingDirs } from "./tools/context.ts";
import type { Tool } from "./tools/tool.ts";

/** Whether a call may run, and with what. */
export type Permission =
  | { readonly behavior: "allow"; readonly input: JsonObject }
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
  const judgement = await judge(core, conversation, call.name, input);
  if (judgement.behavior === "deny")
    return refuse(core, asked, `Permission to use ${call.name} was denied: ${judgement.why}.`);
  if (decision.behavior === "ask")
    return askPerson(
      core,
      asked,
      judgement.isByRule
        ? judgement.why
        : reasonOf(decision, `A hook asks for confirmation of ${call.name}.`),
    );
  if (judgement.behavior === "allow") return { behavior: "allow", input };
  // A handler's permission stands for the person's, except where a rule, a protected path or plan mode wants that person's own.
  if (decision.behavior === "allow" && !judgement.isFirm) return { behavior: "allow", input };
  if (!ASKING.has(modeIn(core, conversation))) return refuseByMode(core, conversation, asked, judgement);
  return (
    (await askHandlers(core, conversation, asked)) ?? askPersonOrRefuse(core, conversation, asked, judgement)
  );
}

/** What rules and mode say of a call now. */
export async function judge(core: Core, name: string, input: JsonObject): Promise<Judgement> {
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
  };
  return judgeCall(about, { rules, readPlain: await loadPlainReader() });
}

/** What PermissionRequest handlers say; null when they say nothing. An input that they change is judged again. */
async function askHandlers(core: Core, conversation: Conversation, asked: Asked): Promise<Permission | null> {
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
  if (updatedInput === undefined) return { behavior: "allow", input };
  const wrong = checkInput(tool.definition, updatedInput) ?? tool.check?.(updatedInput) ?? null;
  const again = await judge(core, conversation, call.name, updatedInput);
  if (wrong !== null || again.behavior === "deny")
    return refuse(
      core,
      asked,
      `A PermissionRequest hook changed the call to one that is not allowed: ${wrong ?? again.why}.`,
    );
  return { behavior: "allow", input: updatedInput };
}

/** Changes of permissions that last for the session. What would be written to settings files needs a person. */
async function applyUpdates(
  core: Core,
  conversation: Conversation,
  updates: readonly JsonObject[],
): Promise<void> {
  const { state, emit } = core;
  for (const update of updates) {
    const { type, mode, rules, directories, behavior } = update;
    // A handler does not switch permissions off.
    const isMode = PERMISSION_MODES.some((each) => each === mode) && mode !== "bypassPermissions";
    if (type === "setMode" && isMode) state.mode = mode as PermissionMode;
    else if (type === "addRules" && behavior === "allow" && Array.isArray(rules))
      state.sessionRules.push(...rules.flatMap(toRule));
    else if (type === "addDirectories" && Array.isArray(directories))
      await addAll(core, conversation, directories);
    else
      emit({
        type: "notice",
        level: "warning",
        text: `A PermissionRequest hook asked for ${String(type)}, which is not done.`,
      });
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

function toRule(value: unknown) {
  if (!isJsonObject(value) || typeof value.toolName !== "string") return [];
  const content = typeof value.ruleContent === "string" ? `(${value.ruleContent})` : "";
  return parseRule(`${value.toolName}${content}`) ?? [];
}

async function askPersonOrRefuse(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  judgement: Judgement,
): Promise<Permission> {
  const { call, input, signal } = asked;
  if (core.asker === null) return refuseByMode(core, conversation, asked, judgement);
  await asked.turnToAsk;
  // What the person said to a call before may answer for this one.
  const again = await judge(core, conversation, call.name, input);
  if (again.behavior === "allow") return { behavior: "allow", input };
  await fire(
    core,
    "Notification",
    { message: `${call.name} needs your permission`, notification_type: "permission_prompt" },
    { conversation, signal },
  );
  return askPerson(core, asked, judgement.why);
}

/** Asks the person; refuses where there is none. */
async function askPerson(core: Core, asked: Asked, why: string): Promise<Permission> {
  const { call, input, signal } = asked;
  if (core.asker === null) return refuse(core, asked, why);
  await asked.turnToAsk;
  const rule = suggestRule(call.name, input);
  const answer = await core.asker.ask(
    { toolName: call.name, toolInput: input, why, ...(rule ? { rule } : {}) },
    signal,
  );
  if (answer.behavior === "deny")
    return refuse(core, asked, answer.message ?? "The user does not want this call.");
  const remembered = answer.remembers && rule !== null ? parseRule(rule) : null;
  if (remembered) core.state.sessionRules.push(remembered);
  return { behavior: "allow", input };
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
