import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashHandler, type TrustSubject } from "../../src/engine/trust-hash.ts";
import { readServerWords } from "../../src/engine/trust-words.ts";
import { commandOf, makeWorld, subjectOf, type World } from "./trust-world.ts";

/** The files that a handler names, as `path` or `path -> target`, with the state unless it is `file`. */
async function filesOf(world: World, subject: TrustSubject): Promise<string[]> {
  const { files } = await hashHandler(subject, world.context);
  return files.map(({ root, path, target, state }) => {
    const name = `${root === "plugin" ? "plugin:" : ""}${path}${target === undefined ? "" : ` -> ${target}`}`;
    return state === "file" ? name : `${name} (${state})`;
  });
}

it("words of a server are found in a moment, however many openings nothing closes", () => {
  const text = `$\{A:-a.sh} ${"${A:-".repeat(200_000)}`;
  const { words } = readServerWords({ type: "stdio", name: "a", command: "sh", args: [text], env: {} });
  expect([...words]).toContain("a.sh");
});

describe("files that a shell command names", () => {
  const cases: readonly (readonly [command: string, names: readonly string[]])[] = [
    ["./a.sh", ["a.sh"]],
    ["a.sh", ["a.sh"]],
    ["sh hooks/b.sh --flag", ["hooks/b.sh"]],
    ["$CLAUDE_PROJECT_DIR/a.sh", ["a.sh"]],
    ['"$CLAUDE_PROJECT_DIR"/hooks/b.sh', ["hooks/b.sh"]],
    ['"${CLAUDE_PROJECT_DIR}/hooks/b.sh" x', ["hooks/b.sh"]],
    ['"${CLAUDE_PROJECT_DIR:-.}/a.sh"', ["a.sh"]],
    ['sh "$PWD/a.sh"', ["a.sh"]],
    ["sh 'my file.sh'; sh my\\ file.sh", ["my file.sh"]],
    ["true && ( cat a.sh | sh ) || hooks/b.sh", ["a.sh", "hooks/b.sh"]],
    ["if test -f a.sh; then hooks/b.sh; fi", ["a.sh", "hooks/b.sh"]],
    ["sh < a.sh", ["a.sh"]],
    ["date >> a.sh; date > hooks/b.sh", []],
    ['cd "$CLAUDE_PROJECT_DIR/hooks" && ./b.sh', ["b.sh (missing)", "hooks/b.sh"]],
    ["D=$CLAUDE_PROJECT_DIR/hooks; sh $D/b.sh", ["hooks/b.sh"]],
    ["for f in a.sh hooks/b.sh; do sh $f; done", ["a.sh", "hooks/b.sh"]],
    ["bash -c '$CLAUDE_PROJECT_DIR/a.sh --x'", ["a.sh"]],
    ['bash -c "cd hooks && ./b.sh"', ["b.sh (missing)", "hooks/b.sh"]],
    ["echo `sh a.sh` $(hooks/b.sh)", ["a.sh", "hooks/b.sh"]],
    ["sh <<E\n./a.sh\nE", ["a.sh"]],
    ["node --import=./a.sh -r./hooks/b.sh x", ["a.sh", "hooks/b.sh"]],
    ['node "file://$CLAUDE_PROJECT_DIR/a.sh"', ["a.sh"]],
    ['"$(git rev-parse --show-toplevel)/a.sh"', ["a.sh"]],
    ["f() { sh a.sh; }; f", ["a.sh"]],
    ["sh 'a.sh", ["a.sh"]],
    ["git status", []],
    ["./none.sh", ["none.sh (missing)"]],
    ["/usr/bin/env true", []],
    ["../outside.sh", []],
    ["sh hooks", []],
  ];
  it.each(cases)("%s", async (command, names) => {
    const world = makeWorld();
    for (const path of ["a.sh", "hooks/b.sh", "my file.sh", "c.sh"]) world.write(path, "true\n");
    writeFileSync(join(world.folder, "outside.sh"), "true\n");
    expect(await filesOf(world, subjectOf(command))).toEqual(names);
  });

  it("finds them in each of many folders, and says into which it did not look", async () => {
    const world = makeWorld();
    const folders = Array.from({ length: 34 }, (_, at) => `f${at}`);
    for (const folder of folders) world.write(`${folder}/x.sh`, "true\n");
    const hash = async (count: number) => {
      const line = `ls . ${folders.slice(0, count).join(" ")}; cd f${count - 1} && sh x.sh; cd ..`;
      const { files, unresolved } = await hashHandler(subjectOf(line), world.context);
      return { files: files.map(({ path }) => path).sort(), unresolved };
    };
    const inAll = (count: number): string[] =>
      folders
        .slice(0, count)
        .map((folder) => `${folder}/x.sh`)
        .sort();
    expect(await hash(9)).toEqual({ files: inAll(9), unresolved: [] });
    expect(await hash(34)).toEqual({ files: inAll(31), unresolved: ["f31/", "f32/", "f33/"] });
  });

  it("says which words only running it can tell", async () => {
    const world = makeWorld();
    const { unresolved } = await hashHandler(
      subjectOf('sh "$HOOKS"/a.sh hooks/*.sh; sh "$CLAUDE_PROJECT_DIR/a.sh"'),
      world.context,
    );
    expect(unresolved).toEqual(['"$HOOKS"/a.sh', "hooks/*.sh"]);
  });

  it("follows variables that the project sets, and hashes what they name", async () => {
    const world = makeWorld();
    for (const path of ["hooks/b.sh", "start.sh"]) world.write(path, "true\n");
    const env = { HOOKS: "./hooks", BASH_ENV: "./start.sh" };
    const { files } = await hashHandler(subjectOf("sh $HOOKS/b.sh"), { ...world.context, env });
    expect(files.map((file) => file.path)).toEqual(["hooks/b.sh", "start.sh"]);
  });
});

