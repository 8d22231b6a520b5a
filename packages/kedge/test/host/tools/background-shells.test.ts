import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAlive } from "../../platform/child-fixtures.ts";
import { makeToolWorld, type ToolWorld } from "./tool-world.ts";

const start = (world: ToolWorld, command: string) => world.call("Bash", { command, run_in_background: true });
const look = (world: ToolWorld, id = "shell_1") => world.text("BashOutput", { bash_id: id });

/** What a command printed from now on until it has ended. */
async function readAll(world: ToolWorld, id = "shell_1"): Promise<string> {
  const { shells } = world.context;
  let all = "";
  for (let isLast = false; ; ) {
    const next = (await shells.read(id)) ?? "";
    all += next;
    if (isLast && next === "") return all;
    isLast = shells.find(id)?.status !== "running";
    await new Promise(setImmediate);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

describe("a command in the background", () => {
  it("returns at once, and is read by what it printed since the last look", async () => {
    const world = makeToolWorld();
    const outcome = await start(
      world,
      "echo one; until [ -e go ]; do sleep 0.01; done; echo two >&2; exit 3",
    );
    expect(outcome).toMatchObject({ ok: true, response: { backgroundTaskId: "shell_1" } });
    let text = "";
    while (!text.includes("one")) text = await look(world);
    expect(text).toBe("shell_1 is running.\none\n");
    expect(await look(world)).toBe("shell_1 is running.\n(nothing new)");
    writeFileSync(world.at("go"), "");
    expect(await readAll(world)).toBe("two\n");
    expect(await look(world)).toBe("shell_1 ended with exit code 3.\n(nothing new)");
  });

  it("has ended as it did, also when what it was started with cannot be given back", async () => {
    const { context, at } = makeToolWorld();
    const { shells, children, env } = context;
    const child = { file: "bash", args: ["-c", "exit 3"], cwd: at("."), env };
    const release = () => Promise.reject(new Error("the register is locked"));
    let ended = 0;
    shells.start("exit 3", {
      ...{ children, start: { ok: true, child, release }, output: at("out"), onEnd: () => ended++ },
    });
    await until(() => ended === 1);
    expect(shells.find("shell_1")).toMatchObject({ status: "ended", exitCode: 3 });
    await shells.close();
  });

  it("reads what hooks export, gets no arguments, and takes no standard input", async () => {
    const world = makeToolWorld();
    writeFileSync(world.context.envFile, "export FROM_HOOK=hooked\n");
    await start(world, 'echo "$FROM_HOOK $# $(cat)"');
    expect(await readAll(world)).toBe("hooked 0 \n");
  });

  it("gives all that it prints, a bit at a time, characters whole", async () => {
    const world = makeToolWorld();
    await start(world, "printf x; for i in {1..3000}; do printf 'é€😀%.0s' {1..10}; done");
    expect(await readAll(world)).toBe(`x${"é€😀".repeat(30_000)}`);
  });

  it("gives what it prints once, to two looks at the same time as well", async () => {
    const world = makeToolWorld();
    await start(world, "head -c 100000 /dev/zero | tr '\\0' y; echo end");
    await until(() => world.context.shells.find("shell_1")?.status === "ended");
    const looks = await Promise.all(Array.from({ length: 8 }, () => world.context.shells.read("shell_1")));
    expect(looks.join("")).toBe(`${"y".repeat(100_000)}end\n`);
  });

  it("may be longer than an argument", async () => {
    const world = makeToolWorld();
    await start(world, `x='${"a".repeat(200_000)}'; echo "${"$"}{#x}"`);
    expect(await readAll(world)).toBe("200000\n");
  });

  it("is ended with all of its tree", async () => {
    const world = makeToolWorld();
    await start(world, "sleep 60 & echo $! >pid; wait");
    await until(() => existsSync(world.at("pid")) && readFileSync(world.at("pid"), "utf8").endsWith("\n"));
    expect(await world.text("KillShell", { bash_id: "shell_1" })).toBe("shell_1 was ended.");
    expect(isAlive(Number(readFileSync(world.at("pid"), "utf8")))).toBe(false);
    expect(await look(world)).toBe("shell_1 killed.\n(nothing new)");
    expect(await world.failure("KillShell", { bash_id: "shell_1" })).toBe("shell_1 does not run.");
  });

  it("that a signal ended has no exit code", async () => {
    const world = makeToolWorld();
    await start(world, "kill -9 $$");
    await readAll(world);
    expect(await look(world)).toBe("shell_1 ended without an exit code.\n(nothing new)");
  });

  it("outlives the turn, but not the session", async () => {
    const world = makeToolWorld();
    const stop = new AbortController();
    world.context = { ...world.context, signal: stop.signal };
    for (const name of ["a", "b"]) await start(world, `echo $$ >${name}; exec sleep 60`);
    await until(() =>
      ["a", "b"].every((name) => existsSync(world.at(name)) && readFileSync(world.at(name), "utf8") !== ""),
    );
    const pids = ["a", "b"].map((name) => Number(readFileSync(world.at(name), "utf8")));
    stop.abort();
    expect(pids.map(isAlive)).toEqual([true, true]);
    await world.context.shells.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(world.context.shells.running).toEqual([]);
  });
});

it("there are no more than sixteen at once", async () => {
  const world = makeToolWorld();
  for (let count = 0; count < 16; count++) expect((await start(world, "exec sleep 60")).ok).toBe(true);
  const refusal = "Too many commands run in the background. End one with KillShell first.";
  expect(await start(world, "true")).toEqual({ ok: false, text: refusal });
  await world.text("KillShell", { bash_id: "shell_7" });
  expect((await start(world, "true")).ok).toBe(true);
  await world.context.shells.close();
});

it.each(["BashOutput", "KillShell"])("%s knows only what was started", async (name) => {
  for (const id of ["shell_1", "", "__proto__"])
    expect(await makeToolWorld().failure(name, { bash_id: id })).toContain(id);
});
