import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, test } from "vitest";
import { parse, stringify } from "yaml";
import { batchJsonSchema } from "../../src/recovery/batch/batch-schema.ts";
import { itemDigest, readBatch } from "../../src/recovery/batch/index.ts";
import { parseBatch } from "../../src/recovery/batch/parse-batch.ts";
import fc from "../support/fast-check.ts";
import { batchOf, withAgent } from "./batch-cases.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/batch.md"), "utf8");
const onPage = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""], at) => [at, text] as const);
const validate = new Ajv2020({ strict: false }).compile(batchJsonSchema());

const MIB = 1_048_576;
const TOKEN = `sk-ant-api03-${"aB3dE5gH7j".repeat(9)}AA`;

/** Each wrong value, with the one problem that is said. */
const PROBLEMS: readonly (readonly [name: string, value: unknown, ...lines: readonly string[]])[] = [
  ["no object", 5, ": expected an object, got 5"],
  ["a list", ["a"], ": expected an object, got an array of 1"],
  ["nothing", undefined, "items: expected a list, got nothing"],
  ["no items", withAgent(), "items: expected a list of at least 1, got an array of 0"],
  ["items that are no list", { agent: "a", items: {} }, "items: expected a list, got an object"],
  ["another version", { ...withAgent("a"), version: 2 }, "version: expected 1, got 2"],
  [
    "a mistyped setting",
    { ...withAgent("a"), concurency: 2 },
    'concurency: expected a known key, got "concurency"; did you mean concurrency?',
  ],
  [
    "no session at once",
    { ...withAgent("a"), concurrency: 0 },
    "concurrency: expected a number of at least 1, got 0",
  ],
  [
    "too many sessions at once",
    { ...withAgent("a"), concurrency: 257 },
    "concurrency: expected a number of at most 256, got 257",
  ],
  [
    "an unknown isolation",
    { ...withAgent("a"), isolation: "worktre" },
    'isolation: expected one of none, worktree, got "worktre"; did you mean worktree?',
  ],
  [
    "a name that is no file name",
    { ...withAgent("a"), name: "a/b" },
    'name: expected 1 to 128 letters, digits, ., _ and -, a letter or digit first, got "a/b"',
  ],
  [
    "no agent for one item",
    { items: ["a", { prompt: "b", agent: "x" }] },
    "agent: expected an agent here or in every item, got none for items[0]",
  ],
  [
    "no agent for many items",
    { items: [{ prompt: "b", agent: "x" }, "a", "b"] },
    "agent: expected an agent here or in every item, got none for 2 items, items[1] first",
  ],
  [
    "an agent of another type",
    { agent: 5, items: ["a"] },
    "agent: expected a command line, as text or as a list of words, got 5",
  ],
  [
    "an agent without words",
    { agent: [], items: ["a"] },
    "agent: expected a program and its arguments, got an empty list",
  ],
  [
    "an agent whose program is blank",
    { agent: [" ", "-p"], items: ["a"] },
    "agent: expected a program first, got a blank word",
  ],
  [
    "a blank agent",
    { agent: " ", items: ["a"] },
    "agent: expected a program and its arguments, got no program",
  ],
  [
    "an agent for a shell",
    { agent: "claude | tee", items: ["a"] },
    "agent: expected simple words, got | at character 8, which a shell would act on; quote it, or write a list of words",
  ],
  [
    "a number in a command line",
    withAgent({ prompt: "a", args: ["--max-turns", 20] }),
    "items[0].args[1]: expected text, got 20; put it in quotes",
  ],
  [
    "a word with NUL",
    withAgent({ prompt: "a", args: ["a\0b"] }),
    "items[0].args[0]: expected text without NUL, got one with it",
  ],
  [
    "too many words",
    withAgent({ prompt: "a", args: Array.from({ length: 201 }, () => "a") }),
    "items[0].args: expected at most 200 words, got 201",
  ],
  ["an item of another type", withAgent(5), "items[0]: expected a prompt, or an object with one, got 5"],
  ["nothing as an item", withAgent(null), "items[0]: expected a prompt, or an object with one, got null"],
  ["a blank prompt", withAgent(" \n"), "items[0]: expected a prompt, got a blank text"],
  ["an empty prompt", withAgent({ prompt: "" }), "items[0].prompt: expected a prompt, got a blank text"],
  [
    "a prompt with NUL",
    withAgent({ prompt: "a\0" }),
    "items[0].prompt: expected a prompt, got a text with NUL in it",
  ],
  [
    "a prompt that is too long by one byte",
    withAgent("ä".repeat(MIB / 2), `${"ä".repeat(MIB / 2)}b`),
    "items[1]: expected a prompt of at most 1048576 bytes, got 1048577",
  ],
  [
    "a prompt that is a list",
    withAgent({ prompt: ["a"] }),
    "items[0].prompt: expected a prompt, got an array of 1",
  ],
  ["no prompt", withAgent({ key: "a" }), "items[0]: expected either prompt or prompt_file, got neither"],
  [
    "two prompts",
    withAgent({ prompt: "a", prompt_file: "b" }),
    "items[0]: expected either prompt or prompt_file, got both",
  ],
  [
    "a mistyped prompt, once",
    withAgent({ promt: "a" }),
    'items[0].promt: expected a known key, got "promt"; did you mean prompt?',
  ],
  [
    "a prompt that YAML takes for an object",
    withAgent(parse("Fix the login: it is broken")),
    'items[0]["Fix the login"]: expected a known key, got "Fix the login"; a prompt with a colon needs quotes',
  ],
  [
    "a path without characters",
    withAgent({ prompt: "a", directory: "" }),
    'items[0].directory: expected the path of a directory, got ""',
  ],
  [
    "a key that begins with a dot",
    withAgent({ prompt: "a", key: ".a" }),
    'items[0].key: expected 1 to 128 letters, digits, ., _ and -, a letter or digit first, got ".a"',
  ],
  [
    "a key that is too long",
    withAgent({ prompt: "a", key: "k".repeat(128) }, { prompt: "a", key: "k".repeat(129) }),
    `items[1].key: expected 1 to 128 letters, digits, ., _ and -, a letter or digit first, got "${"k".repeat(39)}…"`,
  ],
  [
    "a key that comes twice",
    withAgent({ prompt: "a", key: "k" }, "b", { prompt: "c", key: "k" }),
    "items[2].key: expected a key that no other item has, got k, which items[0] has, too",
  ],
  [
    "too high a priority",
    withAgent({ prompt: "a", priority: 1_001 }),
    "items[0].priority: expected a number of at most 1000, got 1001",
  ],
  [
    "too many items",
    withAgent(...Array.from({ length: 10_001 }, () => 5)),
    "items: expected a list of at most 10000, got 10001",
  ],
  [
    "too many keys",
    withAgent(Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 1]))),
    "items[0]: expected at most 16 keys, got 17",
  ],
  [
    "a key that is no key",
    JSON.parse('{"agent":"a","items":[{"prompt":"a","__proto__":{"key":"b"}}]}'),
    'items[0].__proto__: expected a known key, got "__proto__"',
  ],
  [
    "several at once",
    { agent: "$A", items: ["", { prompt: "a", x: 1 }] },
    "agent: expected simple words, got $ at character 1, which a shell would expand; quote it, or write a list of words",
    'items[1].x: expected a known key, got "x"',
    "items[0]: expected a prompt, got a blank text",
  ],
];

