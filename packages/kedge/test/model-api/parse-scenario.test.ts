import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parseScenario, type Scenario, scenarioJsonSchema } from "../../src/model-api/index.ts";
import fc from "../support/fast-check.ts";

const KINDS = "text, tool, tools, content, status, connection, raw";

const problems: readonly (readonly [name: string, value: unknown, ...lines: string[]])[] = [
  ["no object", 5, ": expected an object, got 5"],
  ["a list", [], ": expected an object, got an array of 0"],
  ["nothing", null, ": expected an object, got null"],
  ["an unknown key", { foo: 1 }, 'foo: expected a known key, got "foo"'],
  ["a mistyped key", { replys: [] }, 'replys: expected a known key, got "replys"; did you mean replies?'],
  ["another spelling", { strictModels: true }, /^strictModels: .*; did you mean strict_models\?$/.source],
  [
    "a mistyped key of a step",
    { replies: [{ txt: "a" }] },
    /^replies\[0\]\.txt: .*did you mean text\?$/.source,
  ],
  ["an empty list of replies", { replies: [] }, "replies: expected a list of at least 1, got an array of 0"],
  ["an empty step", { replies: [{}] }, `replies[0]: expected exactly one of ${KINDS}, got none`],
  [
    "two kinds in a step",
    { replies: [{ text: "a", status: 429 }] },
    `replies[0]: expected exactly one of ${KINDS}, got text and status`,
  ],
  [
    "a status that is text",
    { replies: [{ status: "429" }] },
    'replies[0].status: expected a number, got "429"',
  ],
  [
    "a status with a fraction",
    { replies: [{ status: 429.5 }] },
    "replies[0].status: expected a whole number, got 429.5",
  ],
  [
    "a status too high",
    { replies: [{ status: 600 }] },
    "replies[0].status: expected a number of at most 599, got 600",
  ],
  [
    "a status too low",
    { replies: [{ status: 100 }] },
    "replies[0].status: expected a number of at least 200, got 100",
  ],
  [
    "html beside text",
    { replies: [{ text: "a", html: true }] },
    "replies[0].html: expected no `html` beside `text`, got true",
  ],
  [
    "input beside text",
    { replies: [{ text: "a", input: {} }] },
    "replies[0].input: expected no `input` beside `text`, got an object",
  ],
  [
    "two bodies",
    { replies: [{ status: 500, html: true, body: "x" }] },
    "replies[0]: expected one body at most, got body, html",
  ],
  [
    "no delay",
    { replies: [{ text: "a", delay_ms: -1 }] },
    "replies[0].delay_ms: expected a number of at least 0, got -1",
  ],
  [
    "a delay over a day",
    { replies: [{ text: "a", delay_ms: 86_400_001 }] },
    /at most 86400000, got 86400001/.source,
  ],
  [
    "times 0",
    { replies: [{ text: "a", times: 0 }] },
    "replies[0].times: expected a number of at least 1, got 0",
  ],
  [
    "refuse_ms with reset",
    { replies: [{ connection: "reset", refuse_ms: 5 }] },
    /refuse_ms: expected `connection: refuse` beside/.source,
  ],
  [
    "an unknown connection",
    { replies: [{ connection: "rest" }] },
    /expected one of reset, close, hang, refuse, got "rest"; did you mean reset\?/.source,
  ],
  [
    "a block without type",
    { replies: [{ content: [{}] }] },
    "replies[0].content[0].type: expected text, got nothing",
  ],
  [
    "a tool id with blanks",
    { replies: [{ tool: "A", id: "a b" }] },
    "replies[0].id: expected an id of letters, digits, _ and -, got another text",
  ],
  [
    "a header name with blanks",
    { replies: [{ text: "a", headers: { "a b": 1 } }] },
    /^replies\[0\]\.headers\["a b"\]: expected the name/.source,
  ],
  [
    "a header value with a line break",
    { replies: [{ text: "a", headers: { a: "x\ny" } }] },
    /headers\.a: expected a header value/.source,
  ],
  [
    "a header that is a list",
    { replies: [{ text: "a", headers: { a: [] } }] },
    "replies[0].headers.a: expected text or a number, got an array of 0",
  ],
  [
    "a stream that is a number",
    { replies: [{ text: "a", stream: 5 }] },
    "replies[0].stream: expected false or an object, got 5",
  ],
  [
    "an unknown place",
    { replies: [{ text: "a", stream: { stop_at: "mid" } }] },
    /stream\.stop_at: expected one of headers, .*, got "mid"/.source,
  ],
  [
    "stop_by without a place",
    { replies: [{ text: "a", stream: { stop_by: "end" } }] },
    "replies[0].stream.stop_by: expected `stop_at` beside `stop_by`, got none",
  ],
  [
    "an error that resets",
    { replies: [{ text: "a", stream: { stop_at: "delta", stop_by: "reset", error: {} } }] },
    /expected `stop_by: error` beside `error`, got "reset"/.source,
  ],
  [
    "a stall that ends",
    { replies: [{ text: "a", stream: { stop_at: "delta", stop_by: "end", stall_ms: 1 } }] },
    /expected `stop_by: hang` beside `stall_ms`/.source,
  ],
  [
    "a block that is not there",
    { replies: [{ text: "a", stream: { stop_at: "block", block: 1 } }] },
    /stream\.block: expected the index of one of the 1 content blocks, got 1/.source,
  ],
  [
    "a wrong non_stream",
    { replies: [{ text: "a", non_stream: { txt: "b" } }] },
    /^replies\[0\]\.non_stream\.txt: /.source,
  ],
  [
    "a route without when",
    { routes: [{ replies: [{ text: "a" }] }] },
    "routes[0].when: expected an object, got nothing",
  ],
  [
    "an unknown condition",
    { routes: [{ when: { promt: "a" }, replies: [{ text: "a" }] }] },
    /when\.promt: .*did you mean prompt\?/.source,
  ],
  [
    "a fault without reply",
    { faults: [{ chance: 0.5 }] },
    "faults[0].reply: expected an object, got nothing",
  ],
  [
    "a chance over 1",
    { faults: [{ chance: 2, reply: { status: 500 } }] },
    "faults[0].chance: expected a number of at most 1, got 2",
  ],
  [
    "a second limit of a key",
    { limits: [{ key: "a" }, { key: "a" }] },
    "limits[1].key: expected one limit for each key, got a second one",
  ],
  [
    "a window of nothing",
    { limits: [{ key: "a", windows: [{ name: "five_hour", duration_ms: 1 }] }] },
    /windows\[0\]: expected exactly one of tokens, requests, got none/.source,
  ],
  [
    "an unknown header style",
    { limits: [{ key: "a", headers: "oauth" }] },
    /expected one of api_key, subscription, got "oauth"/.source,
  ],
  [
    "strict models without models",
    { strict_models: true },
    "strict_models: expected `models` beside `strict_models`, got none",
  ],
  [
    "an object that cannot even be words",
    { replies: [{ stream: [Object.create(null)] }] },
    /^replies\[0\]\.stream/.source,
  ],
  ["several at once", { seed: -1, models: [], x: 1 }, /^seed: /.source, /^models: /.source, /^x: /.source],
];

