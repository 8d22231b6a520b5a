import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import { createChildProcesses } from "../../platform/index.ts";
import {
  createJobFiles,
  defaultPolicy,
  type GovernorConfig,
  type IncidentBook,
  type JobFiles,
  type JobQueue,
  type Ledger,
  openIncidentBook,
  openSharedGovernor,
  openSqliteQueue,
  type Policy,
  type SharedGovernor,
  type SupervisorPorts,
} from "../../recovery/index.ts";
import type { Redactor } from "../../redact/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { type AlertRoom, openAlerts } from "../open-alerts.ts";
import { inWords, openUndrained, type Records, readRetention } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { readSupervisor } from "../up/supervisor-state.ts";
import { retainJobs } from "./retain-jobs.ts";
import { startTelling, type TellingPorts } from "./tell-people.ts";

/** Everything that the work of sessions is kept in. */
export interface WorkRoom extends AsyncDisposable {
  readonly queue: JobQueue;
  readonly governor: SharedGovernor;
  readonly ledger: Ledger;
  readonly files: JobFiles;
  readonly incidents: IncidentBook;
  readonly alerts: AlertRoom;
  readonly records: Records;
  /** Everything that is shown passes it. */
  readonly redactor: Redactor;
  /** Lets go of what is older than it is to be kept. */
  retain(): Promise<void>;
  /** Tells people of incidents until it is disposed of. */
  tell(own: Omit<TellingPorts, "isTakenOver">): AsyncDisposable;
  /** What a supervisor works with. */
  ports(own: Pick<SupervisorPorts, "policy" | "onEvent" | "onLine" | "onStderr">): SupervisorPorts;
}

/**
 * Opens the queue, the governor and the ledger of this user.
 *
 * @param policy how long limits are waited for whose end nobody states
 * @param alertPolicy whose channels and alerts hold in place of those of the user's own policy
 * @throws {CommandError} when one of them cannot be used
 */
export async function openWork(
  context: Context,
  moment: Moment,
  policy: Policy = defaultPolicy(),
  alertPolicy?: Policy,
): Promise<WorkRoom> {
  const { env, homeDir } = context;
  const dir = stateDir(context);
  const script = process.argv[1];
  await using opened = new AsyncDisposableStack();
  const records = opened.use(await openUndrained(context, moment, alertPolicy));
  const { now, zone } = moment;
  try {
    const queue = opened.use(await openSqliteQueue({ stateDir: dir, redactor: records.redactor, now }));
    const random = (): number => randomInt(2 ** 32) / 2 ** 32;
    const governor = opened.use(
      await openSharedGovernor({ stateDir: dir, now, random, config: patienceOf(policy) }),
    );
    const own = await records.ownPolicy();
    const rules = own.alerts;
    const incidents = opened.use(await openIncidentBook({ stateDir: dir, rules, now }));
    const children = opened.use(createChildProcesses());
    const files = createJobFiles(dir);
    const alerts = opened.use(await openAlerts(own, { context, moment, redactor: records.redactor }));
    // A supervisor sends through the channels of the user's own policy, and knows no others.
    const isTakenOver = async (): Promise<boolean> =>
      alertPolicy === undefined && (await readSupervisor(dir, moment)).state === "running";
    const all = opened.move();
    return {
      retain: () => retainJobs({ queue, files }, now() - readRetention(env)),
      ...{ queue, governor, files, incidents, alerts, records },
      ...{ ledger: records.ledger, redactor: records.redactor },
      tell: (own) => startTelling(alerts, { ...own, isTakenOver }),
      ports: (own) => ({
        ...{ queue, governor, incidents, files, children, env, now, random, ledger: records.ledger },
        ...{ zone: zone.name, holder: `kedge ${process.pid} on ${hostname()}` },
        places: { homeDir, stateDir: dir },
        ...(script === undefined ? {} : { ownProgram: [process.execPath, script] }),
        ...own,
      }),
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  } catch (error) {
    throw inWords(error);
  }
}

/** The pauses between two looks at a limit are those between two tries that met it. */
function patienceOf({ causes }: Policy): GovernorConfig {
  const { baseMs, capMs } = causes.request_rate.backoff;
  const backoffBaseMs = Math.min(Math.max(baseMs, LEAST_MS), MOST_MS);
  return { backoffBaseMs, backoffCapMs: Math.min(Math.max(capMs, backoffBaseMs), MOST_MS) };
}

/** What the governor takes. */
const LEAST_MS = 1_000;
const MOST_MS = 86_400_000;
