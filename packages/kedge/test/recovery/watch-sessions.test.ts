/** What the ledger keeps of a session for whoever watches it: its process, and who pays. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { agentPid } from "../../src/recovery/agent-pid.ts";
import { inputOf, makeRecording } from "../security/recorded-sessions.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { endInput, leaveAt, makeIngester, rowsOf, startInput } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

/** All orders of some items. */
function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

test("the last start says which process it is and who pays, in whatever order its records come", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const accountOf = async ({ credentials }: { credentials: readonly string[] }): Promise<string> =>
    credentials[0] ?? "nobody";
  const ingester = await makeIngester(world, ledger, { accountOf });
  const entries = [
    { atMs: AT, witness: "start", facts: ["claude_pid 11", "credential A"] },
    { atMs: AT + 1_000, witness: "end", facts: ["pid 500", "credential A"] },
    { atMs: AT + 2_000, witness: "start", facts: ["claude_pid 22", "credential B"] },
    { atMs: AT + 3_000, witness: "end", facts: ["pid 501", "credential B"] },
  ] as const;
  for (const isTogether of [true, false])
    for (const [number, order] of permutations(entries).entries()) {
      const session = `s-${isTogether}-${number}`;
      for (const [at, { atMs, witness, facts }] of order.entries()) {
        const input = witness === "start" ? startInput(session) : endInput(session);
        leaveAt(world, atMs, `${at}-${session}`, witness, input, facts);
        if (!isTogether) await ingester.drain();
      }
      await ingester.drain();
    }
  const rows = rowsOf(world, "SELECT DISTINCT pid, account FROM session");
  expect(rows).toEqual([{ pid: 22, account: "B" }]);
  expect(rowsOf(world, "SELECT count(*) AS count FROM session")).toEqual([{ count: 48 }]);
});

test("a record that says nothing of them changes nothing", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const known = await makeIngester(world, ledger, { accountOf: async () => "name:a" });
  leaveAt(world, AT, "1", "start", startInput("s"), ["claude_pid 11"]);
  await known.drain();
  leaveAt(world, AT + 1_000, "2", "start", startInput("s"));
  await (await makeIngester(world, ledger)).drain();
  expect(rowsOf(world, "SELECT pid, account, started_ms FROM session")).toEqual([
    { pid: 11, account: "name:a", started_ms: AT + 1_000 },
  ]);
});

test.each<[string, Readonly<Record<string, readonly string[]>>, number | undefined]>([
  ["what the agent says itself", { claude_pid: ["4711"], pid: ["12"], argv: ["/bin/sh", "-c"] }, 4711],
  ["its entry's parent, where that is no shell", { pid: ["12"], argv: ["/usr/bin/node", "cli.js"] }, 12],
  [
    "its entry's parent, by a line that nobody can take apart",
    { pid: ["12"], args: ["claude -p Do it"] },
    12,
  ],
  [
    "not a shell that ran the entry",
    { pid: ["12"], argv: ["/bin/sh", "-c", "kedge-intake start"] },
    undefined,
  ],
  ["not a shell of a login", { pid: ["12"], argv: ["-zsh"] }, undefined],
  ["not a shell, on one line", { pid: ["12"], args: ["/bin/bash -c kedge-intake"] }, undefined],
  [
    "not a program that waits for another",
    { pid: ["12"], argv: ["timeout", "5", "kedge-intake"] },
    undefined,
  ],
  ["not a parent of which nothing is known", { pid: ["12"] }, undefined],
  ["no number that is none", { claude_pid: ["12x"], pid: ["12"], argv: ["claude"] }, undefined],
  ["not the first process", { claude_pid: ["1"] }, undefined],
  ["not a number that no process has", { claude_pid: ["4294967296"] }, undefined],
])("the process of an agent is %s", (_, facts, expected) => {
  expect(agentPid(facts)).toBe(expected);
});

test("the installed entry gives the process that runs it, and never the shell between", async () => {
  const world = makeRecording();
  await world.deliver("start", inputOf("SessionStart"));
  // A shell that has something left to do stays the entry's parent, and is gone when its record is read.
  const ran = spawnSync("/bin/sh", ["-c", `'${world.entry}' start; true`], {
    input: inputOf("SessionStart", { session_id: "s2" }),
    env: {},
  });
  expect(ran.status).toBe(0);
  const said = spawnSync("/bin/sh", ["-c", `'${world.entry}' start; true`], {
    input: inputOf("SessionStart", { session_id: "s3" }),
    env: { CLAUDE_PID: String(process.pid) },
  });
  expect(said.status).toBe(0);
  await world.takeIn();
  const manifest = readFileSync(join(world.stateDir, "manifests/s2.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ argv: expect.arrayContaining(["-c"]) });
  expect(world.rows("session").map(({ session_id, pid }) => [session_id, pid])).toEqual([
    ["s", process.pid],
    ["s2", null],
    ["s3", process.pid],
  ]);
});

test("open sessions are found by their index, and what ended is none of them", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  leaveAt(world, AT, "1", "start", startInput("open"));
  leaveAt(world, AT, "2", "start", startInput("ended"));
  leaveAt(world, AT + 1_000, "3", "end", endInput("ended"));
  leaveAt(world, AT, "4", "end", endInput("resumed"));
  leaveAt(world, AT + 1_000, "5", "start", startInput("resumed"));
  leaveAt(world, AT, "6", "end", endInput("never seen to begin"));
  await ingester.drain();
  expect((await ledger.sessions.open()).map(({ session_id: id }) => id)).toEqual(["resumed", "open"]);
  const database = new DatabaseSync(ledger.path, { readOnly: true });
  const plan = database
    .prepare(
      "EXPLAIN QUERY PLAN SELECT * FROM session WHERE started_ms IS NOT NULL AND (ended_ms IS NULL OR ended_ms < started_ms) ORDER BY last_ms DESC LIMIT 1000",
    )
    .all();
  database.close();
  expect(JSON.stringify(plan)).toContain("session_open");
});
