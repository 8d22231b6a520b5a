import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { type AgentWorld, makeAgent } from "./agent-world.ts";
import { makeWorld } from "./hooks-world.ts";

const SERVER = fileURLToPath(new URL("../fixtures/mcp/odd-server.js", import.meta.url));
const ODD = { command: process.execPath, args: [SERVER, "ok"] };
const ENTER = "\r";

const configure = (world: AgentWorld): string => world.write("servers.json", { mcpServers: { odd: ODD } });

describe("kedge agent -p with MCP servers", () => {
  test("--mcp-config gives tools that rules permit; the first line says how servers stand", async () => {
    const world = await makeAgent({ replies: [{ tool: "mcp__odd__ok", input: {} }, { text: "fine" }] });
    const file = configure(world);
    world.write("project/.mcp.json", { mcpServers: { theirs: ODD } });
    const formats = ["--output-format", "stream-json", "--allowedTools", "mcp__odd"];
    const { stdout, exitCode } = await world.agent(["-p", "go", "--mcp-config", file, ...formats]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      subtype: "init",
      mcp_servers: [
        { name: "odd", status: "connected" },
        { name: "theirs", status: "disabled" },
      ],
      tools: expect.arrayContaining(["Bash", "mcp__odd__ok"]),
    });
    expect(stdout).toContain("all is well");
    expect(exitCode).toBe(0);
  });

  test("--strict-mcp-config leaves all others alone", async () => {
    const world = await makeAgent();
    world.write("home/.claude.json", { mcpServers: { mine: { command: "/no/such/program" } } });
    const text = JSON.stringify({ mcpServers: { odd: ODD } });
    const { stdout, stderr } = await world.agent([
      ...["-p", "go", "--output-format", "stream-json", "--strict-mcp-config", "--mcp-config", text],
    ]);
    expect(stdout).toContain('"mcp_servers":[{"name":"odd","status":"connected"}]');
    expect(stderr).toBe("");
  });

  test("MCP_TIMEOUT bounds the start of a server, and its end is told", async () => {
    const world = await makeAgent();
    const text = JSON.stringify({ mcpServers: { odd: { ...ODD, args: [SERVER, "mute"] } } });
    const run = await world.agent(["-p", "go", "--mcp-config", text], { env: { MCP_TIMEOUT: "300" } });
    expect(run).toMatchObject({ exitCode: 0, stdout: "ok\n" });
    expect(run.stderr).toContain("MCP server odd of --mcp-config (mcpServers.odd) is not connected");
    expect(run.stderr).toContain("it was not ready within 300 ms");
  });
});

describeWith({ needs: ["script"] }, "kedge agent at a terminal with MCP servers", () => {
  test("/mcp shows them, and what one asks is asked field by field", async () => {
    const world = await makeAgent({ replies: [{ tool: "mcp__odd__ask", input: {} }, { text: "finished" }] });
    const run = world.terminal(["--mcp-config", configure(world)]);
    await run.until("> ");
    await expect
      .poll(async () => {
        run.type(`/mcp${ENTER}`);
        return run.until(/odd {2}\w+ .*\r\n/);
      })
      .toMatch(/odd {2}connected {2}mcp__odd__ok, /);
    run.type(`go${ENTER}`);
    await run.until("n = no: ");
    run.type(`y${ENTER}`);
    expect(await run.until("empty = cancel: ")).toMatch(
      /The MCP server odd asks 3 things of you:\r\n +Who are you\?/,
    );
    run.type(`y${ENTER}`);
    await run.until("Name: ");
    run.type(`${ENTER}`);
    await run.until("An answer is needed.");
    await run.until("Name: ");
    run.type(`Ada${ENTER}`);
    await run.until("age (a whole number; may be empty): ");
    run.type(`many${ENTER}`);
    await run.until("Expected a whole number.");
    await run.until("may be empty): ");
    run.type(`36${ENTER}`);
    await run.until("colour (1 = red, 2 = blue; may be empty): ");
    run.type(`2${ENTER}`);
    await run.until("finished\r\n");
    const answer = '{"action":"accept","content":{"name":"Ada","age":36,"colour":"blue"}}';
    expect(world.said()).toContain(`answered ${answer}`);
    run.type(`/exit${ENTER}`);
    expect((await run.done).exitCode).toBe(0);
  });
});

describe("kedge hooks with MCP servers of a project", () => {
  test("list shows what each is, trust shows all of it, and a change asks again", async () => {
    const world = makeWorld();
    const server = { command: "sh", args: ["serve.sh", "--port", "1"], env: { DEBUG: "on" } };
    const remote = { type: "http", url: "https://example.com/mcp", headers: { "X-Team": "a" } };
    world.write("project/.mcp.json", { mcpServers: { files: server, far: remote } });
    world.write("project/serve.sh", "exec cat\n");
    const before = await world.hooks(["list"]);
    expect(before.stdout).toMatch(/off +\w{6} +files {2}stdio: sh serve\.sh --port 1\n/);
    expect(before.stdout).toMatch(/\.mcp\.json, mcpServers\.files; variables DEBUG; the project brought it/);
    expect(before.stdout).toMatch(/far {2}http: https:\/\/example\.com\/mcp\n.*headers X-Team;/);
    const asked = await world.hooks(["trust"]);
    expect(asked.stdout).toMatch(
      /1\. MCP server "files", project, \.mcp\.json mcpServers\.files: a program with your rights, outside of any sandbox\n/,
    );
    expect(asked.stdout).toContain("   file serve.sh (file)");
    expect(asked).toMatchObject({ exitCode: 64 });
    expect((await world.hooks(["trust", "--yes"])).stdout).toContain("Trusted 2.");
    expect((await world.hooks(["list"])).stdout).toMatch(/active +\w{6} +files /);
    world.write("project/serve.sh", "exec cat #\n");
    const after = await world.hooks(["list"]);
    expect(after.stdout).toMatch(/changed +\w{6} +files .*\n.*it was trusted, but serve\.sh changed since/);
    expect((await world.hooks(["untrust"])).stdout).toBe("Took trust back from 2.\n");
  });
});
