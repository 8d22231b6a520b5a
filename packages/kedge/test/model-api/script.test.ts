import { describe, expect, it } from "vitest";
import { type ModelApi, type Scenario, startModelApi } from "../../src/model-api/index.ts";
import { type AskOptions, ask } from "./raw-client.ts";

/** What a request got, in a word: its text, or its status. */
async function askFor(api: ModelApi, options: AskOptions = {}): Promise<string> {
  const { status, body } = await ask(api.port, options);
  return /"text":"([^"]+)"/.exec(body)?.[1] ?? String(status);
}

async function askAll(scenario: Scenario, requests: readonly AskOptions[]): Promise<string[]> {
  await using api = await startModelApi(scenario);
  const got: string[] = [];
  for (const request of requests) got.push(await askFor(api, request));
  return got;
}

const times = (count: number): AskOptions[] => Array.from({ length: count }, () => ({}));
const texts = (...all: readonly string[]) => all.map((text) => ({ text }));

describe("a list of replies", () => {
  it("without a script answers ok", async () => {
    expect(await askAll({}, times(2))).toEqual(["ok", "ok"]);
  });

  it("gives one step to each request, or to several, and repeats the last", async () => {
    const replies = [{ text: "a", times: 2 }, { status: 529 }, { text: "b" }];
    expect(await askAll({ replies }, times(5))).toEqual(["a", "a", "529", "b", "b"]);
  });

  it.each([
    ["fail", ["a", "b", "500", "500"]],
    ["ok", ["a", "b", "ok", "ok"]],
    ["repeat", ["a", "b", "b", "b"]],
  ] as const)("after the last one does what after_last says: %s", async (afterLast, expected) => {
    expect(await askAll({ replies: texts("a", "b"), after_last: afterLast }, times(4))).toEqual(expected);
  });
});

describe("routes", () => {
  const messages = [
    { role: "user", content: [{ type: "text", text: "first question" }] },
    { role: "assistant", content: "…" },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "last answer" }] },
  ];
  const conditions: readonly (readonly [
    name: string,
    when: object,
    fits: AskOptions,
    fitsNot: AskOptions,
  ])[] = [
    ["prompt", { prompt: "question" }, { fields: { messages } }, { prompt: "answer" }],
    ["last", { last: "last answer" }, { fields: { messages } }, { prompt: "first question" }],
    ["model", { model: "claude-*-5" }, { model: "claude-opus-5" }, { model: "claude-opus-5-5x" }],
    ["a whole model", { model: "a" }, { model: "a" }, { model: "ab" }],
    ["stream", { stream: true }, { stream: true }, {}],
    ["no stream", { stream: false }, {}, { stream: true }],
    ["key", { key: "k-1" }, { key: "k-1" }, { key: "k-12" }],
    ["tools_at_least", { tools_at_least: 1 }, { fields: { tools: [{ name: "A" }] } }, {}],
    ["tools_at_most", { tools_at_most: 0 }, {}, { fields: { tools: [{ name: "A" }] } }],
    [
      "headers",
      { headers: { "User-Agent": "claude-cli/*" } },
      { headers: { "user-agent": "claude-cli/2.1" } },
      {},
    ],
    ["all together", { prompt: "hi", model: "b" }, { model: "b" }, { model: "b", prompt: "no" }],
  ];
  it.each(conditions)("take requests by %s", async (_, when, fits, fitsNot) => {
    const scenario = { routes: [{ when, replies: texts("route") }], replies: texts("main") };
    expect(await askAll(scenario, [fits, fitsNot])).toEqual(["route", "main"]);
  });

  it("keep a position each; the first that fits takes the request", async () => {
    const scenario: Scenario = {
      routes: [
        { name: "sub", when: { model: "small" }, replies: texts("s1", "s2"), after_last: "fail" },
        { when: { model: "s*" }, replies: texts("later") },
      ],
      replies: texts("m1", "m2"),
    };
    const small = { model: "small" };
    await using api = await startModelApi(scenario);
    const got: string[] = [];
    for (const request of [{}, small, { model: "s" }, small, {}, small]) got.push(await askFor(api, request));
    expect(got).toEqual(["m1", "s1", "later", "s2", "m2", "500"]);
    expect(api.requests.map(({ route, step }) => [route, step])).toEqual([
      ["main", 0],
      ["sub", 0],
      ["routes[1]", 0],
      ["sub", 1],
      ["main", 1],
      ["sub", undefined],
    ]);
  });
});

describe("faults", () => {
  const replies = texts("1", "2", "3", "4", "5");

  it("replace steps by number, and use none of them up", async () => {
    const faults = [{ from_request: 2, to_request: 3, reply: { status: 503 } }];
    expect(await askAll({ replies, faults }, times(5))).toEqual(["1", "503", "503", "2", "3"]);
  });

  it("hit as often as they may, and only requests that fit; the first one counts", async () => {
    const faults = [
      { when: { model: "b" }, times: 1, reply: { status: 501 } },
      { when: { model: "b" }, reply: { status: 502 } },
    ];
    const requests = [{}, { model: "b" }, { model: "b" }, {}];
    expect(await askAll({ replies, faults }, requests)).toEqual(["1", "501", "502", "2"]);
  });

  it("come by the time since the start", async () => {
    const clock = { at: 1_000_000, now: () => clock.at };
    const faults = [{ name: "storm", after_ms: 1_000, before_ms: 2_000, reply: { status: 529 } }];
    await using api = await startModelApi({ faults }, { clock });
    const got: string[] = [];
    for (const moveMs of [999, 1, 1_000, 1]) {
      clock.at += moveMs;
      got.push(await askFor(api));
    }
    expect(got).toEqual(["ok", "529", "529", "ok"]);
    expect(api.requests.map(({ fault }) => fault)).toEqual([undefined, "storm", "storm", undefined]);
  });

  it("come by chance, which the seed settles", async () => {
    const run = (seed: number) =>
      askAll({ seed, faults: [{ chance: 0.3, reply: { status: 500 } }] }, times(60));
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    for (const got of [first, other]) {
      const hits = got.filter((each) => each === "500").length;
      expect(hits).toBeGreaterThan(8);
      expect(hits).toBeLessThan(30);
    }
  });

  it("by chance stay where they are when another fault is added", async () => {
    const chance = { chance: 0.5, reply: { status: 500 } };
    const alone = await askAll({ faults: [chance] }, times(30));
    const beside = await askAll(
      { faults: [chance, { from_request: 10, reply: { status: 503 } }] },
      times(30),
    );
    expect(beside.map((got) => got === "500")).toEqual(alone.map((got) => got === "500"));
  });
});
