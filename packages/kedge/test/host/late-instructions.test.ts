import { symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";

const read = (path: string, id: string) => ({ tool: "Read", input: { file_path: path }, id });

/** Reads files of a project, one after the other, and returns what a hook of InstructionsLoaded was told. */
async function readFiles(files: Readonly<Record<string, string>>, ...paths: readonly string[]) {
  const replies = [...paths.map((path, at) => read(path, `toolu_${at}`)), { text: "done" }];
  const world = await makeHost({ replies });
  for (const [path, text] of Object.entries(files)) world.write(path, text);
  world.settings("user", hooksFor("InstructionsLoaded", world.hook("loaded")));
  const session = await world.open();
  await session.send("go");
  return { world, session, told: world.inputs("loaded").map((input) => facts(world, input)) };
}

function facts({ project }: HostWorld, input: Readonly<Record<string, unknown>>) {
  const own = (path: unknown) => String(path).replace(`${project}/`, "");
  const { file_path: file, load_reason: reason, globs, trigger_file_path: trigger } = input;
  return [reason, own(file), ...(trigger ? [own(trigger)] : []), ...(globs ? [globs] : [])];
}

describe("instructions of a folder", () => {
  test("come when a file there is read, outer folders first, once in a conversation", async () => {
    const { world, told } = await readFiles(
      {
        "project/src/CLAUDE.md": "Rules of src.",
        "project/src/deep/CLAUDE.md": "Rules of deep.",
        "project/src/deep/a.ts": "a",
        "project/src/b.ts": "b",
      },
      ...["src/deep/a.ts", "src/b.ts"],
    );
    expect(told).toEqual([
      ["nested_traversal", "src/CLAUDE.md", "src/deep/a.ts"],
      ["nested_traversal", "src/deep/CLAUDE.md", "src/deep/a.ts"],
    ]);
    expect(world.said(1)).toMatch(/<system-reminder>\nInstructions of .*src\/CLAUDE.md:\n\nRules of src\./);
    expect(world.said(1)).toMatch(/Rules of src[\s\S]*Rules of deep/);
    expect(world.said(2).match(/Rules of src/g)).toHaveLength(1);
  });

  test("do not come with a file that is not there, from outside of the project, or from packages", async () => {
    const { told } = await readFiles(
      {
        "project/node_modules/bad/CLAUDE.md": "z",
        "project/node_modules/bad/index.js": "b",
        "project/src/CLAUDE.md": "x",
        "elsewhere/CLAUDE.md": "y",
        "elsewhere/a": "a",
      },
      ...["src/missing.ts", "../elsewhere/a", "node_modules/bad/index.js"],
    );
    expect(told).toEqual([]);
  });

  test("are not read where a link leads out of the project, nor twice when the file itself is read", async () => {
    const world = await makeHost({
      replies: [read("src/a.ts", "t1"), read("own/CLAUDE.md", "t2"), { text: "done" }],
    });
    world.write("project/src/a.ts", "a");
    world.write("project/own/CLAUDE.md", "of its own");
    symlinkSync(world.write("outside.md", "from outside"), world.at("project/src/CLAUDE.md"));
    world.settings("user", hooksFor("InstructionsLoaded", world.hook("loaded")));
    await (await world.open()).send("go");
    expect(world.inputs("loaded")).toEqual([]);
    expect(world.said(2)).not.toContain("from outside");
  });
});

describe("rules", () => {
  test("without paths hold from the beginning", async () => {
    const { world, told } = await readFiles({
      "project/.claude/rules/style.md": "Tabs, always.",
      "project/.claude/rules/deep/names.md": "---\ntitle: x\n---\nShort names.",
      "home/.claude/rules/mine.md": "Be kind.",
    });
    expect(told.map(([reason]) => reason)).toEqual(["session_start", "session_start", "session_start"]);
    for (const text of ["Tabs, always.", "Short names.", "Be kind."])
      expect(world.asked(0).system[0]?.text).toContain(text);
    expect(world.asked(0).system[0]?.text).not.toContain("title: x");
  });

  test("with paths come with the first file that they are about", async () => {
    const { world, told } = await readFiles(
      {
        "project/.claude/rules/r.md": "---\npaths:\n  - src/**\n---\nOf src.",
        "project/.claude/rules/s.md": '---\npaths: "**/*.{ts,tsx}", lib/*.js\n---\nOf TypeScript.',
        "project/.claude/rules/t.md": "---\nglobs: [docs/, other]\n---\nOf docs.",
        "project/README.md": "r",
        "project/docs/x.md": "x",
        "project/src/a.ts": "a",
      },
      ...["README.md", "src/a.ts", "docs/x.md"],
    );
    expect(told).toEqual([
      ["path_glob_match", ".claude/rules/r.md", "src/a.ts", ["src"]],
      ["path_glob_match", ".claude/rules/s.md", "src/a.ts", ["**/*.{ts,tsx}", "lib/*.js"]],
      ["path_glob_match", ".claude/rules/t.md", "docs/x.md", ["docs", "other"]],
    ]);
    expect(world.said(1)).not.toContain("Of src.");
    expect(world.said(2)).toMatch(/Of src\.[\s\S]*Of TypeScript\./);
  });
});
