/** Batches as files and standard input: what they may be, and where exactly their problems are. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type BatchSource, loadBatch } from "../../src/cli/batch-file.ts";
import { CommandError } from "../../src/cli/command-error.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Style } from "../../src/cli/terminal.ts";
import fc from "../support/fast-check.ts";
import { mutateText } from "../support/nasty-text.ts";
import { createRandom } from "../support/random.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeWorld() {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "kedge batch-")));
  folders.push(cwd);
  const write = (path: string, content: string | Uint8Array): string => {
    const file = join(cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return path;
  };
  return {
    ...{ cwd, write },
    load: (file: string, stdin = "") => loadBatch(file, createContext(cwd, stdin)),
    fail: (file: string, stdin = "") => failureOf(loadBatch(file, createContext(cwd, stdin))),
  };
}

function createContext(cwd: string, stdin: string): Context {
  const style = {} as Style;
  const terminal = { out: () => undefined, err: () => undefined, style, width: 0 };
  return {
    ...{ terminal, env: {}, cwd, homeDir: cwd, readStdin: async () => stdin },
    ...{ isInteractive: false, isStdinTerminal: false },
  };
}

async function failureOf(loading: Promise<BatchSource>): Promise<{ exitCode: number; lines: string[] }> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CommandError)) throw error ?? new Error("it was taken");
  return { exitCode: error.exitCode, lines: error.message.split("\n") };
}

const loadStdin = (text: string): Promise<BatchSource> => loadBatch("-", createContext("/", text));
const failStdin = async (text: string): Promise<readonly string[]> => {
  const { exitCode, lines } = await failureOf(loadStdin(text));
  expect(exitCode).toBe(65);
  return lines;
};
const promptsOf = ({ batch }: BatchSource): readonly (string | null)[] =>
  batch.items.map(({ prompt }) => prompt);

describe("a batch file", () => {
  it("is YAML, JSON or JSON Lines, and the same batch in each of them", async () => {
    const { write, load, cwd } = makeWorld();
    const value = { version: 1, agent: ["a", "-p"], items: ["one", { key: "two", prompt: "Zwei: ü" }] };
    const { items, ...settings } = value;
    const lines = [settings, ...items].map((each) => JSON.stringify(each));
    const texts = {
      "a.yaml": "version: 1\nagent: a -p\nitems:\n  - one\n  - { key: two, prompt: 'Zwei: ü' }\n",
      "a.YML": "agent: [a, -p]\nitems: [one, { key: two, prompt: 'Zwei: ü' }]",
      "a.json": JSON.stringify(value, null, 2),
      "a.jsonl": lines.join("\n"),
      "a.ndjson": `\ufeff\r\n${lines.join("\r\n\r\n")}\r\n`,
      "lines.txt": lines.join("\n"),
      "one-line": JSON.stringify(value),
      other: `# items\nagent: a -p\nitems:\n  - one\n  - key: two\n    prompt: "Zwei: ü"\n`,
    };
    for (const [name, text] of Object.entries(texts)) {
      const source = await load(write(`in/${name}`, text));
      expect(source.batch.items, name).toMatchObject([{ prompt: "one" }, { key: "two", prompt: "Zwei: ü" }]);
      expect(source.batch.items[1]?.agent, name).toEqual(["a", "-p"]);
      expect(source).toMatchObject({
        ...{ notes: [], name: `in/${name}`, file: join(cwd, "in", name), baseDir: join(cwd, "in") },
      });
      expect(promptsOf(await load("-", text)), name).toEqual(["one", "Zwei: ü"]);
    }
  });

  it("from standard input has paths relative to the working directory", async () => {
    const { load, cwd } = makeWorld();
    expect(await load("-", '{"prompt":"a","agent":"a"}')).toMatchObject({
      ...{ name: "standard input", file: null, baseDir: cwd },
    });
  });

  it("ends with 66 where it is missing or no file, and with 65 where it is too large", async () => {
    const { write, fail, cwd } = makeWorld();
    expect(await fail("nowhere.yaml")).toEqual({
      exitCode: 66,
      lines: [
        expect.stringMatching(/^expected a file with a batch, but .*nowhere\.yaml does not exist\. Use -/),
      ],
    });
    expect((await fail(cwd)).exitCode).toBe(66);
    const comment = `# ${"x".repeat(4 * 1_048_576)}\n`;
    expect(await fail(write("large.yaml", comment))).toEqual({
      exitCode: 65,
      lines: [
        "expected a batch, got 1 problem (large.yaml).",
        "  expected at most 4194304 bytes of YAML or JSON, got 4194307",
      ],
    });
    expect((await fail(write("large.jsonl", new Uint8Array(64 * 1_048_576 + 1)))).exitCode).toBe(65);
  });

  it("names every problem with its line and column, from top to bottom", async () => {
    const file = [
      "agent: claude -p",
      "conccurency: 5",
      "items:",
      "  - Fix this: it is broken",
      "  - prompt: a",
      "    args: [--max-turns,",
      "           20]",
      "  - {}",
    ];
    expect(await failStdin(file.join("\n"))).toEqual([
      "expected a batch, got 4 problems (standard input).",
      '  line 2, column 1, conccurency: expected a known key, got "conccurency"; did you mean concurrency?',
      '  line 4, column 5, items[0]["Fix this"]: expected a known key, got "Fix this"; a prompt with a colon needs quotes',
      "  line 7, column 12, items[1].args[1]: expected text, got 20; put it in quotes",
      "  line 8, column 5, items[2]: expected either prompt or prompt_file, got neither",
    ]);
  });

  it("names both places of a key that comes twice, and of items that are alike", async () => {
    const twice = "agent: a\nitems:\n  - key: k\n    prompt: a\n  - b\n  - prompt: c\n    key: k\n";
    expect(await failStdin(twice)).toEqual([
      "expected a batch, got 1 problem (standard input).",
      "  line 7, column 5, items[2].key: expected a key that no other item has, got k, which items[0] has, too (line 3)",
    ]);
    const { notes } = await loadStdin("agent: a\nitems:\n  - a\n  - b\n  - a\n");
    expect(notes).toEqual([
      expect.stringMatching(/^line 5, column 5, items\[2\]: it is exactly items\[0\] .* \(line 3\)$/),
    ]);
  });

  it.each([
    ["nothing", "", /items: expected a list, got nothing/],
    ["broken YAML", "items: [", /line 1, column 9: /],
    ["a key that comes twice", "agent: a\nagent: b\n", /line 2, column 1: Map keys must be unique/],
    [
      "a key that comes twice in an item",
      "items: [{ key: a, key: b }]",
      /column 19: Map keys must be unique/,
    ],
    ["two documents", "items: [a]\n---\nitems: [b]\n", /multiple documents/],
    ["a tag", "agent: a\nitems: [!env SECRET]\n", /line 2, column 9: Unresolved tag/],
    ["an alias of nothing", "items: *x\n", /Unresolved alias/],
    ["nesting without end", `items: ${"[".repeat(30_000)}`, /too much nesting/],
    ["nesting with an end", `items: ${"[".repeat(30_000)}${"]".repeat(30_000)}`, /too much nesting/],
    ["half a line of JSON", '{"prompt":"a', /line 1, column 13/],
    ["text", "Fix the login", /line 1, column 1, the whole: expected an object, got "Fix the login"/],
  ])("refuses %s", async (_, text, words) => {
    expect((await failStdin(text)).join("\n")).toMatch(words);
  });

  it("takes 4 MiB of keys in seconds: none is compared with every other one", async () => {
    const keys = Array.from({ length: 250_000 }, (_, at) => `key${at}: 1`).join("\n");
    expect(await failStdin(`${keys}\nkey0: 2\n`)).toEqual([
      "expected a batch, got 1 problem (standard input).",
      "  line 250001, column 1: Map keys must be unique",
    ]);
    expect((await failStdin(keys)).join()).toContain("expected at most 16 keys, got 250000");
  });
});

describe("a batch as JSON Lines", () => {
  it("may have its settings on the first line that is not blank", async () => {
    const text = '\n {"version":1,"agent":"a -p","name":"n","concurrency":2}\n\n{"prompt":"a"}\n"b"\n';
    const { batch } = await loadStdin(text);
    expect(batch).toMatchObject({
      name: "n",
      concurrency: 2,
      items: [{ agent: ["a", "-p"] }, { prompt: "b" }],
    });
    const { batch: bare } = await loadStdin('{"prompt":"a","agent":"x"}\n');
    expect(bare).toMatchObject({ name: null, concurrency: 4, items: [{ prompt: "a", agent: ["x"] }] });
  });

  it("tells all broken lines at once, with what is wrong with the others", async () => {
    const lines = [
      '{"version":1,"agent":"a"}',
      '{"prompt":"a",}',
      "",
      '{"prompt":1}',
      "Fix the login",
      '{"prompt":"a","prompt":"b"}',
      '{"prompt":"c","args":["x", 2]}',
      '{"version":1,"prompt":"d"}',
      "[".repeat(50),
    ];
    expect(await failStdin(lines.join("\n"))).toEqual([
      "expected a batch, got 7 problems (standard input).",
      '  line 2, column 15: expected a key in double quotes, got "}"',
      "  line 4, column 2, prompt: expected a prompt, got 1",
      expect.stringMatching(/^ {2}line 5, column 1: expected a value, got /),
      "  line 6: expected each key once, got one twice",
      "  line 7, column 28, args[1]: expected text, got 2; put it in quotes",
      '  line 8, column 2, version: expected a known key, got "version"',
      expect.stringMatching(/^ {2}line 9: .*nested deeper than 16 levels/),
    ]);
  });

  it("names the lines of a key that comes twice", async () => {
    expect(
      await failStdin('{"version":1,"agent":"a"}\n\n{"key":"k","prompt":"a"}\n{"prompt":"b","key":"k"}'),
    ).toEqual([
      "expected a batch, got 1 problem (standard input).",
      "  line 4, column 15, key: expected a key that no other item has, got k, which items[0] has, too (line 3)",
    ]);
  });

  it("does not miss settings of a first line that is broken", async () => {
    expect(await failStdin('{"version":1,"agent":"a"}}\n{"prompt":"a"}\n{"prompt":""}')).toEqual([
      "expected a batch, got 2 problems (standard input).",
      '  line 1, column 26: expected nothing more, got "}"',
      "  line 3, column 2, prompt: expected a prompt, got a blank text",
    ]);
  });

  it("has no items beside its settings", async () => {
    const { write, fail } = makeWorld();
    const file = write("a.jsonl", '{"version":1,"agent":"a","items":["a"]}\n"b"\n');
    expect((await fail(file)).lines[1]).toBe(
      "  line 1, items: expected items on lines of their own, got some beside the settings",
    );
  });

  it("names the first 50 problems, and counts the others", async () => {
    const lines = await failStdin('{"prompt":}\n'.repeat(20_000));
    expect(lines).toHaveLength(52);
    expect(lines[0]).toBe("expected a batch, got 20000 problems (standard input).");
    expect(lines[50]).toMatch(/^ {2}line 50, column 11: /);
    expect(lines[51]).toBe("  and 19950 more.");
  });

  it("holds no more than 10,000 items", async () => {
    const item = '{"prompt":"a","agent":"a"}\n';
    expect((await loadStdin(item.repeat(10_000))).batch.items).toHaveLength(10_000);
    expect(await failStdin(item.repeat(10_001))).toEqual([
      "expected a batch, got 1 problem (standard input).",
      "  items: expected a list of at most 10000, got 10001",
    ]);
  });
});

describe("prompts in files", () => {
  it("are read beside the batch file, and change the digest, not the key", async () => {
    const { write, load } = makeWorld();
    write("in/prompts/one.md", "\ufeffFix: the login\n");
    const batch = write("in/a.yaml", "agent: a\nitems:\n  - prompt_file: prompts/one.md\n  - b\n");
    const before = await load(batch);
    expect(before.batch.items).toMatchObject([
      { prompt: "Fix: the login\n", promptFile: "prompts/one.md" },
      { prompt: "b", promptFile: null },
    ]);
    write("in/prompts/one.md", "Fix the logout\n");
    const after = await load(batch);
    expect(after.batch.items[0]?.key).toBe(before.batch.items[0]?.key);
    expect(after.batch.items[0]?.prompt).toBe("Fix the logout\n");
  });

  it("are all told that cannot be used, with the place that names them", async () => {
    const { write, fail } = makeWorld();
    write("blank.md", " \n");
    write("nul.md", "a\0");
    write("large.md", "x".repeat(1_048_577));
    write("folder/a", "a");
    const files = ["blank.md", "nul.md", "large.md", "folder", "missing.md", "/dev/zero"];
    const text = `agent: a\nitems:\n${files.map((file) => `  - prompt_file: ${file}\n`).join("")}`;
    const { exitCode, lines } = await fail(write("a.yaml", text));
    expect(exitCode).toBe(65);
    const words = [
      "expected a prompt, got a blank text",
      "expected a prompt, got a text with NUL in it",
      "large.md has 1048577 bytes, at most 1048576 are read",
      "folder is a folder",
      "missing.md does not exist",
      "/dev/zero is no regular file",
    ];
    expect(lines.slice(1)).toEqual(words.map((end) => expect.stringMatching(`${end}$`)));
    for (const [at, line] of lines.slice(1).entries())
      expect(line).toContain(`  line ${at + 3}, column 5, items[${at}].prompt_file: expected `);
  });

  it("are bounded together, each file counted once", async () => {
    const { write, load, fail } = makeWorld();
    const names = Array.from({ length: 65 }, (_, at) => write(`${at}.md`, "x".repeat(1_048_576)));
    const batch = (files: readonly string[]): string =>
      write("a.yaml", `agent: a\nitems:\n${files.map((file) => `  - prompt_file: ${file}\n`).join("")}`);
    expect((await load(batch([...names.slice(0, 64), ...names.slice(0, 64)]))).batch.items).toHaveLength(128);
    expect((await fail(batch(names))).lines.join()).toContain(
      "items[64].prompt_file: expected at most 67108864 bytes",
    );
  });

  it("that seem to hold a secret are noted, and nothing of them is repeated", async () => {
    const { write, load } = makeWorld();
    write("a.md", "password: hunter2abc");
    const { notes } = await load(write("a.yaml", "agent: a\nitems:\n  - prompt_file: a.md\n"));
    expect(notes).toEqual([
      expect.stringMatching(/^line 3, column 5, items\[0\]\.prompt_file: it seems to hold/),
    ]);
    expect(notes.join()).not.toContain("hunter2");
  });
});

describe("whatever the text", () => {
  it("a batch comes of it or an error with places, and nothing else", async () => {
    const seeds = [
      "version: 1\nagent: claude -p\nitems:\n  - Fix it\n  - { key: k, prompt: a, args: [x] }\n",
      '{"version":1,"agent":"a"}\n{"prompt":"a"}\n"b"\n{"prompt":"c","key":"k"}\n',
      JSON.stringify({ agent: "a", items: ["a", { prompt: "b" }] }, null, 1),
    ];
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...seeds), async (seed, text) => {
        const random = createRandom(seed);
        try {
          await loadStdin(mutateText(random, text));
          taken += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect((error as CommandError).message).toMatch(
            /^expected a batch, got \d+ problems? \(standard input\)\.\n/,
          );
        }
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(5);
    expect(taken).toBeLessThan(495);
  });
});
