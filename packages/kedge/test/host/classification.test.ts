import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { createSdkClient, type SessionOptions } from "../../src/host/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";
import { FAILURES } from "./failure-table.ts";

/** Runs one turn that is to fail, with handlers that watch it, and says what each was told. */
async function fail(world: Awaited<ReturnType<typeof makeHost>>, more: Partial<SessionOptions> = {}) {
  world.settings("user", {
    hooks: {
      StopFailure: [{ hooks: [world.hook("failure")] }],
      Stop: [{ hooks: [world.hook("stop")] }],
    },
  });
  const session = await world.open(more);
  const result = await session.send("go");
  return { result, inputs: world.inputs("failure"), stops: world.inputs("stop") };
}

describe("a failure of the API ends the turn with one StopFailure of the right kind, and no Stop", () => {
  test("the table has at least sixty rows", () => {
    expect(FAILURES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(FAILURES.map(({ name }) => name)).size).toBe(FAILURES.length);
  });

  test.for(FAILURES)("$name", async ({ step, error, recorded = error, status, kedge = {} }) => {
    const world = await makeHost({ replies: [step] });
    const { result, inputs, stops } = await fail(world);
    expect(inputs).toHaveLength(1);
    expect(stops).toEqual([]);
    const recordedKind = status !== undefined || !("stream" in step) ? recorded : undefined;
    expect(inputs[0]).toMatchObject({
      hook_event_name: "StopFailure",
      error,
      kedge: {
        ...(status === undefined ? {} : { status }),
        ...(recordedKind === undefined ? {} : { recorded_agent_error: recordedKind }),
        ...kedge,
      },
    });
    expect(inputs[0]?.last_assistant_message).toMatch(/API Error|Failed to authenticate/);
    expect(result).toMatchObject({ isError: true, subtype: "success", failure: { kind: error } });
    expect(result.terminalReason).toMatch(/^(api_error|prompt_too_long|malformed_tool_use_exhausted)$/);
    expect(result.text).toBe(inputs[0]?.last_assistant_message);
  });
});

describe("a connection that cannot be had", () => {
  const options = (baseUrl: string): Partial<SessionOptions> => ({
    client: createSdkClient({ apiKey: "k", baseUrl }),
  });

  test("is refused", async () => {
    const world = await makeHost();
    await world.api.close();
    const { inputs } = await fail(world);
    expect(inputs).toMatchObject([{ error: "server_error", kedge: { connection: "refused", attempts: 1 } }]);
    expect(inputs[0]?.last_assistant_message).toContain("ECONNREFUSED");
  });

  test("has an address that nobody knows", async () => {
    const { inputs } = await fail(await makeHost(), options("http://no-such-host.invalid"));
    expect(inputs).toMatchObject([{ error: "server_error", kedge: { connection: "dns" } }]);
  });

  test("speaks no TLS", async () => {
    const world = await makeHost();
    const { inputs } = await fail(world, options(world.api.url.replace("http:", "https:")));
    expect(inputs).toMatchObject([{ error: "server_error", kedge: { connection: "tls", retryable: false } }]);
  });

  test("is no HTTP at all", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH_9.2\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { inputs } = await fail(await makeHost(), options(`http://127.0.0.1:${port}`));
    expect(inputs).toMatchObject([{ error: "server_error" }]);
    server.close();
  });

  test("has no credential: nothing is sent", async () => {
    const world = await makeHost();
    const { inputs } = await fail(world, { client: createSdkClient({ baseUrl: world.api.url }) });
    expect(inputs).toMatchObject([{ error: "authentication_failed" }]);
    expect(inputs[0]).not.toHaveProperty("kedge.status");
    expect(world.requests()).toEqual([]);
  });
});

describe("a silence ends within its bound", () => {
  const text = "A sentence that is long enough to be sent in several pieces.";
  const bounds = (limits: object, url: string): Partial<SessionOptions> => ({
    client: createSdkClient({ apiKey: "k", baseUrl: url, limits }),
  });

  test.for([
    ["no first byte", { connection: "hang" }, { firstByteMs: 60 }, "no_first_byte"],
    [
      "no event after the headers",
      { text, stream: { stop_at: "headers", stop_by: "hang" } },
      { firstByteMs: 60 },
      "no_first_byte",
    ],
    ["a stream that stalls", { text, stream: { stop_at: "delta", stop_by: "hang" } }, { idleMs: 60 }, "idle"],
    [
      "a stream that stalls after a whole block",
      { text, stream: { stop_at: "block", stop_by: "hang" } },
      { idleMs: 60 },
      "idle",
    ],
    [
      "a stream that never ends",
      { text: text.repeat(100), stream: { chunk_ms: 20 } },
      { totalMs: 120 },
      "timeout",
    ],
  ] as const)("%s", async ([, step, limits, connection]) => {
    const world = await makeHost({ replies: [step] });
    const { result, inputs, stops } = await fail(world, bounds(limits, world.api.url));
    expect(inputs).toMatchObject([{ error: "server_error", kedge: { connection } }]);
    expect(stops).toEqual([]);
    expect(result).toMatchObject({ isError: true, terminalReason: "api_error" });
  });

  test("pings keep a slow stream alive", async () => {
    const step = {
      text: "slow",
      stream: { stop_at: "message_start", stall_ms: 250, ping_every_ms: 20 },
    } as const;
    const world = await makeHost({ replies: Array(20).fill(step) });
    const session = await world.open(bounds({ idleMs: 120 }, world.api.url));
    // A machine that stands still for 120 ms costs a try. Without the pings all of them would fail.
    await expect.poll(() => session.send("go")).toMatchObject({ isError: false, text: "slow" });
  });
});

describe("a matcher of StopFailure", () => {
  test.for([
    ["overloaded", true],
    ["server_error", false],
    ["rate_limit|overloaded", true],
    ["overload.*", true],
    ["529", false],
    ["", true],
  ] as const)("%j works on the kind", async ([matcher, fires]) => {
    const world = await makeHost({ replies: [{ status: 529 }] });
    world.settings("user", { hooks: { StopFailure: [{ matcher, hooks: [world.hook("failure")] }] } });
    await (await world.open()).send("go");
    expect(world.inputs("failure")).toHaveLength(fires ? 1 : 0);
  });
});

test("what a handler gets names the last call by its digest only, and the model", async () => {
  const world = await makeHost({
    replies: [{ tool: "Bash", input: { command: "echo secret-argument" } }, { status: 500 }],
  });
  world.settings("user", hooksFor("StopFailure", world.hook("failure")));
  await (await world.open({ model: "claude-test" })).send("go");
  const [input] = world.inputs("failure");
  expect(input).toMatchObject({
    kedge: {
      model: "claude-test",
      attempts: 1,
      request_id: expect.stringMatching(/^req_/),
      last_tool: { name: "Bash" },
    },
  });
  expect(JSON.stringify(input)).not.toContain("secret-argument");
  expect(input).not.toHaveProperty("permission_mode");
});
