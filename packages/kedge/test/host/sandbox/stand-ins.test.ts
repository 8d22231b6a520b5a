import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Hold } from "../../../src/host/sandbox/hold.ts";
import { createStandIns } from "../../../src/host/sandbox/stand-ins.ts";
import { makeScratch } from "../scratch.ts";

function makeWorld() {
  const folder = makeScratch({ "project/": "" });
  const at = (name: string): string => join(folder, "project", name);
  const holds: readonly Hold[] = [
    { path: at(".mcp.json"), ifMissing: { kind: "socket" } },
    { path: at(".npmrc"), ifMissing: { kind: "socket" } },
    { path: at(".vscode"), ifMissing: { kind: "folder" } },
    { path: at("commondir"), ifMissing: { kind: "file", content: ".\n" } },
    { path: at("optional") },
  ];
  const register = join(folder, "register");
  return { at, holds, register, standIns: createStandIns(register), list: () => readdirSync(at("")).sort() };
}

describe("what is missing", () => {
  test("is there while it is held, and gone behind it", async () => {
    const { standIns, holds, at, list, register } = makeWorld();
    const { held, release } = await standIns.hold(holds);
    expect(held.toSorted()).toEqual([at(".mcp.json"), at(".npmrc"), at(".vscode"), at("commondir")]);
    expect(lstatSync(at(".mcp.json")).isSocket()).toBe(true);
    expect([readdirSync(at(".vscode")), readFileSync(at("commondir"), "utf8")]).toEqual([[], ".\n"]);
    expect(list()).toEqual([".mcp.json", ".npmrc", ".vscode", "commondir"]);
    await release();
    expect([list(), readdirSync(register)]).toEqual([[], []]);
  });

  test("is nothing that git would take into a commit", async () => {
    const { standIns, holds, at } = makeWorld();
    execFileSync("git", ["init", "-q", at("")]);
    const { release } = await standIns.hold(holds.slice(0, 3));
    expect(execFileSync("git", ["status", "--short"], { cwd: at(""), encoding: "utf8" })).toBe("");
    await release();
  });

  test("stays as long as another command needs it, in whatever order they end", async () => {
    const { standIns, holds, list, register } = makeWorld();
    const first = await standIns.hold(holds);
    const second = await createStandIns(register).hold(holds);
    await first.release();
    expect(list()).toEqual([".mcp.json", ".npmrc", ".vscode", "commondir"]);
    await second.release();
    expect(list()).toEqual([]);
  });

  test("is made once by many at a time", async () => {
    const { standIns, holds, list } = makeWorld();
    const all = await Promise.all(Array.from({ length: 8 }, () => standIns.hold(holds)));
    await Promise.all(all.map(({ release }) => release()));
    expect(list()).toEqual([]);
  });

  test("has room in a folder whose path is too long for a socket", async () => {
    const { standIns, at } = makeWorld();
    const deep = at(`${"d".repeat(120)}/x`);
    mkdirSync(deep, { recursive: true });
    const { release } = await standIns.hold([{ path: join(deep, ".envrc"), ifMissing: { kind: "socket" } }]);
    expect(readdirSync(deep)).toEqual([".envrc"]);
    await release();
    expect(readdirSync(deep)).toEqual([]);
  });
});

describe("what is real", () => {
  test("is held as it is, and stays, an empty folder too", async () => {
    const { standIns, holds, at, list } = makeWorld();
    mkdirSync(at(".vscode"));
    writeFileSync(at(".npmrc"), "");
    const { release } = await standIns.hold(holds);
    await release();
    expect(list()).toEqual([".npmrc", ".vscode"]);
  });

  test("stays when somebody outside puts it there meanwhile", async () => {
    const { standIns, holds, at } = makeWorld();
    const { release } = await standIns.hold(holds);
    rmSync(at(".mcp.json"));
    writeFileSync(at(".mcp.json"), "{}");
    writeFileSync(at("commondir"), "other\n");
    writeFileSync(at(".vscode/settings.json"), "{}");
    await release();
    expect(readFileSync(at(".mcp.json"), "utf8")).toBe("{}");
    expect(readFileSync(at("commondir"), "utf8")).toBe("other\n");
    expect(existsSync(at(".vscode/settings.json"))).toBe(true);
  });
});

describe("what a process that died left behind", () => {
  test("is removed by the next, and what only looks like it stays", async () => {
    const { standIns, holds, at, list, register } = makeWorld();
    const own = await standIns.hold(holds);
    const [record = ""] = readdirSync(register);
    const dead = spawn("true");
    await once(dead, "exit");
    writeFileSync(join(register, `${dead.pid}-0.json`), readFileSync(join(register, record)));
    rmSync(join(register, record));
    rmSync(at(".npmrc"));
    writeFileSync(at(".npmrc"), "real");
    const next = await standIns.hold([]);
    expect(list()).toEqual([".npmrc"]);
    await next.release();
    await own.release();
    expect(readFileSync(at(".npmrc"), "utf8")).toBe("real");
  });

  test("half a record, and a lock that nobody holds any more, stop nobody", async () => {
    const { standIns, holds, list, register } = makeWorld();
    mkdirSync(register, { mode: 0o700 });
    const dead = spawn("true");
    await once(dead, "exit");
    writeFileSync(join(register, `${dead.pid}-0.json`), '[{"path":');
    writeFileSync(join(register, "lock"), String(dead.pid));
    await (await standIns.hold(holds)).release();
    expect([list(), readdirSync(register)]).toEqual([[], []]);
  });
});

test("a folder that this user cannot write needs nothing", async () => {
  const { standIns } = makeWorld();
  const { held, release } = await standIns.hold([
    { path: "/proc/.mcp.json", ifMissing: { kind: "socket" } },
    { path: "/proc/.vscode", ifMissing: { kind: "folder" } },
  ]);
  await release();
  expect(held).toEqual([]);
});
