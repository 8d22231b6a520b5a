import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { makeHost, QUICK } from "../support/host-world.ts";

type Step = NonNullable<Scenario["replies"]>[number];

const event = (type: string, own: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...own })}\n\n`;
const START = event("message_start", { message: { id: "msg_1", model: "m" } });
const STOP = event("message_stop");
const begin = (index: number, content_block: object): string =>
  event("content_block_start", { index, content_block });
const delta = (index: number, own: object): string => event("content_block_delta", { index, delta: own });
const finish = (index: number): string => event("content_block_stop", { index });
const reason = (stop_reason: string | null): string => event("message_delta", { delta: { stop_reason } });
const halfText = (index: number, text: string): string =>
  begin(index, { type: "text", text: "" }) + delta(index, { type: "text_delta", text });
const text = (index: number, words: string): string => halfText(index, words) + finish(index);
const halfCall = (index: number, json: string): string =>
  begin(index, { type: "tool_use", id: "toolu_1", name: "Bash", input: {} }) +
  delta(index, { type: "input_json_delta", partial_json: json });
const call = (index: number, json: string): string => halfCall(index, json) + finish(index);
const stream = (...events: readonly string[]): Step => ({
  raw: events.join(""),
  content_type: "text/event-stream",
});

const ECHO = '{"command":"echo ran >>log"}';
const retries = { ...QUICK, maxRetries: 2 };

describe("a stream that plays its answer again", () => {
  test.for([
    ["from its start", [START, call(0, ECHO), START, call(0, ECHO)]],
    ["from its first block", [START, call(0, ECHO), call(0, ECHO)]],
    ["under other indexes", [START, call(0, ECHO), call(1, ECHO)]],
  ] as const)("%s, has each call run once, and goes on from it", async ([, events]) => {
    const world = await makeHost({
      replies: [stream(...events, reason("tool_use"), STOP), { text: "fine" }],
    });
    const session = await world.open({ retries, permissionMode: "bypassPermissions" });
    expect(await session.send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(readFileSync(`${world.project}/log`, "utf8")).toBe("ran\n");
    const [, answer, results] = world.asked(1).messages;
    expect(answer?.content.map(({ id }) => id)).toEqual(["toolu_1"]);
    expect(results?.content.map(({ tool_use_id: id }) => id)).toEqual(["toolu_1"]);
  });

  test("before a block of it was whole is asked for again", async () => {
    const again = [START, halfText(0, "Hel"), START, text(0, "Hello"), reason("end_turn"), STOP];
    const world = await makeHost({ replies: [stream(...again), { text: "fine" }] });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(world.eventsOf("retrying")).toMatchObject([
      { failure: { loss: "truncated", detail: "the stream began its answer again" } },
    ]);
  });
});

describe("a stream that ends with half an answer", () => {
  test.for([
    ["nothing", [START, STOP]],
    ["half a text", [START, halfText(0, "I am going to"), STOP]],
    ["half a text and a stop reason", [START, halfText(0, "I am going to"), reason("end_turn"), STOP]],
    ["half a call", [START, halfCall(0, '{"comm'), STOP]],
    ["a call that is cut", [START, call(0, '{"comm'), STOP]],
  ] as const)("is asked for again: %s", async ([, events]) => {
    const world = await makeHost({ replies: [stream(...events), { text: "fine" }] });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(world.eventsOf("retrying")).toMatchObject([{ failure: { loss: "truncated" } }]);
  });

  test("again and again is a failure, of which StopFailure is told and Stop is not", async () => {
    const world = await makeHost({ replies: [stream(START, halfText(0, "I am"), reason("end_turn"), STOP)] });
    world.settings("user", {
      hooks: {
        StopFailure: [{ hooks: [world.hook("failure")] }],
        Stop: [{ hooks: [world.hook("stop")] }],
      },
    });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({ isError: true });
    expect(world.inputs("failure")).toMatchObject([
      { error: "server_error", kedge: { connection: "truncated", attempts: 3 } },
    ]);
    expect(world.inputs("stop")).toEqual([]);
  });

  test("behind a whole text is gone on from", async () => {
    const world = await makeHost({
      replies: [stream(START, text(0, "First."), halfText(1, "I am"), STOP), { text: "fine" }],
    });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(JSON.stringify(world.asked(1).messages)).toMatch(/First\..*cut off by a failure/);
  });

  test("that was refused is a refusal", async () => {
    const world = await makeHost({ replies: [stream(START, halfText(0, "I"), reason("refusal"), STOP)] });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({
      failure: { kind: "invalid_request" },
    });
  });

  test("lacks nothing where its blocks are whole and it is said to have ended", async () => {
    const world = await makeHost({ replies: [stream(START, text(0, "fine"), reason(null), STOP)] });
    expect(await (await world.open()).send("go")).toMatchObject({ isError: false, text: "fine" });
  });
});

test.for(["end_turn", "stop_sequence", "tool_use"])(
  "a call that cannot be read is made again, where the answer ended by %s",
  async (by) => {
    const world = await makeHost({
      replies: [stream(START, text(0, "I call"), call(1, '{"comm'), reason(by), STOP), { text: "fine" }],
    });
    expect(await (await world.open()).send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(world.said(1)).toContain("Make it again");
  },
);

test("a call of a whole message that cannot be read is made again", async () => {
  const content = [{ type: "tool_use", id: "toolu_1", name: "Bash", input: "ls" }];
  const raw = JSON.stringify({ type: "message", id: "msg_1", model: "m", content, stop_reason: "end_turn" });
  const world = await makeHost({ replies: [{ raw }, { text: "fine" }] });
  expect(await (await world.open()).send("go")).toMatchObject({ isError: false, text: "fine" });
  expect(world.said(1)).toContain("Make it again");
});