const linesOf = (value: unknown): readonly string[] => {
  const reading = parseBatch(value);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("reading a batch", () => {
  it.each(PROBLEMS)("says what is wrong with %s", (_, value, ...lines) => {
    expect([...linesOf(value)].sort()).toEqual([...lines].sort());
  });

  it("is what the room offers, loaded when it is called", async () => {
    for (const value of [withAgent("a"), { x: 1 }]) expect(await readBatch(value)).toEqual(parseBatch(value));
  });

  it("fills in what the batch says, and what nobody says", () => {
    const { batch } = batchOf({
      version: 1,
      name: "nightly",
      agent: "claude -p --model 'a b'",
      account: "team-a",
      directory: "./work/",
      isolation: "worktree",
      concurrency: 9,
      items: [
        "Fix the flaky test",
        {
          ...{ key: "two", prompt_file: "prompts/two.md", directory: "services//login" },
          ...{ agent: ["codex", "exec"], args: ["--max-turns", "20", ""], account: "team-b", priority: -3 },
        },
        { prompt: "a", args: ["--verbose"] },
      ],
    });
    expect(batch).toEqual({
      ...{ version: 1, name: "nightly", concurrency: 9, isolation: "worktree" },
      items: [
        {
          key: expect.stringMatching(/^[0-9a-f]{16}$/),
          ...{ prompt: "Fix the flaky test", promptFile: null, directory: "work" },
          ...{ agent: ["claude", "-p", "--model", "a b"], account: "team-a", priority: 0 },
        },
        {
          ...{ key: "two", prompt: null, promptFile: "prompts/two.md", directory: "services/login" },
          ...{ agent: ["codex", "exec", "--max-turns", "20", ""], account: "team-b", priority: -3 },
        },
        expect.objectContaining({ agent: ["claude", "-p", "--model", "a b", "--verbose"] }),
      ],
    });
    expect(batchOf(withAgent("a")).batch).toMatchObject({ name: null, concurrency: 4, isolation: "none" });
    expect(batchOf(withAgent("a")).batch.items[0]).toMatchObject({
      directory: ".",
      account: null,
      priority: 0,
    });
  });

  it("takes 10,000 items", () => {
    const items = Array.from({ length: 10_000 }, (_, at) => `Do ${at}`);
    expect(new Set(batchOf(withAgent(...items)).batch.items.map(({ key }) => key)).size).toBe(10_000);
  });

  it("knows the accounts of a policy, where it is told them", () => {
    const value = { ...withAgent({ prompt: "a", account: "team-b" }, "b"), account: "team-A" };
    const reading = parseBatch(value, { accounts: ["team-a", "team-b"] });
    expect(reading).toEqual({
      ok: false,
      problems: [
        {
          ...{ path: "account", keys: ["account"] },
          message: 'expected an account of the policy, got "team-A"; did you mean team-a?',
        },
      ],
    });
    expect(parseBatch(value).ok).toBe(true);
    expect(parseBatch(value, { accounts: ["team-A", "team-b"] }).ok).toBe(true);
    expect(parseBatch(value, { accounts: [] }).ok).toBe(false);
  });

  it("never throws, and its problems are one line each", () => {
    const keys = fc.constantFrom(
      ...["version", "name", "items", "agent", "args", "prompt", "prompt_file", "key", "directory"],
      ...["account", "priority", "concurrency", "isolation", "__proto__", "constructor", "a b\nc"],
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(
          ...[null, undefined, Number.NaN, 1e308, 1, "", "a", "a\nb", "'", '"', "\\", "$x", "\ud800", "\0"],
          ...[true, Object.create(null), TOKEN],
        ),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 6 }),
      ),
    }));
    const item = fc.oneof(
      fc.constantFrom<unknown>("a", { prompt: "b", key: "b" }, { prompt_file: "c" }),
      value,
    );
    const batch = fc.record({
      agent: fc.oneof(fc.constantFrom<unknown>("a", ["a", "b"]), value),
      items: fc.array(item, { maxLength: 4 }),
    });
    let sound = 0;
    fc.assert(
      fc.property(fc.oneof(value, batch), (any) => {
        const reading = parseBatch(any);
        if (reading.ok) sound += 1;
        else expect(reading.problems.length).toBeGreaterThan(0);
        for (const line of linesOf(any)) {
          expect(line).not.toContain("\n");
          expect(line).not.toContain("aB3dE5gH7j");
        }
      }),
      { numRuns: 1_500 },
    );
    // Otherwise what is sound was never looked at.
    expect(sound).toBeGreaterThan(50);
  });

  it("refuses a value within itself and one that is too deep", () => {
    const cycle: Record<string, unknown> = { agent: "a" };
    cycle.items = [cycle];
    expect(linesOf(cycle).join()).toContain("items[0].items: expected a known key");
    let deep: unknown = "a";
    for (let level = 0; level < 50_000; level += 1) deep = { prompt: deep };
    expect(linesOf(withAgent(deep))).toEqual(["items[0].prompt: expected a prompt, got an object"]);
  });
});

