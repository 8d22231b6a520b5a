import { expect, test } from "vitest";
import { hooksFor, makeHost } from "../support/host-world.ts";

type Source = "user" | "project" | "local";

/** The mode that a session begins in, as a hook is told. */
async function modeFor(
  modes: Readonly<Partial<Record<Source, string>>>,
  trust: "project" | "store" = "project",
): Promise<unknown> {
  const world = await makeHost({ replies: [{ text: "done" }] });
  const hooks = hooksFor("UserPromptSubmit", world.hook("prompt"));
  for (const source of ["user", "project", "local"] as const) {
    const defaultMode = modes[source];
    const permissions = defaultMode === undefined ? {} : { defaultMode };
    world.settings(source, { permissions, ...(source === "user" ? hooks : {}) });
  }
  await (await world.open({ hooks: { ...world.base.hooks, trust } })).send("go");
  return world.inputs("prompt")[0]?.permission_mode;
}

test.for<[Partial<Record<Source, string>>, string]>([
  [{}, "default"],
  [{ user: "bypassPermissions" }, "bypassPermissions"],
  [{ user: "acceptEdits" }, "acceptEdits"],
  [{ project: "acceptEdits" }, "acceptEdits"],
  [{ project: "plan", user: "acceptEdits" }, "plan"],
  [{ local: "dontAsk", project: "plan", user: "default" }, "dontAsk"],
  [{ project: "bypassPermissions" }, "default"],
  [{ project: "bypassPermissions", user: "bypassPermissions" }, "bypassPermissions"],
  [{ project: "bypassPermissions", user: "plan" }, "plan"],
  [{ local: "bypassPermissions", project: "acceptEdits" }, "acceptEdits"],
  [{ project: "acceptEdits", user: "plan" }, "plan"],
  [{ local: "acceptEdits", project: "plan", user: "default" }, "plan"],
  [{ project: "no such mode", user: "plan" }, "plan"],
])("%j begins in mode %s", async ([modes, expected]) => {
  expect(await modeFor(modes)).toBe(expected);
});

test("a project that is not trusted names no mode", async () => {
  expect(await modeFor({ project: "acceptEdits" }, "store")).toBe("default");
});

test("what such a project permits in vain is told, and only that", async () => {
  const world = await makeHost();
  const permissions = { allow: ["Bash(ls)"], deny: ["Bash(rm *)"], additionalDirectories: ["/srv"] };
  world.settings("project", { permissions, model: "another" });
  world.settings("local", { permissions: { deny: ["Bash"] } });
  world.settings("user", { permissions });
  const notices = () => world.eventsOf("notice").map(({ text }) => text);
  await world.open({ hooks: { ...world.base.hooks, trust: "store" } });
  expect(notices()).toEqual([
    expect.stringMatching(
      /settings\.json: permissions\.allow, permissions\.additionalDirectories, model count with --trust-project only, and are ignored here\.$/,
    ),
  ]);
  world.events.splice(0);
  await world.open();
  expect(notices()).toEqual([]);
});
