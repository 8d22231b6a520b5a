import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/protocol/index.ts";
import { serve } from "../../support/http-server.ts";
import { callOf, makeMcp } from "../../support/mcp-world.ts";

/** Answers Streamable HTTP in JSON, and each call of a tool as told. */
function answering(onCall: (id: unknown) => JsonObject): Parameters<typeof serve>[0] {
  return (response, { method, body }) => {
    if (method !== "POST") return void response.writeHead(405).end();
    const {
      id,
      method: called,
      params,
    } = JSON.parse(body) as {
      id?: number;
      method: string;
      params?: { protocolVersion: string };
    };
    if (id === undefined) return void response.writeHead(202).end();
    const results: Readonly<Record<string, JsonObject>> = {
      initialize: {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "remote", version: "1" },
      },
      "tools/list": { tools: [{ name: "go", inputSchema: { type: "object" } }] },
    };
    const answer = results[called] ? { result: results[called] } : onCall(id);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  };
}

const WITH_KEY = { headers: { "X-Key": "planted" } } as const;

describe("a server at an address", () => {
  test("gets its headers with every request", async () => {
    await using server = await serve(
      answering(() => ({ result: { content: [{ type: "text", text: "far away" }] } })),
    );
    const world = await makeMcp(callOf("mcp__far__go"));
    const far = {
      type: "streamable-http",
      url: "$".concat("{BASE}/mcp"),
      headers: { "X-Key": "k-$".concat("{N:-1}") },
    };
    const session = await world.open({
      ...world.servers({ far }),
      env: { ...world.base.env, BASE: server.url },
      allowedTools: ["mcp__far"],
    });
    await session.send("go");
    expect(world.said(1)).toContain("far away");
    expect(new Set(server.received.map(({ headers }) => headers["x-key"]))).toEqual(new Set(["k-1"]));
    await session.close();
  });

  test.for([
    [
      "in a header that cannot be sent",
      "",
      { Authorization: "Bearer planted\u2026" },
      /its header Authorization/,
    ],
    ["in the name of a header", "", { "A B": "planted" }, /its header A B/],
    ["in its address", "me:planted@", {}, /its address holds a user name or a password/],
  ] as const)("what is secret %s is told to nobody", async ([, login, headers, why]) => {
    const world = await makeMcp();
    const far = { type: "http", url: `http://${login}127.0.0.1:9/mcp`, headers };
    const session = await world.open(world.servers({ far }));
    expect(session.mcpServers).toMatchObject([{ status: "failed", why: expect.stringMatching(why) }]);
    expect(world.notices().join("\n")).toMatch(why);
    expect(JSON.stringify([world.notices(), session.mcpServers])).not.toContain("planted");
    await session.close();
  });

  test.for([301, 302, 307, 308])("that redirects with %d takes no header elsewhere", async (status) => {
    await using other = await serve(answering(() => ({ result: { content: [] } })));
    await using server = await serve((response) =>
      response.writeHead(status, { location: `${other.url}/mcp` }).end(),
    );
    const world = await makeMcp();
    const session = await world.open(
      world.servers({ far: { type: "http", url: `${server.url}/mcp`, ...WITH_KEY } }),
    );
    expect(session.mcpServers).toMatchObject([{ status: "failed" }]);
    expect(world.notices().join()).toContain("redirects elsewhere, which is not followed");
    expect(other.received).toEqual([]);
    await session.close();
  });

  test("is not followed to another origin without headers either", async () => {
    await using other = await serve(answering(() => ({ result: { content: [] } })));
    await using server = await serve((response) =>
      response.writeHead(307, { location: `${other.url}/mcp` }).end(),
    );
    const world = await makeMcp();
    const session = await world.open(world.servers({ far: { type: "http", url: `${server.url}/mcp` } }));
    expect(session.mcpServers).toMatchObject([{ status: "failed" }]);
    expect(other.received).toEqual([]);
    await session.close();
  });

  test("that wants somebody to log in is told so", async () => {
    await using server = await serve((response) => response.writeHead(401).end());
    const world = await makeMcp();
    const session = await world.open(world.servers({ far: { type: "http", url: server.url } }));
    expect(session.mcpServers).toMatchObject([{ status: "needs-auth" }]);
    await session.close();
  });

  test("that answers with 100 MiB fails the call, and the session goes on", async () => {
    const huge = "x".repeat(100 * 1024 * 1024);
    await using server = await serve(
      answering(() => ({ result: { content: [{ type: "text", text: huge }] } })),
    );
    const world = await makeMcp(callOf("mcp__far__go"));
    const session = await world.open({
      ...world.servers({ far: { type: "http", url: server.url } }),
      allowedTools: ["mcp__far"],
    });
    expect(await session.send("go")).toMatchObject({ text: "done" });
    expect(world.said(1)).toContain("it sent a message over 16777216 bytes");
    await session.close();
  });

  test("that has forgotten the session gets another with the next call", async () => {
    let calls = 0;
    const far = answering(() => ({ result: { content: [{ type: "text", text: "remembered" }] } }));
    await using server = await serve((response, received, socket) => {
      if (received.body.includes("tools/call") && ++calls === 1) response.writeHead(404).end();
      else far(response, received, socket);
    });
    const world = await makeMcp(callOf("mcp__far__go"), callOf("mcp__far__go"));
    const session = await world.open({
      ...world.servers({ far: { type: "http", url: server.url } }),
      allowedTools: ["mcp__far"],
    });
    await session.send("go");
    // The call that failed is not sent again: nobody knows what came of it.
    expect(calls).toBe(2);
    expect(world.said(1)).toContain("gave no answer");
    expect(world.said(2)).toContain("remembered");
    expect(server.received.filter(({ body }) => body.includes('"initialize"'))).toHaveLength(2);
    await session.close();
  });

  test("that is silent fails the call after its time", async () => {
    await using server = await serve((response, received, socket) => {
      if (received.body.includes("tools/call")) return; // for ever
      answering(() => ({}))(response, received, socket);
    });
    const world = await makeMcp(callOf("mcp__far__go"));
    const { mcp } = world.servers({ far: { type: "http", url: server.url } });
    const session = await world.open({ mcp: { ...mcp, callTimeoutMs: 200 }, allowedTools: ["mcp__far"] });
    expect(await session.send("go")).toMatchObject({ text: "done" });
    expect(world.said(1)).toMatch(/The MCP server far gave no answer: .*timed out/i);
    await session.close();
  });

  test("is no file", async () => {
    const world = await makeMcp();
    const session = await world.open(world.servers({ far: { type: "http", url: "file:///etc/passwd" } }));
    expect(session.mcpServers).toMatchObject([
      { status: "failed", why: "its address is no http or https URL" },
    ]);
  });
});
