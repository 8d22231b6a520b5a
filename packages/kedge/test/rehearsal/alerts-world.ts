/** The matrix of rehearsals with people who listen: supervised work, its incidents, its outbox, and real receivers. */
import type { Scenario } from "../../src/model-api/index.ts";
import { createChildProcesses } from "../../src/platform/index.ts";
import {
  createChannel,
  createZone,
  type Incident,
  type IncidentBook,
  type Ledger,
  openIncidentBook,
  openLedger,
  openOutbox,
  type SuperviseEnd,
  type Zone,
} from "../../src/recovery/index.ts";
import { createRedactor, knownSecrets } from "../../src/redact/index.ts";
import { AGENT, policyOf } from "../recovery/supervise-room.ts";
import { makeSupervise, type SuperviseWorld } from "../recovery/supervise-world.ts";
import { checkTold } from "./alerts-checks.ts";
import { type Receivers, startReceivers } from "./alerts-receivers.ts";
import { createTime, type RehearsalTime } from "./alerts-time.ts";

/** Each in every session of a rehearsal, and in no message. */
const PROMPT = "Do the quarterly figures";
export const TOOL = "echo quarterly >> log.txt";
const API_KEY = "sk-ant-api03-rehearsal-0123456789abcdefghij";

/** What `kedge run` would be given: no session is asked before its tool runs. */
const COMMAND: readonly string[] = [
  ...AGENT.slice(0, -1),
  ...[PROMPT, "--permission-mode", "bypassPermissions"],
];

export interface AlertRehearsal extends AsyncDisposable, RehearsalTime, Pick<Receivers, "told" | "pages"> {
  readonly world: SuperviseWorld;
  readonly ledger: Ledger;
  readonly incidents: IncidentBook;
  /** Adds pieces of work, and returns their keys. */
  add(...works: readonly Work[]): Promise<readonly string[]>;
  /** Somebody has seen to it, and lets the work go on: as `kedge resume` does. */
  resume(key: string): Promise<SuperviseEnd>;
  /** Moves the clock to an instant at once: before anything has happened. */
  setNow(atMs: number): void;
  /** What was told of each incident, in the order in which they were opened. */
  byIncident(): readonly (readonly string[])[];
  /** All of them, the first one first. */
  cases(): Promise<readonly Incident[]>;
  /** See `checkTold`. */
  check(): void;
}

/** A piece of work. */
interface Work {
  readonly name: string;
  readonly account?: string;
  /** Arguments after those of {@link COMMAND}. */
  readonly args?: readonly string[];
}

interface RehearsalOptions {
  /** As in `kedge.yaml`, in addition to the channels. */
  readonly policy?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Of this machine. Default: UTC. */
  readonly zone?: string;
  /** From 0 up to, and without, 1: default the middle of every jitter. */
  readonly random?: () => number;
  /** What must stand in no message, besides what never may. */
  readonly secret?: readonly string[];
}

export async function rehearse(scenario: Scenario, options: RehearsalOptions = {}): Promise<AlertRehearsal> {
  const { policy: own = {}, zone: zoneName = "UTC", random = () => 0.5 } = options;
  await using opened = new AsyncDisposableStack();
  const clock = { now: Date.now };
  const receivers = opened.use(await startReceivers(() => clock.now()));
  const written = { ...own, channels: receivers.channels };
  const env = { ANTHROPIC_API_KEY: API_KEY, ...receivers.env, ...options.env };
  const world = opened.use(await makeSupervise(scenario, { policy: written, env, random }));
  clock.now = world.nowMs;
  const { stateDir, nowMs: now } = world;
  const policy = await policyOf(written);
  const redactor = createRedactor({ known: knownSecrets(env) });
  const rules = policy.alerts;
  const alertRules = async () => rules;
  const ledger = opened.use(await openLedger({ stateDir, redactor, now, zone: zoneName, alertRules }));
  const incidents = opened.use(await openIncidentBook({ stateDir, rules, now }));
  const moment = { now, zone: createZone(zoneName) as Zone };
  const outbox = opened.use(await openOutbox({ stateDir, rules, moment, holder: "teller", random }));
  const children = opened.use(createChildProcesses());
  const channels = Object.entries(policy.channels).map(([name, rule]) => ({
    rule: name,
    // Receivers have the true time, and take no signature that is minutes old.
    ...createChannel(name, rule, { env, homeDir: world.folder, now: Date.now, children, redactor }),
  }));
  const ports = { ledger, incidents, policy, zone: zoneName };
  const time = createTime({ world, outbox, channels, ports });
  const resume = async (key: string): Promise<SuperviseEnd> => {
    const { queue, governor } = world.ports;
    const job = await queue.get(key);
    await governor.clear({ account: job?.account ?? "" });
    await queue.wake([key]);
    return time.supervise({ renewed: new Set([key]) });
  };
  const secrets = [PROMPT, TOOL, API_KEY, world.folder, world.api.url, ...Object.values(receivers.env)];
  const all = opened.move();
  return {
    ...{ ...time, world, ledger, incidents, resume },
    ...{ told: receivers.told, pages: receivers.pages },
    async add(...works) {
      const wishes = works.map(({ name, account, args = [] }) => ({
        ...{ key: world.key(name), argv: [...COMMAND, ...args] },
        ...(account === undefined ? {} : { account }),
      }));
      await world.add(...wishes);
      return wishes.map(({ key }) => key);
    },
    setNow: (atMs) => world.pass(atMs - now()),
    byIncident: () =>
      [...Map.groupBy(receivers.told, ({ incident }) => incident.id).values()].map((own) =>
        own.map(({ type }) => type),
      ),
    cases: async () => (await incidents.list({ limit: 100 })).toReversed(),
    check: () => checkTold(receivers, [...secrets, ...(options.secret ?? [])]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
