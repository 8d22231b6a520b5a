import { linkSync, mkdirSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guardedFile } from "../../../src/host/permissions/guarded.ts";
import { createKnownIdentities } from "../../../src/host/permissions/known-identities.ts";
import { foldName, protectedNames } from "../../../src/host/permissions/protected-names.ts";
import { createProtection } from "../../../src/host/permissions/protection.ts";
import { twinOf } from "../../../src/host/permissions/twins.ts";
import { ALL_PROTECTED, readUnprotected } from "../../../src/host/permissions/unprotected.ts";
import { PERMISSION_MODES } from "../../../src/protocol/index.ts";
import fc from "../../support/fast-check.ts";
import { fill, makeScratch } from "../scratch.ts";
import { type Judging, makeJudging } from "./judging.ts";

const world = (): Judging =>
  makeJudging({
    "project/.git/config": "[core]",
    "project/.git/objects/ab/cdef": "object",
    "project/.claude/settings.json": "{}",
    "project/.claude/commands/x.md": "x",
    "project/.claude/worktrees/w/a.ts": "a",
    "project/.npmrc": "x",
    "project/nested/.vscode/tasks.json": "{}",
    "project/a.txt": "a",
    "project/src/b.txt": "b",
    "project/real/": "",
    "project/out": "-> ../outside",
    "project/out.txt": "-> ../outside/o.txt",
    "project/dangling": "-> ../outside/new.txt",
    "project/in.txt": "-> src/b.txt",
    "project/to/o.txt": "-> ../../outside/o.txt",
    "outside/o.txt": "o",
    "home/.bashrc": "x",
    "home/.claude/settings.json": "{}",
    "state/sessions/x": "x",
  });

describe("names are folded as the most forgiving file systems do it", () => {
  it.each([
    [".git", ".git"],
    [".GIT", ".git"],
    [".gIt...", ".git"],
    [".git . .", ".git"],
    [".git::$INDEX_ALLOCATION", ".git"],
    [".git:stream", ".git"],
    [".g\u200cit", ".git"],
    [".gi\u00adt", ".git"],
    ["\ufeff.git", ".git"],
    ["\uff0e\uff47it", ".git"],
    ["git~1", ".git"],
    ["GIT~12", ".git"],
    ["CLAUDE~1", ".claude"],
    ["DEVCON~1", ".devcontainer"],
    ["git~ish", "git~ish"],
    ["git~", "git~"],
    [".gitignore", ".gitignore"],
  ])("%j is %j", (name, folded) => expect(foldName(name)).toBe(folded));

  it("in a moment, also with very many blanks in it", () => {
    const name = `.git${" ".repeat(500_000)}x`;
    expect(foldName(name)).toBe(name);
  });

  it("and no name that folds to a protected one is taken for another", () => {
    const { folders, files, kindOf } = protectedNames();
    const unit = fc.constantFrom(
      ...".gitGIT~1: a",
      "\u200c",
      "\u00ad",
      "\uff0e",
      "\uff47",
      "npmrc",
      ".vscode",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), (name) => {
        const folded = foldName(name);
        const kind = folders.has(folded) ? "folder" : files.has(folded) ? "file" : null;
        expect(kindOf(name)).toBe(kind);
      }),
    );
    for (const name of ["git~1", "\uff0egit", "\u200c.git", ".GIT", "CLAUDE~2"])
      expect(kindOf(name)).toBe("folder");
  });

  it.each([
    [".git\\hooks\\x", ".git"],
    ["a\\.CLAUDE/x", ".CLAUDE"],
    [".claude/worktrees\\x", null],
    [".claude\\worktrees/../x", null],
    ["a/.npmrc", ".npmrc"],
    [".npmrc/a", null],
    [".npmrc\\", ".npmrc"],
  ])("of %j the part %j", (path, part) => expect(protectedNames().partOf(path)).toBe(part));
});

