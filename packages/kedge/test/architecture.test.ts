/**
 * Which room may import which, and how: the table below is the rule, the tests hold the sources to it.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { libraryEntries, readManifest, sourceDir } from "../../../scripts/entries.ts";
import { findImports, type Import } from "./support/imports.ts";

interface RoomRule {
  /** Rooms of ours that this one may import, through their index.ts only. */
  readonly rooms: readonly string[];
  /** Packages it may import. Without the field: every runtime dependency of the package. */
  readonly packages?: readonly string[];
  /** It runs anywhere, so it imports no module of Node. */
  readonly isPure?: true;
}

/** They take time to load and are needed for few inputs, so they are loaded on first use. */
const lazyPackages = ["htmlparser2", "re2js", "unbash"];

const rules: Readonly<Record<string, RoomRule>> = {
  platform: { rooms: [] },
  redact: { rooms: [], isPure: true },
  protocol: { rooms: [], packages: lazyPackages, isPure: true },
  config: { rooms: ["protocol"], packages: ["zod"], isPure: true },
  net: { rooms: ["protocol"] },
  "model-api": { rooms: ["platform", "protocol", "config"] },
  engine: { rooms: ["platform", "redact", "protocol", "net"], packages: lazyPackages },
  hooks: { rooms: ["protocol"] },
  host: { rooms: ["platform", "redact", "protocol", "net", "engine"] },
  agents: { rooms: ["platform", "redact", "protocol"] },
  recovery: { rooms: ["platform", "redact", "protocol", "config", "net", "agents"] },
  atlas: { rooms: ["protocol"], packages: lazyPackages, isPure: true },
  lint: { rooms: ["protocol", "engine", "atlas"] },
  drill: { rooms: ["model-api", "agents", "recovery", "atlas"] },
  console: { rooms: ["recovery", "atlas", "engine"] },
  cli: {
    rooms: [
      ...[
        "platform",
        "redact",
        "protocol",
        "config",
        "net",
        "model-api",
        "engine",
        "hooks",
        "host",
        "agents",
      ],
      ...["recovery", "atlas", "lint", "drill", "console"],
    ],
    // These are bundled into the command, so they are no runtime dependencies of the package.
    packages: ["commander", "string-width", "wrap-ansi", "yaml", ...Object.keys(readManifest().dependencies)],
  },
  // src/index.ts, the subpath ".": it only passes on what other subpaths export.
  "(root)": {
    rooms: ["protocol", "engine", "hooks", "host", "agents", "recovery", "atlas", "drill"],
    packages: [],
  },
};

/** Source text by path below src, with `/` between folders. */
type Sources = ReadonlyMap<string, string>;

function roomOf(path: string): string {
  const [room = "", rest] = path.split("/", 2);
  return rest === undefined ? "(root)" : room;
}

/** Returns one sentence for each import that breaks a rule. */
function findViolations(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const room = roomOf(path);
    const rule = rules[room];
    if (rule === undefined) return [`${path}: the room ${room} has no row in the table`];
    return findImports(path, text).flatMap((found) => {
      const problem = judge(path, room, rule, found);
      return problem === undefined ? [] : [`${path}:${found.line}: ${problem}`];
    });
  });
}

function judge(path: string, room: string, rule: RoomRule, found: Import): string | undefined {
  const { specifier } = found;
  if (specifier === undefined) {
    return rule.isPure ? `${room} may not import a computed name, which no test can judge` : undefined;
  }
  if (specifier.startsWith(".")) return judgeOwn(path, room, rule, specifier);
  if (specifier.startsWith("node:")) {
    return rule.isPure ? `${room} may not import ${specifier}, it runs without Node` : undefined;
  }
  if (specifier === "kedge" || specifier.startsWith("kedge/")) {
    return `${specifier} is this package: sources import each other by path`;
  }
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const allowed = rule.packages ?? Object.keys(readManifest().dependencies);
  if (!allowed.includes(name)) return `${room} may not import the package ${name}`;
  // A type loads nothing, so only imports of values have to wait for first use.
  if (lazyPackages.includes(name) && found.kind === "static") {
    return `${name} is loaded on first use, by a dynamic import()`;
  }
  return undefined;
}

