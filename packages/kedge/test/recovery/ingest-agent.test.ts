/** The same entry is run by every agent that reads the settings of Claude Code: whose transcript it names says who failed. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { endInput, failedEntry, makeIngester, rowsOf, startInput, writeTranscript } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

/** Folder of the transcripts of an agent. */
const folders: Readonly<Record<string, (world: RecoveryWorld) => string>> = {
  "claude-code": ({ homeDir }) => join(homeDir, ".claude/projects/-work-shop"),
  kedge: ({ stateDir }) => join(stateDir, "sessions/work-shop"),
};

test.each(Object.entries(folders))(
  "of %s, in the failure, its witnesses and its session",
  async (agent, folderOf) => {
    const world = makeRecovery();
    world.now = AT;
    const ledger = await world.ledger();
    const path = writeTranscript(world, "s", [failedEntry(AT, { apiErrorStatus: 529 })], folderOf(world));
    world.leave("1-a", "start", startInput("s-1", { transcript_path: path }));
    world.leave("1-b", "failure", failureInput({ session_id: "s-1", transcript_path: path }));
    world.leave("1-c", "end", endInput("s-1", { transcript_path: path }));
    await (await makeIngester(world, ledger)).drain();
    expect(rowsOf(world, "SELECT DISTINCT agent FROM failure")).toEqual([{ agent }]);
    expect(rowsOf(world, "SELECT DISTINCT agent FROM witness")).toEqual([{ agent }]);
    expect(rowsOf(world, "SELECT agent, session_id FROM session")).toEqual([{ agent, session_id: "s-1" }]);
    const manifest = readFileSync(join(world.stateDir, "manifests/s-1.json"), "utf8");
    expect(JSON.parse(manifest)).toMatchObject({ agent });
    // Read, and not only named.
    expect(rowsOf(world, "SELECT DISTINCT status FROM failure WHERE status IS NOT NULL")).toEqual([
      { status: 529 },
    ]);
  },
);

test.each<[string, (world: RecoveryWorld) => string]>([
  ["in another folder", ({ homeDir }) => join(homeDir, "projects/s.jsonl")],
  ["beside the sessions of Kedge", ({ stateDir }) => join(stateDir, "sessions-old/s.jsonl")],
  ["out of the folder again", ({ stateDir }) => `${stateDir}/sessions/../../s.jsonl`],
  ["that is relative", () => "sessions/s.jsonl"],
  ["of another kind", ({ stateDir }) => join(stateDir, "sessions/s.json")],
])("a path %s makes nobody of it: it stays what the entry says", async (_, pathOf) => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  world.leave("1-a", "failure", failureInput({ transcript_path: pathOf(world) }));
  await (await makeIngester(world, ledger)).drain();
  expect((await ledger.failures()).failures).toMatchObject([{ agent: "claude-code", witnesses: 1 }]);
});

test("a link in the folder of transcripts is not followed", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const secret = writeTranscript(world, "s", [failedEntry(AT, { apiErrorStatus: 529 })], world.homeDir);
  const folder = join(world.homeDir, ".claude/projects/-work-shop");
  mkdirSync(folder, { recursive: true });
  const link = join(folder, "s.jsonl");
  symlinkSync(secret, link);
  world.leave("1-a", "failure", failureInput({ transcript_path: link }));
  await (await makeIngester(world, ledger)).drain();
  expect((await ledger.failures()).failures).toMatchObject([{ witnesses: 1, status: null }]);
});

test("sessions of two agents with one id are two", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  for (const [agent, folderOf] of Object.entries(folders)) {
    const path = join(folderOf(world), "s.jsonl");
    world.leave(agent, "failure", failureInput({ session_id: "s-1", transcript_path: path }));
  }
  await (await makeIngester(world, ledger)).drain();
  const { failures } = await ledger.failures();
  expect(failures.map(({ agent, witnesses }) => [agent, witnesses]).toSorted()).toEqual([
    ["claude-code", 1],
    ["kedge", 1],
  ]);
  expect(new Set(failures.map(({ id }) => id)).size).toBe(2);
});
