import { claudeCode } from "../claude-code/session.ts";
import { kedgeAgent } from "../kedge/session.ts";
import type { AgentAdapter } from "./adapter.ts";
import type { CommandReading } from "./command.ts";

/** Every agent that can be run unattended. */
const AGENT_ADAPTERS: readonly AgentAdapter[] = [claudeCode, kedgeAgent];

/** The adapter of the agent that a command line starts; null when it starts none that we know. */
export function adapterFor(argv: readonly string[]): AgentAdapter | null {
  return AGENT_ADAPTERS.find((adapter) => adapter.recognises(argv)) ?? null;
}

/** The adapter of a name, as records have it; null for one that we do not know. */
export function adapterNamed(name: string): AgentAdapter | null {
  return AGENT_ADAPTERS.find((adapter) => adapter.name === name) ?? null;
}

/** Reads a command line, whichever agent it starts. */
export function readCommand(argv: readonly string[]): CommandReading {
  const adapter = adapterFor(argv);
  if (adapter) return adapter.readCommand(argv);
  const message = `Expected a command that starts claude or kedge agent, got ${JSON.stringify(argv[0] ?? "")}.`;
  return { ok: false, problems: [{ code: "not_a_session", message }] };
}
