import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  createEngine,
  type Engine,
  type EngineOptions,
  isHookError,
  type ServerListing,
} from "../engine/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { stateDir } from "./state-dir.ts";
import { version } from "./version.ts";

/** Options of the commands that look at the sources of a project. */
export interface SourceOptions {
  readonly project: string;
  readonly settings?: readonly string[];
  readonly pluginDir?: readonly string[];
  readonly trustProject?: boolean;
}

/** What the options and the environment say, as an engine wants it. */
export function engineOptions(options: SourceOptions, context: Context): EngineOptions {
  return {
    projectDir: resolve(context.cwd, options.project),
    homeDir: context.homeDir,
    stateDir: stateDir(context),
    env: context.env,
    version,
    entrypoint: "cli",
    flagSettings: (options.settings ?? []).map((file) =>
      file.trimStart().startsWith("{") ? file : resolve(context.cwd, file),
    ),
    pluginDirs: (options.pluginDir ?? []).map((dir) => resolve(context.cwd, dir)),
    trust: options.trustProject ? "project" : "store",
    ...(context.env.CLAUDE_CONFIG_DIR
      ? { userDir: resolve(context.cwd, context.env.CLAUDE_CONFIG_DIR) }
      : {}),
  };
}

/** Makes an engine, and says what is wrong in the words of a command. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  if (!existsSync(options.projectDir))
    throw new CommandError(
      EXIT.noInput,
      `${options.projectDir} does not exist. Check the project directory.`,
    );
  return inCommandWords(() => createEngine(options));
}

/** MCP servers of a project; what is wrong is said in the words of a command. */
export function readServers(engine: Engine): Promise<ServerListing> {
  return inCommandWords(() => engine.servers());
}

async function inCommandWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isHookError(error)) throw error;
    throw new CommandError(error.code === "SETTINGS_MISSING" ? EXIT.noInput : EXIT.data, `${error.message}.`);
  }
}
