import { describe, expect, it } from "vitest";
import { listFailures } from "../../src/cli/commands/failures.ts";
import { openLedger } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { at, makeLedger, NOW, stopFailure, witness, ZONE } from "../support/ledger-world.ts";
import { HIDDEN } from "./hooks-world.ts";

const LIMIT = { status: 429, kind: "rate_limit", apiError: "usage_limit_reached", isError: true };
const session = (number: number): string => `${number}e551011-0000-4000-8000-000000000001`;

/** Four failures: today, yesterday, on Monday, and last year. */
async function fullLedger() {
  const world = makeLedger();
  const message = "You've hit your session limit · resets 3:45pm (Europe/Berlin)";
  await world.record(
    witness({
      ...LIMIT,
      atMs: at("2026-11-21 13:05"),
      sessionId: session(1),
      message,
      model: "claude-sonnet-5-5",
    }),
    witness(
      {
        status: 529,
        kind: "server_error",
        isError: true,
        atMs: at("2026-11-20 23:04"),
        sessionId: session(2),
      },
      { projectDir: "/home/dev/billing" },
    ),
    witness({
      status: 401,
      kind: "authentication_failed",
      isError: true,
      atMs: at("2026-11-16 09:00"),
      sessionId: session(3),
    }),
    witness({
      status: 400,
      kind: "billing_error",
      isError: true,
      message: "Your credit balance is too low",
      atMs: at("2025-11-03 14:02"),
      sessionId: session(4),
    }),
  );
  return world;
}

const list =
  (options: Parameters<typeof listFailures>[0]) =>
  (context: Parameters<typeof listFailures>[1], moment: Parameters<typeof listFailures>[2]) =>
    listFailures(options, context, moment);

const cells = (line: string): readonly string[] => line.split(/ {2,}/);

