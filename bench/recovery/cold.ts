import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fromComparison, type Measurement, mustCostAtMost } from "../engine/measurement.ts";
import { distDir, environment } from "../engine/workspace.ts";
import { interleave } from "../support.ts";

const ROUNDS = 40;
const MAX_TIMES = 6;

/** The built command over a large ledger, from its start to its end, beside a Node that does nothing. */
export async function benchCold(stateDir: string): Promise<Measurement> {
  const list = [join(distDir, "cli/main.js"), "failures", "--limit", "20", "--json"];
  const comparison = await interleave({
    a() {
      const { length } = JSON.parse(run(list, stateDir)) as readonly unknown[];
      if (length !== 20) throw new Error(`Expected 20 failures, got ${length}`);
    },
    b: () => run(["-e", "0"], stateDir),
    rounds: ROUNDS,
  });
  const what = "kedge failures --limit 20 --json";
  return mustCostAtMost(fromComparison(comparison, { what, other: "node -e 0" }), MAX_TIMES);
}

function run(args: readonly string[], stateDir: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...environment, KEDGE_STATE_DIR: stateDir },
  });
  if (status !== 0) throw new Error(stderr.trim() || `exit code ${status}`);
  return stdout;
}
