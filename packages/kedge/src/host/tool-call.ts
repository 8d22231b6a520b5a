import { createHash } from "node:crypto";
import type { Decision, JsonObject } from "../protocol/index.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { contextBlocks, reasonOf, reminder } from "./hook-texts.ts";
import type { PromptBlock, ToolUseBlock } from "./model/messages.ts";
import { instructionsFor } from "./nested-instructions.ts";
import { absolutePath } from "./paths.ts";
import type { Grant } from "./permissions/grant.ts";
import { INTERRUPTED, permit } from "./permit.ts";
import { checkInput } from "./tools/check-input.ts";
import { toolContext } from "./tools/context.ts";
import { replaceResponse } from "./tools/replace-response.ts";
import type { Tool, ToolOutcome } from "./tools/tool.ts";
import { leaveLostFolder, tellMove } from "./working-folder.ts";

/** How one call ended. */
export interface CallEnd {
  readonly call: ToolUseBlock;
  /** What goes to the model: the result first, then what handlers add. Empty for a call that is deferred. */
  readonly blocks: readonly PromptBlock[];
  /** What the tool got, or would have got. */
  readonly input: JsonObject;
  /** What the model gets as the result. */
  readonly text: string;
  /** A handler ends the loop. */
  readonly stops: boolean;
  readonly deferred: boolean;
  /** A handler ends the run. */
  readonly isInterrupt: boolean;
}

/** Handlers that hear of a call which an interrupt ended may take so long: somebody waits for the end of the turn. */
const AFTER_INTERRUPT_MS = 5_000;

/** What a call has to know of those around it. */
interface Around {
  readonly signal: AbortSignal;
  /** Settles when it is decided on every call before this one, so that a person may be asked about this one. */
  readonly turnToAsk: Promise<unknown>;
  /** Is called when it is decided whether this one runs. */
  readonly onDecided: () => void;
}

/**
 * Takes one call through PreToolUse, permissions, the tool itself, and PostToolUse or PostToolUseFailure. A call of no tool, or with an
 * input that its tool cannot take, meets no handler, nor does a line whose folder is gone. Rejects only where nobody can read what is
 * configured.
 */
export async function runToolCall(
  core: Core,
  conversation: Conversation,
  call: ToolUseBlock,
  { signal, turnToAsk, onDecided }: Around,
): Promise<CallEnd> {
  const tool = conversation.tools.find(({ definition }) => definition.name === call.name);
  if (!tool) return refused(call, `There is no tool ${call.name}. There are: ${toolNames(conversation)}`);
  const wrong = whatIsWrong(tool, call.input);
  if (wrong !== null) return refused(call, `${call.name}: ${wrong}`);
  if (signal.aborted) return refused(call, INTERRUPTED);
  const lost = call.name === "Bash" ? await leaveLostFolder(core, conversation, signal) : null;
  if (lost !== null) return refused(call, lost);

  const { decision } = await fire(
    core,
    "PreToolUse",
    { tool_name: call.name, tool_input: call.input, tool_use_id: call.id, ...serverOf(tool) },
    { conversation, signal, toolUseId: call.id, awaitsRewakes: core.isOneShot },
  );
  const contexts = contextBlocks(`PreToolUse:${call.name}`, decision.contexts);
  const stops = decision.stop !== undefined;
  if (decision.behavior === "deny") {
    const why = reasonOf(decision, "Blocked by hook");
    const endsLoop = stops || decision.effect === "ends_loop";
    return { ...refused(call, `PreToolUse:${call.name} hook error: ${why}`, contexts), stops: endsLoop };
  }
  // A handler that an interrupt ended has said nothing, and might have refused.
  if (signal.aborted) return refused(call, INTERRUPTED, contexts);
  if (decision.behavior === "defer" && core.asker === null)
    return { ...refused(call, ""), blocks: [], deferred: true };
  const input = decision.effects.updatedInput ?? call.input;
  const wrongUpdate = input === call.input ? null : whatIsWrong(tool, input);
  if (wrongUpdate !== null)
    return refused(
      call,
      `A PreToolUse hook for ${call.name} returned an updatedInput that is not usable: ${wrongUpdate}`,
      contexts,
    );

  const permission = await permit(core, conversation, { call, tool, input, decision, signal, turnToAsk });
  onDecided();
  if (permission.behavior === "deny")
    return { ...refused(call, permission.message, contexts), isInterrupt: permission.isInterrupt };
  if (signal.aborted) return refused(call, INTERRUPTED, contexts);
  const { input: permitted, grant, isConfined, folder } = permission;
  const end = await runPermitted(core, conversation, {
    ...{ call, tool, input: permitted, grant, isConfined, folder, signal },
  });
  // The stop of a PreToolUse handler lets the call run and ends the loop behind it (recorded).
  return { ...end, blocks: [...end.blocks, ...contexts], stops: end.stops || stops };
}

interface PermittedCall {
  readonly call: ToolUseBlock;
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly grant: Grant;
  readonly isConfined: boolean;
  /** That a line was judged in. */
  readonly folder: string | null;
  readonly signal: AbortSignal;
}

