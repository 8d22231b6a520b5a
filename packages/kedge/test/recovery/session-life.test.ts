/** Entries of one session are taken in as the names of their files come, which is no order at all. */
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { endInput, leaveAt, makeIngester, rowsOf, startInput } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const GIT = "0123456789012345678901234567890123456789";

interface Entry {
  readonly atMs: number;
  readonly witness: "start" | "end" | "failure";
  readonly input: (session: string) => object;
  readonly facts?: readonly string[];
}

const start = (atMs: number, more: object = {}): Entry => ({
  ...{ atMs, witness: "start", facts: [`git ${GIT}`] },
  input: (session) => startInput(session, more),
});
const end = (atMs: number, more: object = {}): Entry => ({
  ...{ atMs, witness: "end" },
  input: (session) => endInput(session, more),
});
const failure = (atMs: number, more: object = {}): Entry => ({
  ...{ atMs, witness: "failure" },
  input: (session) => failureInput({ session_id: session, ...more }),
});

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

const known = { agent: "claude-code", project: "shop", project_dir: "/work/shop" };

test.each<[string, readonly Entry[], object]>([
  [
    "that began, failed and ended",
    [start(AT), failure(AT + 1_000), end(AT + 2_000, { reason: "logout" })],
    {
      ...known,
      started_ms: AT,
      ended_ms: AT + 2_000,
      end_reason: "logout",
      git_head: GIT,
      last_ms: AT + 2_000,
    },
  ],
  [
    "that was resumed, and ended again",
    [
      start(AT),
      end(AT + 1_000, { reason: "clear" }),
      start(AT + 2_000),
      end(AT + 3_000, { reason: "logout" }),
    ],
    { ...known, started_ms: AT + 2_000, ended_ms: AT + 3_000, end_reason: "logout", git_head: GIT },
  ],
  [
    "that was resumed, and lives",
    [start(AT), end(AT + 1_000, { reason: "clear" }), start(AT + 2_000)],
    { ...known, started_ms: AT + 2_000, ended_ms: AT + 1_000, end_reason: "clear" },
  ],
  [
    "of whose last end nobody gives the reason",
    [start(AT), end(AT + 1_000, { reason: "clear" }), end(AT + 3_000, { reason: undefined })],
    { ...known, started_ms: AT, ended_ms: AT + 3_000, end_reason: null },
  ],
  [
    "whose folder one entry knows",
    [start(AT, { cwd: undefined }), failure(AT + 1_000), end(AT + 2_000, { cwd: "" })],
    { ...known, first_ms: AT, started_ms: AT, ended_ms: AT + 2_000 },
  ],
  [
    "whose folder nobody knows",
    [start(AT, { cwd: undefined }), end(AT + 2_000, { cwd: 7 })],
    { project: "", project_dir: "", started_ms: AT, ended_ms: AT + 2_000 },
  ],
  [
    "that nobody saw begin",
    [failure(AT), end(AT + 2_000)],
    { ...known, started_ms: null, first_ms: AT, ended_ms: AT + 2_000 },
  ],
  [
    "that failed twice",
    [failure(AT + 9_000), failure(AT)],
    { ...known, first_ms: AT, last_ms: AT + 9_000, ended_ms: null },
  ],
])(
  "a session %s is the same in every order of its entries, together or one by one",
  async (_, entries, expected) => {
    const world = makeRecovery();
    const ledger = await world.ledger();
    const ingester = await makeIngester(world, ledger);
    const orders = permutations(entries);
    for (const isTogether of [true, false]) {
      for (const [number, order] of orders.entries())
        for (const [at, { atMs, witness, input, facts = [] }] of order.entries()) {
          // Names give the order within one pass.
          const session = `s-${isTogether}-${number}`;
          leaveAt(world, atMs, `${at}-${session}`, witness, input(session), facts);
          if (!isTogether) await ingester.drain();
        }
      await ingester.drain();
    }
    const rows = rowsOf(world, "SELECT * FROM session");
    expect(rows).toHaveLength(2 * orders.length);
    const distinct = new Set(rows.map(({ session_id: _id, ...row }) => JSON.stringify(row)));
    expect([...distinct].map((row): unknown => JSON.parse(row))).toEqual([expect.objectContaining(expected)]);
  },
);
