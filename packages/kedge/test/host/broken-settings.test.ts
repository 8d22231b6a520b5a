import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { HostEvent, Session } from "../../src/host/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";

const BROKEN = { code: "SETTINGS_NOT_USABLE" };

const waitFor = (file: string): string => `until [ -e ${file} ]; do sleep 0.01; done`;
const breakPolicy = (world: HostWorld): string => world.write("managed/managed-settings.json", "{");

/** Two subagents at once, each with a command. When one of them has ended, nobody can read the policy any more. */
async function makeAgents(
  first: string,
  { a, b }: { readonly a: string; readonly b: string },
): Promise<{ readonly world: HostWorld; readonly session: Session }> {
  const route = (id: string, command: string) => ({
    when: { prompt: `SUBTASK ${id}` },
    replies: [{ tool: "Bash", input: { command } }, { text: `${id} is done` }],
  });
  const call = (id: string) => ({ tool: "Agent", input: { prompt: `SUBTASK ${id}` }, id });
  const world = await makeHost({
    routes: [route("toolu_a", a), route("toolu_b", b)] as never,
    replies: [{ tools: [call("toolu_a"), call("toolu_b")] }, { text: "fine" }],
  });
  const onEvent = (event: HostEvent): void => {
    if (event.type === "tool_ended" && event.id === first) breakPolicy(world);
  };
  world.settings("managed", {});
  const told = { matcher: "Agent", hooks: [world.hook("told", "touch told")] };
  world.settings("user", { hooks: { PostToolUse: [told] } });
  return { world, session: await world.open({ permissionMode: "bypassPermissions", onEvent }) };
}

describe("a turn that ends because the policy cannot be read", () => {
  test("leaves no call behind that runs beside the one that found it", async () => {
    const { world, session } = await makeAgents("toolu_a", {
      a: waitFor("began"),
      b: "touch began; sleep 0.5; touch ended",
    });
    await expect(session.send("go")).rejects.toMatchObject(BROKEN);
    expect(existsSync(`${world.project}/ended`)).toBe(true);
    world.settings("managed", {});
  });

  test("keeps the results of the calls that had one", async () => {
    const { world, session } = await makeAgents("toolu_b", { a: "true", b: waitFor("told") });
    await expect(session.send("go")).rejects.toMatchObject(BROKEN);
    world.settings("managed", {});
    expect(await session.send("go on")).toMatchObject({ text: "fine" });
    const last = world.said(world.requests().length - 1);
    expect(last).toContain("toolu_a is done");
    expect(last).toMatch(/ended before this call had a result/);
  });

  test("keeps them where PostToolBatch handlers were to be asked, too", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "echo FROM-THE-SHELL" } }, { text: "fine" }],
    });
    const breaks = `printf '{' >'${world.managed}/managed-settings.json'`;
    world.settings("managed", {});
    world.settings("user", hooksFor("PostToolUse", world.hook("told", breaks)));
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await expect(session.send("go")).rejects.toMatchObject(BROKEN);
    world.settings("managed", {});
    await session.send("go on");
    expect(world.said(1)).toContain("FROM-THE-SHELL");
    expect(world.said(1)).not.toContain("had a result");
  });
});
