import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hooksFor, makeHost } from "../support/host-world.ts";

const allowAll = (directories: readonly string[]): string =>
  `echo '${JSON.stringify({
    hookSpecificOutput: {
      hookEventName: "PermissionRequest",
      decision: { behavior: "allow", updatedPermissions: [{ type: "addDirectories", directories }] },
    },
  })}'`;

async function makeDirectories(script = "") {
  const world = await makeHost({
    replies: [{ tool: "Bash", input: { command: "touch made" } }, { text: "done" }],
  });
  mkdirSync(world.at("extra"));
  const { hooks } = hooksFor("DirectoryAdded", world.hook("added", script));
  return { world, hooks, extra: world.at("extra") };
}

describe("DirectoryAdded", () => {
  test("tells of a folder that a program adds, once, and the session works there", async () => {
    const { world, hooks, extra } = await makeDirectories(`echo '{"systemMessage":"look there"}'`);
    world.settings("user", { hooks });
    const session = await world.open({ permissionMode: "acceptEdits" });
    expect(await session.addDirectory("../extra")).toBe(extra);
    expect(await session.addDirectory(extra)).toBe(extra);
    expect(await session.addDirectory(world.project)).toBe(world.project);
    await session.quiet();
    expect(world.inputs("added")).toMatchObject([
      { hook_event_name: "DirectoryAdded", directory: extra, source: "register_repo_root" },
    ]);
    expect(world.inputs("added")[0]).not.toHaveProperty("prompt_id");
    await session.send("go");
    // The model is not told of what a program registers.
    expect(world.said(0)).not.toContain("look there");
  });

  test("gives the model the message about a folder that a person adds", async () => {
    const { world, hooks, extra } = await makeDirectories(`echo '{"systemMessage":"look there"}'`);
    world.settings("user", { hooks });
    const session = await world.open();
    await session.addDirectory(extra, "slash_command");
    await session.quiet();
    await session.send("go");
    expect(world.said(0)).toContain("DirectoryAdded hook: look there");
  });

  test("tells of a folder that a PermissionRequest handler adds; one that there is not is a notice", async () => {
    const { world, hooks, extra } = await makeDirectories();
    const asked = world.hook("asked", allowAll([extra, world.at("missing")]));
    world.settings("user", { hooks: { ...hooks, PermissionRequest: [{ hooks: [asked] }] } });
    const session = await world.open();
    await session.send("go");
    await session.quiet();
    expect(world.inputs("added")).toMatchObject([{ directory: extra, source: "permission_request" }]);
    expect(world.eventsOf("notice").map(({ text }) => text)).toEqual([expect.stringContaining("missing")]);
  });

  test("does not come for folders of the start", async () => {
    const { world, hooks, extra } = await makeDirectories();
    world.settings("user", { hooks });
    const session = await world.open({ addedDirs: [extra] });
    await session.quiet();
    expect(world.inputs("added")).toEqual([]);
  });

  test("what is no folder is refused", async () => {
    const { world } = await makeDirectories();
    const session = await world.open();
    const file = world.write("file", "");
    await expect(session.addDirectory(file)).rejects.toMatchObject({ code: "OPTION_NOT_USABLE" });
  });
});

describe("Notification idle_prompt", () => {
  const asker = { ask: async () => ({ behavior: "deny" as const }) };

  test("tells once that the session waits for its person", async () => {
    const world = await makeHost();
    world.settings("user", {
      hooks: { Notification: [{ matcher: "idle_prompt", hooks: [world.hook("idle")] }] },
    });
    const session = await world.open({ asker, isOneShot: false, idleAfterMs: 20 });
    await session.send("go");
    await expect.poll(() => world.inputs("idle").length).toBe(1);
    expect(world.inputs("idle")).toMatchObject([{ notification_type: "idle_prompt" }]);
  });

  test("does not come where nobody sits there, nor while a turn runs", async () => {
    const sleeps = { tool: "Bash", input: { command: "sleep 0.4" } };
    const world = await makeHost({ replies: [{ text: "done" }, sleeps, { text: "done" }] });
    world.settings("user", hooksFor("Notification", world.hook("idle")));
    const alone = await world.open({ idleAfterMs: 1 });
    await alone.send("go");
    const watched = await world.open({
      ...{ asker, isOneShot: false, idleAfterMs: 200, permissionMode: "bypassPermissions" },
    });
    await watched.send("go");
    await watched.close();
    await alone.close();
    expect(world.inputs("idle")).toEqual([]);
  });
});
