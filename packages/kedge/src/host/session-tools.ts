import { proxyVariables } from "../net/index.ts";
import { createAgentTool } from "./agents/agent-tool.ts";
import type { Core } from "./core.ts";
import type { LateSession } from "./late-session.ts";
import type { AskParts } from "./model/ask-model.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { createSkillTool } from "./skills/skill-tool.ts";
import { taskTools } from "./tasks/task-tools.ts";
import { bashTool, confinedBashTool } from "./tools/bash.ts";
import { editTool } from "./tools/edit.ts";
import { globTool } from "./tools/glob.ts";
import { grepTool } from "./tools/grep.ts";
import { readTool } from "./tools/read.ts";
import { bashOutputTool, killShellTool } from "./tools/shell-tools.ts";
import type { Tool } from "./tools/tool.ts";
import { createWebFetchTool } from "./tools/web-fetch.ts";
import { writeTool } from "./tools/write.ts";

/** Tools that only read. */
export const READING_TOOLS: readonly Tool[] = [readTool, globTool, grepTool];

/** What the tools of a session are made of. */
interface ToolParts extends Pick<Core, "agents" | "env" | "sandbox" | "settings" | "version"> {
  readonly asking: Omit<AskParts, "signal" | "onText" | "fallback">;
  /** Null where nothing reads the files of skills. */
  readonly skills: Core["skills"] | null;
  /** Gives the session when a call comes: its tools are made before it. */
  readonly session: () => LateSession;
}

/** The session's own tools, beside those of MCP servers. */
export async function createSessionTools(parts: ToolParts): Promise<readonly Tool[]> {
  const { agents, asking, env, sandbox, session, settings, skills, version } = parts;
  const webFetch = createWebFetchTool({
    ...{ asking, userAgent: `kedge/${version}`, proxyEnv: proxyVariables(env) },
    allowsLocal: async (host) => (await settings()).allowsLocalHost(host),
  });
  return [
    ...[
      await bashFor(sandbox),
      ...READING_TOOLS,
      editTool,
      writeTool,
      bashOutputTool,
      killShellTool,
      webFetch,
    ],
    createAgentTool(agents, session),
    ...taskTools,
    ...(skills ? [createSkillTool(skills, session)] : []),
  ];
}

async function bashFor(sandbox: Sandbox): Promise<Tool> {
  if ((await sandbox.status()).state !== "active") return bashTool;
  return confinedBashTool((await sandbox.rules()).allowsUnsandboxed === true);
}
