import { isAbsolute } from "node:path";
import type { ChildProcesses } from "../platform/index.ts";
import type { Handler, JsonObject } from "../protocol/index.ts";
import type { Configuration } from "./configuration.ts";
import { type EnvironmentParts, handlerEnvironment } from "./environment.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import type { DispatchOptions, EngineOptions } from "./options.ts";
import { runAgent } from "./run-agent.ts";
import { runCommand } from "./run-command.ts";
import { runFunction } from "./run-function.ts";
import type { HttpPolicy } from "./run-http.ts";
import { runMcpTool } from "./run-mcp-tool.ts";
import { runPrompt } from "./run-prompt.ts";
import type { Source, SourceKind } from "./source.ts";

/** What running a handler needs of the engine. */
export interface Runtime {
  readonly options: EngineOptions;
  readonly children: ChildProcesses;
  readonly configuration: Configuration;
  /** Of the agent's own environment. */
  readonly inherited: Readonly<Record<string, string>>;
  /** Aborted when the engine closes. */
  readonly ending: AbortSignal;
}

/** What running a handler needs of its dispatch. */
export interface Occasion {
  readonly run: HandlerRun;
  readonly source: Source;
  readonly dispatch: DispatchOptions;
}

/** Runs one handler of any type. Never rejects. */
export function runHandler(handler: Handler, occasion: Occasion, runtime: Runtime): Promise<RunReport> {
  const { run } = occasion;
  const { options } = runtime;
  switch (handler.type) {
    case "command":
      return runCommand(handler, run, commandSurroundings(occasion, runtime));
    case "http":
      // HTTP and TLS take longer to load than all else together, and most configurations have no use for them.
      return import("./run-http.ts").then(({ runHttp }) =>
        runHttp(handler, run, httpPolicy(occasion.source, runtime)),
      );
    case "mcp_tool":
      return runMcpTool(handler, run, options.mcp);
    case "prompt":
      return runPrompt(handler, run, options.models);
    case "agent":
      return runAgent(handler, run, options.agents);
    case "function":
      return runFunction(handler, run);
  }
}

function commandSurroundings(
  { run, source, dispatch }: Occasion,
  runtime: Runtime,
): Parameters<typeof runCommand>[2] {
  const { options, children, configuration } = runtime;
  const plugin = source.plugin ? { plugin: source.plugin } : {};
  const parts: EnvironmentParts = {
    inherited: runtime.inherited,
    settings: source.isFromProject ? configuration.envOfProjectHandlers : configuration.env,
    projectDir: options.projectDir,
    input: run.input,
    event: run.event,
    ...plugin,
    ...(dispatch.envFile === undefined ? {} : { envFile: dispatch.envFile }),
    agentPid: process.pid,
    entrypoint: options.entrypoint ?? "sdk",
    isAttended: options.isAttended ?? false,
  };
  const cwd = workingDir(run.input, dispatch, options.projectDir);
  return {
    children,
    cwd,
    projectDir: options.projectDir,
    env: handlerEnvironment(parts),
    ...plugin,
    // Children that are shared with others live on when the engine closes.
    ...(options.children ? {} : { endedWithChildren: runtime.ending }),
  };
}

/** Where command handlers run: the session's current folder, which moves with `cd`. */
export function workingDir(input: JsonObject, dispatch: DispatchOptions, projectDir: string): string {
  const fromInput = typeof input.cwd === "string" && isAbsolute(input.cwd) ? input.cwd : undefined;
  return dispatch.cwd ?? fromInput ?? projectDir;
}

/** Sources whose authors may name secrets in headers: that a project is trusted gives it no credential to send where it likes. */
const OF_THE_USER: ReadonlySet<SourceKind> = new Set(["managed", "flag", "user", "memory"]);

function httpPolicy(source: Source, { options, configuration }: Runtime): HttpPolicy {
  const { switches } = configuration;
  return {
    allowsLocal: !source.isFromProject || options.trust === "project",
    lookup: options.lookup,
    env: options.env ?? {},
    allowedEnvVars: switches.allowedHttpEnvVars,
    refusesSecrets: !OF_THE_USER.has(source.kind),
    allowedUrls: switches.allowedHttpUrls,
  };
}
