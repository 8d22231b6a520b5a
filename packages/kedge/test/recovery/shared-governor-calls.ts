/** Calls on a governor that a seed settles, told to one that is shared or to a plain one, and the order in which they were done. */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import type { Governor, RefusalFacts } from "../../src/recovery/governor/governor-api.ts";
import type { SharedGovernor } from "../../src/recovery/governor/shared-governor-api.ts";
import { createRandom, type Random } from "../support/random.ts";

export const T0 = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

export interface Call {
  readonly kind: "ask" | "started" | "proof" | "refused" | "ended" | "stop" | "clear" | "reconcile";
  readonly account: string;
  readonly sessionId: string;
  readonly model: string | undefined;
  /** By how much the clock goes on until then; it may be set back. */
  readonly stepMs: number;
  readonly verdict: RefusalFacts;
  readonly running: readonly string[];
  readonly sinceMs: number;
}

const KINDS: readonly Call["kind"][] = [
  ...(["ask", "ask", "ask", "ask", "ask", "ask", "started", "proof", "proof", "proof", "proof"] as const),
  ...(["ask", "proof", "refused", "refused", "ended", "reconcile"] as const),
];

export function makeCall(random: Random): Call {
  const sessionId = `s${random.below(6)}`;
  const account = random.pick(["a", "a", "a", "b"]);
  const cause = random.pick(["plan_window", "request_rate", "request_rate", "overload", "auth", "server"]);
  const delay = random.pick([undefined, 1, 5_000, 90_000]);
  return {
    kind: random.chance(0.04) ? random.pick(["stop", "clear", "clear"]) : random.pick(KINDS),
    ...{ account, sessionId, model: random.pick([undefined, "opus", "sonnet"]) },
    stepMs: random.chance(0.05) ? random.pick([-2_000, -HOUR, 8 * HOUR]) : random.below(3_000),
    verdict: { cause, isSubagent: random.chance(0.2), ...(delay !== undefined && { retryAfterMs: delay }) },
    running: ["s0", "s1", "s2", "s3"].filter(() => random.chance(0.5)),
    sinceMs: T0 + random.below(300_000),
  };
}

/** Does a call on a governor of this process alone. */
export function tellPlain(governor: Governor, call: Call, nowMs: number): unknown {
  const { kind, account, sessionId, model, verdict, running, sinceMs } = call;
  const news = { account, sessionId, nowMs };
  if (kind === "ask") return governor.ask({ ...news, ...(model !== undefined && { model }) });
  if (kind === "refused") return governor.refused({ ...news, verdict });
  if (kind === "stop") return governor.stop({ account, why: "asked to", nowMs });
  if (kind === "clear") return governor.clear({ account, nowMs });
  if (kind !== "reconcile") return governor[kind](news);
  const gone = governor
    .admittedBefore({ account, beforeMs: sinceMs, nowMs })
    .filter((own) => !running.includes(own));
  for (const own of gone) governor.ended({ account, sessionId: own, nowMs });
  return gone;
}

/** Does a call on a governor that is shared. */
export function tellShared(governor: SharedGovernor, call: Call): Promise<unknown> {
  const { kind, account, sessionId, model, verdict, running, sinceMs } = call;
  const news = { account, sessionId };
  if (kind === "ask") return governor.ask({ ...news, ...(model !== undefined && { model }) });
  if (kind === "refused") return governor.refused({ ...news, verdict });
  if (kind === "stop") return governor.stop({ account, why: "asked to" });
  if (kind === "clear") return governor.clear({ account });
  if (kind === "reconcile") return governor.reconcile({ account, running, sinceMs });
  return governor[kind](news);
}

/** One call that was begun, as a line of the file of their order. */
export interface Begun {
  readonly name: string;
  /** Of the calls of this name, from 0. */
  readonly index: number;
  readonly nowMs: number;
}

export const LINE_BYTES = 64;

/** Lines of a fixed length, so that the last one is found without reading the others. */
export function parseOrder(text: string): readonly Begun[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", index, nowMs] = line.trim().split(" ");
      return { name, index: Number(index), nowMs: Number(nowMs) };
    });
}

/**
 * A clock that notes whenever it is read, and goes on with every call. A shared governor reads it once a call, while nobody else can: so the
 * notes are in the order in which the calls were done.
 */
export function createOrder(path: string) {
  const last = (): { readonly count: number; readonly nowMs: number } => {
    if (!existsSync(path)) return { count: 0, nowMs: T0 };
    const file = openSync(path, "r");
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(LINE_BYTES);
    const length = size === 0 ? 0 : readSync(file, bytes, 0, LINE_BYTES, size - LINE_BYTES);
    closeSync(file);
    const [begun] = parseOrder(bytes.toString("latin1", 0, length));
    return { count: size / LINE_BYTES, nowMs: begun?.nowMs ?? T0 };
  };
  return {
    last,
    begin({
      name,
      index,
      stepMs,
    }: {
      readonly name: string;
      readonly index: number;
      readonly stepMs: number;
    }) {
      const { count, nowMs } = last();
      const now = nowMs + stepMs;
      appendFileSync(path, `${`${name} ${index} ${now}`.padEnd(LINE_BYTES - 1)}\n`);
      return { nowMs: now, next: randomOfLine(count) };
    },
  };
}

/** What is drawn in the call of a line, whoever does it. */
export function randomOfLine(line: number): () => number {
  return createRandom(line).next;
}