const sound: readonly (readonly [name: string, scenario: Scenario])[] = [
  ["nothing", {}],
  [
    "every key of a message",
    {
      replies: [
        {
          ...{
            text: "a",
            stop_reason: "refusal",
            stop_details: {},
            usage: { input_tokens: 5, more: 1 },
            model: "m",
          },
          ...{ headers: { a: "b", c: 1 }, delay_ms: 1, times: 2, non_stream: { status: 500 } },
          stream: {
            chunk_ms: 1,
            chunk_chars: 2,
            ping_every_ms: 5,
            stop_at: "delta",
            stop_by: "hang",
            stall_ms: 5,
          },
        },
      ],
    },
  ],
  [
    "every kind of step",
    {
      replies: [
        ...[{ text: "" }, { tool: "A" }, { tools: [{ tool: "A", input: {}, id: "b" }] }, { content: [] }],
        ...[{ status: 500 }, { connection: "hang" as const }, { raw: "" }],
      ],
    },
  ],
  [
    "routes, faults and limits",
    {
      ...{ description: "d", seed: 4, models: ["m"], strict_models: true, keys: ["k"], after_last: "fail" },
      routes: [
        {
          when: { prompt: "a", model: "*", tools_at_least: 1, headers: { "User-Agent": "a*" } },
          replies: [{ text: "" }],
        },
      ],
      faults: [
        {
          name: "f",
          from_request: 1,
          to_request: 2,
          after_ms: 1,
          before_ms: 2,
          chance: 0.1,
          times: 1,
          reply: { raw: "" },
        },
      ],
      limits: [
        { key: "*", requests_per_minute: 1, windows: [{ name: "five_hour", duration_ms: 1, tokens: 1 }] },
      ],
    },
  ],
];

const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());

describe("parseScenario", () => {
  it.each(problems)("says what is wrong with %s", (_, value, ...lines) => {
    const reading = parseScenario(value);
    const found = reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
    expect(found).toHaveLength(lines.length);
    for (const [index, line] of lines.entries()) {
      const isExact = found[index] === line;
      if (!isExact) expect(found[index]).toMatch(new RegExp(String(line)));
    }
  });

  it.each(sound)("accepts %s", (_, scenario) => {
    expect(parseScenario(scenario)).toMatchObject({ ok: true });
    expect(validate(scenario), JSON.stringify(validate.errors)).toBe(true);
  });

  it("never throws, and its problems are one line each", () => {
    const keys = fc.constantFrom(
      "replies",
      "routes",
      "faults",
      "limits",
      "text",
      "stream",
      "status",
      "when",
      "x",
    );
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.jsonValue(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value")),
      ),
    })).value;
    fc.assert(
      fc.property(values, (value) => {
        const reading = parseScenario(value);
        if (reading.ok) return;
        expect(reading.problems.length).toBeGreaterThan(0);
        for (const { message } of reading.problems) expect(message).toMatch(/^expected [^\n]*, got [^\n]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the JSON Schema to what it accepts itself, field by field described", () => {
    for (const [, value] of problems.slice(0, 12)) expect(validate(value), JSON.stringify(value)).toBe(false);
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties = {} } = schema as { properties?: Record<string, { description?: string }> };
      for (const [key, field] of Object.entries(properties))
        if (field.description === undefined && !("$ref" in field)) undescribed.push(`${path}.${key}`);
      for (const [key, each] of Object.entries(schema)) walk(each, `${path}.${key}`);
    };
    walk(scenarioJsonSchema(), "");
    expect(undescribed).toEqual([]);
  });
});
