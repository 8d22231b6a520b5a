import { join } from "node:path";
import type { LeftProcesses } from "../../platform/index.ts";
import type { EventSink } from "../events.ts";
import { configDirOf } from "../own-places.ts";
import { protectedNames } from "../permissions/protected-names.ts";
import { createGuard, type Guard } from "./guard.ts";
import { reportText } from "./report.ts";

/** What the guard has to know of its session. */
interface GuardedSession {
  readonly sessionId: string;
  readonly workingDirs: () => readonly string[];
  readonly homeDir: string;
  readonly stateDir: string;
  readonly temporaryDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: EventSink;
  readonly now: () => number;
  readonly left: LeftProcesses;
}

/** For people only: their own settings are not the model's to change. */
const ADVICE =
  "Where this is work that you want, permissions.unprotectedPaths in your own settings leaves such a name or path to commands.";

/** Makes the guard of a session, which tells the person at once what it put back. */
export function openGuard(session: GuardedSession): Guard {
  const { sessionId, workingDirs, homeDir, stateDir, temporaryDir, emit, now, left } = session;
  const warn = (text: string): void => emit({ type: "notice", level: "warning", text });
  return createGuard({
    ...{ sessionId, temporaryDir, now, left, names: protectedNames() },
    folders: () => ({ workingDirs: workingDirs(), homeDir, extra: ownFiles(session) }),
    keptDir: join(stateDir, "undone"),
    onReport: (report) => warn(`${reportText(report)}\n${ADVICE}`),
    onTooMuch: () =>
      warn(
        "There are more files here than are looked at around commands: protected ones deep below are not looked after.",
      ),
  });
}

/** What Kedge itself obeys: its configuration, what was trusted, and what the shell of every command begins with. */
function ownFiles(session: GuardedSession): readonly string[] {
  const { stateDir, temporaryDir } = session;
  const own = [join(stateDir, "trust"), join(stateDir, "disabled.json"), join(temporaryDir, "env")];
  return [configDirOf(session), ...own];
}