describe("keys of items", () => {
  const keysOf = (...items: readonly unknown[]): readonly string[] =>
    batchOf(withAgent(...items)).batch.items.map(({ key }) => key);

  it("follow from what the item is, not from where it stands or how soon it runs", () => {
    const [one, two] = keysOf("a", "b");
    expect(keysOf("b", { prompt: "a", priority: 5 })).toEqual([two, one]);
    const others = keysOf(
      "a",
      { prompt: "a", directory: "x" },
      { prompt: "a", account: "x" },
      { prompt: "a", args: ["x"] },
      { prompt_file: "a" },
      { prompt: "a\n" },
    );
    expect(new Set(others).size).toBe(others.length);
    expect(keysOf({ prompt: "a", directory: "x" })).toEqual(keysOf({ prompt: "a", directory: "./x/" }));
  });

  it("tell items apart that are exactly alike, with a note for each of them", () => {
    const { batch, notes } = batchOf(withAgent("a", "b", "a", "a"));
    const [first = "", second] = batch.items.map(({ key }) => key);
    expect(batch.items.map(({ key }) => key)).toEqual([first, second, `${first}-2`, `${first}-3`]);
    expect(notes).toEqual(
      [2, 3].map((at) => ({
        ...{ path: `items[${at}]`, keys: ["items", at], otherKeys: ["items", 0] },
        message: `it is exactly items[0] and will run as well, as ${first}-${at}; give it a key to tell them apart`,
      })),
    );
  });

  it("give way to keys that somebody wrote", () => {
    const [made = ""] = keysOf("a");
    expect(keysOf("a", { prompt: "b", key: made }, "a", { prompt: "c", key: `${made}-3` })).toEqual([
      `${made}-2`,
      made,
      `${made}-4`,
      `${made}-3`,
    ]);
  });

  it("are all different, whatever the items", () => {
    const item = fc.record(
      { prompt: fc.constantFrom("a", "b"), key: fc.constantFrom("k", "a-2"), directory: fc.constant("x") },
      { requiredKeys: ["prompt"] },
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 12 }), (items) => {
        const reading = parseBatch(withAgent(...items));
        const written = items.flatMap(({ key }) => (key === undefined ? [] : [key]));
        expect(reading.ok).toBe(new Set(written).size === written.length);
        if (reading.ok) expect(new Set(reading.batch.items.map(({ key }) => key)).size).toBe(items.length);
      }),
    );
  });
});