describe("what something is counts, whatever its name", () => {
  it("a file with another name that is protected", async () => {
    const { project, judge } = world();
    for (const [name, other] of [
      [".git/config", "notes.txt"],
      ["nested/.vscode/tasks.json", "src/x.json"],
      ["../home/.bashrc", "rc"],
      ["../home/.claude/settings.json", "s.json"],
    ] as const) {
      linkSync(join(project, name), join(project, other));
      for (const mode of PERMISSION_MODES)
        expect(await judge("Write", { file_path: other }, { mode })).toMatchObject({
          behavior: "ask",
          isFirm: true,
          isGuarded: true,
        });
      expect(
        (await judge("Bash", { command: `echo x > ${other}` }, { mode: "bypassPermissions" })).isGuarded,
      ).toBe(true);
    }
  });

  it("but not one with ordinary names only, of an object of git, or of what is installed", async () => {
    const { project, file } = world();
    linkSync(join(project, "a.txt"), join(project, "twin.txt"));
    linkSync(join(project, ".git/objects/ab/cdef"), join(project, "object"));
    fill(project, { "node_modules/x/.npmrc": "x" });
    linkSync(join(project, "node_modules/x/.npmrc"), join(project, "installed"));
    const files = ["twin.txt", "a.txt", "object", "installed"];
    expect(await Promise.all(files.map((path) => file("Write", path, { mode: "acceptEdits" })))).toEqual(
      files.map(() => "allow"),
    );
  });

  it("a file with several names in a folder of very many files may be anything", async () => {
    const { project } = world();
    linkSync(join(project, "a.txt"), join(project, "twin.txt"));
    const stats = statSync(join(project, "twin.txt"), { bigint: true });
    const look = (most: number) => twinOf(stats, [{ folder: project }], () => false, most);
    expect([await look(1_000), await look(10)]).toEqual([null, expect.stringContaining("too large")]);
  });

  it("a protected folder that was renamed since the session began", async () => {
    const { project, file, judge } = world();
    await file("Write", "a.txt");
    renameSync(join(project, ".git"), join(project, "plain"));
    renameSync(join(project, ".claude"), join(project, "other"));
    for (const path of ["plain/config", "plain/hooks/x", "other/settings.json", "plain"])
      expect((await judge("Write", { file_path: path }, { mode: "bypassPermissions" })).isGuarded).toBe(true);
    expect(await file("Write", "other/worktrees/w/a.ts", { mode: "acceptEdits" })).toBe("allow");
  });

  it("what a link with a protected name leads to", async () => {
    const { project, judge } = world();
    renameSync(join(project, ".git"), join(project, "store"));
    symlinkSync("store", join(project, ".git"));
    expect(
      (await judge("Write", { file_path: "store/config" }, { mode: "bypassPermissions" })).isGuarded,
    ).toBe(true);
  });

  it("a folder that took the number of a removed one is another", async () => {
    const { project, file } = world();
    await file("Write", "a.txt");
    renameSync(join(project, ".npmrc"), join(project, "gone"));
    mkdirSync(join(project, "new"));
    expect(await file("Write", "new/x", { mode: "acceptEdits" })).toBe("allow");
  });

  it("and so do the folders that Kedge itself obeys", async () => {
    const { folder, judge } = world();
    for (const path of [
      join(folder, "state/sessions/x"),
      join(folder, "state/new"),
      `/proc/self/root${folder}/state/x`,
    ])
      expect(await judge("Write", { file_path: path }, { mode: "bypassPermissions" })).toMatchObject({
        behavior: "ask",
        why: `${folder}/state is protected`,
      });
  });
});

