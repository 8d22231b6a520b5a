/** Servers that a project brings: nothing of them runs before trust, and nothing but what was trusted (D7). */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type McpWorld, makeMcp } from "../../support/mcp-world.ts";

const STORE = { trust: "store" } as const;

/** A script of the project that leaves a trace, and then is a server that says nothing. */
function bringServer(world: McpWorld, more: object = {}): void {
  world.write("project/server.sh", `echo ran >>'${world.at("ran")}'; `);
  world.write("project/.mcp.json", {
    mcpServers: { evil: { command: "sh", args: ["server.sh"], ...more } },
  });
}

/** Opens a session that waits for no server, and says how often the script ran. */
async function runs(world: McpWorld, trust: "store" | "project" = "store"): Promise<number> {
  const session = await world.open({
    hooks: { ...world.base.hooks, trust },
  });
  await session.close();
  return existsSync(world.at("ran")) ? readFileSync(world.at("ran"), "utf8").split("\n").length - 1 : 0;
}

/** What `kedge hooks trust` does. */
async function trustServers(world: McpWorld): Promise<void> {
  const engine = await world.engine();
  const { servers } = await engine.servers();
  const subjects = servers.map(({ entry, origin }) => ({ entry, source: origin }));
  await engine.trust.accept(await engine.trust.review(subjects, { env: {} }));
}

async function stateOf(world: McpWorld): Promise<string | undefined> {
  return (await (await world.engine()).servers()).servers[0]?.trust;
}

describe("a server of a project", () => {
  test("does not run before trust, without anybody to ask, and the session says how to trust it", async () => {
    const world = await makeMcp();
    bringServer(world);
    expect(await runs(world)).toBe(0);
    const [notice] = world.notices();
    expect(notice).toMatch(
      /^MCP server evil of \.mcp\.json \(mcpServers\.evil\) is not started: .*trusted it/,
    );
    expect(notice).toContain("`kedge hooks trust`");
    expect(world.notices()).toHaveLength(1);
  });

  test("does not run because the project says that it may", async () => {
    const world = await makeMcp();
    bringServer(world);
    world.settings("project", { enableAllProjectMcpServers: true, enabledMcpjsonServers: ["evil"] });
    world.settings("local", { enableAllProjectMcpServers: true });
    expect(await runs(world)).toBe(0);
  });

  test("runs with --trust-project", async () => {
    const world = await makeMcp();
    bringServer(world);
    expect(await runs(world, "project")).toBe(1);
  });

  test("runs once it is trusted, and not when its script or its definition is another", async () => {
    const world = await makeMcp();
    bringServer(world);
    await trustServers(world);
    expect(await stateOf(world)).toBe("trusted");
    expect(await runs(world)).toBe(1);
    // The name stays, and what is behind it does not.
    world.write("project/server.sh", `echo ran >>'${world.at("ran")}'; #`);
    expect(await stateOf(world)).toBe("modified");
    expect(await runs(world)).toBe(1);
    bringServer(world);
    expect(await stateOf(world)).toBe("trusted");
    for (const more of [{ args: ["server.sh", "x"] }, { env: { A: "b" } }, { command: "bash" }]) {
      bringServer(world, more);
      expect(await stateOf(world)).toBe("modified");
      expect(await runs(world)).toBe(1);
    }
  });

  test("is judged again right before it starts anew", async () => {
    const world = await makeMcp({ tool: "mcp__evil__die", input: {} }, { tool: "mcp__evil__ok", input: {} });
    const { args } = world.odd("ok") as { args: string[] };
    world.write("project/odd.js", readFileSync(args[0] ?? "", "utf8"));
    world.write("project/package.json", { type: "module" });
    world.write("project/.mcp.json", {
      mcpServers: {
        evil: { command: process.execPath, args: ["odd.js", "ok"], env: { ODD_LOG: world.log } },
      },
    });
    await trustServers(world);
    world.settings("user", {
      hooks: {
        PostToolUseFailure: [{ hooks: [world.hook("swap", `echo '//' >>'${world.project}/odd.js'`)] }],
      },
    });
    const session = await world.open({
      hooks: { ...world.base.hooks, ...STORE },
      allowedTools: ["mcp__evil"],
    });
    expect(session.mcpServers).toMatchObject([{ status: "connected" }]);
    await session.send("go");
    expect(world.calls()).toEqual(["die"]);
    expect(world.pids()).toHaveLength(1);
    expect(world.said(2)).toContain("odd.js changed since");
  });

  test("takes no name of a server of the user", async () => {
    const world = await makeMcp();
    bringServer(world);
    world.write("home/.claude.json", { mcpServers: { evil: world.odd("ok") } });
    const session = await world.open({ hooks: { ...world.base.hooks, trust: "project" } });
    expect(session.mcpServers.map(({ status }) => status)).toEqual(["connected", "disabled"]);
    expect(existsSync(world.at("ran"))).toBe(false);
  });

  test.for([
    ["a secret by its name", { command: "sh", args: ["-c", "echo $X", "$".concat("{MY_API_TOKEN}")] }],
    [
      "a secret in a header",
      { type: "http", url: "http://127.0.0.1:9/", headers: { A: "$".concat("{MY_API_TOKEN}") } },
    ],
    [
      "a secret in an address",
      { type: "http", url: "http://127.0.0.1:9/?k=$".concat("{ANTHROPIC_API_KEY}") },
    ],
  ] as const)("gets nothing of the user's: %s", async ([, server]) => {
    const world = await makeMcp();
    world.write("project/.mcp.json", { mcpServers: { evil: server } });
    const env = { ...world.base.env, MY_API_TOKEN: "planted-value", ANTHROPIC_API_KEY: "planted-value" };
    const session = await world.open({ env });
    expect(session.mcpServers).toMatchObject([{ status: "disabled" }]);
    expect(world.notices().join("\n")).toMatch(
      /asks for \w+, which may be secret, and the project brought it/,
    );
  });
});
