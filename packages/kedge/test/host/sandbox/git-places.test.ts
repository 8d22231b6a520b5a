import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { readRepository } from "../../../src/host/sandbox/git-places.ts";
import { createGitConfigReader } from "../../../src/host/sandbox/git-settings.ts";
import { fill, makeScratch } from "../scratch.ts";

/** Places that a configuration names, in a repository of a home folder. */
async function namedIn(files: Readonly<Record<string, string>>, configs = createGitConfigReader()) {
  const home = makeScratch({ "repo/.git/HEAD": "ref: refs/heads/main\n", ...files });
  return { home, named: await read(home, configs), again: () => read(home, configs) };
}

async function read(
  home: string,
  configs: ReturnType<typeof createGitConfigReader>,
  root = join(home, "repo"),
) {
  const dir = join(home, "repo");
  const repository = await readRepository(dir, { homeDir: home, writable: [root], configs });
  const paths = (repository?.holds ?? []).map(({ path }) => relative(dir, path));
  return paths.filter((path) => !path.startsWith(".git/"));
}

describe("what a configuration of git names is held", () => {
  test.for<[string, Readonly<Record<string, string>>]>([
    ["with a comment behind it", { "repo/.git/config": "[core]\n\thooksPath = own ; mine\n" }],
    ["on the line of its section", { "repo/.git/config": "[core] hooksPath = own\n" }],
    [
      "in quotes, and with a backslash at the end of a line",
      { "repo/.git/config": '[core]\nhooksPath = "o\\\nwn"\n' },
    ],
    ["from the home folder", { "repo/.git/config": "[core]\nhooksPath = ~/repo/own\n" }],
    ["in the configuration of the work tree", { "repo/.git/config.worktree": "[core]\nhooksPath = own\n" }],
    ["for all repositories, as a relative path", { ".gitconfig": "[core]\nhooksPath = own\n" }],
    ["the same in the other place for that", { ".config/git/config": "[core]\nhooksPath = own\n" }],
  ])("%s", async ([, files]) => {
    expect((await namedIn(files)).named).toEqual(["own"]);
  });

  test("in files that are included, whatever their condition, and those files themselves", async () => {
    const { named } = await namedIn({
      "repo/.git/config": '[include]\npath = ../a.conf\n[includeIf "onbranch:x"]\npath = ~/repo/b.conf\n',
      "repo/a.conf": "[include]\npath = sub/c.conf\n",
      "repo/b.conf": "[core]\nfsmonitor = tools/watch\n",
      "repo/sub/c.conf": "[core]\nhooksPath = own\n",
    });
    expect(new Set(named)).toEqual(new Set(["a.conf", "b.conf", "sub/c.conf", "own", "tools/watch"]));
  });

  test("but nothing outside of what is written, and not the working directory itself", async () => {
    const config = "[core]\nhooksPath = ~/hooks\nhooksPath = .\nhooksPath = ..\nfsmonitor = true\n";
    const files = { "repo/.git/config": `${config}[include]\npath = ~/x\npath = config\n` };
    const { home, named } = await namedIn(files);
    expect(named).toEqual([]);
    expect(await read(home, createGitConfigReader(), home)).toEqual(["../hooks", "../x"]);
  });

  test("as it is after a change", async () => {
    const { home, named, again } = await namedIn({ "repo/.git/config": "[core]\nhooksPath = own\n" });
    mkdirSync(join(home, "repo/other"));
    writeFileSync(join(home, "repo/.git/config"), "[core]\nhooksPath = other\n");
    expect([named, await again()]).toEqual([["own"], ["other"]]);
  });
});

/** Reads a repository again and again, in between with no descriptor left. Prints what it was told each time. */
const STARVED = `
  import { openSync, closeSync } from "node:fs";
  const at = (file) => import(new URL(file, process.argv[1]).href);
  const { readRepository } = await at("git-places.ts");
  const { createGitConfigReader } = await at("git-settings.ts");
  const [home, dir] = process.argv.slice(2);
  const configs = createGitConfigReader();
  const read = () =>
    readRepository(dir, { homeDir: home, writable: [home], configs }).then(
      ({ holds }) => holds.some(({ path }) => path === dir + "/own"),
      (error) => error.message.replace(/'.*'/, "it"),
    );
  const told = [];
  const taken = [];
  try { for (;;) taken.push(openSync("/dev/null")); } catch {}
  told.push(await read());
  for (const each of taken) closeSync(each);
  told.push(await read());
  console.log(JSON.stringify(told));`;

describe("what cannot be read for a moment", () => {
  test.for(["repo", "tree"])("is not taken for nothing, then or later: %s", (name) => {
    const home = makeScratch({
      "repo/.git/HEAD": "ref: refs/heads/main\n",
      "repo/.git/config": "[core]\nhooksPath = own\n",
      "repo/.git/worktrees/tree/commondir": "../..\n",
    });
    fill(home, {
      "tree/.git": `gitdir: ${home}/repo/.git/worktrees/tree\n`,
      "repo/.git/worktrees/tree/gitdir": `${home}/tree/.git\n`,
    });
    const script = `ulimit -n 60; exec "$0" --input-type=module --eval "$1" "$2" "$3" "$4"`;
    const from = new URL("../../../src/host/sandbox/", import.meta.url).href;
    const args = ["-c", script, process.execPath, STARVED, from, home, join(home, name)];
    expect(JSON.parse(execFileSync("/bin/sh", args, { encoding: "utf8" }))).toEqual([
      "what git obeys cannot be read now: EMFILE: too many open files, open it",
      true,
    ]);
  });

  test("is something else than what nobody can read", async () => {
    const config = "[include]\npath = folder\npath = loop\npath = file/below\n[core]\nhooksPath = own\n";
    const { named } = await namedIn({
      ...{ "repo/.git/config": config, "repo/.git/folder/": "", "repo/.git/file": "" },
      "repo/.git/loop": "-> loop",
    });
    expect(named).toEqual(["own"]);
  });
});
