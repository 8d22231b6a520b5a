import { join } from "node:path";
import {
  intakePlaces,
  readSessionSigns,
  stampTranscript,
  subagentsWrittenMs,
  transcriptAgent,
} from "../../agents/index.ts";
import { createProcessFinder } from "../../platform/index.ts";
import {
  type Adopter,
  type AlarmWatch,
  accountKey,
  boundedPolicy,
  createSessionWatch,
  createWaitingSessions,
  loadManifest,
  openAdopter,
  openAlarmWatch,
  type Policy,
  type SessionWatch,
  type SupervisorEvent,
  type SupervisorPorts,
  spentToday,
  type WaitingSessions,
} from "../../recovery/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { stateDir } from "../state-dir.ts";
import { eventWords } from "../work/job-words.ts";
import type { WorkRoom } from "../work/open-work.ts";
import type { UpLog } from "./up-log.ts";
import type { UpOrder } from "./up-order.ts";

/** What `kedge up` looks after, beside the spool and the outbox. */
export interface UpRoom extends AsyncDisposable {
  readonly alarms: AlarmWatch;
  /** Proofs, deaths and stalls of sessions that Kedge did not start. */
  readonly sessions: SessionWatch;
  /** Sessions that wait at terminals to be woken. */
  readonly waits: WaitingSessions;
  /** Takes over sessions that Kedge did not start, and what these are run with; null where the policy does not allow it. */
  readonly others: { readonly adopter: Adopter; readonly ports: SupervisorPorts } | null;
}

/** Opens it. */
export async function openUpRoom(
  { policy, room, once }: Pick<UpOrder, "policy" | "room" | "once">,
  { context, moment, log }: { readonly context: Context; readonly moment: Moment; readonly log: UpLog },
): Promise<UpRoom> {
  const dir = stateDir(context);
  const dirs = loginDirs(policy, context);
  const { homeDir } = context;
  const sessions = createSessionWatch({
    ...{ ledger: room.ledger, sessions: room.ledger.sessions, incidents: room.incidents, policy },
    ...{ processes: createProcessFinder(), now: moment.now, holder: room.records.holder },
    manifestOf: (sessionId) => loadManifest(dir, sessionId),
    transcripts: {
      agentOf(path) {
        const found = dirs.map((configDir) => transcriptAgent(path, { homeDir, configDir, stateDir: dir }));
        return found.find((agent) => agent !== null) ?? null;
      },
      ...{ stamp: stampTranscript, signs: readSessionSigns, subagentsWrittenMs },
    },
  });
  await using opened = new AsyncDisposableStack();
  const alarms = opened.use(
    await openAlarmWatch({
      ...{ stateDir: dir, incidents: room.incidents, rules: policy.watch, now: moment.now },
      transcriptDirs: dirs.map((each) => join(each, "projects")),
      script: intakePlaces(dir).script,
      // One that looks and ends was there before, too.
      sinceMs: once ? 0 : moment.now(),
    }),
  );
  const waits = opened.use(openWaits({ policy, room }, { context, moment }));
  const shared = { alarms, sessions, waits };
  const rules = policy.resumeOthers;
  if (rules === null) {
    const all = opened.move();
    return { ...shared, others: null, [Symbol.asyncDispose]: () => all.disposeAsync() };
  }
  const onEvent = createEventLog(moment, log);
  const ports = room.ports({ policy: boundedPolicy(policy, rules), onEvent });
  const adopter = opened.use(await openAdopter({ stateDir: dir, rules, supervisor: ports }));
  const all = opened.move();
  return { ...shared, others: { adopter, ports }, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function openWaits(
  { policy, room }: { readonly policy: Policy; readonly room: WorkRoom },
  { context, moment }: { readonly context: Context; readonly moment: Moment },
): WaitingSessions {
  const ports = room.ports({ policy, onEvent: () => {} });
  return createWaitingSessions({
    ...{ stateDir: stateDir(context), ledger: room.ledger, governor: room.governor, policy },
    ...{ now: moment.now, random: ports.random },
    defaultAccount: accountKey(policy, undefined, context.env),
    spentToday: (account) => spentToday(account, ports),
  });
}

/** Logs what a supervisor does; what it says with every look, once. */
function createEventLog(moment: Moment, log: UpLog): (event: SupervisorEvent) => void {
  let last = "";
  return (event) => {
    const words = eventWords(event, moment);
    if (words === null || (event.type === "notice" && words === last)) return;
    last = words;
    const key = "key" in event ? event.key : "";
    log({
      level: event.type === "failed" || event.type === "drift" ? "warning" : "info",
      event: event.type,
      words: key === "" ? words : `${key}: ${words}`,
      data: { key },
    });
  };
}

/** Where Claude Code keeps logins and transcripts: for the user, and for each account that has logins of its own. */
function loginDirs({ accounts }: Policy, { env, homeDir }: Context): readonly string[] {
  const own = env.CLAUDE_CONFIG_DIR || join(homeDir, ".claude");
  const others = Object.values(accounts).flatMap(({ configDir }) => configDir ?? []);
  return [
    ...new Set([own, ...others].map((dir) => (dir.startsWith("~/") ? join(homeDir, dir.slice(2)) : dir))),
  ];
}