describe("kedge failures", () => {
  it("lists what failed, the newest first, with what it was in truth and what comes next", async () => {
    const { exitCode, stdout, stderr } = await (await fullLedger()).run(list({}));
    expect(stderr).toBe("");
    const rows = stdout.split("\n").map(cells);
    expect(rows[0]).toEqual(["WHEN", "ID", "PROJECT", "WHAT", "KIND", "STATUS", "SESSION", "MODEL", "NEXT"]);
    const id = expect.stringMatching(/^f_[0-9a-f]{6}$/);
    expect(rows.slice(1)).toEqual([
      [
        "13:05",
        id,
        "website",
        "5-hour limit used up",
        "rate_limit",
        "429",
        "1e551011",
        "claude-sonnet-5-5",
        "resets 15:45",
      ],
      ["yesterday 23:04", id, "billing", "API overloaded", "overloaded", "529", "2e551011", "–", "retry"],
      [
        "Mon 09:00",
        id,
        "website",
        "login refused",
        "authentication_failed",
        "401",
        "3e551011",
        "–",
        "one new process",
      ],
      [
        "2025-11-03 14:02",
        id,
        "website",
        "account cannot pay",
        "billing_error",
        "400",
        "4e551011",
        "–",
        "a person: account",
      ],
    ]);
    expect(exitCode).toBe(0);
  });

  it.each([
    [{ project: "billing" }, ["2"]],
    [{ kind: "overloaded" }, ["2"]],
    [{ kind: "plan_window" }, ["1"]],
    [{ session: "3e55" }, ["3"]],
    [{ since: "24h" }, ["1", "2"]],
    [{ since: "7d" }, ["1", "2", "3"]],
    [{ since: "2026-11-20" }, ["1", "2"]],
    [{ since: "2026-11-20 23:05" }, ["1"]],
    [{ until: "2026-11-20" }, ["2", "3", "4"]],
    [{ until: "2026-11-20 23:04" }, ["3", "4"]],
    [{ since: "yesterday", until: "yesterday" }, ["2"]],
    [{ since: "2025-11-03T13:02:00Z", until: "2025-11-03T13:03:00Z" }, ["4"]],
    [{ limit: "2" }, ["1", "2"]],
  ])("%j chooses %j", async (options, wanted) => {
    const { stdout } = await (await fullLedger()).run(list({ ...options, json: true }));
    expect(JSON.parse(stdout).map(({ sessionId }: { sessionId: string }) => sessionId.charAt(0))).toEqual(
      wanted,
    );
  });

  it("--json has names that stay, and instants both as text and as a number", async () => {
    const world = await fullLedger();
    const [first] = JSON.parse((await world.run(list({ json: true, limit: "1" }))).stdout);
    expect(Object.keys(first)).toMatchInlineSnapshot(`
      [
        "id",
        "at",
        "atMs",
        "seenAt",
        "seenAtMs",
        "project",
        "projectDir",
        "agent",
        "agentVersion",
        "sessionId",
        "promptId",
        "subagent",
        "what",
        "kind",
        "agentKind",
        "cause",
        "confidence",
        "scope",
        "isTransient",
        "window",
        "status",
        "errorType",
        "requestId",
        "model",
        "permissionMode",
        "attempts",
        "resetAt",
        "resetAtMs",
        "resetFrom",
        "isResetPlausible",
        "lastTool",
        "lastToolDigest",
        "message",
        "inputTokens",
        "outputTokens",
        "costUsd",
        "timeLostMs",
        "witnesses",
        "action",
        "needsPerson",
      ]
    `);
    expect(first).toMatchObject({
      at: "2026-11-21T12:05:00.000Z",
      atMs: Date.parse("2026-11-21T12:05:00Z"),
      resetAt: "2026-11-21T14:46:00.000Z",
      resetAtMs: Date.parse("2026-11-21T14:46:00Z"),
      cause: "plan_window",
      what: "5-hour limit used up",
      window: "five_hour",
      isTransient: true,
      subagent: null,
      costUsd: null,
    });
    expect((await world.run(list({ json: true, limit: "1" }))).stderr).toContain("--limit");
    expect((await world.run(list({ json: true }))).stderr).toBe("");
  });

  it("takes in first what hooks left, so that nothing else has to run", async () => {
    const world = makeLedger();
    const path = world.spool(
      "1-aaa.failure",
      stopFailure({
        error: "rate_limit",
        last_assistant_message: "You've hit your weekly limit · resets Mon 12:00am",
      }),
    );
    const { stdout } = await world.run(list({ json: true }));
    expect(JSON.parse(stdout)).toMatchObject([{ window: "seven_day", agentKind: "rate_limit" }]);
    expect([...world.bytes().keys()]).not.toContain(path);
  });

  it("says in one line when another process takes the spool in, and when files were set aside", async () => {
    const world = makeLedger();
    world.spool("1-aaa.failure", "rubbish");
    const first = await world.run(list({}));
    expect(first.stderr).toBe(
      `kedge: 1 file could not be read and was set aside in ${world.stateDir}/spool/bad, with the reason beside.`,
    );
    await using ledger = await openLedger({
      stateDir: world.stateDir,
      redactor: createRedactor(),
      now: () => NOW,
      zone: ZONE,
    });
    await ledger.lease("ingest", "somebody", 10_000);
    world.spool("2-aaa.failure", stopFailure({ error: "rate_limit" }));
    const second = await world.run(list({}));
    expect(second.stderr).toMatch(/^kedge: another process takes in[^\n]+$/);
    expect(second.exitCode).toBe(0);
  });

  it("shows what is there when what hooks left cannot be taken in, says why, and leaves the files", async () => {
    const world = await fullLedger();
    const path = world.spool("1-aaa.failure", stopFailure({ error: "rate_limit" }));
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(`${world.stateDir}/ledger.sqlite`);
    database.exec("CREATE TRIGGER full BEFORE INSERT ON witness BEGIN SELECT RAISE(ABORT, 'no room'); END");
    database.close();
    const { stdout, stderr, exitCode } = await world.run(list({}));
    expect(stdout.split("\n")).toHaveLength(5);
    expect(stderr).toMatch(/^kedge: [^\n]*no room[^\n]* What hooks left meanwhile is missing here\.$/);
    expect(exitCode).toBe(0);
    expect([...world.bytes().keys()]).toContain(path);
  });

  it("gives the right to take in back at once, and does not hold others up", async () => {
    const world = makeLedger();
    world.spool("1-aaa.failure", stopFailure({ error: "rate_limit" }));
    await world.run(list({}));
    const options = { stateDir: world.stateDir, redactor: createRedactor(), now: () => NOW, zone: ZONE };
    await using ledger = await openLedger(options);
    expect(await ledger.lease("ingest", "somebody", 1_000)).not.toBeNull();
  });

  it("has the id and what it was on the narrowest terminal", async () => {
    const { stdout } = await (await fullLedger()).run(list({}), { width: 12 });
    expect(stdout.split("\n")[1]).toMatch(/^f_[0-9a-f]{6} {2}5-hour limit…$/);
  });

  it("says what to do where nothing is recorded, and where nothing matches", async () => {
    const world = makeLedger();
    const none = await world.run(list({}));
    expect(none.stdout).toContain("`kedge install claude-code`");
    expect(none.stdout).toContain("`kedge doctor`");
    expect(none.exitCode).toBe(0);
    expect((await world.run(list({ json: true }))).stdout).toBe("[]");
    const other = await (await fullLedger()).run(list({ project: "nobody's" }));
    expect(other.stdout).toMatch(/^No failure matches\./);
  });

  it.each([40, 60, 80, 100, 120, 200])("no line is wider than a terminal of %i columns", async (width) => {
    const world = await fullLedger();
    await world.record(
      witness(
        { ...LIMIT, atMs: NOW - 1, sessionId: "日本語日本語日本語", model: "m".repeat(80) },
        { projectDir: `/x/${"語".repeat(40)}` },
      ),
    );
    const { stdout } = await world.run(list({}), { width });
    const { stringWidth } = await import("../../src/cli/exact-width.ts");
    expect(Math.max(...stdout.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
    expect(stdout).toMatch(/f_[0-9a-f]{6}/);
    expect(stdout.split("\n")[0]).toMatch(/^WHEN +ID +.*WHAT/);
    if (width >= 80) expect(stdout).toMatch(/5-hour limit used up .*resets 15:45/);
    expect(stdout.includes("No room here for")).toBe(width < 200);
  });

  it("colours what waits for a person otherwise than what passes by itself", async () => {
    const { stdout } = await (await fullLedger()).run(list({}), { hasStyles: true });
    expect(stdout).toMatch(/<caution>5-hour limit used up/);
    expect(stdout).toMatch(/<bad>account cannot pay/);
    expect(stdout).toMatch(/<bad>login refused/);
  });

  it("shows nothing that a terminal would obey", async () => {
    const world = makeLedger();
    const nasty = "\u001b]0;title\u0007\u001b[2J\u202egnp\nrow";
    await world.record(
      witness(
        { ...LIMIT, atMs: NOW, model: nasty, message: nasty, kind: nasty },
        { projectDir: `/x/${nasty}` },
      ),
    );
    for (const json of [true, false]) expect((await world.run(list({ json }))).stdout).not.toMatch(HIDDEN);
    expect((await world.run(list({}))).stdout.split("\n")).toHaveLength(2);
  });

  it("pages through 10,000 failures by --limit", async () => {
    const world = makeLedger();
    await world.record(
      ...Array.from({ length: 10_000 }, (_, index) =>
        witness({ status: 529, isError: true, atMs: NOW - index * 1_000, sessionId: `s${index}` }),
      ),
    );
    const short = await world.run(list({}));
    expect(short.stdout.split("\n")).toHaveLength(22);
    expect(short.stdout).toContain("These are the newest 20: --limit 100 shows more");
    const all = JSON.parse((await world.run(list({ json: true, limit: "10000" }))).stdout);
    expect(new Set(all.map(({ id }: { id: string }) => id)).size).toBe(10_000);
    expect(all.at(-1)).toMatchObject({ sessionId: "s9999" });
    expect(JSON.parse((await world.run(list({ json: true, limit: "2500" }))).stdout)).toHaveLength(2_500);
  }, 60_000);

  it.each([
    [{ since: "soon" }, 'after --since, got "soon"'],
    [{ since: "2026-02-30" }, "after --since"],
    [{ since: "2026-11-20 25:00" }, "after --since"],
    [{ until: "" }, "after --until"],
    [{ since: "1h", until: "2d" }, "--since to be before --until"],
    [{ limit: "0" }, "after --limit"],
    [{ limit: "many" }, "after --limit"],
  ])("%j is a wrong call", async (options, words) => {
    await expect(makeLedger().run(list(options))).rejects.toMatchObject({
      exitCode: 64,
      message: expect.stringContaining(words),
    });
  });

  it("a ledger of a newer Kedge, and one that is none, end with 65 and what to do", async () => {
    const { writeFileSync, mkdirSync } = await import("node:fs");
    const world = makeLedger();
    mkdirSync(world.stateDir, { mode: 0o700 });
    writeFileSync(
      `${world.stateDir}/ledger.sqlite`,
      "this is no database, and long enough to be looked at".repeat(100),
    );
    await expect(world.run(list({}))).rejects.toMatchObject({ exitCode: 65 });
    const newer = makeLedger();
    await newer.record();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(`${newer.stateDir}/ledger.sqlite`);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(newer.run(list({}))).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringContaining("newer Kedge"),
    });
  });
});
