/** Everything that a supervisor works with, in temporary folders: real agents, a real model API, and clocks that tests and benchmarks move. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createChildProcesses } from "../../src/platform/index.ts";
import { UNTOLD } from "../../src/recovery/incidents/alert-rules.ts";
import {
  accountKey,
  createJobFiles,
  type GovernorConfig,
  type NewJob,
  openIncidentBook,
  openLedger,
  openSharedGovernor,
  openSqliteQueue,
  type Policy,
  readGitFacts,
  readPolicy,
  type SuperviseEnd,
  type SuperviseOptions,
  type SupervisorEvent,
  type SupervisorPorts,
  supervise,
} from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { COMPILED } from "../support/compiled.ts";

/** `kedge agent`, as it runs from its sources; without a model it asks for no particular one. */
export const AGENT: readonly string[] = [
  fileURLToPath(new URL("../../../../bin/kedge", import.meta.url)),
  "agent",
  "-p",
  "Do it",
];

/** What a job differs in. */
interface JobWish {
  readonly key: string;
  /** Account of the policy. */
  readonly account?: string;
  readonly argv?: readonly string[];
  readonly cwd?: string;
}

/** Events of one type. */
type EventOf<Type extends SupervisorEvent["type"]> = Extract<SupervisorEvent, { type: Type }>;

export interface SuperviseRoom extends AsyncDisposable {
  readonly folder: string;
  readonly stateDir: string;
  /** Makes the key of a job that no other room has: several work beside each other on one machine. */
  key(name: string): string;
  /** Where sessions work. */
  readonly project: string;
  readonly env: Record<string, string | undefined>;
  readonly ports: SupervisorPorts;
  /** Of all supervisors of this room, in order. */
  readonly events: SupervisorEvent[];
  eventsOf<Type extends SupervisorEvent["type"]>(type: Type): readonly EventOf<Type>[];
  /** Adds a job as the commands do: with its launch contract and how its place stands. */
  add(...wishes: readonly JobWish[]): Promise<void>;
  /** Supervises until nothing goes on by itself any more. */
  supervise(options?: Partial<SuperviseOptions>, more?: Partial<SupervisorPorts>): Promise<SuperviseEnd>;
}

export interface RoomOptions {
  /** Folder of a room before, which stays; default: a temporary one of its own. */
  readonly folder?: string;
  /** As it would stand in `kedge.yaml`. */
  readonly policy?: object;
  readonly governor?: GovernorConfig;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Reads a policy of which nothing may be wrong. */
export async function policyOf(value: object): Promise<Policy> {
  const reading = await readPolicy({ version: 1, ...value });
  if (!reading.ok) throw new Error(`Expected a sound policy, got ${JSON.stringify(reading.problems)}`);
  return reading.policy;
}

export const BATCH = "room";

export async function openRoom(options: RoomOptions = {}): Promise<SuperviseRoom> {
  const {
    now = Date.now,
    random = Math.random,
    governor: config = { backoffBaseMs: 1_000, backoffCapMs: 2_000 },
  } = options;
  const folder = options.folder ?? realpathSync(mkdtempSync(join(tmpdir(), "kedge-supervise-")));
  const [stateDir, project, homeDir] = ["state", "project", "home"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const dir of [project, homeDir, stateDir]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const env: Record<string, string | undefined> = {
    ...COMPILED,
    ...{ PATH: process.env.PATH, HOME: homeDir, KEDGE_STATE_DIR: stateDir },
    ...{ ANTHROPIC_API_KEY: "any", CLAUDE_CODE_MAX_RETRIES: "0" },
    // The check for leaks knows what came from a test by it.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name === "KEDGE_TEST_MARK")),
    ...options.env,
  };
  await using opened = new AsyncDisposableStack();
  if (options.folder === undefined) opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const redactor = createRedactor();
  const ledger = opened.use(await openLedger({ stateDir, redactor, now, zone: "UTC" }));
  const queue = opened.use(await openSqliteQueue({ stateDir, redactor, now }));
  const incidents = opened.use(await openIncidentBook({ stateDir, rules: UNTOLD, now }));
  const governor = opened.use(await openSharedGovernor({ stateDir, now, random, config }));
  const children = opened.use(createChildProcesses());
  const policy = await policyOf(options.policy ?? {});
  const files = createJobFiles(stateDir);
  const events: SupervisorEvent[] = [];
  const kill = new AbortController();
  const runs: Promise<unknown>[] = [];
  // What a failed test leaves running is ended before its files are gone.
  opened.defer(async () => {
    kill.abort();
    await Promise.all(runs);
  });
  const ports: SupervisorPorts = {
    ...{ queue, governor, ledger, incidents, files, children, policy, env, now, random },
    ...{ places: { homeDir, stateDir }, holder: "supervisor", zone: "UTC" },
    onEvent: (event) => void events.push(event),
  };
  const all = opened.move();
  return {
    ...{ folder, stateDir, project, env, ports, events },
    key: (name) => `${basename(folder)}-${name}`,
    eventsOf: (type) => events.filter((event): event is EventOf<typeof type> => event.type === type),
    async add(...wishes) {
      const jobs: NewJob[] = [];
      for (const { key, account, argv = AGENT, cwd = project } of wishes) {
        const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
        const git = await readGitFacts(cwd, { children, env: Object.fromEntries(set) });
        await files.keepLaunch({
          ...{ version: 1, id: key, title: key, atMs: now(), argv, cwd, policyPath: null, envNames: [] },
          ...(account === undefined ? {} : { account }),
          ...(git === null ? {} : { git }),
        });
        const own = accountKey(policy, account, env);
        jobs.push({ key, account: own, sessionKey: `job:${key}`, payload: {}, notBeforeMs: 0, batch: BATCH });
      }
      await queue.add(jobs);
    },
    supervise(own = {}, more = {}) {
      const run = supervise(
        {
          ...{ scope: { batch: BATCH }, concurrency: 4 },
          ...{ stop: new AbortController().signal, kill: kill.signal },
          ...own,
        },
        { ...ports, ...more },
      );
      runs.push(run.catch(() => {}));
      return run;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
