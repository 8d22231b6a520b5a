import { afterEach, describe, expect, test } from "vitest";
import { makeHost } from "../../support/host-world.ts";
import { serve, type TestServer } from "../../support/http-server.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

/** A session whose model fetches a page of this machine. */
async function makeFetching() {
  const server = await serve((response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<p>PAGE-TEXT"),
  );
  servers.push(server);
  const url = `http://127.0.0.1:${server.port}/`;
  const world = await makeHost({
    routes: [{ when: { model: "claude-haiku-5-5" }, replies: [{ text: "ABOUT-THE-PAGE" }] }],
    replies: [{ tool: "WebFetch", input: { url, prompt: "What?" } }, { text: "done" }],
  });
  return { server, world, url };
}

const LOCAL = "WebFetch(domain:127.0.0.1)";
const allowing = (rule: string) => ({ permissions: { allow: [rule] } });

describe("WebFetch in a session", () => {
  test("answers the model, is told to handlers, and is paid by the session", async () => {
    const { world, url } = await makeFetching();
    world.settings("user", allowing(LOCAL));
    world.settings("project", {
      hooks: { PostToolUse: [{ matcher: "WebFetch", hooks: [world.hook("post")] }] },
    });
    const result = await (await world.open()).send("go");
    expect(world.said(2)).toContain("ABOUT-THE-PAGE");
    expect(world.said(2)).not.toContain("PAGE-TEXT");
    expect(world.inputs("post")).toMatchObject([
      { tool_input: { url, prompt: "What?" }, tool_response: { code: 200, bytes: 12, url } },
    ]);
    expect(result.spending.models.map(({ model }) => model)).toContain("claude-haiku-5-5");
  });

  test("gives the model what a PostToolUse handler puts in place of the answer", async () => {
    const { world, url } = await makeFetching();
    const updatedToolOutput = { bytes: 1, code: 200, codeText: "OK", result: "CLEANED", durationMs: 1, url };
    const answer = { hookSpecificOutput: { hookEventName: "PostToolUse", updatedToolOutput } };
    world.settings("project", {
      hooks: { PostToolUse: [{ hooks: [world.hook("post", `echo '${JSON.stringify(answer)}'`)] }] },
    });
    await (await world.open({ allowedTools: [LOCAL] })).send("go");
    expect(world.said(2)).toMatch(/CLEANED$/);
    expect(world.said(2)).not.toContain("ABOUT-THE-PAGE");
  });

  test("reaches this machine by a rule of the user or of the command line alone", async () => {
    const flag = await makeFetching();
    await (await flag.world.open({ allowedTools: [LOCAL] })).send("go");
    expect(flag.server.received).toHaveLength(1);
    // The project is trusted here, and its rule permits the call; it does not open this machine.
    const project = await makeFetching();
    project.world.settings("project", allowing(LOCAL));
    await (await project.world.open()).send("go");
    expect(project.world.said(1)).toContain("may not reach a loopback address");
    const bypass = await makeFetching();
    await (await bypass.world.open({ permissionMode: "bypassPermissions" })).send("go");
    const wide = await makeFetching();
    await (await wide.world.open({ allowedTools: ["WebFetch"] })).send("go");
    expect([project, bypass, wide].map(({ server }) => server.received.length)).toEqual([0, 0, 0]);
  });

  test("is not reached by a rule that a handler adds", async () => {
    const { world, server } = await makeFetching();
    const decision = {
      behavior: "allow",
      updatedPermissions: [
        {
          ...{ type: "addRules", behavior: "allow", destination: "session" },
          rules: [{ toolName: "WebFetch", ruleContent: "domain:127.0.0.1" }],
        },
      ],
    };
    const answer = { hookSpecificOutput: { hookEventName: "PermissionRequest", decision } };
    world.settings("project", {
      hooks: { PermissionRequest: [{ hooks: [world.hook("ask", `echo '${JSON.stringify(answer)}'`)] }] },
    });
    await (await world.open()).send("go");
    expect(world.inputs("ask")).toHaveLength(1);
    expect(server.received).toEqual([]);
  });

  test("needs somebody's word, in plan mode too", async () => {
    for (const permissionMode of ["default", "plan"] as const) {
      const { world, server } = await makeFetching();
      const result = await (await world.open({ permissionMode })).send("go");
      expect(result.permissionDenials).toMatchObject([{ toolName: "WebFetch" }]);
      expect(server.received).toEqual([]);
    }
  });

  test("sends no credential and no variable of the session, and obeys no proxy that a project names", async () => {
    const { world, server } = await makeFetching();
    const proxy = await serve((response) => response.end("x"));
    servers.push(proxy);
    world.settings("project", {
      env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, http_proxy: `http://127.0.0.1:${proxy.port}` },
    });
    world.settings("user", allowing(LOCAL));
    await (await world.open({ env: { ...world.base.env, ANTHROPIC_API_KEY: "test-key" } })).send("go");
    expect(proxy.received).toEqual([]);
    expect(server.received).toHaveLength(1);
    expect(JSON.stringify(server.received)).not.toContain("test-key");
  });
});
