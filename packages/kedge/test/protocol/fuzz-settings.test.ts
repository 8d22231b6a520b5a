import { describe, expect, test } from "vitest";
import {
  compileHandlers,
  type HookEntry,
  parseHooksFile,
  parseMarketplace,
  parsePluginManifest,
  parseSettings,
} from "../../src/protocol/index.ts";
import { fuzz, must, threadMs } from "../support/fuzz.ts";
import type { Random } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { type Break, breakSettings } from "./break-settings.ts";
import { goodManifest, goodMarketplace, goodSettings, type JsonRecord } from "./config-corpus.ts";
import { countHandlers, lengthOf, makeText, mustBeClean, mustBeReported, readJsonOr } from "./fuzz-config.ts";

const count = inFull({ normal: 800, full: 100_000 });
const timeout = inFull({ normal: 60_000, full: 1_200_000 });

async function judgeSettings(text: string): Promise<void> {
  const { settings, problems, isReadable } = parseSettings(text, "the file");
  mustBeReported(problems);
  must(isReadable || problems.length === 1, "an unreadable file has one problem");
  const file = readJsonOr(text) as JsonRecord | undefined;
  const permissions = file?.permissions as JsonRecord | undefined;
  const isAnythingLeftOut =
    countHandlers(file?.hooks) !== settings.hooks.length ||
    lengthOf(permissions?.deny) !== settings.permissions.deny.length ||
    lengthOf(permissions?.allow) !== settings.permissions.allow.length ||
    Object.keys((file?.env as JsonRecord | null | undefined) ?? {}).length !==
      Object.keys(settings.env).length;
  must(!isAnythingLeftOut || problems.length > 0, "something was left out and nobody says so");
  for (const hook of settings.broken) {
    must(hook.problems.length > 0, "a broken hook has no problem");
    must(
      hook.problems.every((problem) => problems.includes(problem)),
      "a problem of a broken hook is not listed",
    );
  }
  const index = await compileHandlers(settings.hooks, settings.broken);
  mustBeReported(index.problems);
  must(index.broken.length >= settings.broken.length, "compiling forgot a broken hook");
  askAll(settings.hooks, index);
}

/** Asks about every entry's event once, as an engine would. */
function askAll(entries: readonly HookEntry[], index: Awaited<ReturnType<typeof compileHandlers>>): void {
  for (const event of new Set(entries.map((entry) => entry.event))) {
    const input = {
      tool_name: "Bash",
      tool_input: { command: "git push origin" },
      source: "startup",
      agent_type: "planner",
    };
    const question = { event, input, projectDir: "/p", homeDir: "/h" };
    const considered = index.consider(question);
    const selected = index.select(question);
    const running = considered.filter(({ outcome }) => outcome === "runs").map(({ entry }) => entry.path);
    must(running.length === selected.entries.length, "select and consider disagree");
    const broken = index.broken.filter(
      (hook) => hook.event === event && entries.some(({ path }) => path === hook.path),
    );
    must(
      considered.length + broken.length === entries.filter((entry) => entry.event === event).length,
      "a handler is neither considered nor broken",
    );
  }
}

interface BrokenFile {
  readonly sound: string;
  readonly text: string;
  readonly broken: Omit<Break, "without">;
  readonly without: Break["without"];
}

function makeBroken(random: Random): BrokenFile {
  const file = goodSettings(random);
  const sound = JSON.stringify(file);
  const { without, ...broken } = breakSettings(random, file);
  return { sound, text: JSON.stringify(file), broken, without };
}

const isAt = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);

async function judgeBroken({ sound, text, broken, without }: BrokenFile): Promise<void> {
  const before = parseSettings(sound, "the file");
  must(before.problems.length === 0, () => `the sound file has problems: ${JSON.stringify(before.problems)}`);
  const after = parseSettings(text, "the file");
  const index = await compileHandlers(after.settings.hooks, after.settings.broken);
  mustBeReported([...after.problems, ...index.problems]);
  const problems = broken.isCompiled
    ? index.problems.filter(({ severity }) => severity === "error")
    : after.problems;
  must(problems.length > 0, "nothing is reported");
  for (const { path } of problems) must(isAt(path, broken.path), `a problem at ${path}, which is sound`);

  // What compiling refuses is in the reading still; what is in force is what the index considers.
  const left = new Set(index.broken.map(({ path }) => path));
  const inForce = {
    ...after.settings,
    broken: [],
    hooks: after.settings.hooks.filter(({ path }) => !left.has(path)),
  };
  const expected = { ...without(before.settings), broken: [] };
  const [got, wanted] = [JSON.stringify(inForce), JSON.stringify(expected)];
  must(got === wanted, () => `read otherwise:\n${got}\nexpected:\n${wanted}`);
  must(
    !broken.isListed || index.broken.some(({ path }) => isAt(path, broken.path)),
    "the broken hook is forgotten",
  );
  askAll(after.settings.hooks, index);
}

