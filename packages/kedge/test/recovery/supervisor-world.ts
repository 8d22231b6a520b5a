/**
 * Supervisors in processes of their own over one state folder, with a real agent and a real model API: and what can be seen of them from outside,
 * by nobody's word but the files' and the API's.
 */

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect } from "vitest";
import { type Fault, type ModelApi, type Route, startModelApi } from "../../src/model-api/index.ts";
import { openSqliteQueue } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { MAIN } from "../cli/run-kedge.ts";
import { COMPILED } from "../support/compiled.ts";
import { checkItem, checkQueue, checkRequests } from "./supervisor-checks.ts";
import { DRIVER, type Driver, type DriverPlan, startDriver } from "./supervisor-driver.ts";

export interface WorldOptions {
  readonly items: readonly string[];
  readonly isBatch: boolean;
  /** How long the tool of each session works, in seconds. */
  readonly workS?: number;
}

export interface SupervisorWorld {
  /** A name that no other world has. */
  readonly id: string;
  readonly folder: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
  /** Of each agent, with its prompt. */
  readonly argv: readonly (readonly string[])[];
  /** File of the policy that its supervisors have. */
  readonly policyFile: string;
  readonly api: ModelApi;
  plan(more?: Partial<Pick<DriverPlan, "end" | "leapsMs">>): DriverPlan;
  start(plan: DriverPlan): Driver;
  /** Runs `kedge` itself. */
  kedge(args: readonly string[], options?: { readonly cwd?: string }): Driver;
  /** Sets how long the tool of an item works from its next call on, in seconds. */
  work(item: string, seconds: number): void;
  /** Keys of all jobs that are in the queue, in the order in which they were added. */
  jobKeys(): Promise<readonly string[]>;
  /** Processes of agents of this world that are alive. */
  agents(): readonly number[];
  /** Waits until none of them is. */
  agentsGone(): Promise<void>;
  /**
   * Holds everything to what was promised, when all is over.
   *
   * @param keys of the jobs, in the order of the items; default: those of the plan
   */
  check(keys?: readonly string[]): Promise<void>;
  /** Removes it; after a test that is done anyway. */
  close(): Promise<void>;
}

/** Longer than a lease by a sweep, in the queue's time. */
export const LEAP_MS = 12_000;

/** Tries come fast, and each cause is tried for as long as a test may ask. */
const QUICK_POLICY = {
  version: 1,
  causes: { "*": { attempts: 10, backoff: { base: "1s", cap: "1s" } } },
} as const;

const apis: ModelApi[] = [];
const made: string[] = [];
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) {
    driver.kill("SIGKILL");
    await driver.ended;
  }
  for (const api of apis.splice(0)) await api.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Hundreds of processes read the same sources: what Node makes of these is kept. */
const compiled = mkdtempSync(join(tmpdir(), "kedge-supervisor-compiled-"));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

let worlds = 0;

