/** Alarms for what has no event, over real files and a real ledger; only the clock is set. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openAlarmWatch } from "../../src/recovery/alarms/index.ts";
import { batchSlug, isBatchNamed } from "../../src/recovery/batch/batch-slug.ts";
import { isBeating, readHeartbeat, writeHeartbeat } from "../../src/recovery/heartbeat.ts";
import { type IncidentBook, openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import { fillWatch } from "../../src/recovery/policy/fill-watch.ts";
import type { WatchFile } from "../../src/recovery/policy/watch-schema.ts";
import { openQueueDatabase } from "../../src/recovery/queue/queue-database.ts";
import { DAY, HOUR, MINUTE, RULES, SECOND } from "./incident-world.ts";

const SESSION = "0a1b2c3d-0000-4000-8000-00000000000";
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A state folder, and one with transcripts. */
async function makeWorld(rules = RULES) {
  const folder = mkdtempSync(join(tmpdir(), "kedge-alarms-"));
  folders.push(folder);
  const clock = { nowMs: Date.now() };
  const now = (): number => clock.nowMs;
  mkdirSync(join(folder, "intake"));
  const script = join(folder, "intake", "kedge-intake");
  const transcripts = join(folder, "projects");
  const database = await openQueueDatabase(folder);
  const incidents = await openIncidentBook({ stateDir: folder, rules, now });
  return {
    ...{ folder, clock, script, transcripts, incidents },
    watch: (watch: WatchFile) =>
      openAlarmWatch({
        ...{ stateDir: folder, incidents, rules: fillWatch(watch), now, script },
        ...{ transcriptDirs: [transcripts], sinceMs: clock.nowMs },
      }),
    /** A hook tells that a session began. */
    begin: (sessionId: string, project = "api") =>
      database.write(({ build, run }) => {
        const at = clock.nowMs;
        run(
          build
            .insertInto("session")
            .values({
              ...{ agent: "claude-code", session_id: sessionId, project, project_dir: `/work/${project}` },
              ...{ first_ms: at, last_ms: at, started_ms: at, ended_ms: null, end_reason: null },
            })
            .onConflict((conflict) =>
              conflict.columns(["agent", "session_id"]).doUpdateSet({ started_ms: at }),
            ),
        );
      }),
    transcript(sessionId: string, cwd = "/work/api") {
      const dir = join(transcripts, "-work-api");
      mkdirSync(dir, { recursive: true });
      const file = join(dir, `${sessionId}.jsonl`);
      writeFileSync(file, `${JSON.stringify({ type: "user", cwd })}\n`);
      return file;
    },
    async [Symbol.asyncDispose]() {
      database.close();
      await incidents[Symbol.asyncDispose]();
    },
  };
}

const open = async (book: IncidentBook) =>
  (await book.list({ open: true })).map(({ cause, window }) => [cause, window]);

describe("a schedule", () => {
  const NIGHTLY: WatchFile = { schedules: { nightly: { every: "24h", grace: "1h", project: "api" } } };

  test("that did not begin raises one alarm, and its next beginning ends it", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    await world.begin(`${SESSION}1`);
    await using watch = await world.watch(NIGHTLY);
    clock.nowMs += DAY + HOUR - SECOND;
    await watch.look();
    expect(await open(incidents)).toEqual([]);
    clock.nowMs += SECOND;
    for (let count = 0; count < 3; count++) {
      await watch.look();
      clock.nowMs += HOUR;
    }
    expect(await open(incidents)).toEqual([["missed_run", "nightly"]]);
    const [incident] = await incidents.list();
    const { alerts } = (await incidents.get(incident?.id ?? "")) ?? {};
    expect(alerts).toHaveLength(1);
    await world.begin(`${SESSION}2`);
    await watch.look();
    expect(await open(incidents)).toEqual([]);
    expect((await incidents.list())[0]).toMatchObject({ resolution: "proof", owner: "person" });
  });

  test("of another project says nothing of it, and one that was never seen counts from when it is watched", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    {
      await using watch = await world.watch(NIGHTLY);
      await watch.look();
    }
    // Restarts do not begin anew.
    clock.nowMs += 20 * HOUR;
    await using watch = await world.watch(NIGHTLY);
    await world.begin(`${SESSION}1`, "web");
    await watch.look();
    expect(await open(incidents)).toEqual([]);
    clock.nowMs += 5 * HOUR;
    await watch.look();
    expect(await open(incidents)).toEqual([["missed_run", "nightly"]]);
    expect(readFileSync(join(world.folder, "up/watched.json"), "utf8")).toContain("nightly");
  });

  test("is given its time after the watching began: what starts it was down as well", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    await world.begin(`${SESSION}1`);
    clock.nowMs += 3 * DAY;
    await using watch = await world.watch(NIGHTLY);
    await watch.look();
    clock.nowMs += HOUR - SECOND;
    await watch.look();
    expect(await open(incidents)).toEqual([]);
    clock.nowMs += SECOND;
    await watch.look();
    expect(await open(incidents)).toEqual([["missed_run", "nightly"]]);
  });

  test("that was missed stays so over a restart of who watches, and ends when nobody watches it any more", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    await world.begin(`${SESSION}1`);
    {
      await using watch = await world.watch(NIGHTLY);
      clock.nowMs += 2 * DAY;
      await watch.look();
      expect(await open(incidents)).toEqual([["missed_run", "nightly"]]);
    }
    {
      await using again = await world.watch(NIGHTLY);
      await again.look();
      expect(await open(incidents)).toEqual([["missed_run", "nightly"]]);
    }
    await using other = await world.watch({});
    await other.look();
    expect(await open(incidents)).toEqual([]);
  });

  test("of a batch goes by its name", () => {
    expect(isBatchNamed(`${batchSlug("Nightly API")}-0a1b2c3d`, "Nightly API")).toBe(true);
    expect(isBatchNamed("nightly-0a1b2c3d", "nightly-2")).toBe(false);
    expect(isBatchNamed("nightly", "nightly")).toBe(false);
  });
});

