/** Tells of failures as `kedge up` does, in a process of its own, and prints how long it took and what it cost: `sender-child.ts URLS`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createChildProcesses } from "../../packages/kedge/src/platform/index.ts";
import { DEFAULT_ALERTS, UNTOLD } from "../../packages/kedge/src/recovery/incidents/alert-rules.ts";
import {
  createChannel,
  createZone,
  type Ledger,
  openLedger,
  openOutbox,
  type SendingChannel,
  sendAlerts,
  type WitnessRecord,
} from "../../packages/kedge/src/recovery/index.ts";
import { createRedactor } from "../../packages/kedge/src/redact/index.ts";

/** Receivers by name. That of `good` is the one that counts. */
export type Urls = Readonly<Record<string, string>>;

/** What one run came to. */
export interface Told {
  /** From the instant at which each message to the good receiver was due until it was delivered, ms. */
  readonly tookMs: readonly number[];
  /** Ids of the messages to the good receiver, in the order in which they were due. */
  readonly ids: readonly string[];
  /** Tries to deliver to the others. */
  readonly tries: number;
  /** Growth over the messages that are counted, MiB: the largest RSS, and what is left of the heap. */
  readonly peakMiB: number;
  readonly heapMiB: number;
}

const WARM_UP = 40;
const MESSAGES = 200;
const EVERY_MS = 100;
/** Every so many go to all receivers, the others to the good one alone. */
const SHARED = 5;
/** Silent receivers are given up after 13 s: then everything has been run once. */
const WARM_UP_MS = 15_000;
/** Project of the failures that go to all. */
const ALL_HEAR = "site";
const LOOK_EVERY_MS = 100;
const ALL = 100_000;
const MIB = 2 ** 20;

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as Urls)));

async function run(receivers: Urls): Promise<Told> {
  const stateDir = mkdtempSync(join(tmpdir(), "kedge-bench-alerts-"));
  try {
    await using closing = new AsyncDisposableStack();
    const urls = Object.entries(receivers);
    const rules = {
      ...{ ...UNTOLD, causes: DEFAULT_ALERTS, groupWaitMs: 0 },
      routes: [{ projects: [ALL_HEAR], channels: urls.map(([name]) => name) }, { channels: ["good"] }],
    };
    const redactor = createRedactor();
    const zone = createZone("UTC");
    if (zone === undefined) throw new Error("Expected to know UTC");
    const moment = { now: Date.now, zone };
    const ledger = closing.use(
      await openLedger({ stateDir, redactor, now: Date.now, zone: "UTC", alertRules: async () => rules }),
    );
    const outbox = closing.use(
      await openOutbox({ stateDir, rules, moment, holder: "bench", random: Math.random }),
    );
    const children = closing.use(createChildProcesses());
    const told = { tries: 0, good: 0 };
    const channels = urls.map(([name, url]): SendingChannel => {
      const rule = { type: "webhook", url, secrets: [], headers: {} } as const;
      const ports = { env: {}, homeDir: stateDir, now: Date.now, children, redactor };
      return { ...createChannel(name, rule, ports), rule: "r" };
    });
    const stop = new AbortController();
    const onSent = ({ channel }: { readonly channel: string }): void =>
      void told[channel === "good" ? "good" : "tries"]++;
    const sending = sendAlerts({ outbox, channels, signal: stop.signal, onSent });

    const warmUntil = Date.now() + WARM_UP_MS;
    await fail(ledger, 0, WARM_UP);
    while (told.good < WARM_UP) await sleep(LOOK_EVERY_MS);
    await sleep(Math.max(0, warmUntil - Date.now()));
    collectGarbage();
    const before = process.memoryUsage();
    if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
    await fail(ledger, WARM_UP, MESSAGES);
    while (told.good < WARM_UP + MESSAGES || (await outbox.nextDue({ name: "good", rule: "r" })) !== null)
      await sleep(LOOK_EVERY_MS);
    const peak = readPeak();
    collectGarbage();
    const heap = process.memoryUsage().heapUsed - before.heapUsed;
    stop.abort();
    await sending;
    const all = (await outbox.list({ limit: ALL })).filter(({ channel }) => channel === "good").toReversed();
    // A receiver that is gone is an alarm of its own, told to the good one while everything warms up.
    const counted = all.slice(-MESSAGES);
    return {
      tookMs: counted.map(({ due_ms, ended_ms }) => (ended_ms ?? Number.NaN) - due_ms),
      ids: all.map(({ id }) => id),
      ...{ tries: told.tries, peakMiB: (peak - before.rss) / MIB, heapMiB: heap / MIB },
    };
  } finally {
    rmSync(stateDir, { recursive: true });
  }
}

/** Each fails on an account of its own, so that each is told by itself. */
async function fail(ledger: Ledger, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    const atMs = Date.now();
    const witness: WitnessRecord = {
      id: `w${number}`,
      evidence: {
        ...{ witness: "result", atMs, seenAtMs: atMs, agent: "claude-code", sessionId: `s${number}` },
        ...{ kind: "billing_error", status: 400, message: "Credit balance is too low" },
      },
      session: {
        projectDir: `/srv/${number % SHARED === 0 ? ALL_HEAR : "shop"}`,
        account: `name:a${number}`,
      },
    };
    await ledger.record([witness]);
    await sleep(EVERY_MS);
  }
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new Error("Expected --expose-gc");
  globalThis.gc();
  globalThis.gc();
}

/** Bytes. The kernel sees every moment, also those in which JavaScript cannot look. */
function readPeak(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1_024;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) * 1_024;
}
