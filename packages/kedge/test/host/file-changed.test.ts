import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hooksFor, makeHost } from "../support/host-world.ts";

const group = (matcher: string, ...hooks: readonly object[]) => ({ FileChanged: [{ matcher, hooks }] });
const watchPaths = (event: string, ...paths: readonly string[]): string =>
  `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName: event, watchPaths: paths } })}'`;

describe("FileChanged", () => {
  test("tells of a file that its matcher names, when a tool changes it", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: "echo more >>w.txt; echo x >other.txt" } },
        { text: "done" },
      ],
    });
    world.write("project/w.txt", "w");
    world.settings("user", { hooks: group("w.txt|.envrc", world.hook("changed")) });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    await session.quiet();
    expect(world.inputs("changed")).toMatchObject([
      {
        hook_event_name: "FileChanged",
        file_path: `${world.project}/w.txt`,
        event: "change",
        cwd: world.project,
      },
    ]);
    expect(world.inputs("changed")[0]).toHaveProperty("prompt_id");
  });

  test("tells while nothing goes on that a file came, changed and went", async () => {
    const world = await makeHost();
    world.settings("user", { hooks: group(".envrc", world.hook("changed")) });
    await world.open();
    const events = () => world.inputs("changed").map(({ event }) => event);
    const file = `${world.project}/.envrc`;
    writeFileSync(file, "a");
    await expect.poll(events).toEqual(["add"]);
    appendFileSync(file, "b");
    await expect.poll(events).toEqual(["add", "change"]);
    rmSync(file);
    await expect.poll(events).toEqual(["add", "change", "unlink"]);
  });

  test("leaves variables for the next command", async () => {
    const world = await makeHost({
      replies: [{ text: "ok" }, { tool: "Bash", input: { command: "echo is $LOADED" } }, { text: "ok" }],
    });
    const leave = `echo 'export LOADED=now' >>"$CLAUDE_ENV_FILE"`;
    world.settings("user", { hooks: group(".envrc", world.hook("changed", leave)) });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    world.write("project/.envrc", "a");
    await session.quiet();
    await session.send("go");
    expect(world.said(2)).toContain("is now");
  });

  test("watches what handlers ask for, inside of where the session works", async () => {
    const world = await makeHost();
    const deep = `${world.project}/deep/a.json`;
    world.write("project/deep/a.json", "{}");
    const asks = watchPaths("SessionStart", deep, world.at("outside.json"));
    world.settings("user", {
      hooks: { ...group("", world.hook("changed")), SessionStart: [{ hooks: [world.hook("start", asks)] }] },
    });
    const session = await world.open();
    world.write("project/deep/a.json", "[]");
    world.write("outside.json", "[]");
    await session.quiet();
    expect(world.inputs("changed").map(({ file_path }) => file_path)).toEqual([deep]);
    expect(world.eventsOf("notice").map(({ text }) => text)).toEqual([
      expect.stringContaining("1 path outside"),
    ]);
  });

  test("watches what handlers ask for as a compaction begins the conversation anew", async () => {
    const world = await makeHost();
    const file = `${world.project}/w.txt`;
    const start = world.hook("start", watchPaths("SessionStart", file));
    world.settings("user", {
      hooks: {
        ...group("", world.hook("changed")),
        SessionStart: [{ matcher: "compact", hooks: [start] }],
      },
    });
    const session = await world.open();
    await session.send("go");
    await session.compact();
    world.write("project/w.txt", "a");
    await session.quiet();
    expect(world.inputs("changed")).toMatchObject([{ file_path: file, event: "add" }]);
  });

  test("a later list replaces the one before", async () => {
    const world = await makeHost();
    const [one, other] = [`${world.project}/one`, `${world.project}/other`];
    for (const name of ["one", "other"]) world.write(`project/${name}`, "a");
    world.settings("user", {
      hooks: {
        ...group("", world.hook("changed", watchPaths("FileChanged", other))),
        SessionStart: [{ hooks: [world.hook("start", watchPaths("SessionStart", one))] }],
      },
    });
    const session = await world.open();
    world.write("project/one", "bb");
    await session.quiet();
    world.write("project/one", "ccc");
    world.write("project/other", "bb");
    await session.quiet();
    expect(world.inputs("changed").map(({ file_path }) => file_path)).toEqual([one, other]);
  });

  test("follows the working directory", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "cd sub" } }, { text: "ok" }],
    });
    world.write("project/sub/.env", "a");
    world.write("project/.env", "a");
    world.settings("user", { hooks: group(".env", world.hook("changed")) });
    const session = await world.open();
    await session.send("go");
    world.write("project/sub/.env", "bb");
    world.write("project/.env", "bb");
    await session.quiet();
    expect(world.inputs("changed").map(({ file_path }) => file_path)).toEqual([`${world.project}/sub/.env`]);
  });

  test("a handler that writes its own file is called again, and holds up nothing", async () => {
    const world = await makeHost();
    const file = `${world.project}/loop`;
    world.write("project/loop", "");
    world.settings("user", { hooks: group("loop", world.hook("changed", `echo x >>'${file}'`)) });
    const session = await world.open();
    appendFileSync(file, "x");
    for (let round = 0; round < 3; round++) await session.quiet();
    const began = performance.now();
    await session.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(world.inputs("changed").length).toBeGreaterThanOrEqual(3);
  });

  test("ends with the session", async () => {
    const world = await makeHost();
    world.settings("user", {
      hooks: group("w.txt", world.hook("changed", `exec sleep 60`)),
    });
    const session = await world.open();
    world.write("project/w.txt", "a");
    await expect.poll(() => world.inputs("changed").length).toBe(1);
    await session.close();
    world.write("project/w.txt", "b");
    expect(world.inputs("changed")).toHaveLength(1);
  });

  test("without a handler of it, nothing is watched", async () => {
    const world = await makeHost();
    world.settings("user", hooksFor("Stop", world.hook("stop")));
    const session = await world.open();
    world.write("project/w.txt", "a");
    await session.quiet();
    expect(world.eventsOf("hooks")).toEqual([]);
  });
});