describe("hooks that say nothing", () => {
  test("raise one alarm for all quiet sessions, by their projects' names, until hooks speak again", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    writeFileSync(world.script, "#!/bin/sh\n");
    utimesSync(world.script, new Date(clock.nowMs - DAY), new Date(clock.nowMs - DAY));
    clock.nowMs -= MINUTE;
    await using watch = await world.watch({ hooks: "5m" });
    world.transcript(`${SESSION}1`);
    world.transcript(`${SESSION}2`, "/home/me/secret place/web");
    world.transcript(`${SESSION}3`);
    world.transcript("agent-of-another-kind");
    await world.begin(`${SESSION}3`);
    clock.nowMs = Date.now() + 4 * MINUTE;
    await watch.look();
    expect(await open(incidents)).toEqual([]);
    clock.nowMs += 2 * MINUTE;
    await watch.look();
    await watch.look();
    expect(await open(incidents)).toEqual([["quiet_hooks", null]]);
    const [incident] = await incidents.list();
    const { basis } = JSON.parse(incident?.verdict ?? "{}");
    expect(basis.words).toMatch(/^2 sessions in (?:api, web|web, api) run, and their hooks have not told/);
    // Its user has put it right, and the next session tells that it begins.
    clock.nowMs += HOUR + MINUTE;
    await watch.look();
    expect(await open(incidents)).toEqual([["quiet_hooks", null]]);
    await world.begin(`${SESSION}4`);
    await watch.look();
    expect(await open(incidents)).toEqual([]);
  });

  test("mean nothing where none are installed, or for sessions that began before", async () => {
    await using world = await makeWorld();
    const { clock, incidents } = world;
    world.transcript(`${SESSION}1`);
    await using watch = await world.watch({});
    clock.nowMs += 10 * MINUTE;
    await watch.look();
    writeFileSync(world.script, "#!/bin/sh\n");
    utimesSync(world.script, new Date(clock.nowMs), new Date(clock.nowMs));
    await watch.look();
    expect(await open(incidents)).toEqual([]);
  });

  test("are not asked for with never", async () => {
    await using world = await makeWorld();
    writeFileSync(world.script, "#!/bin/sh\n");
    utimesSync(world.script, new Date(0), new Date(0));
    world.clock.nowMs -= MINUTE;
    await using watch = await world.watch({ hooks: "never" });
    world.transcript(`${SESSION}1`);
    world.clock.nowMs += HOUR / 2;
    await watch.look();
    expect(await open(world.incidents)).toEqual([]);
  });
});

describe("an alarm", () => {
  test("that nobody wants is none", async () => {
    const quiet = { ...RULES.causes, missed_run: { severity: "none", afterMs: 0 } as const };
    await using world = await makeWorld({ ...RULES, causes: quiet });
    const alarm = { cause: "missed_run", subject: "a", sinceMs: 0, words: "It did not." } as const;
    expect(await world.incidents.raise(alarm)).toBeNull();
    expect(await world.incidents.clear(alarm)).toBeNull();
    expect(await world.incidents.list()).toEqual([]);
  });

  test("is not over because some session was answered", async () => {
    await using world = await makeWorld();
    const { incidents, clock } = world;
    await incidents.raise({ cause: "quiet_hooks", subject: "", sinceMs: clock.nowMs, words: "Quiet." });
    clock.nowMs += HOUR;
    const proof = { agent: "claude-code", sessionId: "s", sinceMs: clock.nowMs, atMs: clock.nowMs };
    expect(await incidents.prove({ ...proof, account: "machine" })).toEqual([]);
    expect(await open(incidents)).toEqual([["quiet_hooks", null]]);
  });
});

describe("a heartbeat", () => {
  const BEAT = { pid: 42, version: "1.2.3", health: null, endedMs: null };

  test("is read as it was written, and nothing else is one", async () => {
    await using world = await makeWorld();
    const beat = {
      ...BEAT,
      beatMs: 5_000,
      sinceMs: 1_000,
      health: "http://127.0.0.1:1/healthz",
      endedMs: 9_000,
    };
    await writeHeartbeat(world.folder, beat);
    expect(await readHeartbeat(world.folder)).toEqual(beat);
    for (const text of ["", "kedge 2 up\nbeat 1\n", "kedge 1 up\nbeat x\npid 1\nsince 1\n", "kedge 1 up\n"]) {
      writeFileSync(join(world.folder, "up/heartbeat"), text, { mode: 0o600 });
      expect(await readHeartbeat(world.folder)).toBeNull();
    }
  });

  test("counts for 45 seconds, whichever way the clock was set", () => {
    const beat = { ...BEAT, beatMs: 1_000_000, sinceMs: 0 };
    expect([-46, -45, 0, 45, 46].map((s) => isBeating(beat, 1_000_000 + s * SECOND))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(isBeating({ ...beat, endedMs: 1 }, 1_000_000)).toBe(false);
    expect(isBeating(null, 0)).toBe(false);
  });
});
