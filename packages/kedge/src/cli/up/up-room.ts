import { join } from "node:path";
import { intakePlaces } from "../../agents/index.ts";
import {
  type Adopter,
  type AlarmWatch,
  boundedPolicy,
  openAdopter,
  openAlarmWatch,
  type Policy,
  type SupervisorEvent,
  type SupervisorPorts,
} from "../../recovery/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { stateDir } from "../state-dir.ts";
import { eventWords } from "../work/job-words.ts";
import type { WorkRoom } from "../work/open-work.ts";
import type { UpLog } from "./up-log.ts";

/** What `kedge up` looks after, beside the spool and the outbox. */
export interface UpRoom extends AsyncDisposable {
  readonly alarms: AlarmWatch;
  /** Takes over sessions that Kedge did not start, and what these are run with; null where the policy does not allow it. */
  readonly others: { readonly adopter: Adopter; readonly ports: SupervisorPorts } | null;
}

/** Opens it. */
export async function openUpRoom(
  { policy, room }: { readonly policy: Policy; readonly room: WorkRoom },
  { context, moment, log }: { readonly context: Context; readonly moment: Moment; readonly log: UpLog },
): Promise<UpRoom> {
  const dir = stateDir(context);
  await using opened = new AsyncDisposableStack();
  const alarms = opened.use(
    await openAlarmWatch({
      ...{ stateDir: dir, incidents: room.incidents, rules: policy.watch, now: moment.now },
      transcriptDirs: transcriptDirs(policy, context),
      script: intakePlaces(dir).script,
    }),
  );
  const rules = policy.resumeOthers;
  if (rules === null) {
    const all = opened.move();
    return { alarms, others: null, [Symbol.asyncDispose]: () => all.disposeAsync() };
  }
  const onEvent = (event: SupervisorEvent): void => logEvent(event, moment, log);
  const ports = room.ports({ policy: boundedPolicy(policy, rules), onEvent });
  const adopter = opened.use(await openAdopter({ stateDir: dir, rules, supervisor: ports }));
  const all = opened.move();
  return { alarms, others: { adopter, ports }, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function logEvent(event: SupervisorEvent, moment: Moment, log: UpLog): void {
  const words = eventWords(event, moment);
  if (words === null) return;
  const key = "key" in event ? event.key : "";
  log({
    level: event.type === "failed" || event.type === "drift" ? "warning" : "info",
    event: event.type,
    words: key === "" ? words : `${key}: ${words}`,
    data: { key },
  });
}

/** Where Claude Code keeps transcripts: for the user, and for each account that has logins of its own. */
function transcriptDirs({ accounts }: Policy, { env, homeDir }: Context): readonly string[] {
  const own = env.CLAUDE_CONFIG_DIR || join(homeDir, ".claude");
  const others = Object.values(accounts).flatMap(({ configDir }) => configDir ?? []);
  const dirs = [own, ...others].map((dir) => (dir.startsWith("~/") ? join(homeDir, dir.slice(2)) : dir));
  return [...new Set(dirs.map((dir) => join(dir, "projects")))];
}