describe("the digest of an item", () => {
  it("is the same for the same work, and another for any other", () => {
    const [item] = batchOf(withAgent({ prompt: "a", key: "k" })).batch.items;
    if (item === undefined) throw new Error("no item");
    const digest = itemDigest(item);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    // A digest that changes from one release to the next would make every item another one.
    expect(digest).toBe("cccb4af7bb867aff12ee0a0006edebea117f5f7921f3993e012290c7f588b521");
    expect(itemDigest({ ...item, promptFile: "a.md" })).toBe(digest);
    for (const other of [
      { prompt: "b" },
      { prompt: null, promptFile: "a" },
      { directory: "x" },
      { agent: ["claude -p"] },
      { account: "x" },
    ])
      expect(itemDigest({ ...item, ...other }), JSON.stringify(other)).not.toBe(digest);
  });
});

describe("secrets and prompts", () => {
  it.each([
    ["in the agent's words", { agent: ["claude", TOKEN], items: ["a"] }, "agent"],
    ["beside the word that says it", { agent: "claude --api-key hunter2abc", items: ["a"] }, "agent"],
    ["in arguments", withAgent({ prompt: "a", args: ["--token", "hunter2abc"] }), "items[0].args"],
    ["in a variable", { agent: "env API_KEY=hunter2abc claude", items: ["a"] }, "agent"],
    ["in a path", withAgent({ prompt: "a", directory: `x/${TOKEN}` }), "items[0].directory"],
    ["as a key", withAgent({ prompt: "a", key: TOKEN }), "items[0].key"],
  ])("are refused %s, and never repeated", (_, value, path) => {
    const lines = linesOf(value).join("\n");
    expect(lines).toContain(`${path}: expected no secret, got what looks like one`);
    expect(lines).not.toMatch(/sk-ant|hunter2/);
  });

  it.each([
    ["an unknown key", withAgent({ prompt: "a", [TOKEN]: 1 })],
    ["a wrong value", { ...withAgent("a"), isolation: TOKEN }],
    ["a whole file", TOKEN],
    ["a wrong account", { ...withAgent("a"), account: `${TOKEN} ` }],
  ])("are not repeated of %s either", (_, value) => {
    expect(linesOf(value).join("\n")).toContain("a text that may hold a secret");
    expect(linesOf(value).join("\n")).not.toContain("sk-ant");
  });

  it("in a prompt are noted, for its words are free", () => {
    const { notes } = batchOf(withAgent("Fix the login", `Use ${TOKEN}`, { prompt: "password: hunter2abc" }));
    expect(notes.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^items\[1\]: it seems to hold a secret/),
      expect.stringMatching(/^items\[2\]\.prompt: it seems to hold a secret/),
    ]);
    expect(JSON.stringify(notes)).not.toMatch(/sk-ant|hunter2/);
  });

  it("no more than 40 characters are repeated of what may be a prompt", () => {
    const prompt = "Fix the login test in services/login, then run all tests and say what changed";
    for (const value of [
      prompt,
      { ...withAgent("a"), isolation: prompt },
      withAgent({ [prompt]: 1 }),
      withAgent({ prompt: "a", key: prompt }),
      withAgent({ prompt: "a", priority: prompt }),
      withAgent({ prompt: { text: prompt } }),
    ]) {
      const lines = linesOf(value);
      expect(lines.length, JSON.stringify(value)).toBeGreaterThan(0);
      for (const line of lines) expect(line).not.toContain(prompt.slice(0, 41));
    }
  });
});

