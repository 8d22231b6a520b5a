import { describe, expect, it } from "vitest";
import { findByName } from "../../../src/host/tools/glob.ts";
import { findInFiles } from "../../../src/host/tools/grep.ts";
import type { ToolContext } from "../../../src/host/tools/tool.ts";
import { threadMs } from "../../support/fuzz.ts";
import { makeToolWorld, type ToolWorld } from "./tool-world.ts";

const INTERRUPTED = { ok: false, isInterrupt: true, text: "The search was interrupted." };

/** Linear, with a thousand steps for each character. */
const SLOW = "(a?){300}[bc]";
const slowLines = (count: number): string => `${"a".repeat(5_000)}\n`.repeat(count);

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`project/${at}.x`, "x"]));

function contextOf({ context }: ToolWorld, more: Partial<ToolContext> = {}): ToolContext {
  return { mayOpen: async () => null, mayWrite: async () => null, ...context, ...more };
}

function burn(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe("a pattern that would take minutes, in linear time", () => {
  it.each([
    "((a?){30}){30}[bc]",
    "(?i)(?:k?[^k]?){999}",
    // What a simple reader takes for a class, and what it takes for its end.
    "\\Q[\\E((a?){30}){30}[bc]\\Q]\\E",
    "([[:alpha:])](a?){30}){30}[bc]",
  ])("is not searched with: %s", async (pattern) => {
    const world = makeToolWorld({ "project/a": "a".repeat(30_000) });
    const began = threadMs();
    expect(await world.failure("Grep", { pattern })).toMatch(
      /^The pattern cannot be read: it comes to \d+ steps, and 2500 are allowed/,
    );
    expect(threadMs() - began).toBeLessThan(500);
  });

  it("is none that people write", async () => {
    const world = makeToolWorld({ "project/a": `begin${"x".repeat(900)}end` });
    for (const pattern of [
      "begin.{0,1000}end",
      "\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|begin",
      `begin|${"word|".repeat(150)}end`,
    ])
      expect(await world.text("Grep", { pattern })).toBe(world.at("a"));
  });

  it("is not compiled when it is longer than patterns are", async () => {
    const { failure } = makeToolWorld();
    expect(await failure("Grep", { pattern: "a?".repeat(600) })).toBe(
      "The pattern has 1200 characters, and 1024 are allowed. Search for less of it.",
    );
  });

  it("is no glob", async () => {
    const world = makeToolWorld(many(1));
    const glob = "{a,}".repeat(300);
    const says = /cannot be read, or takes too many steps: .{100,200}$/;
    expect(await world.failure("Glob", { pattern: glob })).toMatch(says);
    expect(await world.failure("Grep", { pattern: "x", glob })).toMatch(says);
  });
});

describe("of a line that is longer than 10,000 characters", () => {
  const files = {
    "project/a": `short\n${"x".repeat(9_994)}needle\r\n${"x".repeat(9_995)}needle\nneedle${"é".repeat(20_000)}`,
  };

  it("only the beginning is searched, and the answer says so", async () => {
    const world = makeToolWorld(files);
    const note = `(of lines over 10000 characters only the beginning was searched: ${world.at("a")}:3 and 1 more)`;
    expect(await world.text("Grep", { pattern: "needle", output_mode: "count" })).toBe(
      `${world.at("a")}:2\n${note}`,
    );
    for (const pattern of ["absent", "x$", "é+$"])
      expect(await world.text("Grep", { pattern })).toBe(`Nothing matches.\n${note}`);
    expect(await world.text("Grep", { pattern: "short" })).toBe(world.at("a"));
  });

  it("the beginning is shown", async () => {
    const world = makeToolWorld(files);
    const text = await world.text("Grep", { pattern: "^needle", output_mode: "content" });
    expect(text.split("\n")[0]).toBe(`${world.at("a")}:4:needle${"é".repeat(9_994)}…`);
  });
});

describe("others have their turn while a search goes on", () => {
  it("within one file", async () => {
    const world = makeToolWorld({ "project/a": slowLines(60) });
    const stop = new AbortController();
    const mayRead = async (): Promise<boolean> => {
      setTimeout(() => stop.abort(), 60); // the file is read by then
      return true;
    };
    const began = threadMs();
    const outcome = await world.call("Grep", { pattern: SLOW }, { signal: stop.signal, mayRead });
    expect(outcome).toEqual(INTERRUPTED);
    expect(threadMs() - began).toBeLessThan(1_500);
  });

  it("within one folder", async () => {
    const world = makeToolWorld(many(60));
    const stop = new AbortController();
    let count = 0;
    const mayRead = async (): Promise<boolean> => {
      if (count++ === 0) setImmediate(() => stop.abort());
      burn(2);
      return true;
    };
    const outcome = await world.call("Glob", { pattern: "*" }, { signal: stop.signal, mayRead });
    expect(outcome).toEqual(INTERRUPTED);
    expect(count).toBeLessThan(30);
  });
});

describe("a search whose time is up", () => {
  const note =
    /\n\(the search ended after 0\.1 s, before everything was looked at; narrow the path or the pattern\)$/;
  const slowly = async (): Promise<boolean> => {
    burn(10);
    return true;
  };

  it("gives the names that it has found, and says that there may be more", async () => {
    const world = makeToolWorld(many(60));
    const outcome = await findByName({ pattern: "*" }, contextOf(world, { mayRead: slowly }), 100);
    expect(outcome.text).toMatch(note);
    expect(outcome).toMatchObject({ ok: true, response: { truncated: true } });
    expect(outcome.text.split("\n").length).toBeLessThan(30);
    expect(outcome.text).toContain(world.project);
  });

  it("gives the lines that it has found", async () => {
    const world = makeToolWorld(many(60));
    const outcome = await findInFiles({ pattern: "x" }, contextOf(world, { mayRead: slowly }), 100);
    expect(outcome.text).toMatch(note);
    expect(outcome.text.split("\n").length).toBeLessThan(30);
    expect(outcome.text).toContain(world.project);
  });

  it("ends within a file as well", async () => {
    const world = makeToolWorld({ "project/a": `ab\n${slowLines(60)}` });
    const began = threadMs();
    const outcome = await findInFiles({ pattern: SLOW, output_mode: "content" }, contextOf(world), 100);
    expect(outcome.text.split("\n")[0]).toBe(`${world.at("a")}:1:ab`);
    expect(outcome.text).toMatch(note);
    expect(threadMs() - began).toBeLessThan(1_500);
  });
});
