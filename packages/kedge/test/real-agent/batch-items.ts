/** A batch of items that each call a tool twice, and what is left of that. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { RecordedRequest, Scenario } from "../../src/model-api/index.ts";
import { CLAUDE, type RealWorld, saidIn } from "./real-world.ts";

/** Calls that every item makes, one after the other. */
const CALLS = 2;

/** What {@link callsOf} says of an item that made all calls, each once. */
export const ALL_CALLS = Array.from({ length: CALLS }, (_, at) => at + 1).join(" ");

type Routes = NonNullable<Scenario["routes"]>;

/** Writes its number into the log of its item, and notices when another one of the same session runs at the same time. */
const callTool = (number: number) => ({
  tool: "Bash",
  input: {
    command: `exec 9>lock; flock -n 9 || echo busy >> busy; sleep 0.2; echo ${number} >> log; echo "call ${number} of ${CALLS}"`,
  },
});

/** The model that works items off: what it does next follows from what the tool said last. */
export const WORKER: { readonly routes: Routes; readonly replies: NonNullable<Scenario["replies"]> } = {
  routes: [
    { when: { last: `call ${CALLS} of ${CALLS}` }, replies: [{ text: "All done." }] },
    ...Array.from({ length: CALLS - 1 }, (_, at) => ({
      when: { last: `call ${at + 1} of ${CALLS}` },
      replies: [callTool(at + 2)],
    })),
  ],
  replies: [callTool(1)],
};

/** Sessions at once. */
export const CONCURRENCY = 4;

/** Writes a batch whose items each have a folder of their own. @returns its path */
export function writeBatch(world: RealWorld, keys: readonly string[]): string {
  for (const key of keys) mkdirSync(join(world.project, key));
  const items = keys.map((key) => ({ key, prompt: `Do ${key}`, directory: key }));
  const agent = [CLAUDE, "-p", "--allowedTools", "Bash"];
  return world.write("batch.json", JSON.stringify({ version: 1, concurrency: CONCURRENCY, agent, items }));
}

/** The item that a request is of. */
export function itemOf(request: RecordedRequest): string {
  return (saidIn(request)[0] ?? "").replace(/^Do /, "");
}

/** The calls that each item made, and whether two were made at a time. */
export function callsOf(world: RealWorld, keys: readonly string[]): readonly string[] {
  return keys.map((key) => world.read(`${key}/log`).trim().split("\n").join(" ") + world.read(`${key}/busy`));
}

/** One of the events that `kedge batch --json` prints on standard error. */
export interface BatchEvent {
  readonly type: string;
  readonly key: string;
  readonly atMs: number;
  readonly isCanary?: boolean;
}

export function readEvents(stderr: string): readonly BatchEvent[] {
  const lines = stderr.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as BatchEvent);
}

/**
 * That sessions which go first to see whether a limit is gone go alone: until such a one has an answer or fails, none begins and no other one
 * asks.
 */
export function expectCanariesAlone(
  events: readonly BatchEvent[],
  requests: readonly RecordedRequest[],
): void {
  const canaries = events.flatMap((event, at) => (event.isCanary ? [{ ...event, at }] : []));
  expect(canaries.length).toBeGreaterThan(0);
  for (const { key, at, atMs } of canaries) {
    const rest = events.slice(at + 1);
    const isProof = (event: BatchEvent): boolean =>
      event.key === key && (event.type === "progress" || event.type === "failed");
    const proof = rest.findIndex(isProof);
    expect(rest.slice(0, proof).filter(({ type }) => type === "started")).toEqual([]);
    const provenMs = rest[proof]?.atMs ?? 0;
    const meanwhile = requests.filter((request) => request.atMs > atMs && request.atMs < provenMs);
    expect(new Set(meanwhile.map(itemOf))).toEqual(new Set([key.replace(/^.*~/, "")]));
  }
}

/** The report that `--json` prints on standard output. */
export interface BatchReport {
  readonly state: string;
  readonly done: number;
  readonly items: readonly {
    readonly key: string;
    readonly state: string;
    readonly attempts: number;
    readonly parks: number;
    readonly cause: string | null;
  }[];
}
