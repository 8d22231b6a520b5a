import { type BackgroundOutcome, createEngine, type Engine, type McpCaller } from "../engine/index.ts";
import type { ChildProcesses } from "../platform/index.ts";
import { createHookAgents, createHookModel, type HookModelParts } from "./agents/hook-models.ts";
import { createChangeJudge } from "./config-change.ts";
import { judgeNow } from "./judge-now.ts";
import { begun, type Late } from "./late-session.ts";
import type { SessionOptions } from "./options.ts";
import { READING_TOOLS } from "./session-tools.ts";
import { toolContext } from "./tools/context.ts";

/** What the engine of a session is opened with besides the options of that. */
interface EngineOpening {
  readonly children: ChildProcesses;
  /** Calls the session's servers for handlers, unless the options bring a caller. */
  readonly mcp: McpCaller;
  /** How handlers ask a model. */
  readonly asking: HookModelParts;
  readonly onOutcome: (outcome: BackgroundOutcome) => void;
  readonly late: Late;
}

/** Makes the engine that runs a session's hooks, with the session's own model, servers and clock. */
export async function openEngine(options: SessionOptions, opening: EngineOpening): Promise<Engine> {
  const { projectDir, homeDir, stateDir, env = {}, version = "0" } = options;
  const { children, mcp, asking, onOutcome, late } = opening;
  const engine = await createEngine({
    ...{ projectDir, homeDir, stateDir, env, version, children, onBackground: onOutcome },
    ...options.hooks,
    ...(options.wakes ? { wakes: options.wakes } : {}),
    ...{ mcpConfigs: options.mcp?.configs ?? [], isMcpStrict: options.mcp?.isStrict ?? false },
    mcp: options.hooks?.mcp ?? mcp,
    clock: { now: asking.now },
    isAttended: options.asker !== undefined,
    onConfigChange: createChangeJudge(() => late.session),
    models: createHookModel(asking),
    agents: createHookAgents(asking, READING_TOOLS, (signal) => {
      const { core, main } = begun(late);
      return {
        model: core.model,
        async permit(name, input) {
          const { behavior, why, grant } = await judgeNow(core, main, name, input);
          if (behavior !== "allow") return `${name} is not permitted here: ${why}.`;
          const context = await toolContext(core, main, { toolUseId: "", signal, grant, isConfined: true });
          // What it looks at, the conversation has not seen.
          return { ...context, seen: new Map() };
        },
      };
    }),
  });
  for (const source of options.sources ?? []) engine.addSource(source);
  return engine;
}
