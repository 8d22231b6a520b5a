/** An agent that asks hooks before it runs a tool: those of the user and the project, and one of its own. */
import { homedir } from "node:os";
import { join } from "node:path";
import { createEngine } from "kedge/engine";

await using engine = await createEngine({
  projectDir: process.cwd(),
  homeDir: homedir(),
  stateDir: join(homedir(), ".local/state/kedge"),
  env: process.env,
  functions: [{ event: "PreToolUse", matcher: "Bash", name: "no-force", call: refuseForce }],
});
const call = { tool_name: "Bash", tool_input: { command: process.argv[2] ?? "git push --force" } };
const { decision, trace } = await engine.dispatch("PreToolUse", call);
for (const run of trace.runs) console.log(`${run.source}: ${run.what}: ${run.status}`);
console.log(`${decision.behavior}: ${decision.reason ?? "nothing was said"}`);

function refuseForce({ tool_input }: { tool_input?: unknown }): object | undefined {
  return JSON.stringify(tool_input).includes("--force")
    ? { decision: "block", reason: "no force pushes" }
    : undefined;
}
