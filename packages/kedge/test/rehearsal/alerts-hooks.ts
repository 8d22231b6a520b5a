/** Failures that hooks tell of: of sessions that Kedge did not start, and of subagents. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFailedTurns, transcriptAgent } from "../../src/agents/index.ts";
import { createIngester, openSpool } from "../../src/recovery/index.ts";
import { failedEntry } from "../recovery/spool-world.ts";
import type { AlertRehearsal } from "./alerts-world.ts";

const INTAKE = fileURLToPath(new URL("../../intake/kedge-intake", import.meta.url));

interface HookFailure {
  readonly sessionId: string;
  /** What the agent calls it. */
  readonly error: string;
  /** Of the agent, which its transcript says; without it there is none. */
  readonly version?: string;
  /** What it shows. */
  readonly text: string;
  /** Further fields of the hook's input. */
  readonly more?: object;
}

/** Leaves behind what a hook of Claude Code does: by the entry that is installed. */
export function leaveFailure({ world }: AlertRehearsal, said: HookFailure): void {
  const { sessionId, error, version, text, more = {} } = said;
  const folder = join(world.folder, "home/.claude/projects/-work-shop");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${sessionId}.jsonl`);
  const message = { content: [{ type: "text", text }] };
  const entry = failedEntry(world.nowMs(), { error, version, message, apiErrorStatus: undefined, sessionId });
  if (version !== undefined) writeFileSync(path, `${JSON.stringify(entry)}\n`);
  const input = {
    ...{ session_id: sessionId, transcript_path: path, cwd: "/work/shop", hook_event_name: "StopFailure" },
    ...{ prompt_id: sessionId, error, last_assistant_message: text },
    ...more,
  };
  execFileSync(INTAKE, ["failure", join(world.stateDir, "spool")], {
    env: { PATH: process.env.PATH ?? "", HOME: join(world.folder, "home") },
    input: JSON.stringify(input),
  });
}

/** Takes in what hooks have left. */
export async function takeIn({ world, ledger }: AlertRehearsal): Promise<number> {
  const { stateDir, folder, nowMs: now } = world;
  const homeDir = join(folder, "home");
  const ingester = createIngester({
    ...{ ledger, holder: "rehearsal", now, spool: await openSpool(join(stateDir, "spool"), now) },
    keepManifest: async () => {},
    transcripts: {
      agentOf: (path) => transcriptAgent(path, { homeDir, stateDir }),
      failedTurns: async (path) => (await readFailedTurns(path))?.failures ?? null,
    },
  });
  const { files } = await ingester.drain();
  await ingester.close();
  return files;
}
