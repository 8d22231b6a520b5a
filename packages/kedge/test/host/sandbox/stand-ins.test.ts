import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Hold } from "../../../src/host/sandbox/hold.ts";
import { createStandIns } from "../../../src/host/sandbox/stand-ins.ts";
import { holderLine } from "../../../src/platform/index.ts";
import { inFull } from "../../support/requires.ts";
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

/** The line of a process that died, of this machine and its process numbers. */
async function deadLine(): Promise<string> {
  const dead = spawn("true");
  await once(dead, "exit");
  return `${dead.pid} ${holderLine().split(" ").slice(1).join(" ")}`;
}

/** Holds and gives back, and is killed just before what it does for the so-manieth time in the project or to its records. */
const DYING = [
  ...["--input-type=module", "--eval"],
  `import fs from "node:fs/promises";
   import { syncBuiltinESMExports } from "node:module";
   const { holds, register, moment } = JSON.parse(process.argv[1]);
   const { dirname } = await import("node:path");
   let count = 0;
   const isCounted = (path) => path.startsWith(dirname(holds[0].path)) || path.endsWith(".json");
   for (const name of ["mkdir", "open", "writeFile", "link", "unlink", "rmdir", "rm"]) {
     const own = fs[name];
     fs[name] = (path, ...more) => {
       const changes = name !== "open" || more[0] === "wx";
       if (changes && isCounted(path) && ++count === moment) process.kill(process.pid, "SIGKILL");
       return own(path, ...more);
     };
   }
   syncBuiltinESMExports();
   const { createStandIns } = await import(${JSON.stringify(new URL("../../../src/host/sandbox/stand-ins.ts", import.meta.url).href)});
   await (await createStandIns(register).hold(holds)).release();`,
];

const isRecord = (name: string): boolean => name.endsWith(".json");

/** Makes the only record of a register that of another process. */
function rewrite(register: string, holder: string): void {
  const [name = ""] = readdirSync(register);
  const record = JSON.parse(readFileSync(join(register, name), "utf8")) as object;
  writeFileSync(join(register, name), JSON.stringify({ ...record, holder }));
}

describe("what another command uses", () => {
  test("stays when it has a register of its own", async () => {
    const { standIns, holds, list, register } = makeWorld();
    const first = await standIns.hold(holds);
    const second = await createStandIns(`${register}-other`).hold(holds);
    expect(second.held.length).toBe(4);
    await second.release();
    expect(list()).toEqual([".mcp.json", ".npmrc", ".vscode", "commondir"]);
    await first.release();
    expect(list()).toEqual([]);
  });

  test("says which folders cannot have been replaced by a link", async () => {
    const { standIns, at, register } = makeWorld();
    const fixedFor = async (fixed: readonly string[], writable = [at("")]) =>
      createStandIns(register).hold([], { writable, fixed: fixed.map(at) });
    const one = await standIns.hold([], { writable: [at("")], fixed: [at("a"), at("b")] });
    const elsewhere = await fixedFor([], [at("../elsewhere")]);
    const two = await fixedFor(["b", "c"]);
    const three = await fixedFor(["a", "b", "c"]);
    expect([one, two, three].map(({ fixed }) => fixed)).toEqual([[at("a"), at("b")], [at("b")], [at("b")]]);
    for (const { release } of [one, two, three, elsewhere]) await release();
    const last = await fixedFor(["c"]);
    expect(last.fixed).toEqual([at("c")]);
    await last.release();
  });
});