describe("the JSON Schema", () => {
  it("refuses what it can: unknown keys, missing prompts and types", () => {
    for (const value of [
      ...[5, {}, withAgent(), withAgent(5), withAgent(""), withAgent({}), withAgent({ prompt: "a", x: 1 })],
      withAgent({ prompt: "a", prompt_file: "b" }),
      withAgent({ prompt: "a", args: [20] }),
      { ...withAgent("a"), concurrency: 300 },
      { ...withAgent("a"), x: 1 },
    ]) {
      expect(validate(value), JSON.stringify(value)).toBe(false);
      expect(linesOf(value).length, JSON.stringify(value)).toBeGreaterThan(0);
    }
    expect(validate(withAgent("a", { prompt: "b" }, { prompt_file: "c" }))).toBe(true);
  });
});

describe("the page", () => {
  test.each(onPage)("batch %i is sound, as YAML, as JSON and as a value", (_, text) => {
    const value: unknown = parse(text);
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    const { batch, notes } = batchOf(value);
    expect(notes).toEqual([]);
    expect(batchOf(parse(stringify(value))).batch).toEqual(batch);
    expect(batchOf(JSON.parse(JSON.stringify(value))).batch).toEqual(batch);
  });

  it("has batches, and names every field", () => {
    expect(onPage.length).toBeGreaterThan(0);
    const fields = new Set<string>();
    const walk = (schema: unknown): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties } = schema as { properties?: object };
      for (const key of Object.keys(properties ?? {})) fields.add(key);
      for (const each of Object.values(schema)) walk(each);
    };
    walk(batchJsonSchema());
    expect(fields.size).toBeGreaterThan(12);
    expect([...fields].filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });
});
