/** A session of the host in 20 lines: one gate in code, the answer as it comes, and an honest end. */
import { homedir } from "node:os";
import { join } from "node:path";
import { createSdkClient, createSession } from "kedge/host";

await using session = await createSession({
  projectDir: process.cwd(),
  homeDir: homedir(),
  stateDir: join(homedir(), ".local/state/kedge"),
  env: process.env,
  client: createSdkClient({ apiKey: process.env.ANTHROPIC_API_KEY, baseUrl: process.env.ANTHROPIC_BASE_URL }),
  permissionMode: "acceptEdits",
  hooks: { functions: [{ event: "PreToolUse", matcher: "Bash", name: "no-shell", call: refuse }] },
  onEvent: (event) => event.type === "text" && process.stdout.write(event.text),
});
const { terminalReason, failure } = await session.send(process.argv[2] ?? "Say hello.");
console.log(`\n${terminalReason}${failure ? `: ${failure.kind} after ${failure.attempts} requests` : ""}`);

function refuse(): object {
  return { decision: "block", reason: "this agent has no shell" };
}
