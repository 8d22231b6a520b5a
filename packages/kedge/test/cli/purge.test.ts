import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { silenceIncidents } from "../../src/cli/commands/incident-act.ts";
import { purgeFailures } from "../../src/cli/commands/purge.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import { at, makeLedger, stopFailure, witness } from "../support/ledger-world.ts";

type Options = Parameters<typeof purgeFailures>[0];
const purge = (options: Options) => (context: Context, moment: Moment) =>
  purgeFailures(options, context, moment);

const session = (letter: string): string => `${letter.repeat(8)}-0000-4000-8000-000000000000`;

/** Failures of two projects and three sessions, each with a word of its own in everything that may hold one. */
async function wordyLedger() {
  const world = makeLedger();
  const failure = (word: string, letter: string, when: string, project: string) =>
    witness(
      {
        status: 500,
        isError: true,
        kind: `kind${word}`,
        message: `it said ${word}`,
        model: `model-${word}`,
        atMs: at(when),
        sessionId: session(letter),
      },
      {
        projectDir: `/home/dev/${project}`,
        transcriptPath: `/home/dev/.claude/projects/${word}.jsonl`,
        gitHead: `git${word}`,
      },
    );
  const rows = await world.record(
    failure("xylophone", "a", "2026-11-20 10:00", "shop"),
    failure("marmalade", "b", "2026-11-21 10:00", "shop"),
    failure("trombone", "c", "2026-11-21 11:00", "wiki"),
  );
  const manifests = join(world.stateDir, "manifests");
  mkdirSync(manifests, { mode: 0o700 });
  for (const letter of ["a", "b", "c"])
    writeFileSync(join(manifests, `${session(letter)}.json`), `manifest ${letter}`);
  const holds = (word: string): boolean => [...world.bytes().values()].some((text) => text.includes(word));
  const idOf = (letter: string): string => rows.find((row) => row.session_id === session(letter))?.id ?? "";
  const hasManifest = (letter: string): boolean => existsSync(join(manifests, `${session(letter)}.json`));
  return { ...world, holds, idOf, hasManifest };
}

const WORDS = ["xylophone", "marmalade", "trombone"] as const;
const LETTERS = ["a", "b", "c"] as const;

describe("kedge purge", () => {
  it.each([
    ["a project", () => ({ project: "shop" }), [true, true, false]],
    ["a session by the beginning of its id", () => ({ session: "bbbb" }), [false, true, false]],
    ["what is older", () => ({ before: "2026-11-21" }), [true, false, false]],
    [
      "one failure",
      (idOf: (letter: string) => string) => ({ id: idOf("c").slice(0, 10) }),
      [false, false, true],
    ],
    ["everything", () => ({ all: true }), [true, true, true]],
  ])("removes %s, and no byte of it is left in any file", async (_, choose, gone) => {
    const world = await wordyLedger();
    expect(WORDS.map(world.holds)).toEqual([true, true, true]);
    const { stdout, exitCode } = await world.run(purge({ ...choose(world.idOf), yes: true, json: true }));
    expect(WORDS.map(world.holds)).toEqual(gone.map((each) => !each));
    expect(LETTERS.map(world.hasManifest)).toEqual(gone.map((each) => !each));
    expect(JSON.parse(stdout)).toEqual({
      removed: gone.filter(Boolean).length,
      quietSessionsRemoved: 0,
      leftoversRemoved: 0,
      setAsideRemoved: 0,
      isScrubbed: true,
    });
    expect(exitCode).toBe(0);
    expect(world.bytes().get(join(world.stateDir, "ledger.sqlite-wal")) ?? "").toBe("");
  });

  it("says what would go, and without a terminal and --yes removes nothing", async () => {
    const world = await wordyLedger();
    let shown = "";
    await expect(
      world.run((context, moment) =>
        purgeFailures(
          { project: "shop" },
          { ...context, terminal: { ...context.terminal, out: (text) => (shown += text) } },
          moment,
        ),
      ),
    ).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining("--yes") });
    expect(shown).toMatch(/^2 failures of 2 sessions \(yesterday 10:00 to 10:00\), in shop\./);
    expect(WORDS.map(world.holds)).toEqual([true, true, true]);
  });

  it("takes in first what hooks left, and with --all removes what nobody could read", async () => {
    const world = await wordyLedger();
    world.spool("1-a.failure", stopFailure({ error: "rate_limit", last_assistant_message: "saxophone" }));
    world.spool("2-a.failure", "rubbish with a bassoon");
    const { stdout } = await world.run(purge({ all: true, yes: true }));
    expect(stdout).toMatch(
      /Removed 4 failures and 1 file that could not be read\. A line that says so is all that is left\.$/,
    );
    expect(["saxophone", "bassoon", ...WORDS].filter(world.holds)).toEqual([]);
  });

  it("removes a silence of a project of which nothing else is known, and shows it first", async () => {
    const world = makeLedger();
    await world.run((context, moment) =>
      silenceIncidents(undefined, { project: "shop", for: "2h" }, context, moment),
    );
    const { stdout, exitCode } = await world.run(purge({ project: "shop", yes: true }));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^No failure, and 1 record of incidents and silences\./);
    expect(stdout).toMatch(/Removed 0 failures and 1 record of incidents and silences\./);
    expect((await world.run(purge({ project: "shop", yes: true }))).stdout).toBe(
      "There was nothing to remove.",
    );
  });

  it("removes sessions of a project in which nothing failed, and shows them first", async () => {
    const world = await wordyLedger();
    const quiet = { witness: "session_start_hook", atMs: at("2026-11-21 12:00") };
    await world.record(
      witness({ ...quiet, sessionId: "quiet-1" }, { projectDir: "/home/dev/bassoon" }),
      witness({ ...quiet, sessionId: "quiet-2" }, { projectDir: "/home/dev/bassoon" }),
    );
    const { stdout } = await world.run(purge({ project: "bassoon", yes: true }));
    expect(stdout).toMatch(/^No failure, and 2 sessions in which nothing failed\./);
    expect(stdout).toMatch(/Removed 0 failures and 2 sessions in which nothing failed\./);
    expect(["bassoon", ...WORDS].map(world.holds)).toEqual([false, true, true, true]);
  });

  it("says that the file still holds traces while another process reads it, and the next purge finishes", async () => {
    const world = await wordyLedger();
    const reader = new DatabaseSync(join(world.stateDir, "ledger.sqlite"));
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM failure").get();
    const held = await world.run(purge({ project: "shop", yes: true }));
    expect(held.exitCode).toBe(74);
    expect(held.stderr).toContain("still holds traces");
    reader.exec("COMMIT");
    reader.close();
    const again = await world.run(purge({ project: "shop", yes: true }));
    expect(again.stdout).toBe("There was nothing to remove.");
    expect(WORDS.map(world.holds)).toEqual([false, false, true]);
  }, 40_000);

  it("an id or a session that is not one failure's or session's alone removes nothing", async () => {
    const world = await wordyLedger();
    await world.record(witness({ status: 500, isError: true, atMs: 1, sessionId: "aaaa-other" }));
    const several = await world.run(purge({ session: "aaaa", yes: true }));
    expect(several.stderr).toContain("2 sessions have ids that begin with");
    expect(several.exitCode).toBe(1);
    expect((await world.run(purge({ id: "f_00000", yes: true }))).exitCode).toBe(1);
    expect(WORDS.map(world.holds)).toEqual([true, true, true]);
    for (const options of [{}, { project: "shop", all: true }, { before: "never" }])
      await expect(world.run(purge({ ...options, yes: true }))).rejects.toMatchObject({ exitCode: 64 });
  });
});