describe("H5: any text as a file of configuration", () => {
  test("settings are read, with everything that is left out reported", { timeout }, async () => {
    const make = (random: Random): string => makeText(random, goodSettings);
    await fuzz({ name: "fuzzed settings", count, make, judge: judgeSettings });
  });

  test("D1: one broken part takes nothing else with it", { timeout }, async () => {
    await fuzz({ name: "settings with one broken part", count, make: makeBroken, judge: judgeBroken });
  });

  test("whatever a file holds, problems show it clean and bounded", { timeout }, async () => {
    const parsers = [parseHooksFile, parsePluginManifest, parseMarketplace] as const;
    const goods = [goodSettings, goodManifest, goodMarketplace] as const;
    const make = (random: Random): string => makeText(random, random.pick(goods));
    const judge = async (text: string): Promise<void> => {
      const { settings, problems } = parseSettings(text, "the file");
      mustBeClean(problems);
      mustBeClean((await compileHandlers(settings.hooks, settings.broken)).problems);
      for (const parse of parsers) mustBeClean(parse(text, "the file").problems);
    };
    await fuzz({ name: "problems of fuzzed files", count, make, judge });
  });
});

describe("files that are only large, or odd", () => {
  const fits = async (text: string): Promise<void> => {
    const startedAt = threadMs();
    const { settings, problems } = parseSettings(text, "the file");
    const index = await compileHandlers(settings.hooks, settings.broken);
    expect(threadMs() - startedAt).toBeLessThan(2_000);
    mustBeClean([...problems, ...index.problems]);
  };
  test.each<[name: string, text: () => string]>([
    ["200,000 empty lines before what is no JSON", () => `${"\n".repeat(200_000)}x`],
    ["1 MB of blanks and commas", () => `{${", ".repeat(500_000)}}`],
    ["1 MB of comments", () => "// no\n".repeat(170_000)],
    ["a name of 10 MB", () => `{"hooks":{"${"x".repeat(10_000_000)}":[]}}`],
    [
      "100,000 events without a name",
      () => `{"hooks":{${Array.from({ length: 100_000 }, (_, at) => `"e${at}":[]`).join(",")}}}`,
    ],
    ["100,000 broken handlers", () => `{"hooks":{"Stop":[{"hooks":[${"5,".repeat(100_000)}5]}]}}`],
    ["a key of two lines that stands twice", () => '{"env":{"a\\r\\nb":"","a\\r\\nb":""}}'],
    ["a key of 1 MB that stands twice", () => `{"env":{"${"k".repeat(1e6)}":"","${"k".repeat(1e6)}":""}}`],
    [
      "100,000 variables",
      () => `{"env":{${Array.from({ length: 100_000 }, (_, at) => `"V${at}":"x"`).join(",")}}}`,
    ],
    [
      "a matcher of 600,000 characters",
      () => JSON.stringify({ hooks: { PreToolUse: [groupWith("(a|".repeat(200_000))] } }),
    ],
    [
      "a matcher that is nothing but direction",
      () => JSON.stringify({ hooks: { PreToolUse: [groupWith("[\u202e\u001b[2J")] } }),
    ],
    [
      "256 patterns that are hard to compile",
      () => JSON.stringify({ hooks: { PreToolUse: hardPatterns().map(groupWith) } }),
    ],
  ])("%s", { timeout: 120_000 }, (_name, text) => fits(text()));
});

const groupWith = (matcher: string): JsonRecord => ({
  matcher,
  hooks: [{ type: "command", command: `echo ${matcher.length}` }],
});

/** Each of them different, so that none is compiled for another. */
const hardPatterns = (): readonly string[] =>
  Array.from({ length: 256 }, (_, at) =>
    `(?:a{0,${(at % 90) + 1}}|b${at})*.{0,9}`.repeat(30).slice(0, 1_000),
  );

// The kernel takes 128 KiB in one argument, with the NUL at its end, and counts bytes.
test.each<[name: string, command: string, isRead: boolean]>([
  ["131,071 letters", "x".repeat(131_071), true],
  ["131,072 letters", "x".repeat(131_072), false],
  ["43,690 signs of three bytes", "€".repeat(43_690), true],
  ["43,691 signs of three bytes", "€".repeat(43_691), false],
  ["32,768 signs of four bytes", "😀".repeat(32_768), false],
])("a command of %s", (_name, command, isRead) => {
  const hooks = {
    Stop: [
      { hooks: [{ type: "command", command }] },
      { hooks: [{ type: "command", command: "x", args: [command] }] },
    ],
  };
  const { settings, problems } = parseSettings(JSON.stringify({ hooks }), "the file");
  expect(settings.hooks).toHaveLength(isRead ? 2 : 0);
  expect(problems.map(({ code }) => code)).toEqual(isRead ? [] : ["out_of_range", "out_of_range"]);
});