describe("files that other handlers name", () => {
  it("takes arguments verbatim in exec form, wherever a path stands in them", async () => {
    const world = makeWorld();
    for (const path of ["a.mjs", "b.json", "my dir/c.sh"]) world.write(path, "");
    const args = ["${CLAUDE_PROJECT_DIR}/a.mjs", "--config=b.json", "-c", "my dir/c.sh"];
    expect(await filesOf(world, subjectOf(commandOf("node", { args })))).toEqual([
      "a.mjs",
      "b.json",
      "my dir/c.sh",
    ]);
  });

  it("splits PowerShell, and what is too long to parse, at blanks and punctuation", async () => {
    const world = makeWorld();
    world.write("a.ps1", "");
    world.write("b.ps1", "");
    const powershell = commandOf('& "${env:CLAUDE_PROJECT_DIR}\\a.ps1"; .\\b.ps1', { shell: "powershell" });
    expect(await filesOf(world, subjectOf(powershell))).toEqual(["a.ps1", "b.ps1"]);
    expect(await filesOf(world, subjectOf(`./a.ps1 ${"x".repeat(20_000)}`))).toEqual(["a.ps1"]);
    expect(await filesOf(world, subjectOf(`${"(".repeat(9_000)} ./a.ps1`))).toEqual(["a.ps1"]);
  });

  it("finds files of a plugin, wherever the plugin is", async () => {
    const world = makeWorld();
    const pluginRoot = join(world.folder, "plugin");
    mkdirSync(pluginRoot);
    writeFileSync(join(pluginRoot, "p.sh"), "");
    const more = { source: "plugin", pluginRoot } as const;
    expect(await filesOf(world, subjectOf('"$CLAUDE_PLUGIN_ROOT/p.sh"', more))).toEqual(["plugin:p.sh"]);
    expect(await filesOf(world, subjectOf('"$CLAUDE_PLUGIN_ROOT/p.sh"'))).toEqual([]);
  });

  it("names none for handlers that are no commands", async () => {
    const world = makeWorld();
    world.write("a.sh", "");
    const http = {
      type: "http",
      url: "http://localhost/a.sh",
      headers: { a: "./a.sh" },
      allowedEnvVars: [],
      onFailure: "continue",
      isOnce: false,
    } as const;
    expect(await filesOf(world, subjectOf(http))).toEqual([]);
  });
});

describe("what stands at a path", () => {
  const hashOf = async (world: World, command: string): Promise<string> =>
    (await hashHandler(subjectOf(command), world.context)).hash;

  it("follows links and records where they lead", async () => {
    const world = makeWorld();
    const outside = join(world.folder, "outside.sh");
    writeFileSync(outside, "true\n");
    symlinkSync(outside, join(world.project, "out.sh"));
    symlinkSync(world.write("a.sh", "true\n"), join(world.project, "in.sh"));
    const names = [`in.sh -> a.sh`, `out.sh -> ${outside}`];
    expect(await filesOf(world, subjectOf("./in.sh; ./out.sh"))).toEqual(names);
    const before = await hashOf(world, "./out.sh");
    writeFileSync(outside, "false\n");
    expect(await hashOf(world, "./out.sh")).not.toBe(before);
  });

  it("finds the project through a link to it", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const link = join(world.folder, "link");
    symlinkSync(world.project, link);
    expect(await filesOf(world, subjectOf(`sh '${link}/a.sh'`))).toEqual(["a.sh"]);
    const straight = await hashHandler(subjectOf("./a.sh"), world.context);
    const linked = await hashHandler(subjectOf("./a.sh"), { projectDir: link });
    expect(linked.hash).toBe(straight.hash);
  });

  it("changes its hash when a missing file appears, a file goes, or becomes something else", async () => {
    const world = makeWorld();
    const path = join(world.project, "a.sh");
    const hashes = [await hashOf(world, "sh a.sh")];
    writeFileSync(path, "true\n");
    hashes.push(await hashOf(world, "sh a.sh"));
    renameSync(path, join(world.project, "b.sh"));
    symlinkSync("b.sh", path);
    hashes.push(await hashOf(world, "sh a.sh"));
    rmSync(path);
    symlinkSync("a.sh", path);
    hashes.push(await hashOf(world, "sh a.sh"));
    expect(new Set(hashes).size).toBe(4);
  });

  it("never waits for a pipe, and stops at 16 MiB", { timeout: 5_000 }, async () => {
    const world = makeWorld();
    execFileSync("mkfifo", [join(world.project, "pipe")]);
    expect(await filesOf(world, subjectOf("sh pipe; cat ./pipe"))).toEqual([]);
    truncateSync(world.write("big", ""), 16 * 1024 * 1024);
    expect(await filesOf(world, subjectOf("cat big"))).toEqual(["big"]);
    truncateSync(join(world.project, "big"), 16 * 1024 * 1024 + 1);
    expect(await filesOf(world, subjectOf("cat big"))).toEqual(["big (too_large)"]);
    const before = await hashOf(world, "cat big");
    truncateSync(join(world.project, "big"), 16 * 1024 * 1024 + 2);
    expect(await hashOf(world, "cat big")).not.toBe(before);
  });
});
