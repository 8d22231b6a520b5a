import { randomBytes } from "node:crypto";
import { type Conversation, say } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import type { AgentPlace } from "../events.ts";
import { contextBlocks } from "../hook-texts.ts";
import { newGuard } from "../stop-guard.ts";
import { transcriptPath } from "../transcript/session-files.ts";
import { openTranscript } from "../transcript/transcript.ts";
import { runTurn } from "../turn.ts";
import type { TurnEnd } from "../turn-state.ts";
import type { AgentDefinition } from "./definition.ts";

/** A subagent to run. */
export interface SubagentTask {
  readonly definition: AgentDefinition;
  readonly prompt: string;
  /** The call that starts it. */
  readonly toolUseId: string;
  readonly model?: string;
  readonly signal: AbortSignal;
}

/** Model calls of a subagent whose definition says nothing. */
const DEFAULT_MAX_TURNS = 100;

/** Runs a subagent with a conversation, a transcript and a Stop guard of its own. */
export async function runSubagent(
  core: Core,
  parent: Pick<Conversation, "mainTranscriptPath" | "model">,
  task: SubagentTask,
): Promise<{ readonly end: TurnEnd; readonly agent: AgentPlace }> {
  const { definition, prompt, toolUseId, signal } = task;
  const agentId = `a${randomBytes(8).toString("hex")}`;
  const agent: AgentPlace = { agentId, agentType: definition.name, toolUseId };
  const transcript = await openTranscript({
    path: transcriptPath(core.sessionsDir, core.id, agentId),
    sessionId: core.id,
    agentId,
    version: core.version,
    cwd: () => core.state.cwd,
    now: core.now,
  });
  try {
    const conversation: Conversation = {
      agent,
      model: modelOf(task, parent.model),
      system: `${definition.prompt}\n\nThe working directory is ${core.state.cwd}.`,
      tools: toolsOf(core, definition),
      messages: [],
      transcript,
      mainTranscriptPath: parent.mainTranscriptPath,
    };
    const { decision } = await fire(core, "SubagentStart", {}, { conversation, signal });
    const contexts = contextBlocks("SubagentStart", decision.contexts);
    await say(conversation, [...contexts, { type: "text", text: prompt }], core.state.promptId);
    const maxTurns = definition.maxTurns ?? DEFAULT_MAX_TURNS;
    return { agent, end: await runTurn(core, conversation, { signal, guard: newGuard(), maxTurns }) };
  } finally {
    await transcript.close();
  }
}

function modelOf({ model, definition }: SubagentTask, own: string): string {
  const wanted = model ?? definition.model;
  return wanted === undefined || wanted === "inherit" ? own : wanted;
}

/** A subagent starts no subagents: nothing would bound them. */
function toolsOf(core: Core, { tools, disallowedTools = [] }: AgentDefinition): Conversation["tools"] {
  return core.tools.filter(
    ({ definition: { name } }) =>
      name !== "Agent" && (tools === undefined || tools.includes(name)) && !disallowedTools.includes(name),
  );
}
