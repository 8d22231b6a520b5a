/** The peer: Gemini CLI's hook engine as it is published. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGE = "@google/gemini-cli-core";
const VERSION = "0.61.0";
export const PEER = `Gemini CLI ${VERSION}`;

/** What is called of the published `HookSystem`: its registry, planner, runner and aggregator stand behind it. */
interface HookSystem {
  initialize(): Promise<void>;
  getEventHandler(): {
    fireBeforeToolEvent(name: string, input: object): Promise<{ success: boolean; errors: readonly Error[] }>;
  };
}

type HookSystemClass = new (config: object) => HookSystem;

/**
 * Loads the hook system, after it was installed into the user's cache folder when it was not there.
 *
 * @throws when it cannot be installed
 */
export async function loadGemini(): Promise<HookSystemClass> {
  const dir = install();
  const file = join(dir, "node_modules", PACKAGE, "dist/src/hooks/hookSystem.js");
  const { HookSystem } = (await import(pathToFileURL(file).href)) as { HookSystem: HookSystemClass };
  // Its command line replaces the console and drops debug lines; here they would be printed and counted.
  console.debug = () => {};
  return HookSystem;
}

function install(): string {
  const cacheDir = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const dir = join(cacheDir, `kedge-bench/gemini-cli-core-${VERSION}`);
  const manifest = join(dir, "node_modules", PACKAGE, "package.json");
  const isInstalled = existsSync(join(dir, "installed")) && existsSync(manifest);
  if (isInstalled && JSON.parse(readFileSync(manifest, "utf8")).version === VERSION) return dir;
  console.log(`Installing ${PACKAGE} ${VERSION} into ${dir}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "package.json"),
    JSON.stringify({ private: true, dependencies: { [PACKAGE]: VERSION } }),
  );
  execFileSync("npm", ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], {
    cwd: dir,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 180_000,
    shell: process.platform === "win32",
  });
  writeFileSync(join(dir, "installed"), "");
  return dir;
}

/**
 * Makes a hook system with command handlers for `BeforeTool` of one tool. It gets no more of a configuration than its hooks
 * ask for, and neither telemetry nor redaction of variables.
 */
export async function createGeminiDispatch(
  HookSystem: HookSystemClass,
  options: {
    readonly commands: readonly string[];
    readonly matcher: string;
    readonly projectDir: string;
    readonly sessionId: string;
  },
): Promise<(toolName: string, toolInput: object) => Promise<void>> {
  const { commands, matcher, projectDir, sessionId } = options;
  const hooks = {
    BeforeTool: [{ matcher, hooks: commands.map((command) => ({ type: "command", command })) }],
  };
  const config = {
    isTrustedFolder: () => true,
    getProjectHooks: () => undefined,
    getHooks: () => hooks,
    getExtensions: () => [],
    getDisabledHooks: () => [],
    getSessionId: () => sessionId,
    getWorkingDir: () => projectDir,
    getUsageStatisticsEnabled: () => false,
    sanitizationConfig: { enableEnvironmentVariableRedaction: false },
    storage: { getPlansDir: () => join(projectDir, "plans") },
  };
  // Its event handler reaches the configuration through a context, which has it as a field.
  const system = new HookSystem(Object.assign(config, { config }));
  await system.initialize();
  const events = system.getEventHandler();
  return async (toolName, toolInput) => {
    const { success, errors } = await events.fireBeforeToolEvent(toolName, toolInput);
    if (!success) throw new Error(`Expected ${PEER} to run all handlers, got ${errors[0]}`);
  };
}
