import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fill } from "../scratch.ts";
import { type GuardWorld, makeGuardWorld } from "./guard-world.ts";

/** Commands that change nothing that anybody obeys; and what has to be true afterwards, as a command. */
const WORK: readonly (readonly [command: string, check: string])[] = [
  ["echo b >src/b.ts; git add .; git commit -qm second", "[ $(git rev-list --count HEAD) = 2 ]"],
  ["git branch x; git checkout -q x; git checkout -qb y", "[ $(git branch --show-current) = y ]"],
  ["echo b >>src/a.ts; git stash -q", "[ $(git stash list | wc -l) = 1 ]"],
  ["git tag v1; git tag -a -m two v2", "git rev-parse v2"],
  ["git gc -q --prune=now; git pack-refs --all; git repack -adq", "[ -f .git/packed-refs ]"],
  [
    "git checkout -qb x; git commit -q --allow-empty -m x; git checkout -q main; git commit -q --allow-empty -m m; git rebase -q x",
    "git log --format=%s | grep -q x",
  ],
  [
    "git worktree add -q ../w; git worktree add -q w2",
    "[ -f w2/.git ] && [ -d .git/worktrees/w ] && [ -f w2/.vscode/tasks.json ]",
  ],
  [
    "git worktree add -q .claude/worktrees/w; echo y >.claude/worktrees/w/src/a.ts",
    "[ -f .claude/worktrees/w/.claude/settings.json ]",
  ],
  [
    "git worktree add -q w; git worktree move w v; git worktree remove v; git worktree prune",
    "[ ! -d .git/worktrees/w ]",
  ],
  [
    'git submodule --quiet add "$KEDGE_OUTSIDE/other" libs/sub',
    "[ -f .gitmodules ] && [ -f .git/modules/libs/sub/config ] && [ -f libs/sub/.git ]",
  ],
  [
    'git submodule --quiet add "$KEDGE_OUTSIDE/other" sub; git submodule --quiet deinit -f sub; git submodule --quiet update --init; git rm -qf sub',
    "[ ! -e sub ]",
  ],
  [
    'git clone -q "$KEDGE_OUTSIDE/other" third',
    "[ -f third/.vscode/settings.json ] && [ -f third/.git/config ] && [ -f third/pkg/.npmrc ]",
  ],
  ['mkdir third; git clone -q "$KEDGE_OUTSIDE/other" third; git -C third fetch -q', "[ -f third/.npmrc ]"],
  [
    'git worktree add -q w; cd w; git submodule --quiet add "$KEDGE_OUTSIDE/other" libs/sub; git submodule --quiet add "$KEDGE_OUTSIDE/other" libs/sub2',
    "[ -f w/libs/sub/.git ] && [ -f .git/worktrees/w/modules/libs/sub/config ]",
  ],
  [
    'git worktree add -q ../w; cd ../w; git submodule --quiet add "$KEDGE_OUTSIDE/other" sub; cd -; git worktree remove -f ../w',
    "[ ! -e ../w ]",
  ],
  [
    'git clone -q --mirror "$KEDGE_OUTSIDE/other" o.git; git init -q --bare b.git; git push -q "$PWD/b.git" main; mv o.git p.git; rm -rf b.git',
    "[ -f p.git/config ] && [ ! -e b.git ]",
  ],
  ['git clone -qs "$KEDGE_OUTSIDE/other" third', "[ -f third/.git/objects/info/alternates ]"],
  ["git clone -q . copy; rm -rf copy", "[ ! -e copy ]"],
  ["git init -q lib; cd lib; echo a >a; git add a; git commit -qm a", "[ -f lib/.git/config ]"],
  [
    "git remote add up https://example.com/x.git; git remote set-url up git@example.com:y.git",
    "[ $(git remote get-url up) = git@example.com:y.git ]",
  ],
  [
    "git remote add up https://example.com/x.git; git update-ref refs/remotes/up/main HEAD; git branch -q -u up/main",
    "git config branch.main.merge",
  ],
  [
    "git config remote.up.gh-resolved base; git config branch.main.gh-merge-base main; git config rebase.autosquash true; git config color.ui auto",
    "[ $(git config color.ui) = auto ]",
  ],
  [
    "git config user.email bob@example.com; git config pull.rebase true",
    "[ $(git config pull.rebase) = true ]",
  ],
  ["git config --global user.name Bob", "[ $(git config user.name) = Bob ]"],
  [
    "git sparse-checkout set .claude .vscode src; git config --worktree core.quotepath false",
    "[ -f .git/config.worktree ]",
  ],
  [
    'git fetch -q "$KEDGE_OUTSIDE/other" main; git merge -q --allow-unrelated-histories -X ours FETCH_HEAD -m m -s ours',
    "git log --oneline | wc -l",
  ],
  [
    "mkdir -p node_modules/p/.vscode; echo y >node_modules/p/.npmrc; echo y >node_modules/.npmrc; echo y >node_modules/p/.vscode/x",
    "[ -f node_modules/.npmrc ]",
  ],
  ["mkdir -p a/b; touch a/b/c; mv a d; rm -rf src", "[ -f d/b/c ] && [ ! -e src ]"],
  [
    "echo x >>.gitignore; mkdir -p .github/workflows; echo y >.github/workflows/ci.yml",
    "[ -f .github/workflows/ci.yml ]",
  ],
  ["mv pkg packages", "[ -f packages/.npmrc ] && [ -f packages/.vscode/settings.json ]"],
  ["rm -rf pkg vendor", "[ ! -e pkg ] && [ ! -e vendor ]"],
  ["chmod 700 src; touch .claude/settings.json", "[ -f .mcp.json ]"],
  ["mkdir .husky; mkdir .git/info/x", "[ -d .husky ]"],
  [
    "echo a >>~/.claude/projects/log.jsonl; mkdir -p ~/.cargo/registry; echo y >~/.cargo/registry/.x; echo y >~/.profiles",
    "[ -f ~/.cargo/registry/.x ]",
  ],
];

