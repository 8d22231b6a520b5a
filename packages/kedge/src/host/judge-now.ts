import type { JsonObject, PermissionMode } from "../protocol/index.ts";
import { commandPath } from "./command-path.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, modeIn } from "./core.ts";
import { reachedPath } from "./paths.ts";
import { type Judgement, judgeCall } from "./permissions/judge.ts";
import { loadPlainReader } from "./permissions/plain-commands.ts";
import { type CommandPlace, confined, OUTSIDE, placeOf } from "./sandbox/command-place.ts";
import { commandEnv, protectedPlaces, workingDirs } from "./tools/context.ts";

/** A judgement, and where the call would run. */
export interface PlacedJudgement extends Judgement {
  readonly place: CommandPlace;
  /** The folder, without links, that a line was judged in; null for a call that starts no command. */
  readonly folder: string | null;
}

/** Modes in which PermissionRequest handlers and people are asked. @source recorded behaviour of Claude Code 2.1.329 */
export const ASKING: ReadonlySet<PermissionMode> = new Set(["default", "acceptEdits", "plan", "auto"]);

/** What rules, settings and mode say of a call now. */
export async function judgeNow(
  core: Core,
  conversation: Conversation,
  name: string,
  input: JsonObject,
): Promise<PlacedJudgement> {
  const place = name === "Bash" ? await placeOf(core.sandbox, input, await loadPlainReader()) : OUTSIDE;
  const judgement = await judgeAt(core, conversation, { name, input, place });
  const canBeAsked = core.asker !== null && ASKING.has(modeIn(core, conversation));
  if (place.type !== "leaves" || judgement.behavior !== "ask" || canBeAsked) return judgement;
  // No rule lets it out, and no person can: it runs inside, as it would without the wish.
  const { autoAllows } = await core.sandbox.rules();
  return judgeAt(core, conversation, { name, input, place: confined(autoAllows, true) });
}

async function judgeAt(
  core: Core,
  conversation: Conversation,
  { name, input, place }: { readonly name: string; readonly input: JsonObject; readonly place: CommandPlace },
): Promise<PlacedJudgement> {
  const { state, projectDir, homeDir } = core;
  const settings = await core.settings();
  const { rules: granted } = conversation.grants;
  const rules = granted.length === 0 ? settings.rules : await settings.rulesWith(granted);
  const folder = name === "Bash" ? await reachedPath(state.cwd) : null;
  const about = {
    ...{ name, input, projectDir, homeDir, place, cwd: folder ?? state.cwd },
    ...{ mode: modeIn(core, conversation), workingDirs: workingDirs(core) },
  };
  const path = name === "Bash" ? await commandPath(core, commandEnv(core, settings.env)) : undefined;
  const parts = {
    ...{ rules, readPlain: await loadPlainReader(), places: await protectedPlaces(core) },
    doubtful: state.programs.at({ path, workingDirs: about.workingDirs }),
  };
  return { ...(await judgeCall(about, parts)), place, folder };
}
