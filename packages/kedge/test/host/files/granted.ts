/** Calls of file tools as a session makes them: judged first, and run with what the judgement grants, in a temporary project. */
import { join } from "node:path";
import type { HeldPath } from "../../../src/host/files/held-path.ts";
import { grantCheck, readingCheck } from "../../../src/host/permissions/grant.ts";
import { type Judgement, judgeCall } from "../../../src/host/permissions/judge.ts";
import { loadPlainReader } from "../../../src/host/permissions/plain-commands.ts";
import { createProtection, type ProtectedPlaces } from "../../../src/host/permissions/protection.ts";
import { compileRules } from "../../../src/host/permissions/rules.ts";
import { ALL_PROTECTED } from "../../../src/host/permissions/unprotected.ts";
import { OUTSIDE } from "../../../src/host/sandbox/command-place.ts";
import type { ToolOutcome } from "../../../src/host/tools/tool.ts";
import type { JsonObject, PermissionMode } from "../../../src/protocol/index.ts";
import type { Files } from "../scratch.ts";
import { makeToolWorld, type ToolWorld } from "../tools/tool-world.ts";

export interface GrantedWorld extends ToolWorld {
  judge(name: string, input: JsonObject): Promise<Judgement>;
  /** Runs a call that was judged before. */
  run(name: string, input: JsonObject, judgement: Judgement): Promise<ToolOutcome>;
  /** Judges and runs; null for a call that somebody would have to be asked about. */
  attempt(name: string, input: JsonObject): Promise<ToolOutcome | null>;
}

export async function makeGranted(
  files: Files = {},
  mode: PermissionMode = "acceptEdits",
): Promise<GrantedWorld> {
  const world = makeToolWorld(files);
  const { project, folder } = world;
  const homeDir = join(folder, "home");
  const protection = createProtection({ homeDir, folders: [] });
  const placesNow = (): Promise<ProtectedPlaces> =>
    protection.places({ workingDirs: [project], unprotected: ALL_PROTECTED });
  await placesNow();
  const rules = await compileRules({ allow: [], ask: [], deny: [] });
  const readPlain = await loadPlainReader();
  const judge: GrantedWorld["judge"] = async (name, input) => {
    const places = { cwd: project, projectDir: project, homeDir, workingDirs: [project] };
    const about = { name, input, mode, ...places, place: OUTSIDE };
    const doubtful = async (): Promise<ReadonlySet<string>> => new Set();
    return judgeCall(about, { rules, readPlain, doubtful, places: await placesNow() });
  };
  const run: GrantedWorld["run"] = (name, input, { grant }) => {
    const placeOf = async (held: Pick<HeldPath, "path" | "folder" | "entry">) =>
      (await placesNow()).placeOf(held);
    return world.call(name, input, { mayOpen: readingCheck(grant), mayWrite: grantCheck(grant, placeOf) });
  };
  return {
    ...world,
    judge,
    run,
    async attempt(name, input) {
      const judgement = await judge(name, input);
      return judgement.behavior === "allow" ? run(name, input, judgement) : null;
    },
  };
}