describe("a link that leads out of the working directories", () => {
  it.each(PERMISSION_MODES)("needs a person's word in %s, whatever rules allow", async (mode) => {
    const { judge } = world();
    for (const path of ["out.txt", "dangling", "out/new.txt", "to/o.txt"])
      expect(
        await judge("Write", { file_path: path }, { mode, rules: { allow: ["Write", "Edit"] } }),
      ).toMatchObject({ behavior: "ask", isFirm: true, isGuarded: true, grant: { place: null } });
  });

  it("is named with where it leads", async () => {
    const { judge, folder, project } = world();
    const { why, grant } = await judge("Write", { file_path: "dangling" }, { mode: "bypassPermissions" });
    expect(why).toBe(
      `${project}/dangling leads out of the working directories, to ${folder}/outside/new.txt`,
    );
    expect(grant).toEqual({ path: `${folder}/outside/new.txt`, place: null });
  });

  it("is seen through the real name of a working directory as well", async () => {
    const { folder, project } = world();
    symlinkSync("project", join(folder, "alias"));
    const { places } = createProtection({ homeDir: join(folder, "home"), folders: [] });
    const workingDirs = [join(folder, "alias")];
    const { look } = await places({ workingDirs, unprotected: ALL_PROTECTED });
    for (const path of [join(project, "out.txt"), join(folder, "alias/out.txt")])
      expect(await guardedFile(path, await look(path), { workingDirs })).toMatchObject({ place: null });
    const inside = join(folder, "alias/in.txt");
    expect(await guardedFile(inside, await look(inside), { workingDirs })).toBeNull();
  });

  it("is no matter where it stays inside, or where the path itself is outside", async () => {
    const { file, folder } = world();
    expect(await file("Write", "in.txt", { mode: "acceptEdits" })).toBe("allow");
    expect(await file("Write", `${folder}/outside/o.txt`, { mode: "bypassPermissions" })).toBe("allow");
  });
});

