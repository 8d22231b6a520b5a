import type { HookEntry } from "../../protocol/index.ts";
import type { Core } from "../core.ts";
import type { Skill } from "./skill.ts";

/** What counts of what a skill asks for beside its text. */
export interface Granted {
  /** Its commands may be run, as far as permissions let them. */
  readonly runsCommands: boolean;
  /** `allowed-tools` and `model` count. */
  readonly permits: boolean;
  /** Why not, where something does not count. */
  readonly why: string;
}

/** Judges what a skill runs and permits: all of it, unless a project brought it and nobody trusts exactly this (D7). */
export async function judgeWishes({ engine, state }: Core, { file }: Skill): Promise<Granted> {
  const { wishes, isFromProject } = file;
  if (!wishes || !isFromProject) return { runsCommands: true, permits: true, why: "" };
  const { projectEnv } = (await engine.state()).configuration;
  let why = "";
  const isTrusted = async (entries: readonly HookEntry[]): Promise<boolean> => {
    for (const entry of entries) {
      const verdict = await engine.trust.judge(entry, wishes, { env: projectEnv, cwd: state.cwd });
      if (verdict.mayRun) continue;
      why = verdict.why;
      return false;
    }
    return true;
  };
  const commands = wishes.entries.filter(({ handler }) => handler.type === "command");
  const others = wishes.entries.filter(({ handler }) => handler.type !== "command");
  return { permits: await isTrusted(others), runsCommands: await isTrusted(commands), why };
}