describe("what a process that died left behind", () => {
  test("is removed by the next, and what only looks like it stays", async () => {
    const { standIns, holds, at, list, register } = makeWorld();
    const own = await standIns.hold(holds);
    rewrite(register, await deadLine());
    rmSync(at(".npmrc"));
    writeFileSync(at(".npmrc"), "real");
    const next = await standIns.hold([]);
    expect(list()).toEqual([".npmrc"]);
    await next.release();
    await own.release();
    expect(readFileSync(at(".npmrc"), "utf8")).toBe("real");
  });

  test("is removed where another process has its number, this one too", async () => {
    const { standIns, holds, list, register } = makeWorld();
    await standIns.hold(holds);
    const [pid, ticks, ...rest] = holderLine().split(" ");
    rewrite(register, [pid, Number(ticks) - 1, ...rest].join(" "));
    await (await standIns.hold([])).release();
    expect([list(), readdirSync(register)]).toEqual([[], []]);
  });

  test("is removed when the machine was started again since", async () => {
    const { standIns, holds, list, register } = makeWorld();
    await standIns.hold(holds);
    const [pid, ticks, , space] = holderLine().split(" ");
    rewrite(register, [pid, ticks, "another-boot", space].join(" "));
    await (await standIns.hold([])).release();
    expect(list()).toEqual([]);
  });

  test("stays where nobody can tell, as of a container", async () => {
    const { standIns, holds, list, register } = makeWorld();
    const own = await standIns.hold(holds);
    rewrite(register, (await deadLine()).replace(/pid:.*/, "pid:[1]"));
    await (await standIns.hold([])).release();
    expect(list()).toEqual([".mcp.json", ".npmrc", ".vscode", "commondir"]);
    await own.release();
  });

  const moments = inFull({ normal: [5, 7, 11], full: Array.from({ length: 13 }, (_, at) => at + 1) });
  test("is removed whenever it died", { timeout: 30_000 }, async () => {
    const all = [".mcp.json", ".npmrc", ".vscode", "commondir"];
    const found = await Promise.all(
      moments.map(async (moment) => {
        const { standIns, holds, list, register } = makeWorld();
        mkdirSync(register, { mode: 0o700 });
        const child = spawn(process.execPath, [...DYING, JSON.stringify({ holds, register, moment })], {
          stdio: "inherit",
        });
        const [, signal] = await once(child, "exit");
        const left = list();
        await standIns.clean();
        return { signal, left, after: [...list(), ...readdirSync(register).filter(isRecord)] };
      }),
    );
    expect(found.map(({ signal, after }) => [signal, after])).toEqual(moments.map(() => ["SIGKILL", []]));
    // Some were made, all were and nobody had said so, and some were taken away.
    const counts = found.map(({ left }) => all.filter((name) => left.includes(name)).length);
    expect(counts).toEqual(expect.arrayContaining([3, 4, 2]));
  });

  test("is only what it was about to make, and only where nobody put anything of their own", async () => {
    const { standIns, at, list, register } = makeWorld();
    const names = ["empty", "later", "filled", "file", "socket", "begun", "made", "own"];
    await (await standIns.hold([])).release();
    const planned = [
      ...["empty", "later", "filled", "file"].map((name) => ({ path: at(name), kind: "folder" })),
      { path: at("socket"), kind: "socket", first: at(".kedge-first") },
      ...["begun", "made", "own"].map((name) => ({ path: at(name), kind: "file", content: ".\n" })),
    ];
    const record = { holder: await deadLine(), atMs: Date.now(), made: [], planned, writable: [], fixed: [] };
    writeFileSync(join(register, "1-plan.json"), JSON.stringify(record));
    for (const name of ["empty", "later", "filled"]) mkdirSync(at(name));
    utimesSync(at("later"), 0, Date.now() / 1000 + 600);
    writeFileSync(at("filled/x"), "");
    for (const name of ["file", "socket", "begun"]) writeFileSync(at(name), "");
    writeFileSync(at("made"), ".\n");
    writeFileSync(at("own"), "..\n");
    expect(list()).toEqual(names.toSorted());
    await standIns.clean();
    expect(list()).toEqual(["file", "filled", "later", "own", "socket"]);
  });

  test("half a record, and a lock that nobody holds any more, stop nobody", async () => {
    const { standIns, holds, list, register } = makeWorld();
    mkdirSync(register, { mode: 0o700 });
    const dead = await deadLine();
    writeFileSync(join(register, `${dead.split(" ")[0]}-0.json`), '{"made":[{"path":');
    writeFileSync(join(register, "lock"), dead);
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
