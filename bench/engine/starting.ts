import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { interleave } from "../support.ts";
import { fromComparison, type Measurement, mustCostAtMost, type Skipped } from "./measurement.ts";
import { createWorkspace, distDir, engineUrl, environment, settingsWith } from "./workspace.ts";

const ROUNDS = 60;
const MAX_IMPORT = 2;
const MAX_COMMAND = 4;

/** Importing the engine, beside a Node that does nothing. */
export async function benchImport(): Promise<Measurement> {
  const comparison = await interleave({
    a: () => startNode(["-e", `import(${JSON.stringify(engineUrl)})`]),
    b: () => startNode(["-e", "0"]),
    rounds: ROUNDS,
  });
  return mustCostAtMost(
    fromComparison(comparison, { what: "import kedge/engine", other: "node -e 0" }),
    MAX_IMPORT,
  );
}

/** The command with one shell hook, from start to end, beside a Node that does nothing. */
export async function benchCommand(): Promise<Measurement | Skipped> {
  await using workspace = createWorkspace();
  const what = "kedge hooks dispatch Stop, 1 hook";
  const cwd = join(workspace.dir, "project");
  const marker = join(workspace.dir, "ran");
  const start = (settings: string): void => {
    const main = join(distDir, "cli/main.js");
    startNode([main, "hooks", "dispatch", "Stop", "--settings", settings, "--trust-project"], {
      cwd,
      env: {
        ...environment,
        HOME: join(workspace.dir, "home"),
        XDG_STATE_HOME: join(workspace.dir, "state"),
      },
      input: JSON.stringify({ session_id: "s", cwd, hook_event_name: "Stop", stop_hook_active: false }),
    });
  };
  try {
    start(workspace.write("probe.json", settingsWith("Stop", [`cat >'${marker}'`])));
  } catch (error) {
    return { what, skipped: `the command fails: ${String(error).split("\n")[0]}` };
  }
  if (!existsSync(marker)) return { what, skipped: "the command did not run the hook" };
  const settings = workspace.write("settings.json", settingsWith("Stop", ["cat >/dev/null"]));
  const comparison = await interleave({
    a: () => start(settings),
    b: () => startNode(["-e", "0"]),
    rounds: ROUNDS,
  });
  return mustCostAtMost(fromComparison(comparison, { what, other: "node -e 0" }), MAX_COMMAND);
}

function startNode(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): void {
  const { status, stderr } = spawnSync(process.execPath, args, { ...options, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim() || `exit code ${status}`);
}
