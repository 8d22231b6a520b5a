import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseFrontmatterYaml } from "../../src/cli/frontmatter-yaml.ts";
import { formatProblem } from "../../src/protocol/index.ts";
import { makePlaces } from "../support/engine-places.ts";

afterEach(() => vi.restoreAllMocks());

const SKILL = "---\ndescription: d\n---\nText.\n";

async function read(places: ReturnType<typeof makePlaces>, more: object = {}) {
  const engine = await places.engine(more);
  const { files, problems } = await engine.definitions(parseFrontmatterYaml);
  return {
    files,
    names: files.map(({ kind, scope, name }) => `${scope} ${kind} ${name}`),
    problems: problems.map(formatProblem),
  };
}

describe("files of skills, commands and agents", () => {
  test("are found in every place, named by where they stand", async () => {
    const places = makePlaces();
    places.write("managed/.claude/skills/policy/SKILL.md", SKILL);
    places.write("project/.claude/skills/deploy/SKILL.md", SKILL);
    places.write("project/.claude/skills/notes.txt", "no skill");
    places.write("project/.claude/commands/front/fix.md", "Fix it.");
    places.write("home/.claude/commands/greet.md", "Hello.");
    places.write("home/.claude/agents/deep/reviewer.md", "---\nname: r\n---\nReview.");
    places.write("plugin/.claude-plugin/plugin.json", { name: "demo" });
    places.write("plugin/skills/ship/SKILL.md", SKILL);
    places.write("plugin/commands/go.md", "Go.");
    const { names, files, problems } = await read(places, { pluginDirs: [places.at("plugin")] });
    expect(names).toEqual([
      "managed skill policy",
      "project skill deploy",
      "project command front:fix",
      "user command greet",
      "user agent deep:reviewer",
      "plugin skill demo:ship",
      "plugin command demo:go",
    ]);
    expect(problems).toEqual([]);
    expect(files.filter(({ isFromProject }) => isFromProject)).toHaveLength(2);
    expect(files.at(-1)).toMatchObject({ values: {}, body: "Go.", plugin: { id: "demo@inline" } });
  });

  test("are left out with the settings that are left out", async () => {
    const places = makePlaces();
    places.write("project/.claude/skills/a/SKILL.md", SKILL);
    places.write("home/.claude/skills/b/SKILL.md", SKILL);
    expect((await read(places, { settingSources: ["user"] })).names).toEqual(["user skill b"]);
    expect((await read(places, { settingSources: ["project"] })).names).toEqual(["project skill a"]);
    expect((await read(places, { settingSources: [] })).names).toEqual([]);
  });

  test("have values that people write without the quotes they need", async () => {
    const places = makePlaces();
    const front =
      "---\nargument-hint: [id] [title]\ndescription: Deploys: to staging\ntools: [Read, Grep]\n---\n";
    places.write("home/.claude/commands/a.md", front);
    const { files } = await read(places);
    expect(files[0]?.values).toEqual({
      "argument-hint": "[id] [title]",
      description: "Deploys: to staging",
      tools: ["Read", "Grep"],
    });
  });

  describe("that are hostile", () => {
    const bomb = `---\nx:\n  a: &a [${"x,".repeat(20)}]\n${Array.from({ length: 30 }, (_, at) => `  b${at}: &b${at} [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]`).join("\n")}\n---\n`;
    test.each<readonly [what: string, content: string, says: RegExp]>([
      [
        "10 MB",
        `---\ndescription: x\n---\n${"x".repeat(10_000_000)}`,
        /at most 262144 bytes, got a larger one/,
      ],
      ["a frontmatter of 200 KB", `---\n${"a: b\n".repeat(40_000)}---\n`, /frontmatter in YAML/],
      [
        "a frontmatter of 9 KB",
        `---\ndescription: d\nx: ${"word ".repeat(1_800)}\n---\n`,
        /frontmatter in YAML, of at most 8192 characters, got 90\d\d characters/,
      ],
      ["aliases that grow", bomb, /frontmatter in YAML/],
      ["no YAML", "---\n\t- [\n---\n", /frontmatter in YAML/],
      ["a tag", '---\nx:\n  y: !!js/function "x"\n---\n', /frontmatter in YAML/],
      ["a key that comes twice", "---\nhooks: {}\nhooks: {}\n---\n", /frontmatter in YAML/],
      ["deep nesting", `---\nx:\n  a: ${"[".repeat(8_000)}\n---\n`, /frontmatter in YAML/],
    ])("%s: told, and the others are there", async (_, content, says) => {
      const places = makePlaces();
      places.write("project/.claude/skills/bad/SKILL.md", content);
      places.write("project/.claude/skills/good/SKILL.md", SKILL);
      const began = performance.now();
      const { names, problems } = await read(places);
      expect(names).toEqual(["project skill good"]);
      expect(problems).toEqual([expect.stringMatching(says)]);
      expect(performance.now() - began).toBeLessThan(3_000);
    });

    test("a project whose files take the parser long loads those of 2 s, and takes none of the user's", async () => {
      const places = makePlaces();
      for (const at of [1, 2, 3, 4, 5]) {
        places.write(`project/.claude/skills/s${at}/SKILL.md`, SKILL);
        places.write(`project/.claude/agents/a${at}.md`, SKILL);
      }
      places.write("home/.claude/skills/mine/SKILL.md", SKILL);
      let now = 0;
      vi.spyOn(performance, "now").mockImplementation(() => now);
      const slow = (text: string): unknown => {
        now += 700;
        return parseFrontmatterYaml(text);
      };
      const { files, problems } = await (await places.engine()).definitions(slow);
      expect(files.map(({ name }) => name)).toEqual(["s1", "s2", "s3", "mine"]);
      expect(problems.map(formatProblem)).toEqual([
        expect.stringMatching(/texts that are read in 2 s in all, got ones that take longer.*skills\/s4/),
        expect.stringMatching(/agents\/a1\.md/),
      ]);
    });

    test("names that would deceive are not loaded, and are shown as they are", async () => {
      const places = makePlaces();
      for (const name of ["a\u001b[31mb", "a\u202eb", "a b", "a\nb", "-x"])
        places.write(`project/.claude/skills/${name}/SKILL.md`, SKILL);
      const { names, problems } = await read(places);
      expect(names).toEqual([]);
      expect(problems).toHaveLength(5);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      expect(problems.join(" ")).not.toMatch(/[\u001b\u202e]/);
    });

    test("links that lead out of the project are not followed, and a link of the user into it is the project's", async () => {
      const places = makePlaces();
      places.write("secret/SKILL.md", SKILL);
      places.write("secret/key.md", "secret");
      places.write("project/shared/SKILL.md", SKILL);
      for (const dir of ["project/.claude/skills/in", "project/.claude/commands", "home/.claude/skills"])
        mkdirSync(places.at(dir), { recursive: true });
      symlinkSync(places.at("secret"), places.at("project/.claude/skills/out"));
      symlinkSync(places.at("secret/key.md"), places.at("project/.claude/commands/key.md"));
      symlinkSync("../../../shared/SKILL.md", places.at("project/.claude/skills/in/SKILL.md"));
      symlinkSync(places.at("project/shared"), places.at("home/.claude/skills/mine"));
      symlinkSync(places.at("secret"), places.at("home/.claude/skills/anywhere"));
      const { files, problems } = await read(places);
      expect(files.map(({ name, isFromProject }) => [name, isFromProject])).toEqual([
        ["in", true],
        ["anywhere", false],
        ["mine", true],
      ]);
      expect(problems).toHaveLength(2);
      expect(problems[0]).toContain("a link that leads out of it (.claude/skills/out/SKILL.md)");
    });

    test("of 2,000 skills the first 500 are there", async () => {
      const places = makePlaces();
      for (let at = 0; at < 2_000; at++) {
        const dir = places.at(`project/.claude/skills/s${at}`);
        mkdirSync(dir, { recursive: true });
        if (at < 3) writeFileSync(`${dir}/SKILL.md`, SKILL);
      }
      const { names, problems } = await read(places);
      expect(names).toEqual(["project skill s0", "project skill s1"]); // s2 stands behind s1999
      expect(problems).toEqual([expect.stringContaining("at most 500 files")]);
    });
  });

  test("one broken gate of a skill is listed as broken, and its other hooks stay", async () => {
    const places = makePlaces();
    const hooks = {
      PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command" }, { type: "command", command: "true" }] }],
    };
    places.write("home/.claude/skills/a/SKILL.md", `---\nhooks: ${JSON.stringify(hooks)}\n---\n`);
    const { files, problems } = await read(places);
    expect(files[0]?.hooks).toMatchObject({
      entries: [{ handler: { command: "true" } }],
      broken: [{ event: "PreToolUse" }],
    });
    expect(problems).toHaveLength(1);
  });
});
