/** Versions that were taken away are kept where that can be done, and what is to be put back does not wait for it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createKeptVersions } from "../../../src/host/guard/kept-versions.ts";
import { reportText } from "../../../src/host/guard/report.ts";
import { makeScratch } from "../scratch.ts";
import { makeGuardWorld } from "./guard-world.ts";

const keptIn = (text: string): readonly string[] =>
  [...text.matchAll(/kept as (.*)/g)].map(([, path = ""]) => readFileSync(path, "utf8"));

describe("what a command changes is put back, and its version kept,", () => {
  it("when the folder for it was cleared in the session", async () => {
    const world = makeGuardWorld();
    const before = world.fingerprint();
    await world.bash("echo x >.mcp.json");
    rmSync(world.keptDir, { recursive: true });
    expect(keptIn(await world.bash("echo y >.mcp.json"))).toEqual(["y\n"]);
    expect(readdirSync(join(world.keptDir, "session")).length).toBeGreaterThan(0);
    expect(world.fingerprint()).toEqual(before);
  });

  it("when a command has put something else there", async () => {
    const world = makeGuardWorld({ "project/.husky": "-> src" });
    const before = world.fingerprint();
    await world.bash("echo x >.mcp.json");
    await world.bash('rm -r "$KEDGE_OUTSIDE/state/undone"; touch "$KEDGE_OUTSIDE/state/undone"');
    const text = await world.bash(
      "echo y >.git/hooks/pre-commit; echo z >.mcp.json; ln -sfn ../src .vscode/link; rm .husky; mkdir .husky",
    );
    expect(world.fingerprint()).toEqual(before);
    expect(text.match(/kept as /g)).toHaveLength(4);
    expect(readdirSync(world.project).filter((name) => name.startsWith("undone-session-"))).toHaveLength(4);
    expect(await world.bash("true")).toBe("(no output)");
  });
});

const FACTS = { path: "/p", kind: "file", mode: 0o600, size: 1 };

/** Takes a file away into a folder, for a session. */
function take(folder: string, session: string, beside = folder) {
  const file = join(folder, "file");
  writeFileSync(file, session);
  const kept = createKeptVersions(join(folder, "undone"), session, () => 5);
  return { taken: kept.take(file, FACTS, (name) => join(beside, name)), isThere: existsSync(file) };
}

it("what can be kept nowhere is taken away all the same, and told of", () => {
  const folder = makeScratch({ undone: "a file" });
  const { taken, isThere } = take(folder, "session", join(folder, "none"));
  expect([taken, isThere]).toEqual([{ lost: expect.stringContaining("ENOENT") }, false]);
  const undone = [{ path: "/p", what: "changed", lost: "no room" }] as const;
  expect(reportText({ undone, notRestored: [] })).toContain(
    "is put back. The other version could not be kept: no room",
  );
});

describe("of sessions in whose place others have come", () => {
  /** Folders of so many further sessions that have ended, all of them later than what is there. */
  const addEnded = (folder: string, count: number): void => {
    for (let at = 0; at < count; at++) {
      const path = join(folder, "undone", `ended ${at}`);
      mkdirSync(path);
      utimesSync(path, 3e9 + at, 3e9 + at);
    }
  };
  const sessions = (folder: string): readonly string[] => readdirSync(join(folder, "undone")).toSorted();

  it("the oldest is forgotten, but for one that lives", () => {
    const folder = makeScratch();
    take(folder, "living");
    mkdirSync(join(folder, "undone/oldest"));
    utimesSync(join(folder, "undone/oldest"), 1, 1);
    addEnded(folder, 50);
    take(folder, "session");
    expect(sessions(folder)).toHaveLength(51);
    expect(sessions(folder)).toEqual(expect.arrayContaining(["ended 1", "living", "session"]));
    expect(existsSync(join(folder, "undone/living/1/version"))).toBe(true);
  });

  it("one whose process has ended is forgotten as well", () => {
    const folder = makeScratch();
    take(folder, "dead");
    writeFileSync(join(folder, "undone/dead/owner"), "4194305 1 - -");
    addEnded(folder, 50);
    take(folder, "session");
    expect(sessions(folder)).not.toContain("dead");
  });
});