function judgeOwn(path: string, room: string, rule: RoomRule, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  // Data of the package itself, such as its version, lies above src.
  if (target.startsWith("..")) {
    return room === "cli" && target === "../package.json" ? undefined : `${specifier} leaves src`;
  }
  const targetRoom = roomOf(target);
  if (targetRoom === room) return undefined;
  if (!rule.rooms.includes(targetRoom)) return `${room} may not import the room ${targetRoom}`;
  if (target !== `${targetRoom}/index.ts`) return `${targetRoom} is imported only through its index.ts`;
  return undefined;
}

function readSources(): Sources {
  const files = readdirSync(sourceDir, { recursive: true, encoding: "utf8" });
  return new Map(
    files
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .map((file) => [file.split(sep).join("/"), readFileSync(join(sourceDir, file), "utf8")]),
  );
}

describe("imports", () => {
  test("rooms import only what the table allows, and only through index.ts", () => {
    expect(findViolations(readSources())).toEqual([]);
  });

  const cases: readonly (readonly [name: string, path: string, text: string, problem: string | undefined])[] =
    [
      ["a file of the same room", "engine/run.ts", 'import { a } from "./deep/a.ts";', undefined],
      ["a room through its index", "engine/run.ts", 'import { a } from "../protocol/index.ts";', undefined],
      ["a room past its index", "engine/run.ts", 'import { a } from "../protocol/json.ts";', "only through"],
      ["a room to the right", "protocol/a.ts", 'import { a } from "../engine/index.ts";', "room engine"],
      [
        "a type of a room to the right",
        "agents/a.ts",
        'import type { A } from "../host/index.ts";',
        "room host",
      ],
      ["a re-export", "hooks/a.ts", 'export * from "../engine/index.ts";', "room engine"],
      ["a dynamic import", "recovery/a.ts", 'await import("../console/index.ts");', "room console"],
      ["an import type", "lint/a.ts", 'type A = import("../host/index.ts").A;', "room host"],
      ["a folder that is no room", "utils/a.ts", "export {};", "no row"],
      ["an import that a comment mentions", "protocol/a.ts", '// import "node:fs"', undefined],
      ["an import inside a text", "protocol/a.ts", 'export const a = `import x from "node:fs"`;', undefined],
      ["Node in a pure room", "protocol/a.ts", 'import { join } from "node:path";', "without Node"],
      [
        "a type of Node in a pure room",
        "atlas/a.ts",
        'import type { Stats } from "node:fs";',
        "without Node",
      ],
      ["Node elsewhere", "engine/a.ts", 'import { join } from "node:path";', undefined],
      ["a lazy package, statically", "protocol/a.ts", 'import { RE2JS } from "re2js";', "first use"],
      ["a lazy package, on first use", "protocol/a.ts", 'await import("unbash");', undefined],
      ["the type of a lazy package", "protocol/a.ts", 'import type { Script } from "unbash";', undefined],
      ["another package", "protocol/a.ts", 'await import("ajv");', "package ajv"],
      ["another package in the engine", "engine/a.ts", 'import pino from "pino";', "package pino"],
      ["the bundled package outside the CLI", "host/a.ts", 'import "commander";', "package commander"],
      ["the bundled package in the CLI", "cli/a.ts", 'import { Command } from "commander";', undefined],
      [
        "a computed name in a pure room",
        "atlas/a.ts",
        "export const a = (b: string) => import(b);",
        "computed",
      ],
      ["the package by its own name", "engine/a.ts", 'import { a } from "kedge/protocol";', "by path"],
      ["a file outside of src", "engine/a.ts", 'import { a } from "../../test/a.ts";', "leaves src"],
    ];
  test.each(cases)("%s is judged right", (_, path, text, problem) => {
    const violations = findViolations(new Map([[path, text]]));
    expect(violations).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });
});

describe("subpaths", () => {
  const run = promisify(execFile);
  test.each(libraryEntries())(
    "$subpath imports alone, says nothing and leaves nothing running",
    async (entry) => {
      const file = existsSync(entry.dist) ? entry.dist : entry.source;
      const script = `await import(${JSON.stringify(pathToFileURL(file).href)})`;
      const args = ["--input-type=module", "--eval", script];
      const options = { cwd: dirname(file), timeout: 15_000 };
      expect(await run(process.execPath, args, options)).toEqual({ stdout: "", stderr: "" });
    },
  );
});
