import { boundedList } from "../bounded-list.ts";
import type { LateSession } from "../late-session.ts";
import { refuse, type Tool } from "../tools/tool.ts";
import type { AgentDefinition } from "./definition.ts";
import { runSubagent } from "./run-subagent.ts";
import { whatIsUndone } from "./what-is-undone.ts";

/**
 * The tool that starts subagents.
 *
 * @param session gives the session when a call comes: the tool is a part of it, and is made before it
 */
export function createAgentTool(agents: readonly AgentDefinition[], session: () => LateSession): Tool {
  const list = boundedList(agents);
  return {
    definition: {
      name: "Agent",
      description: `Starts a subagent with a context of its own, and gives its last message. Several calls in one answer run at once. Kinds:\n${list}`,
      input_schema: {
        type: "object",
        properties: {
          description: { type: "string", description: "The task in three to five words." },
          prompt: { type: "string", description: "The whole task: the subagent sees nothing else." },
          subagent_type: { type: "string", description: "Kind of the subagent. Default general-purpose." },
          model: { type: "string", description: "Another model than the session's." },
        },
        required: ["prompt"],
      },
    },
    isParallel: true,
    async run(input, { toolUseId, signal }) {
      const type = String(input.subagent_type ?? "general-purpose");
      const definition = agents.find(({ name }) => name === type);
      if (!definition)
        return refuse(
          `There is no kind of subagent "${type}". There are: ${agents.map(({ name }) => name).join(", ")}.`,
        );
      const { core, main } = session();
      const began = performance.now();
      const prompt = String(input.prompt);
      const own = typeof input.model === "string" ? { model: input.model } : {};
      const { agent, end } = await runSubagent(core, main, { definition, prompt, toolUseId, signal, ...own });
      const undone = whatIsUndone(end);
      if (undone) return undone;
      const text = end.text === "" ? "(the subagent said nothing)" : end.text;
      return {
        ok: true,
        text,
        response: {
          status: "completed",
          prompt,
          agentId: agent.agentId,
          agentType: agent.agentType,
          content: [{ type: "text", text }],
          totalDurationMs: Math.round(performance.now() - began),
          usage: end.usage,
        },
      };
    },
  };
}
