import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as EngineModule from "../../packages/kedge/src/engine/index.ts";

/** The build, which is what people get. */
export const distDir = join(import.meta.dirname, "../../packages/kedge/dist");
export const engineFile = join(distDir, "engine/index.js");
export const engineUrl = pathToFileURL(engineFile).href;

/** The environment that all children of a benchmark get. A plain object: reading `process.env` is work by itself. */
export const environment: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

async function loadEngine(): Promise<typeof EngineModule> {
  return (await import(engineUrl)) as typeof EngineModule;
}

/** A folder for one benchmark, and the engines that it made. Both are gone at the end. */
export interface Workspace {
  readonly dir: string;
  /** Writes a file below the folder; a value becomes JSON. */
  write(path: string, content: unknown): string;
  /** Makes an engine for the user and project of this folder, whose settings are written before. */
  createEngine(options?: Partial<EngineModule.EngineOptions>): Promise<EngineModule.Engine>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function createWorkspace(): Workspace {
  const dir = mkdtempSync(join(tmpdir(), "kedge-bench-"));
  mkdirSync(join(dir, "project"));
  const engines: EngineModule.Engine[] = [];
  return {
    dir,
    write(path, content) {
      const file = join(dir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
      return file;
    },
    async createEngine(options = {}) {
      const { createEngine } = await loadEngine();
      const engine = await createEngine({ ...placesOf(dir), env: environment, ...options });
      engines.push(engine);
      return engine;
    },
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Where an engine of this folder looks. What the machine has elsewhere does not count. */
function placesOf(dir: string): EngineModule.EngineOptions {
  return {
    projectDir: join(dir, "project"),
    homeDir: join(dir, "home"),
    stateDir: join(dir, "state"),
    managedDir: join(dir, "managed"),
  };
}

/** Settings with command handlers for one event. */
export function settingsWith(event: string, commands: readonly string[], matcher?: string): unknown {
  const hooks = commands.map((command) => ({ type: "command", command }));
  return { hooks: { [event]: [{ ...(matcher === undefined ? {} : { matcher }), hooks }] } };
}
