import { createProcessFinder } from "../../platform/index.ts";
import { fromNow, type Heartbeat, isBeating, readHeartbeat, shortTime } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";

/** How the `kedge up` of this user stands, by the signs that it leaves. */
export interface SupervisorState {
  /** `none`: there was none so far. `died`: it ended without having been told to. */
  readonly state: "none" | "running" | "ended" | "died";
  readonly beat: Heartbeat | null;
}

/** Reads how it stands. */
export async function readSupervisor(
  stateDir: string,
  { now }: Pick<Moment, "now">,
): Promise<SupervisorState> {
  const beat = await readHeartbeat(stateDir);
  if (beat === null) return { state: "none", beat };
  const isThere = createProcessFinder()(beat.pid) !== null;
  if (isThere && isBeating(beat, now())) return { state: "running", beat };
  return { state: beat.endedMs === null ? "died" : "ended", beat };
}

/** The same in a sentence; null where nobody wanted one. */
export function supervisorWords({ state, beat }: SupervisorState, moment: Moment): string | null {
  if (beat === null) return null;
  switch (state) {
    case "running":
      return `kedge up runs since ${shortTime(beat.sinceMs, moment)}, as process ${beat.pid}.`;
    case "died":
      return `kedge up died ${fromNow(beat.beatMs, moment)}: nobody is told of sessions that Kedge did not start, and nothing of theirs is woken. Start it again.`;
    default:
      return null;
  }
}
