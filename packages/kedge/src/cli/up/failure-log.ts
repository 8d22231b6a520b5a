import type { FailureRow } from "../../recovery/index.ts";
import { failureJson } from "../commands/failure-json.ts";
import { showFailure } from "../commands/failure-shown.ts";
import { failureWords, nextWords, shortId } from "../commands/failure-words.ts";
import type { Moment } from "../moment.ts";
import type { WorkRoom } from "../work/open-work.ts";
import type { UpLog } from "./up-log.ts";

const REMEMBERED = 10_000;

/** Logs failures as they become known; more that becomes known of one is said to be that. */
export function createFailureLog({
  room,
  log,
  moment,
}: {
  readonly room: WorkRoom;
  readonly log: UpLog;
  readonly moment: Moment;
}): (failures: readonly FailureRow[]) => void {
  const known = new Set<string>();
  const remember = (id: string): void => {
    known.add(id);
    // The oldest goes: of that long ago nothing more becomes known.
    for (const oldest of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
  };
  return (failures) => {
    for (const row of failures.toSorted((a, b) => a.at_ms - b.at_ms)) {
      const shown = showFailure(row, room.redactor);
      const again = known.has(row.id) ? " (more is known now)" : "";
      remember(row.id);
      log({
        ...{ level: "warning", event: "failure", data: { failure: failureJson(shown) } },
        words: `failure ${shortId(row.id)} in ${row.project || "an unknown project"}: ${failureWords(shown)}; ${nextWords(shown, moment)}${again}`,
      });
    }
  };
}
