import { randomBytes } from "node:crypto";
import { firstLine } from "../../protocol/index.ts";
import { newGauge } from "../compaction/gauge.ts";
import { type Conversation, say } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import type { AgentPlace } from "../events.ts";
import { type Grants, noGrants } from "../grants.ts";
import { contextBlocks } from "../hook-texts.ts";
import { judgeNow } from "../judge-now.ts";
import type { TextBlock } from "../model/messages.ts";
import { isNamed } from "../permissions/rules.ts";
import { hooksOfAgent } from "../skills/begin-skill.ts";
import { type LoadedSkill, loadSkill } from "../skills/load-skill.ts";
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
  /** What it may do besides. Default: nothing. */
  readonly grants?: Grants;
  readonly signal: AbortSignal;
}

/** Model calls of a subagent whose definition says nothing, and the most that one of somebody else may say. */
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
  const { hooks, permissionMode, mayWiden } = definition;
  const removeHooks = hooks ? core.engine.addSource(hooksOfAgent(hooks, agentId)) : () => {};
  const skillHooks: Conversation["skillHooks"] = new Map();
  try {
    const conversation: Conversation = {
      agent,
      model: modelOf(task, parent.model),
      system: `${definition.prompt}\n\nThe working directory is ${core.state.cwd}.`,
      tools: toolsOf(core, definition),
      messages: [],
      seen: new Map(),
      gauge: newGauge(),
      transcript,
      grants: task.grants ?? noGrants(),
      skillHooks,
      mode: {
        ...(permissionMode ? { permissionMode } : {}),
        ...(mayWiden === undefined ? {} : { mayWiden }),
      },
      mainTranscriptPath: parent.mainTranscriptPath,
    };
    const { decision } = await fire(core, "SubagentStart", {}, { conversation, signal });
    const contexts = contextBlocks("SubagentStart", decision.contexts);
    const skills = await loadOwnSkills(core, conversation, definition, signal);
    await say(conversation, [...contexts, ...skills, { type: "text", text: prompt }], core.state.promptId);
    const maxTurns = maxTurnsOf(definition);
    return { agent, end: await runTurn(core, conversation, { signal, guard: newGuard(), maxTurns }) };
  } finally {
    removeHooks();
    for (const { remove } of skillHooks.values()) remove();
    await transcript.close();
  }
}

/** Skills that a subagent has from its beginning. One that there is not, or that is refused, is told, and the subagent starts without. */
async function loadOwnSkills(
  core: Core,
  conversation: Conversation,
  { name: agent, skills = [] }: AgentDefinition,
  signal: AbortSignal,
): Promise<readonly TextBlock[]> {
  const blocks: TextBlock[] = [];
  for (const name of skills) {
    const loaded = await loadOwnSkill(core, conversation, name, signal);
    if (loaded.type === "text") blocks.push(...loaded.blocks);
    else {
      const why = loaded.type === "refused" ? loaded.why : "it is none that gives a text";
      const text = `The subagent ${agent} starts without the skill ${firstLine(name, 60)}: ${why}`;
      core.emit({ type: "notice", level: "warning", text });
    }
  }
  return blocks;
}

/** A file names the skill and nobody calls it, so there is nobody to ask: what rules say of a call of it holds here as well. */
async function loadOwnSkill(
  core: Core,
  conversation: Conversation,
  name: string,
  signal: AbortSignal,
): Promise<LoadedSkill> {
  const skill = core.skills.find(name);
  if (!skill?.isForModel) return { type: "refused", why: "there is none for the model" };
  const { behavior, why } = await judgeNow(core, conversation, "Skill", { skill: name });
  if (behavior !== "allow") return { type: "refused", why };
  return loadSkill(core, conversation, skill, { args: "", signal });
}

/** What a project brings that nobody trusts chooses no model: the account of the user pays. */
function modelOf({ model, definition }: SubagentTask, own: string): string {
  const wanted = model ?? (definition.maySpend === false ? undefined : definition.model);
  return wanted === undefined || wanted === "inherit" ? own : wanted;
}

function maxTurnsOf({ maxTurns = DEFAULT_MAX_TURNS, maySpend }: AgentDefinition): number {
  return maySpend === false ? Math.min(maxTurns, DEFAULT_MAX_TURNS) : maxTurns;
}

/** A subagent starts no subagents: nothing would bound them. A name of an MCP server stands for all of its tools, as in rules. */
function toolsOf(core: Core, { tools, disallowedTools = [] }: AgentDefinition): Conversation["tools"] {
  const names = (list: readonly string[], name: string): boolean => list.some((each) => isNamed(each, name));
  return core.tools.filter(
    ({ definition: { name } }) =>
      name !== "Agent" && (tools === undefined || names(tools, name)) && !names(disallowedTools, name),
  );
}