describe("lines of Bash, with permissions bypassed", () => {
  it.each([
    ...[
      "echo x > out.txt",
      "echo x >> dangling",
      "tee out.txt",
      "cp a.txt dangling",
      "cp a.txt to/o.txt",
      "cp src/o.txt to",
    ],
    ...[
      "cd to && echo x > o.txt",
      "cd to; tee o.txt < a",
      "sed -i s/a/b/ out.txt",
      "truncate -s0 out.txt",
      "rm out/o.txt",
    ],
    ...[
      "sed -n 'w .claude/settings.json' a.txt",
      "sed 's/a/b/w .git/config' a.txt",
      "sed -n '1W .npmrc' a.txt",
    ],
    ...[
      "sed -ne '1,2w.git/hooks/x' a.txt",
      "cp config .git/../.git/",
      "mv src/config .git",
      "install a.txt .git",
    ],
    ...[
      "cd .git && echo x > config",
      "cd src/../.git; x > hooks/y",
      "cat a.txt > $'\\x2egit/config'",
      "echo x > ../state/y",
    ],
  ])("%s needs a person's word", async (command) => {
    const { judge, folder } = world();
    fill(folder, { "project/src/o.txt": "o", "project/src/config": "c" });
    expect(await judge("Bash", { command }, { mode: "bypassPermissions" })).toMatchObject({
      behavior: "ask",
      isGuarded: true,
    });
  });

  it.each([
    ...[
      "rm out.txt",
      "rm dangling",
      "mv out.txt x",
      "unlink out",
      "ln -s /etc y",
      "echo x > in.txt",
      "cp a.txt in.txt",
    ],
    ...[
      "sed -n '/w/p' a.txt",
      "sed 's/wow/x/' a.txt",
      "cat out.txt",
      "echo x > ../outside/o.txt",
      "cd src && echo x > c.txt",
    ],
  ])("%s does not", async (command) => {
    expect(await world().bash(command, { mode: "bypassPermissions" })).toBe("allow");
  });

  it("takes no time for lines of very many words", async () => {
    const { judge } = world();
    const words = Array.from({ length: 500 }, (_, at) => `f${at}`).join(" ");
    const began = performance.now();
    await judge(
      "Bash",
      { command: `${"cd a; ".repeat(100)}rm ${words} > $x` },
      { mode: "bypassPermissions" },
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

it.each(["\\\\host\\share\\x", "\\\\?\\C:\\x", "\\/host/share", "/\\host/share"])(
  "%s is a path on another machine, which nothing permits",
  async (path) => {
    const { file } = makeJudging();
    for (const name of ["Read", "Write", "Edit"])
      for (const mode of PERMISSION_MODES)
        expect(await file(name, path, { mode, rules: { allow: [name] } })).toBe("deny");
  },
);

describe("what settings leave unprotected", () => {
  const open = ({ project, folder }: Judging, ...entries: readonly string[]) => ({
    mode: "acceptEdits" as const,
    unprotected: readUnprotected(entries, { projectDirs: [project], homeDirs: [`${folder}/home`] }),
  });

  it("is a name wherever it is, in any spelling", async () => {
    const judging = world();
    const options = open(judging, ".VSCode", ".npmrc");
    const behaviors = ["nested/.vscode/tasks.json", ".vscode/x", ".npmrc", ".git/config", ".claude/x"].map(
      (path) => judging.file("Write", path, options),
    );
    expect(await Promise.all(behaviors)).toEqual(["allow", "allow", "allow", "ask", "ask"]);
  });

  it("or a path with all below it, and nothing beside", async () => {
    const judging = world();
    const options = open(judging, "./.claude/commands", `${judging.project}/.git/info`);
    const behaviors = [
      ".claude/commands/x.md",
      ".claude/settings.json",
      ".git/info/exclude",
      ".git/config",
    ].map((path) => judging.file("Write", path, options));
    expect(await Promise.all(behaviors)).toEqual(["allow", "ask", "allow", "ask"]);
    const lines = ["rm -r .claude/commands", "touch .git/info/x", "rm -r .claude", "touch .git/x"];
    expect(await Promise.all(lines.map((line) => judging.bash(line, options)))).toEqual([
      ...["allow", "allow", "ask", "ask"],
    ]);
  });

  it("from home", async () => {
    const judging = world();
    const options = { ...open(judging, "~/.bashrc"), mode: "bypassPermissions" as const };
    expect(await judging.file("Write", "~/.bashrc", options)).toBe("allow");
    expect(await judging.file("Write", "~/.claude/settings.json", options)).toBe("ask");
  });

  it("and not what a link there leads to", async () => {
    const judging = world();
    fill(judging.project, { ".claude/commands/l": "-> ../../.git/config", ".idea": "-> .git" });
    const options = open(judging, "./.claude/commands", "./.idea");
    const behaviors = [".claude/commands/l", ".idea/config"].map((path) =>
      judging.file("Write", path, options),
    );
    expect(await Promise.all(behaviors)).toEqual(["ask", "ask"]);
  });

  it("nor what has another name there, or was moved there", async () => {
    const judging = world();
    const { project, file } = judging;
    linkSync(join(project, ".git/config"), join(project, ".claude/commands/twin.md"));
    linkSync(join(project, "nested/.vscode/tasks.json"), join(project, ".claude/commands/tasks.md"));
    await file("Write", "a.txt");
    renameSync(join(project, ".git"), join(project, ".claude/commands/repository"));
    const options = open(judging, "./.claude/commands");
    const behaviors = ["twin.md", "tasks.md", "repository/config", "repository/hooks/x", "x.md"].map((name) =>
      file("Write", `.claude/commands/${name}`, options),
    );
    expect(await Promise.all(behaviors)).toEqual(["ask", "ask", "ask", "ask", "allow"]);
  });

  it("is told where it is no protected name", () => {
    expect(readUnprotected(["git", ".env", ".git"], { projectDirs: [], homeDirs: [] })).toMatchObject({
      names: [".git"],
      unknown: ["git", ".env"],
    });
  });
});

it("work in a folder of Kedge's own is work, what lies beside it is not, and names stay protected in it", async () => {
  const { folder } = makeJudging({
    "state/worktrees/w/a.txt": "a",
    "state/worktrees/w/.git": "gitdir: x",
    "state/trust/b": "b",
  });
  const state = join(folder, "state");
  const { places } = createProtection({ homeDir: join(folder, "home"), folders: [state] });
  const { look } = await places({ workingDirs: [join(state, "worktrees/w")], unprotected: ALL_PROTECTED });
  const placeOf = async (path: string) => (await look(join(state, path))).place;
  expect(await placeOf("worktrees/w/a.txt")).toBe(null);
  expect(await placeOf("worktrees/w/new/b.txt")).toBe(null);
  expect(await placeOf("worktrees/w/.git")).toBe(".git");
  expect(await placeOf("worktrees/other/a.txt")).toBe(state);
  expect(await placeOf("trust/b")).toBe(state);
});

describe("what programs obey in the home folder", () => {
  it.each([
    ...[".ssh/authorized_keys", ".config/git/config", ".config/fish/config.fish", ".vimrc", "bin/ls"],
    ...[".config/systemd/user/x.service", ".config/autostart/x.desktop", ".local/bin/tool", ".ssh/config"],
  ])("%s is changed by nobody without a word", async (path) => {
    const { judge, folder } = makeJudging({ "keys/": "", "home/.ssh": "-> ../keys" });
    for (const file of [join(folder, "home", path), path.replace(".ssh/", `${folder}/keys/`)]) {
      if (!file.startsWith("/")) continue;
      const call = { file_path: file };
      const { behavior, isGuarded } = await judge("Write", call, {
        ...{ mode: "bypassPermissions", rules: { allow: ["Write"] } },
      });
      expect([file, behavior, isGuarded]).toEqual([file, "ask", true]);
    }
  });

  it("is work where a session works in it, and what is beside it is not meant", async () => {
    const { folder } = makeJudging({ "home/.config/nvim/init.lua": "x", "home/.vim/vimrc": "x" });
    const home = join(folder, "home");
    const { places } = createProtection({ homeDir: home, folders: [], inHome: [".config/nvim", ".vim"] });
    const workingDirs = [join(home, ".config/nvim")];
    const { look } = await places({ workingDirs, unprotected: ALL_PROTECTED });
    expect((await look(join(home, ".config/nvim/init.lua"))).place).toBe(null);
    expect((await look(join(home, ".config/nvim/new.lua"))).place).toBe(null);
    expect((await look(join(home, ".vim/vimrc"))).place).toBe(join(home, ".vim"));
    expect((await look(join(home, ".vimperator"))).place).toBe(null);
  });
});

describe("what is protected is known by what it is", () => {
  it("after it was renamed, and where other protected names lead in a circle or are below a file", () => {
    const dir = makeScratch({
      "project/.vscode": "-> .vscode",
      "project/.git": "gitdir: elsewhere",
      "project/.claude/settings.json": "{}",
      "project/.npmrc": "x",
    });
    const project = join(dir, "project");
    const known = createKnownIdentities([join(dir, "missing")]);
    known.remember([project]);
    renameSync(join(project, ".npmrc"), join(project, "a.txt"));
    const find = (path: string) => known.find(statSync(join(project, path), { bigint: true }))?.path;
    expect(find("a.txt")).toBe(join(project, ".npmrc"));
    expect(find(".claude/settings.json")).toBe(join(project, ".claude/settings.json"));
    expect(find(".")).toBeUndefined();
  });
});

describe("a folder that git would take for a repository, whatever it is called", () => {
  const bare = (): Judging =>
    makeJudging({
      ...{ "project/src/objects/x": "", "project/src/refs/x": "", "project/src/a.ts": "a" },
      ...{ "project/b/HEAD": "", "project/b/objects/info/x": "", "project/b/refs/x": "" },
    });

  it.each([
    ["src/HEAD", "src"],
    ["new/deep/HEAD", "new/deep"],
    ["b/config", "b"],
    ["b/hooks/post-checkout", "b"],
    ["b/objects/info/alternates", "b"],
  ])("is written with somebody's word only, in every mode: %s", async (path, folder) => {
    const { judge, project } = bare();
    for (const mode of PERMISSION_MODES) {
      const judgement = await judge("Write", { file_path: path }, { mode });
      expect(judgement).toMatchObject({ behavior: "ask", isGuarded: true });
      expect(judgement.grant.place).toBe(join(project, folder));
    }
  });

  it("is nothing else, and not what settings leave open", async () => {
    const { file, project } = bare();
    const options = { mode: "bypassPermissions" } as const;
    for (const path of ["src/config", "src/HEAD.md", "src/a.ts", "HEADER", "hooks/x"])
      expect(await file("Write", path, options)).toBe("allow");
    const places = { projectDirs: [project], homeDirs: [] };
    for (const entry of [".git", "./src"])
      expect(
        await file("Write", "src/HEAD", { ...options, unprotected: readUnprotected([entry], places) }),
      ).toBe("allow");
  });
});
