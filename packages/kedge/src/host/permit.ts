import type { Decision, JsonObject } from "../protocol/index.ts";
import { parseRule } from "../protocol/index.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire, modeIn } from "./core.ts";
import { reasonOf } from "./hook-texts.ts";
import { ASKING, judgeNow, type PlacedJudgement } from "./judge-now.ts";
import type { ToolUseBlock } from "./model/messages.ts";
import { applyUpdates } from "./permission-updates.ts";
import type { Grant } from "./permissions/grant.ts";
import type { Judgement } from "./permissions/judge.ts";
import { addRules } from "./permissions/session-rules.ts";
import { suggestRule } from "./permissions/suggest-rule.ts";
import { checkInput } from "./tools/check-input.ts";
import type { Tool } from "./tools/tool.ts";
import { beforeAbort } from "./when-aborted.ts";

/** Whether a call may run, and with what. */
export type Permission =
  | {
      readonly behavior: "allow";
      readonly input: JsonObject;
      readonly grant: Grant;
      /** It runs in the sandbox. */
      readonly isConfined: boolean;
      /** That a line was judged in. */
      readonly folder: string | null;
    }
  | { readonly behavior: "deny"; readonly message: string; readonly isInterrupt: boolean };

/** What is said of a call that an interrupt overtook. */
export const INTERRUPTED = "The turn was interrupted before this call.";

/** Nobody said anything to the call, so it is no denial of theirs. */
const UNASKED: Permission = { behavior: "deny", message: INTERRUPTED, isInterrupt: false };

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

/**
 * Decides whether a call runs: rules, protected paths and mode first, then PermissionRequest handlers, then the person, if one is there.
 * Where nobody can be asked, a call that nobody permitted is refused.
 *
 * @source Claude Code hooks reference, "PreToolUse decision control" and "PermissionRequest"
 */
export async function permit(core: Core, conversation: Conversation, asked: Asked): Promise<Permission> {
  const { call, input, decision } = asked;
  const judgement = await judgeNow(core, conversation, call.name, input);
  tellWish(core, judgement.place);
  if (judgement.behavior === "deny")
    return refuse(core, asked, `Permission to use ${call.name} was denied: ${judgement.why}.`);
  if (decision.behavior === "ask")
    return askPerson(core, conversation, asked, {
      ...judgement,
      why: whyAsked(judgement, reasonOf(decision, `A hook asks for confirmation of ${call.name}.`)),
    });
  if (judgement.behavior === "allow") return allow(input, judgement);
  // A handler's permission stands for the person's, except where a rule, a protected path or plan mode wants that person's own.
  if (decision.behavior === "allow" && !judgement.isFirm) return allow(input, judgement);
  const mode = modeIn(core, conversation);
  if (mode === "dontAsk") return refuseByMode(core, conversation, asked, judgement);
  // Out of the sandbox only a rule or a person lets a command: no hook, which may be a project's.
  const asksHandlers = ASKING.has(mode) && judgement.place.type !== "leaves";
  const answer = asksHandlers ? await askHandlers(core, conversation, asked, judgement) : null;
  return answer ?? askPersonOrRefuse(core, conversation, asked, judgement);
}

/** What a person is told: the words of the rule, or of the handler, and always that something protected is meant. */
function whyAsked({ isByRule, isGuarded, why }: Judgement, reason: string): string {
  if (isByRule) return why;
  return isGuarded ? `${reason} (${why})` : reason;
}

function allow(input: JsonObject, { grant, place, folder }: PlacedJudgement): Permission {
  return { behavior: "allow", input, grant, isConfined: place.type === "confined", folder };
}

/** A wish of the model that was not granted is seen: it may be the first sign that something is wrong. */
function tellWish({ emit }: Core, place: PlacedJudgement["place"]): void {
  if (place.type === "confined" && place.wishedOut)
    emit({
      type: "notice",
      level: "warning",
      text: "The model asked for a command to run outside of the sandbox (dangerouslyDisableSandbox). It runs inside, since neither settings nor a person let it out.",
    });
}

/**
 * What PermissionRequest handlers say; null when they say nothing. An input that they change is judged again: their word counts for what
 * they were asked about, and not for a protected place that they themselves lead to.
 */
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
  const again = await judgeNow(core, conversation, call.name, updatedInput);
  if (wrong !== null || again.behavior === "deny")
    return refuse(
      core,
      asked,
      `A PermissionRequest hook changed the call to one that is not allowed: ${wrong ?? again.why}.`,
    );
  // Of a line nobody knows the file that it is about: with another text it is another one.
  const isSameLine = again.grant.path !== null || updatedInput.command === input.command;
  const isMeant = judgement.isGuarded && isSamePlace(again.grant, judgement.grant) && isSameLine;
  if (again.isGuarded && !isMeant)
    return askPersonOrRefuse(core, conversation, { ...asked, input: updatedInput }, again);
  return allow(updatedInput, again);
}

function isSamePlace(one: Grant, other: Grant): boolean {
  return one.path === other.path && one.place === other.place;
}

async function askPersonOrRefuse(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  judgement: PlacedJudgement,
): Promise<Permission> {
  const { call, input } = asked;
  if (core.asker === null) return refuseByMode(core, conversation, asked, judgement);
  await asked.turnToAsk;
  // What the person said to a call before may answer for this one.
  const again = await judgeNow(core, conversation, call.name, input);
  if (again.behavior === "allow") return allow(input, again);
  if (again.behavior === "deny")
    return refuse(core, asked, `Permission to use ${call.name} was denied: ${again.why}.`);
  return askPerson(core, conversation, asked, again);
}

/** Asks the person, and tells that somebody is waited for; refuses where there is none. */
async function askPerson(
  core: Core,
  conversation: Conversation,
  asked: Asked,
  judgement: PlacedJudgement,
): Promise<Permission> {
  const { call, input, signal } = asked;
  const { why, isGuarded } = judgement;
  if (core.asker === null) return refuse(core, asked, why);
  await asked.turnToAsk;
  await fire(
    core,
    "Notification",
    { message: `${call.name} needs your permission`, notification_type: "permission_prompt" },
    { conversation, signal },
  );
  // An asker that is given a signal which is aborted already waits for its person.
  if (signal.aborted) return UNASKED;
  // No rule that allows lifts protection, so none is offered.
  const rule = isGuarded ? null : suggestRule(call.name, input);
  const question = { toolName: call.name, toolInput: input, why, ...(rule ? { rule } : {}) };
  const answer = await beforeAbort(core.asker.ask(question, signal), signal);
  if (answer === null || signal.aborted) return UNASKED;
  if (answer.behavior === "deny")
    return refuse(core, asked, answer.message ?? "The user does not want this call.");
  const remembered = answer.remembers && rule !== null ? parseRule(rule) : null;
  // What was said to a call that leaves the sandbox is no word about every other.
  if (remembered && judgement.place.type !== "leaves")
    core.state.sessionRules = addRules(core.state.sessionRules, "allow", [remembered]);
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