async function runPermitted(
  core: Core,
  conversation: Conversation,
  permitted: PermittedCall,
): Promise<CallEnd> {
  const { call, tool, input, grant, isConfined, folder, signal } = permitted;
  const { agent } = conversation;
  const place = agent ? { agent } : {};
  const inputDigest = createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 16);
  core.state.lastTool = { name: call.name, inputDigest };
  core.emit({ type: "tool_started", id: call.id, name: call.name, input, ...place });
  const began = performance.now();
  const { state } = core;
  const before = state.cwd;
  const context = await toolContext(core, conversation, { toolUseId: call.id, signal, grant, isConfined });
  // A line runs in the folder that it was judged in, or not at all, wherever the session is by now.
  const outcome = await runSafely(tool, input, folder === null ? context : { ...context, cwd: folder });
  const durationMs = Math.round(performance.now() - began);
  core.emit({ type: "tool_ended", id: call.id, name: call.name, isError: !outcome.ok, durationMs, ...place });
  if (state.cwd !== before) await tellMove(core, conversation, before, signal);
  await core.files.look();
  const fields = { tool_name: call.name, tool_input: input, tool_use_id: call.id, ...serverOf(tool) };
  if (!outcome.ok) return afterFailure(core, conversation, permitted, { outcome, fields, durationMs });
  const end = await afterSuccess(core, conversation, permitted, { outcome, fields, durationMs });
  const late = await lateInstructions(core, conversation, permitted);
  return { ...end, blocks: [...end.blocks, ...late] };
}

function lateInstructions(core: Core, conversation: Conversation, { call, input, signal }: PermittedCall) {
  const { file_path: path } = input;
  if (typeof path !== "string") return [];
  const file = absolutePath(path, { cwd: core.state.cwd, homeDir: core.homeDir });
  return instructionsFor(core, conversation, { toolName: call.name, file, signal });
}

interface Ran<Outcome extends ToolOutcome> {
  readonly outcome: Outcome;
  readonly fields: JsonObject;
  readonly durationMs: number;
}

async function afterSuccess(
  core: Core,
  conversation: Conversation,
  { call, tool, input, signal }: PermittedCall,
  { outcome, fields, durationMs }: Ran<Extract<ToolOutcome, { ok: true }>>,
): Promise<CallEnd> {
  const { decision } = await fire(
    core,
    "PostToolUse",
    { ...fields, tool_response: outcome.response, duration_ms: durationMs },
    { conversation, signal, toolUseId: call.id, awaitsRewakes: core.isOneShot },
  );
  const replaced = replaceResponse(tool, outcome, decision.effects);
  if (replaced.problem !== null) core.emit({ type: "notice", level: "warning", text: replaced.problem });
  return {
    ...ended(call, input, replaced.text, false),
    blocks: [
      result(call, replaced.text, false),
      ...(outcome.beside ?? []),
      ...afterTool("PostToolUse", call.name, decision),
    ],
    stops: decision.stop !== undefined || decision.effect === "ends_loop",
  };
}

async function afterFailure(
  core: Core,
  conversation: Conversation,
  { call, input, signal }: PermittedCall,
  { outcome, fields, durationMs }: Ran<Extract<ToolOutcome, { ok: false }>>,
): Promise<CallEnd> {
  const { text, isInterrupt = false } = outcome;
  const { decision } = await fire(
    core,
    "PostToolUseFailure",
    { ...fields, error: text, is_interrupt: isInterrupt, duration_ms: durationMs },
    {
      ...{ conversation, toolUseId: call.id, awaitsRewakes: core.isOneShot },
      signal: isInterrupt ? afterInterrupt(core) : signal,
    },
  );
  return {
    ...ended(call, input, text, true),
    blocks: [result(call, text, true), ...afterTool("PostToolUseFailure", call.name, decision)],
  };
}

/** Ends handlers in place of the turn's signal, which is aborted already and would let them hear nothing. */
function afterInterrupt({ state: { secondSignal } }: Core): AbortSignal {
  const limit = AbortSignal.timeout(AFTER_INTERRUPT_MS);
  return secondSignal ? AbortSignal.any([secondSignal, limit]) : limit;
}

/** What handlers say after a tool: their reasons and their context. */
function afterTool(event: string, toolName: string, decision: Decision): readonly PromptBlock[] {
  const label = `${event}:${toolName}`;
  return [
    ...decision.reasons.map(({ text }) => reminder(`${label} hook: ${text}`)),
    ...contextBlocks(label, decision.contexts),
  ];
}

/** A tool that throws has a mistake of ours in it; the session says so and goes on. */
async function runSafely(
  tool: Tool,
  input: JsonObject,
  context: Parameters<Tool["run"]>[1],
): Promise<ToolOutcome> {
  try {
    return await tool.run(input, context);
  } catch (error) {
    return { ok: false, text: `The tool failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Whose tool it is, where an MCP server has it. @source recorded inputs of Claude Code 2.1.329 */
function serverOf({ server }: Tool): JsonObject {
  return server ? { mcp_server: { ...server } } : {};
}

function whatIsWrong(tool: Tool, input: JsonObject): string | null {
  return checkInput(tool.definition, input) ?? tool.check?.(input) ?? null;
}

function refused(call: ToolUseBlock, why: string, more: readonly PromptBlock[] = []): CallEnd {
  return {
    call,
    blocks: [result(call, why, true), ...more],
    input: call.input,
    text: why,
    stops: false,
    deferred: false,
    isInterrupt: false,
  };
}

function ended(call: ToolUseBlock, input: JsonObject, text: string, isError: boolean): CallEnd {
  return {
    call,
    blocks: [result(call, text, isError)],
    input,
    text,
    stops: false,
    deferred: false,
    isInterrupt: false,
  };
}

function result(call: ToolUseBlock, content: string, isError: boolean): PromptBlock {
  return { type: "tool_result", tool_use_id: call.id, content, ...(isError ? { is_error: true } : {}) };
}

function toolNames({ tools }: Conversation): string {
  return tools.map(({ definition }) => definition.name).join(", ");
}
