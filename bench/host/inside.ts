import { join } from "node:path";
import type { Conversation } from "../../packages/kedge/src/host/conversation.ts";
import type { Core } from "../../packages/kedge/src/host/core.ts";
import { createSdkClient } from "../../packages/kedge/src/host/model/sdk-client.ts";
import { openSession } from "../../packages/kedge/src/host/open-session.ts";
import type { SessionOptions } from "../../packages/kedge/src/host/options.ts";
import type { Grant } from "../../packages/kedge/src/host/permissions/grant.ts";
import { toolContext } from "../../packages/kedge/src/host/tools/context.ts";
import type { Tool, ToolContext } from "../../packages/kedge/src/host/tools/tool.ts";
import type { JsonObject } from "../../packages/kedge/src/protocol/index.ts";
import { createWorkspace, environment, type Workspace } from "../engine/workspace.ts";

/** A session from within, for what one part of it costs: the sources, since the build shows only whole sessions. */
export interface Inside extends AsyncDisposable {
  readonly core: Core;
  readonly main: Conversation;
  readonly projectDir: string;
  /** What a tool gets for a call that may run, in the sandbox if that is asked for. */
  contextFor(call?: { readonly grant?: Grant; readonly isConfined?: boolean }): Promise<ToolContext>;
}

/**
 * Opens a session in folders of its own that never asks a model. One that warns of anything is not measured.
 *
 * @param options.prepare makes the project, before the session is there
 * @param options.settings of the user
 */
export async function openInside(options: {
  readonly prepare?: (projectDir: string) => Promise<void> | void;
  readonly settings?: JsonObject;
  readonly session?: Partial<SessionOptions>;
}): Promise<Inside> {
  const workspace = createWorkspace();
  const { dir } = workspace;
  const projectDir = join(dir, "project");
  const warnings: string[] = [];
  try {
    await options.prepare?.(projectDir);
    workspace.write("home/.claude/settings.json", options.settings ?? {});
    const session = await openSession(
      {
        ...{ projectDir, homeDir: join(dir, "home"), stateDir: join(dir, "state"), env: environment },
        client: createSdkClient({ apiKey: "bench", baseUrl: "http://127.0.0.1:9" }),
        hooks: { managedDir: join(dir, "managed") },
        ...options.session,
        onEvent: (event) => {
          if (event.type === "notice" && event.level !== "info") warnings.push(event.text);
        },
      },
      () => {},
    );
    return toInside(session, { workspace, projectDir, warnings });
  } catch (error) {
    await workspace[Symbol.asyncDispose]();
    throw error;
  }
}

function toInside(
  { core, main, close }: Awaited<ReturnType<typeof openSession>>,
  about: {
    readonly workspace: Workspace;
    readonly projectDir: string;
    readonly warnings: readonly string[];
  },
): Inside {
  const { workspace, projectDir, warnings } = about;
  const { signal } = new AbortController();
  return {
    ...{ core, main, projectDir },
    contextFor: ({ grant, isConfined = false } = {}) =>
      toolContext(core, main, { toolUseId: "toolu_bench", signal, grant: grant ?? null, isConfined }),
    async [Symbol.asyncDispose]() {
      await close();
      await workspace[Symbol.asyncDispose]();
      if (warnings.length > 0)
        throw new Error(`Expected a session that warns of nothing, got ${warnings.join("\n")}`);
    },
  };
}

/** Runs a call, which must end well. */
export async function runOk(tool: Tool, input: JsonObject, context: ToolContext): Promise<void> {
  const outcome = await tool.run(input, context);
  if (!outcome.ok) throw new Error(`Expected ${tool.definition.name} to end well, got ${outcome.text}`);
}
