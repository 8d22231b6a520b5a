import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Measurement, mustCostAtMost } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace, environment, settingsWith } from "../engine/workspace.ts";
import type { FileCalls } from "./file-calls.ts";
import { makeGitProject } from "./git-project.ts";
import { takePairs } from "./pairs.ts";

const ROUNDS = 15;
const MAX_TIMES = 4;

const child = fileURLToPath(new URL("./opening-child.ts", import.meta.url));
const run = promisify(execFile);

/** The first session of a process, from `createSession` to its first request, in a small project; beside a start of Node. */
export async function benchOpening(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const { dir } = workspace;
  makeGitProject(join(dir, "project"), { folders: 10, filesEach: 10 });
  workspace.write("project/CLAUDE.md", "Answer in one word.\n");
  workspace.write("project/.claude/settings.json", { permissions: { deny: ["Read(./.env)"] } });
  workspace.write("home/.claude/settings.json", settingsWith("PostToolUse", ["cat >/dev/null"], "Write"));
  const report = async (what: "time" | "count"): Promise<FileCalls & { readonly tookMs: number }> => {
    const { stdout } = await run(process.execPath, [child, dir, what], { env: environment });
    return JSON.parse(stdout) as FileCalls & { tookMs: number };
  };
  const { opened, looked } = await report("count");
  const { ours, floor } = await takePairs(
    {
      ours: async () => (await report("time")).tookMs,
      async floor() {
        const began = performance.now();
        await run(process.execPath, ["-e", "0"], { env: environment });
        return performance.now() - began;
      },
    },
    ROUNDS,
  );
  const other = { what: "node -e 0", ...valuesOf(floor) };
  const figures = { ours: valuesOf(ours), other, ratio: ratioOf(ours, floor) };
  const note = `${opened} files and folders opened, ${looked} looked at, modules left out`;
  return mustCostAtMost({ what: "createSession to first request", unit: "ms", ...figures, note }, MAX_TIMES);
}
