import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { takeConversation } from "../../src/host/take-conversation.ts";
import { lockSession, sessionsDir } from "../../src/host/transcript/session-files.ts";
import { type Undo, undoAll } from "../../src/host/undo.ts";
import { makeHost } from "../support/host-world.ts";

const ID = "0198a3c2-0000-4000-8000-000000000000";
const IN_USE = expect.objectContaining({ code: "SESSION_IN_USE" });

describe("a conversation that is taken", () => {
  test("is read by who has it already: nobody adds to it meanwhile", async () => {
    const world = await makeHost();
    const first = await world.open();
    await first.send("my prompt");
    await first.close();
    const entries = readFileSync(first.transcriptPath);
    rmSync(first.transcriptPath);
    execFileSync("mkfifo", [first.transcriptPath]);
    const [dir, undo]: [string, Undo] = [dirname(first.transcriptPath), []];
    const taken = takeConversation({ ...world.base, resume: { sessionId: first.id } }, dir, undo);
    const pipe = await open(first.transcriptPath, "w"); // as soon as it is read
    try {
      await expect(lockSession(dir, first.id)).rejects.toEqual(IN_USE);
      await pipe.writeFile(entries);
    } finally {
      await pipe.close();
    }
    expect((await taken).entries.map(({ type }) => type)).toEqual(["user", "assistant", "system"]);
    await undoAll(undo);
  });

  test("is not asked for before that, be it one to resume or an id for a new one", async () => {
    const world = await makeHost();
    const { projectDir, stateDir } = world.base;
    const giveBack = await lockSession(sessionsDir(stateDir, projectDir), ID);
    await expect(world.open({ resume: { sessionId: ID } })).rejects.toEqual(IN_USE);
    await giveBack();
    const session = await world.open({ sessionId: ID });
    await session.send("x");
    await expect(world.open({ sessionId: ID })).rejects.toEqual(IN_USE);
  });

  test("is given back where there is none, or the id is somebody's", async () => {
    const world = await makeHost();
    const { projectDir, stateDir } = world.base;
    const missing = { code: "SESSION_MISSING" };
    await expect(world.open({ resume: { sessionId: ID } })).rejects.toMatchObject(missing);
    await expect(world.open({ resume: { sessionId: ID, forks: true } })).rejects.toMatchObject(missing);
    const dir = sessionsDir(stateDir, projectDir);
    expect(readdirSync(dir)).toEqual([]);
    const session = await world.open({ sessionId: ID });
    await session.send("x");
    await session.close();
    await expect(world.open({ sessionId: ID })).rejects.toMatchObject({ code: "SESSION_EXISTS" });
    expect(readdirSync(dir).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });
});
