/** A project, a home, a folder of managed settings and one for state, all temporary, and engines that read nothing else. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect } from "vitest";
import { createEngine, type Dispatch, type Engine, type EngineOptions } from "../../src/engine/index.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";

/** Where each settings file stands, below the folder of the places. */
export const SETTINGS_FILES = {
  managed: "managed/managed-settings.json",
  flag: "flag.json",
  local: "project/.claude/settings.local.json",
  project: "project/.claude/settings.json",
  user: "home/.claude/settings.json",
} as const;

export interface EnginePlaces {
  /** Holds all the others. */
  readonly folder: string;
  readonly project: string;
  readonly home: string;
  readonly state: string;
  readonly managed: string;
  /** What an engine for these places is made with. */
  readonly options: EngineOptions;
  /** A path below the folder, absolute. */
  at(path: string): string;
  /** Writes a file below the folder, objects as JSON, and returns its path. */
  write(path: string, content: unknown): string;
  /** Makes an engine, which is closed after the test. */
  engine(more?: Partial<EngineOptions>): Promise<Engine>;
  /** Names of the handlers of {@link marks} that ran, in no order, since the last call. */
  takeMarks(): string[];
}

const made: string[] = [];
const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makePlaces(): EnginePlaces {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge engine-")));
  made.push(folder);
  const at = (path: string): string => join(folder, path);
  const [project, home, state, managed] = [at("project"), at("home"), at("state"), at("managed")];
  for (const dir of [project, home, managed]) mkdirSync(dir);
  const log = at("marks.log");
  writeFileSync(log, "");
  const options: EngineOptions = {
    projectDir: project,
    homeDir: home,
    stateDir: state,
    managedDir: managed,
    env: { PATH: process.env.PATH, KEDGE_MARKS: log, KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK },
  };
  return {
    folder,
    project,
    home,
    state,
    managed,
    options,
    at,
    write(path, content) {
      const file = at(path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
      return file;
    },
    async engine(more = {}) {
      const engine = await createEngine({ ...options, ...more });
      engines.push(engine);
      return engine;
    },
    takeMarks() {
      const names = readFileSync(log, "utf8").split("\n").slice(0, -1);
      writeFileSync(log, "");
      return names;
    },
  };
}

/** A command that leaves its name. */
export function mark(name: string): string {
  return `echo ${name} >> "$KEDGE_MARKS"`;
}

/** Hooks of one event with one command for each name. */
export function marks(...names: readonly string[]): JsonObject {
  return { Stop: [{ hooks: names.map((name) => ({ type: "command", command: mark(name) })) }] };
}

/** Settings with such hooks, and other keys. */
export function settingsOf(name: string, more: JsonObject = {}): JsonObject {
  return { hooks: marks(name), ...more };
}

/** Delivers an event with what every input has. */
export function deliver(
  engine: Engine,
  event: HookEventName = "Stop",
  input: JsonObject = {},
): Promise<Dispatch> {
  return engine.dispatch(event, { session_id: "s-1", stop_hook_active: false, ...input });
}

/** Delivers `Stop`, and names the handlers of {@link marks} that ran in configured order; what the trace says has happened. */
export async function runMarks(engine: Engine, places: EnginePlaces): Promise<string[]> {
  const { trace } = await deliver(engine);
  const names = trace.runs.map(({ what }) => /echo (\S+) >>/.exec(what)?.[1] ?? what);
  expect(places.takeMarks().sort()).toEqual(names.toSorted());
  return names;
}

/** Trusts everything that the project brings, as it is now. */
export async function trustAll(engine: Engine): Promise<void> {
  const { configuration } = await engine.state();
  const handlers = configuration.sources
    .filter((source) => source.isFromProject)
    .flatMap((source) => source.entries.map((entry) => ({ entry, source })));
  await engine.trust.accept(await engine.trust.review(handlers, { env: configuration.projectEnv }));
}
