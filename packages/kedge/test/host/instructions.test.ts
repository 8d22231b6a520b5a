import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { readInstructions } from "../../src/host/instructions.ts";
import { type Files, makeScratch } from "./scratch.ts";

/** Where each file was found, below the folder of everything. */
async function load(files: Files, prepare = (_folder: string): void => {}): Promise<readonly string[]> {
  const { found, folder } = await read(files, prepare);
  return found.map(({ path }) => relative(folder, path));
}

async function read(files: Files, prepare = (_folder: string): void => {}) {
  const folder = makeScratch({ "project/": "", "home/.claude/": "", ...files });
  prepare(folder);
  const places = { projectDir: join(folder, "project"), userDir: join(folder, "home/.claude") };
  return { folder, found: await readInstructions(places) };
}

describe("instructions", () => {
  it("are those of the user, then those of the project, then the local ones", async () => {
    const { found, folder } = await read({
      "project/CLAUDE.local.md": "local",
      "project/.claude/CLAUDE.md": "inner",
      "project/CLAUDE.md": "\ufeffproject",
      "home/.claude/CLAUDE.md": "user",
    });
    expect(found).toEqual(
      [
        ["home/.claude/CLAUDE.md", "user", "User"],
        ["project/CLAUDE.md", "project", "Project"],
        ["project/.claude/CLAUDE.md", "inner", "Project"],
        ["project/CLAUDE.local.md", "local", "Local"],
      ].map(([path = "", text, memoryType]) => ({
        path: join(folder, path),
        text,
        memoryType,
        loadReason: "session_start",
      })),
    );
  });

  it("are none where there are none", async () => {
    expect(await load({})).toEqual([]);
  });

  it("include files that a line names, relative to the file that it is in", async () => {
    const { found, folder } = await read({
      "project/CLAUDE.md": "@docs/a.md\r\ntext @docs/no.md\n @docs/no.md\n@docs/b.md  \n@docs/missing.md\n@",
      "project/docs/a.md": "@deeper/c.md",
      "project/docs/b.md": "b",
      "project/docs/no.md": "no",
      "project/docs/deeper/c.md": "c",
    });
    expect(found.map(({ path }) => relative(folder, path))).toEqual(
      ["CLAUDE.md", "docs/a.md", "docs/deeper/c.md", "docs/b.md"].map((path) => `project/${path}`),
    );
    expect(found[2]).toMatchObject({ loadReason: "include", parent: join(folder, "project/docs/a.md") });
  });

  it("include a file of the project by its absolute path", async () => {
    const projectDir = makeScratch({ "docs/a.md": "a" }, "kedge-");
    writeFileSync(join(projectDir, "CLAUDE.md"), `@${projectDir}/docs/a.md`);
    const found = await readInstructions({ projectDir, userDir: join(projectDir, "nowhere") });
    expect(found.map(({ path }) => relative(projectDir, path))).toEqual(["CLAUDE.md", "docs/a.md"]);
  });

  it.each([
    "@../secret.md",
    "@docs/../../secret.md",
    "@/etc/passwd",
    "@link.md",
    "@out/secret.md",
    "@../project-evil/x.md",
    "@~/secret.md",
  ])("of a project include nothing outside of it: %s", async (line) => {
    const found = await load({
      "project/CLAUDE.md": line,
      "project/.claude/CLAUDE.md": line,
      "project/CLAUDE.local.md": line,
      "project/link.md": "-> ../secret.md",
      "project/out": "-> ..",
      "secret.md": "secret",
      "project-evil/x.md": "evil",
      "home/secret.md": "secret",
    });
    expect(found).toEqual(["project/CLAUDE.md", "project/.claude/CLAUDE.md", "project/CLAUDE.local.md"]);
  });

  it("of a project that are a link to a file outside are not read", async () => {
    expect(await load({ "project/CLAUDE.md": "-> ../secret.md", "secret.md": "secret" })).toEqual([]);
  });

  it("of the user may lie anywhere", async () => {
    const linked = { "home/.claude/CLAUDE.md": "-> ../dotfiles/me.md", "home/dotfiles/me.md": "x" };
    expect(await load(linked)).toEqual(["home/.claude/CLAUDE.md"]);
    expect(await load({ "home/.claude/CLAUDE.md": "@../notes.md", "home/notes.md": "x" })).toEqual([
      "home/.claude/CLAUDE.md",
      "home/notes.md",
    ]);
  });

  it("are read once each, also in a circle and through links", async () => {
    const found = await load({
      "project/CLAUDE.md": "@a.md\n@a.md\n@CLAUDE.md\n@link.md\n@self/a.md",
      "project/a.md": "@CLAUDE.md\n@b.md",
      "project/b.md": "@a.md",
      "project/link.md": "-> a.md",
      "project/self": "-> .",
    });
    expect(found).toEqual(["project/CLAUDE.md", "project/a.md", "project/b.md"]);
  });

  it("go no deeper than five includes, and are no more than 32 files", async () => {
    const deep = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`project/${at}.md`, `@${at + 1}.md`]),
    );
    expect(await load({ ...deep, "project/CLAUDE.md": "@1.md" })).toHaveLength(6);
    const many = Array.from({ length: 60 }, (_, at) => at);
    const files = Object.fromEntries(many.map((at) => [`project/${at}.md`, "x"]));
    expect(
      await load({ ...files, "project/CLAUDE.md": many.map((at) => `@${at}.md`).join("\n") }),
    ).toHaveLength(32);
  });

  it("are no files that are too large, no folders, and no pipes", async () => {
    const found = await load(
      {
        "project/CLAUDE.md": "@large.md\n@folder\n@fifo\n@fits.md",
        "project/large.md": "x".repeat(256 * 1024 + 1),
        "project/fits.md": "x".repeat(256 * 1024),
        "project/folder/": "",
      },
      (folder) => void execFileSync("mkfifo", [join(folder, "project/fifo")]),
    );
    expect(found).toEqual(["project/CLAUDE.md", "project/fits.md"]);
  });
});
