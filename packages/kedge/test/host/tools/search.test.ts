import { execFileSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { compileGlob } from "../../../src/host/tools/find-files.ts";
import { threadMs } from "../../support/fuzz.ts";
import { makeToolWorld, type ToolWorld } from "./tool-world.ts";

const FILES = {
  "project/a.ts": "const needle = 1;\nother\nNeedle\n",
  "project/b.txt": "needle\r\nend\r\n",
  "project/src/c.ts": "nothing",
  "project/src/deep/d.ts": "needle needle\n",
  "project/.hidden/e.ts": "needle",
  "project/.env": "needle",
  "project/node_modules/x/f.ts": "needle",
  "project/.git/g.ts": "needle",
  "project/src/link": "-> ../../outside",
  "project/src/link.ts": "-> ../../outside/h.ts",
  "outside/h.ts": "needle",
};

const names = (world: ToolWorld, text: string): readonly string[] =>
  text.split("\n").map((file) => relative(world.project, file));

describe("a glob", () => {
  it.each([
    ["*.ts", ["a.ts", "src/c.ts", "src/deep/d.ts", "x y.ts"], ["a.tsx", ".ts", ".x/a.ts", "a.TS", "b.txt"]],
    ["**/*.ts", ["a.ts", "src/c.ts"], [".x/a.ts", "a.js"]],
    ["src/*.ts", ["src/c.ts"], ["a.ts", "src/deep/d.ts", "x/src/c.ts"]],
    ["./src/*.ts", ["src/c.ts"], ["a.ts"]],
    ["src/**", ["src/c.ts", "src/deep/d.ts"], ["a.ts", "src/.x", "src"]],
    ["**", ["a.ts", "src/deep/d.ts"], [".env"]],
    ["src/**/*.ts", ["src/c.ts", "src/deep/d.ts", "src/a/b/c/d.ts"], ["a.ts", "src/.x/a.ts"]],
    ["**/deep/**", ["deep/x", "src/deep/d.ts"], ["deeper/x"]],
    ["?.ts", ["a.ts", "src/c.ts"], ["ab.ts", ".ts"]],
    ["[ab].ts", ["a.ts", "b.ts"], ["c.ts"]],
    ["[!ab].ts", ["c.ts"], ["a.ts"]],
    ["[a-c]*", ["a.ts", "cde"], ["d.ts"]],
    ["*.{ts,tsx}", ["a.ts", "a.tsx"], ["a.t", "a.{ts,tsx}"]],
    ["{a,src/{c,d}}.ts", ["a.ts", "src/c.ts"], ["src/a.ts"]],
    [".env", [".env", "a/.env"], ["env", "x.env"]],
    [".*", [".env"], ["a"]],
    [".hidden/*", [".hidden/e.ts"], ["hidden/e.ts"]],
    ["a+b(c)^$|.ts", ["a+b(c)^$|.ts"], ["aab.ts"]],
    ["a\\*", ["a*"], ["ab"]],
    ["é?", ["éa"], ["é"]],
    ["a}", ["a}"], ["a"]],
    ["a[", ["a["], ["a"]],
  ])("%s", async (glob, meant, others) => {
    const isMeant = await compileGlob(glob);
    const judged = [...meant, ...others].filter((file) => isMeant?.(`/p/${file}`, "/p"));
    expect(judged).toEqual(meant);
  });

  it.each(["{a", "a{b,{c}", "[z-a]", `${"{a,b}".repeat(10)}{`])(
    "%s is one, or none, and no failure",
    async (glob) => {
      const isMeant = await compileGlob(glob);
      expect(isMeant === null || typeof isMeant("/p/a", "/p") === "boolean").toBe(true);
    },
  );

  it.each([
    ["*a".repeat(30), `${"a".repeat(250)}b`],
    ["{a,b}".repeat(60), "a".repeat(60)],
    ["**/".repeat(30).concat("x"), "a/".repeat(500).concat("y")],
    ["{*a,*b}".repeat(20).concat("c"), "ab".repeat(100)],
  ])("%s takes no more time than others", async (glob, file) => {
    const began = threadMs();
    (await compileGlob(glob))?.(`/p/${file}`, "/p");
    expect(threadMs() - began).toBeLessThan(1_500);
  });
});

describe("Glob", () => {
  it("finds files by name, without what is left out, and follows no links", async () => {
    const world = makeToolWorld(FILES);
    const found = names(world, await world.text("Glob", { pattern: "**/*.ts" }));
    expect([...found].sort()).toEqual(["a.ts", "src/c.ts", "src/deep/d.ts"]);
  });

  it("puts the one that changed last first", async () => {
    const world = makeToolWorld({ "project/a": "", "project/b": "", "project/c": "" });
    for (const [index, name] of ["b", "c", "a"].entries()) utimesSync(world.at(name), 1, 1_000 - index);
    expect(names(world, await world.text("Glob", { pattern: "*" }))).toEqual(["b", "c", "a"]);
  });

  it("looks in a folder, and nowhere above it", async () => {
    const world = makeToolWorld(FILES);
    expect(names(world, await world.text("Glob", { pattern: "*.ts", path: "src/deep" }))).toEqual([
      "src/deep/d.ts",
    ]);
    for (const pattern of ["../**", "/**", "../../outside/*", "link/*"])
      expect(await world.text("Glob", { pattern, path: "src" })).toBe("No file has such a name.");
  });

  it("shows a hundred, and says how many more there are", async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`project/${at}.x`, ""]));
    const world = makeToolWorld(files);
    const outcome = await world.call("Glob", { pattern: "*.x" });
    expect(outcome.text).toMatch(/\n\(30 more are left out; narrow the pattern\)$/);
    expect(outcome).toMatchObject({ response: { numFiles: 100, truncated: true } });
  });
});

