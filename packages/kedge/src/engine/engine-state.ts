import { join } from "node:path";
import {
  type BrokenHook,
  compileHandlers,
  type FunctionHandler,
  type HandlerIndex,
  type HookEntry,
  type Problem,
} from "../protocol/index.ts";
import type { HeldSettings } from "./config-changes.ts";
import {
  type Configuration,
  type ConfigurationPlaces,
  fixedPaths,
  readConfiguration,
} from "./configuration.ts";
import { type DisabledHandlers, readDisabled } from "./disabled.ts";
import { lastChange, takeFingerprint } from "./fingerprint.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import type { EngineOptions, FunctionHook } from "./options.ts";
import type { Source } from "./source.ts";

/** Everything that is configured at one moment. Never changed: a change of a file makes a new one. */
export interface EngineState {
  readonly configuration: Configuration;
  readonly inventory: Inventory;
  /** Handlers that the user switched off one by one. */
  readonly disabled: DisabledHandlers;
  readonly index: HandlerIndex;
  readonly problems: readonly Problem[];
  readonly broken: readonly BrokenHook[];
  /** Handlers are configured, and every one is a function of the embedding program. */
  readonly hasOnlyFunctions: boolean;
  /**
   * What stood at the watched paths when this was read; null when that was too fresh to be told from a later change, or something could
   * not be read.
   */
  readonly fingerprint: string | null;
}

/** Clocks of file systems tick this coarsely: two changes within one tick may look like one. */
const TICK_MS = 20;

/**
 * Reads and compiles everything.
 *
 * @param former what was in force before; null when nothing was
 */
export async function readState(
  options: EngineOptions,
  extra: readonly Source[],
  { held, former }: { readonly held: HeldSettings; readonly former: EngineState | null },
): Promise<EngineState> {
  const places = placesOf(options, extra);
  const beganAt = Date.now();
  const known = former?.configuration.watched ?? fixedPaths(places);
  const before = takeFingerprint(known);
  const configuration = await readConfiguration({
    ...{ ...places, extra: [...places.extra], held },
    former: former?.configuration.sources ?? [],
  });
  const text = takeFingerprint(configuration.watched);
  const disabled = await readDisabled(options.stateDir);
  const inventory = takeInventory(configuration, disabled);
  const index = await compileHandlers(inventory.entries, inventory.broken);
  const problems = [...configuration.problems, ...index.problems];
  // Times are those of the file system, whose clock may be behind ours: what changed meanwhile is told without them.
  const hasChanged = takeFingerprint(known) !== before;
  const isTooFresh = hasChanged || lastChange(configuration.watched) > beganAt - TICK_MS;
  const isUnread = configuration.isUnread || disabled.isUnread;
  return {
    configuration,
    inventory,
    disabled,
    index,
    problems,
    broken: index.broken,
    hasOnlyFunctions:
      inventory.entries.length > 0 && inventory.entries.every(({ handler }) => handler.type === "function"),
    fingerprint: isTooFresh || isUnread ? null : text,
  };
}

/** Whether a file changed since the state was read. */
export function isStale(state: EngineState): boolean {
  return takeFingerprint(state.configuration.watched) !== state.fingerprint;
}

/** Where the options say that everything is. */
export function placesOf(options: EngineOptions, extra: readonly Source[]): ConfigurationPlaces {
  const functions = functionSource(options.functions ?? []);
  return {
    managedDir: options.managedDir ?? defaultManagedDir(),
    userDir: options.userDir ?? join(options.homeDir, ".claude"),
    projectConfigDir: options.projectConfigDir ?? join(options.projectDir, ".claude"),
    flagSettings: options.flagSettings ?? [],
    settingSources: options.settingSources ?? ["user", "project", "local"],
    cwd: options.projectDir,
    stateDir: options.stateDir,
    pluginDirs: options.pluginDirs ?? [],
    extra: functions ? [...extra, functions] : extra,
    isProjectTrusted: options.trust === "project",
  };
}

/** @source Claude Code settings reference, "Settings files" */
function defaultManagedDir(): string {
  if (process.platform === "darwin") return "/Library/Application Support/ClaudeCode";
  return process.platform === "win32" ? "C:\\Program Files\\ClaudeCode" : "/etc/claude-code";
}

function functionSource(functions: readonly FunctionHook[]): Source | null {
  if (functions.length === 0) return null;
  return {
    kind: "memory",
    name: "functions",
    file: "",
    isFromProject: false,
    entries: functions.map(functionEntry),
    broken: [],
    problems: [],
  };
}

function functionEntry(hook: FunctionHook, index: number): HookEntry {
  const { event, matcher, name, call, if: rule, timeoutMs, onFailure = "block" } = hook;
  const handler: FunctionHandler = {
    type: "function",
    name,
    call,
    onFailure,
    isOnce: false,
    ...(rule === undefined ? {} : { if: rule }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  return {
    event,
    ...(matcher === undefined ? {} : { matcher }),
    handler,
    file: "functions",
    path: `functions[${index}]`,
  };
}
