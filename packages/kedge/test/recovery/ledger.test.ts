import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { LEDGER_VERSION, migrate } from "../../src/recovery/ledger/migrations.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import type { WitnessRecord } from "../../src/recovery/witness.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { makeRecovery } from "../support/recovery-world.ts";

const HOUR = 3_600_000;
const start = Date.UTC(2026, 10, 20, 10, 0, 0);

let count = 0;
function witness(
  evidence: Partial<Evidence> = {},
  session: Partial<WitnessRecord["session"]> = {},
): WitnessRecord {
  count++;
  return {
    id: `w-${count}`,
    evidence: {
      ...{
        witness: "stop_failure_hook",
        atMs: start,
        seenAtMs: start + 5,
        agent: "claude-code",
        sessionId: `s-${count}`,
      },
      ...{ kind: "server_error", message: "API Error: 500 Internal server error.", ...evidence },
    },
    session: { projectDir: "/work/shop", ...session },
  };
}

describe("the ledger", () => {
  test("is private, and keeps what it was given over a restart", async () => {
    const world = makeRecovery();
    const ledger = await world.ledger();
    await ledger.record([witness()]);
    expect(statSync(ledger.path).mode & 0o777).toBe(0o600);
    const again = await world.ledger();
    expect((await again.failures()).failures).toHaveLength(1);
  });

  test("gives the same failures for every order in which witnesses come", async () => {
    const session = { sessionId: "s-1", promptId: "p-1" };
    const all = [
      witness({ ...session }),
      witness({ ...session, witness: "transcript", status: 529, requestId: "req_1", atMs: start + 40 }),
      witness({
        ...session,
        witness: "result",
        status: 529,
        atMs: start + 90,
        durationMs: 1_000,
        isError: true,
      }),
    ];
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 0],
    ];
    const seen = await Promise.all(
      orders.map(async (order) => {
        const ledger = await makeRecovery().ledger();
        for (const at of order) await ledger.record(all.slice(at, at + 1));
        const { failures } = await ledger.failures();
        const stats = await ledger.stats({ fromMs: start, untilMs: start + 1 });
        // Which number an incident has depends on what it was taken for before.
        return JSON.stringify([failures.map((row) => ({ ...row, incident_seq: null })), stats]);
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(JSON.parse(seen[0] ?? "[]")[0]).toMatchObject([
      { kind: "overloaded", witnesses: 3, time_lost_ms: 1_000 },
    ]);
  });

  test("finds by project, kind, session and time, page by page", async () => {
    const ledger = await makeRecovery().ledger();
    await ledger.record(
      Array.from({ length: 25 }, (_, at) =>
        witness(
          {
            atMs: start + at * 1_000,
            kind: at % 2 === 0 ? "rate_limit" : "server_error",
            ...(at % 2 === 0 ? { status: 429 } : {}),
          },
          { projectDir: at < 5 ? "/work/other" : "/work/shop" },
        ),
      ),
    );
    expect((await ledger.failures({ project: "other" })).failures).toHaveLength(5);
    expect((await ledger.failures({ kind: "rate_limit" })).failures).toHaveLength(13);
    expect(
      (await ledger.failures({ fromMs: start + 10_000, untilMs: start + 12_000 })).failures,
    ).toHaveLength(2);
    const first = await ledger.failures({ limit: 10 });
    const last = first.failures.at(-1);
    expect([first.failures.length, first.hasMore]).toEqual([10, true]);
    const second = await ledger.failures({
      limit: 20,
      after: { atMs: last?.at_ms ?? 0, id: last?.id ?? "" },
    });
    expect([second.failures.length, second.hasMore]).toEqual([15, false]);
    const ids = [...first.failures, ...second.failures].map(({ id }) => id);
    expect(new Set(ids).size).toBe(25);
  });

  test("finds one by the beginning of its id, with its witnesses", async () => {
    const ledger = await makeRecovery().ledger();
    await ledger.record([witness()]);
    const id = (await ledger.failures()).failures[0]?.id ?? "";
    expect(await ledger.failure(id.slice(0, 8))).toMatchObject({
      failure: { id },
      witnesses: [{ agent: "claude-code" }],
    });
    for (const wrong of ["f_", "x", "", "f_zz", "%", `${id}0`])
      expect(await ledger.failure(wrong)).toBeNull();
  });

  test("counts exactly: cost, quota stops, last tool, by project and hour", async () => {
    const ledger = await makeRecovery().ledger();
    const limit = {
      kind: "rate_limit",
      status: 429,
      rateLimit: { status: "rejected", window: "five_hour", resetAtMs: start + 2 * HOUR },
    };
    await ledger.record([
      witness({ ...limit, atMs: start, lastTool: { name: "Bash", inputDigest: "0" } }, { costUsd: 0.5 }),
      witness({ ...limit, atMs: start + HOUR }, { costUsd: 0.25, projectDir: "/work/other" }),
      witness({
        atMs: start + HOUR + 1,
        durationMs: 60_000,
        status: 500,
        lastTool: { name: "Bash", inputDigest: "1" },
      }),
    ]);
    const stats = await ledger.stats({ fromMs: start, untilMs: start + 2 * HOUR });
    expect(stats).toMatchObject({
      failures: 3,
      quotaStops: 2,
      costUsd: 0.75,
      timeLostMs: 2 * HOUR + HOUR + 60_000,
    });
    expect(stats.byProject.map(({ name, failures }) => [name, failures])).toEqual([
      ["shop", 2],
      ["other", 1],
    ]);
    expect(stats.byTool.map(({ name, failures }) => [name, failures])).toEqual([
      ["Bash", 2],
      ["", 1],
    ]);
    expect(stats.byHour).toEqual([
      { hourMs: start, failures: 1, quotaStops: 1 },
      { hourMs: start + HOUR, failures: 2, quotaStops: 1 },
    ]);
    expect((await ledger.stats({ fromMs: start, untilMs: start + HOUR })).failures).toBe(1);
  });

  test("keeps the counts of hours what the failures are, whatever changes them", async () => {
    const world = makeRecovery();
    const ledger = await world.ledger();
    const records = Array.from({ length: 60 }, (_, at) =>
      witness({
        sessionId: `s-${at % 7}`,
        promptId: `p-${at % 11}`,
        atMs: start + (at % 5) * HOUR,
        ...(at % 3 === 0 ? { witness: "transcript", status: 529 } : {}),
      }),
    );
    for (const record of records) await ledger.record([record]);
    await ledger.purge({ sessionId: "s-3" });
    const { failures } = await ledger.failures({ limit: 1_000 });
    const stats = await ledger.stats({ fromMs: start, untilMs: start + 10 * HOUR });
    expect(stats.failures).toBe(failures.length);
    for (const { hourMs, failures: own } of stats.byHour)
      expect(own).toBe(failures.filter(({ at_ms }) => at_ms >= hourMs && at_ms < hourMs + HOUR).length);
    expect(failures.some(({ session_id }) => session_id === "s-3")).toBe(false);
  });

  test("forgets what is older than it is kept, and what is purged for good", async () => {
    const world = makeRecovery();
    const ledger = await world.ledger();
    world.now = start + 100 * 24 * HOUR;
    await ledger.record([witness({ atMs: start }), witness({ atMs: world.now - HOUR, seenAtMs: world.now })]);
    expect(await ledger.retain({ failuresMs: 90 * 24 * HOUR })).toMatchObject({ failures: 1 });
    expect((await ledger.failures()).failures).toHaveLength(1);
    expect(await ledger.purge({ all: true })).toMatchObject({ failures: 1 });
    expect((await ledger.failures()).failures).toEqual([]);
    const raw = new DatabaseSync(ledger.path);
    expect(raw.prepare("SELECT what, removed FROM tombstone").all()).toMatchObject([
      { what: "all", removed: 1 },
    ]);
    expect(raw.prepare("SELECT count(*) AS n FROM witness").get()).toMatchObject({ n: 0 });
    raw.close();
  });

  test("holds no secret, in no field and in no file of it", async () => {
    const secret = ["sk", "ant", "api03", "a".repeat(40)].join("-");
    const known = "my-own-company-password-123";
    const world = makeRecovery([known]);
    const ledger = await world.ledger();
    const text = `x ${secret} y ${known} z`;
    await ledger.record([
      witness(
        {
          message: text,
          requestId: "req_1",
          apiError: text,
          lastTool: { name: text, inputDigest: text },
          resetFrom: text,
          event: text,
        },
        { permissionMode: text, projectDir: `/work/${known}` },
      ),
    ]);
    const bytes = readdirSync(world.stateDir)
      .filter((name) => name.startsWith("ledger"))
      .map((name) => readFileSync(join(world.stateDir, name), "latin1"))
      .join();
    for (const each of [secret, known]) {
      expect(bytes).not.toContain(each);
      expect(JSON.stringify(await ledger.failures())).not.toContain(each);
    }
  });
});

describe("a right", () => {
  const FOR = 15_000;
  const claim = async (renewedAt: number, claimedAt: number) => {
    const world = makeRecovery();
    const [one, other] = [await world.ledger(), await world.ledger()];
    world.now = start;
    await one.lease("writer", "one", FOR);
    world.now = renewedAt;
    await one.lease("writer", "one", FOR);
    world.now = claimedAt;
    return (await other.lease("writer", "other", FOR))?.token ?? null;
  };

  test.each([
    ["is renewed", start + 5_000, start + 5_000 + FOR - 1],
    ["was renewed after the other one had read the time", start + 5_000, start + 4_999],
    ["was renewed, and the clock was set back by minutes since", start + 5_000, start + 5_000 - 4 * 60_000],
  ])("that %s is its holder's", async (_, renewedAt, claimedAt) => {
    expect(await claim(renewedAt, claimedAt)).toBeNull();
  });

  test.each([
    ["has run out", start + 5_000, start + 5_000 + FOR],
    ["was taken by a clock that was hours ahead", start + HOUR, start],
    ["was taken by one that was ahead by more than any lease", start + 5 * 60_000 - FOR + 1, start],
  ])("that %s is somebody else's, with a greater token", async (_, renewedAt, claimedAt) => {
    expect(await claim(renewedAt, claimedAt)).toBe(2);
  });
});

describe("a ledger of another version", () => {
  test("that is newer is refused, untouched", async () => {
    const world = makeRecovery();
    const path = join(world.stateDir, "ledger.sqlite");
    const raw = new DatabaseSync(path);
    raw.exec(`PRAGMA user_version = ${LEDGER_VERSION + 1}`);
    raw.close();
    await expect(world.ledger()).rejects.toMatchObject({ code: "LEDGER_NEWER" });
  });

  test("of every earlier version is brought forward", () => {
    for (let from = 0; from <= LEDGER_VERSION; from++) {
      const raw = new DatabaseSync(":memory:");
      migrate(raw, from);
      migrate(raw);
      expect(raw.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: LEDGER_VERSION });
      raw.close();
    }
  });

  test("1 keeps its rows, and takes jobs from then on", async () => {
    const world = makeRecovery();
    const path = join(world.stateDir, "ledger.sqlite");
    const ledger = await world.ledger();
    await ledger.record([witness(), witness({ kind: "rate_limit", status: 429 })]);
    await ledger.purge({ sessionId: (await ledger.failures()).failures[0]?.session_id ?? "" });
    await ledger.lease("writer", "somebody", HOUR);
    await ledger.close();
    const raw = new DatabaseSync(path);
    const tables = ["witness", "failure", "failure_hour", "session", "lease", "tombstone", "forgotten"];
    const rows = () => tables.map((table) => raw.prepare(`SELECT * FROM ${table}`).all());
    const before = rows();
    expect(before.every((own) => own.length > 0)).toBe(true);
    // What later versions brought goes: this is a ledger as version 1 left it.
    raw.exec("DROP INDEX failure_incident; ALTER TABLE failure DROP COLUMN incident_seq");
    raw.exec("ALTER TABLE failure DROP COLUMN account");
    raw.exec("DROP INDEX session_open; ALTER TABLE session DROP COLUMN account");
    raw.exec("ALTER TABLE session DROP COLUMN pid");
    const later = ["job_attempt", "job", "queue_clock", "governor"];
    const latest = ["alert", "incident_session", "incident", "channel_state", "silence", "ledger_id"];
    for (const table of [...later, ...latest]) raw.exec(`DROP TABLE ${table}`);
    raw.exec("PRAGMA user_version = 1");
    const fresh = new DatabaseSync(":memory:");
    migrate(fresh, 1);
    const schemaOf = (own: DatabaseSync) =>
      // SQLite's own table of places that were given outlives the tables that it is about.
      own.prepare("SELECT name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY name").all();
    expect(schemaOf(raw)).toEqual(schemaOf(fresh));
    migrate(raw);
    migrate(fresh);
    expect(schemaOf(raw)).toEqual(schemaOf(fresh));
    // What version 1 had counted is of no incident.
    const bare = (all: ReturnType<typeof rows>) =>
      JSON.parse(JSON.stringify(all).replaceAll(/"incident_seq":\d+/g, '"incident_seq":null'));
    expect(bare(rows())).toEqual(bare(before));
    expect(raw.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
    for (const own of [raw, fresh]) own.close();
    const redactor = createRedactor();
    await using queue = await openSqliteQueue({ stateDir: world.stateDir, redactor, now: () => start });
    const job = { key: "k", account: "a", sessionKey: "s", payload: null, notBeforeMs: 0 };
    expect(await queue.add([job])).toEqual([{ key: "k", isNew: true }]);
    expect((await (await world.ledger()).failures()).failures).toHaveLength(1);
  });

  test("that is damaged, or no ledger, is said in words", async () => {
    const world = makeRecovery();
    writeFileSync(
      join(world.stateDir, "ledger.sqlite"),
      "this is no database at all, but a long text ".repeat(100),
    );
    await expect(world.ledger()).rejects.toMatchObject({ code: "LEDGER_NOT_USABLE" });
  });
});