describe("Grep", () => {
  it.each<[object, string]>([
    [{ pattern: "needle" }, "a.ts\nb.txt\nsrc/deep/d.ts\n.hidden/e.ts\n.env"],
    [{ pattern: "needle", glob: "*.ts" }, "a.ts\nsrc/deep/d.ts"],
    [{ pattern: "needle", path: "src" }, "src/deep/d.ts"],
    [{ pattern: "needle", path: "b.txt" }, "b.txt"],
    [{ pattern: "needle", path: "b.txt", output_mode: "content" }, "b.txt:1:needle"],
    [{ pattern: "needle$", path: "b.txt", output_mode: "content" }, "b.txt:1:needle"],
    [{ pattern: "needle", path: "a.ts", output_mode: "count", "-i": true }, "a.ts:2"],
    [{ pattern: "NEEDLE", path: "a.ts" }, "Nothing matches."],
    [{ pattern: "(?i)NEEDLE", path: "a.ts" }, "a.ts"],
    [{ pattern: "^const\\s+\\w+ = \\d;$", path: "a.ts", output_mode: "content" }, "a.ts:1:const needle = 1;"],
    [{ pattern: "1;\\nother", path: "a.ts" }, "Nothing matches."],
  ])("%j", async (input, expected) => {
    const world = makeToolWorld(FILES);
    const text = (await world.text("Grep", input as never)).replaceAll(`${world.project}/`, "");
    expect(text.split("\n").sort()).toEqual(expected.split("\n").sort());
  });

  it.each(["(", "[", "a{2,1}", "\\", "(?=a)", "(a)\\1", "(?<!a)b", "*", "(a{1000}){1000}"])(
    "cannot read the pattern %s, and says so",
    async (pattern) => {
      expect(await makeToolWorld(FILES).failure("Grep", { pattern })).toMatch(
        /^The pattern cannot be read: /,
      );
    },
  );

  it.each(["(a+)+$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"])(
    "takes linear time for %s",
    async (pattern) => {
      const world = makeToolWorld({ "project/a": `${"a".repeat(9_999)}!` });
      const began = threadMs();
      expect(await world.text("Grep", { pattern })).toBe("Nothing matches.");
      expect(threadMs() - began).toBeLessThan(1_500);
    },
  );

  it("passes over what it cannot read: binaries, pipes, links", async () => {
    const world = makeToolWorld({ "project/a": "needle", "project/l": "-> a" });
    writeFileSync(world.at("binary"), Buffer.from("needle\xff\xfe", "latin1"));
    execFileSync("mkfifo", [world.at("fifo")]);
    expect(names(world, await world.text("Grep", { pattern: "needle" }))).toEqual(["a"]);
  });

  it("shows as many as it is asked for", async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`project/${at}`, "x\nx\n"]));
    const { text } = makeToolWorld(files);
    const counts = await Promise.all(
      [
        {},
        { head_limit: 3 },
        { head_limit: 3, output_mode: "content" },
        { head_limit: 0 },
        { head_limit: -1 },
      ].map(async (more) => (await text("Grep", { pattern: "x", ...more })).split("\n").length),
    );
    expect(counts).toEqual([250, 3, 3, 250, 1]);
  });
});

describe.each([
  ["Glob", { pattern: "*" }],
  ["Grep", { pattern: "." }],
] as const)("%s", (name, input) => {
  it("says that a folder is not there", async () => {
    const { failure, at } = makeToolWorld();
    expect(await failure(name, { ...input, path: "nowhere" })).toBe(`${at("nowhere")} does not exist.`);
  });

  it("ends when nobody wants more", async () => {
    const stop = new AbortController();
    let count = 0;
    const mayRead = async (): Promise<boolean> => {
      if (++count === 3) stop.abort();
      return true;
    };
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`project/${at}`, "x"]));
    const outcome = await makeToolWorld(files).call(name, input, { signal: stop.signal, mayRead });
    expect(outcome).toEqual({ ok: false, isInterrupt: true, text: "The search was interrupted." });
    expect(count).toBe(3);
  });

  it("finds no file that rules keep from it", async () => {
    const world = makeToolWorld({ "project/a": "x", "project/secret": "x" });
    const mayRead = async (file: string): Promise<boolean> => !file.endsWith("secret");
    expect(names(world, await world.text(name, input, { mayRead }))).toEqual(["a"]);
  });
});