function makeOther(world: GuardWorld): void {
  const other = `${world.folder}/other`;
  mkdirSync(other);
  fill(other, { ".vscode/settings.json": "{}", ".npmrc": "x=y\n", "pkg/.npmrc": "x=y\n", "a.txt": "a" });
  const env = world.context.env as NodeJS.ProcessEnv;
  execFileSync("sh", ["-c", "git init -q . && git add . && git commit -qm o"], { cwd: other, env });
}

describe("ordinary work stays", () => {
  it.each(WORK)("%s", async (command, check) => {
    const world = makeGuardWorld({
      "project/pkg/.npmrc": "a=b\n",
      "project/pkg/.vscode/settings.json": "{}",
    });
    if (command.includes("KEDGE_OUTSIDE")) makeOther(world);
    const text = await world.bash(`set -e\n${command}`);
    expect(world.reports).toEqual([]);
    expect(text).not.toMatch(/Exit code|Protected/);
    execFileSync("bash", ["-c", check], { cwd: world.project, env: world.context.env as NodeJS.ProcessEnv });
  });

  it("a repository that is begun in the project itself", async () => {
    const world = makeGuardWorld({}, false);
    expect(await world.bash("git init -q; git add .; git commit -qm first")).toBe("(no output)");
    expect(existsSync(world.at(".git/config"))).toBe(true);
  });

  it("of a project that is a work tree, the hooks of its repository are looked after, wherever it is", async () => {
    const world = makeGuardWorld();
    world.git("worktree", "add", "-q", `${world.folder}/tree`);
    world.context = { ...world.context, workingDirs: [`${world.folder}/tree`] };
    const inTree = (command: string) => world.bash(`cd "$KEDGE_OUTSIDE/tree"; ${command}; cd - >/dev/null`);
    expect(await inTree("echo c >c; git add c; git commit -qm c; git config user.name Cleo")).toBe(
      "(no output)",
    );
    expect(await inTree('echo y >"$(git rev-parse --git-common-dir)"/hooks/pre-commit')).toContain(
      `${world.project}/.git/hooks/pre-commit was made, and is removed again`,
    );
    expect(await inTree("git config --worktree core.hooksPath x; git config core.pager y")).toContain(
      `${world.project}/.git/config was changed`,
    );
  });

  it("of a project in a folder of a repository, the hooks above it are looked after", async () => {
    const world = makeGuardWorld();
    world.context = { ...world.context, workingDirs: [world.at("src")] };
    await world.bash("echo y >.git/hooks/pre-commit; echo y >.npmrc");
    expect(world.undone()).toEqual(["project/.git/hooks/pre-commit"]);
  });

  it("files that a link of the home leads to are looked after", async () => {
    const world = makeGuardWorld({ "dots/zshrc": "a", "dots/claude/hooks/h.sh": "a" });
    execFileSync("sh", ["-c", "ln -s ../dots/zshrc .zshrc; rm -r .claude; ln -s ../dots/claude .claude"], {
      cwd: world.home,
    });
    await world.bash("echo y >>~/.zshrc; echo y >>~/.claude/hooks/h.sh");
    expect(world.undone()).toEqual(["dots/claude/hooks/h.sh", "dots/zshrc"]);
    expect(readFileSync(`${world.folder}/dots/zshrc`, "utf8")).toBe("a");
  });
});
