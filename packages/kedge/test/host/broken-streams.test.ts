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
const call = (index: number, json: string, id = "toolu_1"): string =>
  begin(index, { type: "tool_use", id, name: "Bash", input: {} }) +
  delta(index, { type: "input_json_delta", partial_json: json }) +
  finish(index);
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