export async function makeSupervisorWorld(options: WorldOptions): Promise<SupervisorWorld> {
  const { items, isBatch, workS = 0.3 } = options;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-supervisor-")));
  made.push(folder);
  const [stateDir, clock] = [join(folder, "state"), join(folder, "clock")];
  writeFileSync(clock, "0");
  const policyFile = join(folder, "policy.yaml");
  writeFileSync(policyFile, JSON.stringify(QUICK_POLICY));
  for (const dir of ["home", "bin", ...items]) mkdirSync(join(folder, dir));
  writeAgent(join(folder, "bin/kedge"));
  const api = await startModelApi({
    routes: items.flatMap(routesOf),
    faults: items.flatMap(faultsOf),
  });
  apis.push(api);
  const id = `w${process.pid}-${++worlds}`;
  const work = (item: string, seconds: number): void =>
    writeFileSync(join(folder, item, "seconds"), String(seconds));
  for (const item of items) work(item, workS);
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: join(folder, "home"),
    KEDGE_STATE_DIR: stateDir,
    KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK ?? "",
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: "any",
    CLAUDE_CODE_MAX_RETRIES: "0",
    NODE_COMPILE_CACHE: compiled,
    ...COMPILED,
  };
  const agent = [join(folder, "bin/kedge"), "agent", "-p", "--permission-mode", "bypassPermissions"];
  const jobs = items.map((item) => ({
    key: `${id}-${item}`,
    argv: [...agent, `Do ${item}.`],
    cwd: join(folder, item),
  }));
  const keys = jobs.map(({ key }) => key);
  const agents = (): readonly number[] => processesWith(`KEDGE_STATE_DIR=${stateDir}`, "KEDGE_CHILD=job-");
  return {
    ...{ id, folder, stateDir, env, keys, api, agents, policyFile, argv: jobs.map((job) => job.argv) },
    plan: (more = {}) => ({
      ...{ policy: QUICK_POLICY, clock, items: jobs, leapsMs: 0, batch: isBatch ? id : null },
      ...more,
    }),
    start(plan) {
      const driver = startDriver([DRIVER, JSON.stringify(plan)], { env, cwd: folder });
      drivers.push(driver);
      return driver;
    },
    kedge(args, { cwd = folder } = {}) {
      const driver = startDriver([MAIN, ...args], { env, cwd });
      drivers.push(driver);
      return driver;
    },
    work,
    async jobKeys() {
      await using queue = await openSqliteQueue({ stateDir, redactor: createRedactor(), now: Date.now });
      return (await queue.list()).jobs.map(({ key }) => key);
    },
    async agentsGone() {
      while (agents().length > 0) await sleep(20);
    },
    async check(own = keys) {
      const offsetMs = Number(readFileSync(clock, "utf8"));
      const now = (): number => Date.now() + offsetMs;
      await checkQueue(own, { stateDir, now });
      for (const [at, item] of items.entries()) {
        await checkItem({ item, dir: join(folder, item), key: own[at] ?? "", stateDir });
        checkRequests(item, api);
      }
      expect(agents()).toEqual([]);
    },
    async close() {
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Much of a case is waiting: more of them than there are processors run at once. */
const AT_ONCE = 6;

/** Does the same with each case, several at once, and fails with all that failed. */
export async function inParallel<Case>(
  cases: readonly Case[],
  work: (each: Case) => Promise<void>,
): Promise<void> {
  const rest = cases.values();
  const failures: unknown[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const each of rest) await work(each).catch((error: unknown) => failures.push(error));
    }),
  );
  if (failures.length === 0) return;
  const words = failures.map((error) => (error instanceof Error ? causes(error).join("\n") : String(error)));
  throw new Error(`${failures.length} of ${cases.length} failed:\n\n${words.join("\n\n")}`, {
    cause: failures[0],
  });
}

function causes(error: Error): readonly string[] {
  return [error.message, ...(error.cause instanceof Error ? causes(error.cause) : [])];
}

/** An agent that nobody can start beside another one of its item: it and all that comes from it hold a lock. */
function writeAgent(path: string): void {
  writeFileSync(
    path,
    `#!/bin/sh
exec 9>>session.lock
flock -n 9 || { echo "session $$ $*" >>OVERLAP; exit 99; }
echo "$$" >>sessions
exec '${process.execPath}' '${MAIN}' "$@"
`,
  );
  chmodSync(path, 0o755);
}

/** Asks for work until the work is done: each attempt that did not see its result does it again. */
function routesOf(item: string): readonly Route[] {
  const inside = `echo in >>work; sleep $(cat seconds); echo out >>work`;
  const command = `flock -n work.lock sh -c '${inside}' || echo "work $$" >>OVERLAP; echo WORKED`;
  return [
    {
      name: `${item} done`,
      when: { prompt: `Do ${item}.`, last: "WORKED" },
      replies: [{ text: `Done: ${item}, and every word of it.`, stream: { chunk_chars: 6, chunk_ms: 25 } }],
    },
    {
      name: `${item} work`,
      when: { prompt: `Do ${item}.` },
      replies: [{ tool: "Bash", input: { command } }],
    },
  ];
}

/** What goes wrong: both for one session by itself, one each for the first two of several. */
function faultsOf(item: string, at: number, items: readonly string[]): readonly Fault[] {
  const when = { prompt: `Do ${item}.` };
  const overload: Fault = { name: `${item} 529`, when, times: 1, reply: { status: 529 } };
  const limit: Fault = {
    ...{ name: `${item} 429`, when, times: 1 },
    reply: { status: 429, headers: { "retry-after": "1" } },
  };
  if (items.length === 1) return [overload, limit];
  return [[overload], [limit]][at] ?? [];
}

/** Processes in whose environment all of these stand. */
function processesWith(...texts: readonly string[]): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
        return texts.every((text) => environment.includes(text));
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}
