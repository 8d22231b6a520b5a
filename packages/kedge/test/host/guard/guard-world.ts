/** A project with a repository and a home, and commands of real bash that run in sight of a guard. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, afterEach } from "vitest";
import { createGuard, type Guard } from "../../../src/host/guard/guard.ts";
import type { GuardReport } from "../../../src/host/guard/report.ts";
import { protectedNames } from "../../../src/host/permissions/protected-names.ts";
import { type Files, fill } from "../scratch.ts";
import { makeToolWorld, type ToolWorld } from "../tools/tool-world.ts";

export interface GuardWorld extends ToolWorld {
  readonly guard: Guard;
  readonly home: string;
  readonly keptDir: string;
  /** Everything that was reported, in order. */
  readonly reports: GuardReport[];
  readonly told: string[];
  /** Runs a command of the Bash tool; gives what the model gets. */
  bash(command: string, mayChange?: readonly string[]): Promise<string>;
  /** Runs a program outside of the guard's sight. */
  git(...args: readonly string[]): string;
  /** Everything that is obeyed in the project and the home, byte for byte, with modes. */
  fingerprint(): Readonly<Record<string, string>>;
  /** Paths that were put back, from the folder of the world. */
  undone(): readonly string[];
}

const worlds: GuardWorld[] = [];
afterEach(async () => {
  for (const { guard, context } of worlds.splice(0)) {
    await context.shells.close();
    await guard.close();
  }
});

/** What a project is made with: files of every kind that somebody obeys, and ordinary ones. */
const FILES: Files = {
  "project/src/a.ts": "a",
  "project/.claude/settings.json": '{"hooks":{}}',
  "project/.claude/hooks/check.sh": "#!/bin/sh\nexit 0\n",
  "project/.vscode/tasks.json": "{}",
  "project/.mcp.json": "{}",
  "project/.gitignore": "node_modules\n",
  "home/.bashrc": "alias ll='ls -l'\n",
  "home/.gitconfig":
    '[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n',
  "home/.claude/settings.json": "{}",
  "home/.claude/projects/log.jsonl": "{}\n",
};

/**
 * @param more files besides, below the folder of the world
 * @param stateDir default: in the folder of the world
 */
export function makeGuardWorld(more: Files = {}, isRepository = true, stateDir?: string): GuardWorld {
  const tools = makeToolWorld(FILES);
  const { folder, project } = tools;
  const home = join(folder, "home");
  const reports: GuardReport[] = [];
  const told: string[] = [];
  const keptDir = join(stateDir ?? join(folder, "state"), "undone");
  const env = {
    ...tools.context.env,
    ...{
      HOME: home,
      GIT_CONFIG_NOSYSTEM: "1",
      XDG_CONFIG_HOME: join(home, ".config"),
      KEDGE_OUTSIDE: folder,
    },
  };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", project, ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  if (isRepository) cpSync(templateOf(project, git), join(project, ".git"), { recursive: true });
  fill(folder, more);
  const guard = createGuard({
    names: protectedNames(),
    folders: () => ({ workingDirs: tools.context.workingDirs, homeDir: home, extra: [join(folder, "own")] }),
    ...{ keptDir, sessionId: "session", temporaryDir: tools.context.temporaryDir, now: () => 5 },
    left: tools.context.children.left,
    onReport: (report) => void reports.push(report),
    onTooMuch: () => void told.push("too much"),
  });
  tools.context = { ...tools.context, env, guard, tellLater: (text) => void told.push(text) };
  const world: GuardWorld = Object.assign(tools, {
    ...{ guard, home, keptDir, reports, told, git },
    bash: async (command: string, mayChange: readonly string[] = []) =>
      (await world.call("Bash", { command }, { mayChange, cwd: project })).text,
    fingerprint: () => obeyedBelow(folder, ["project", "home", "own"]),
    undone: () =>
      reports.flatMap(({ undone }) => undone.map(({ path }) => relative(folder, path))).toSorted(),
  });
  worlds.push(world);
  return world;
}

let template: string | null = null;
afterAll(() => {
  if (template !== null) rmSync(template, { recursive: true, force: true });
});

/** The folder of git for the files of a project, with one commit and one hook. It is made once, for git takes its time. */
function templateOf(project: string, git: GuardWorld["git"]): string {
  if (template !== null) return join(template, ".git");
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  fill(project, { ".git/hooks/pre-push": "#!/bin/sh\nexit 0\n", ".git/info/attributes": "*.bin binary\n" });
  chmodSync(join(project, ".git/hooks/pre-push"), 0o755);
  template = mkdtempSync(join(tmpdir(), "kedge git-"));
  renameSync(join(project, ".git"), join(template, ".git"));
  return join(template, ".git");
}

/** What nobody obeys: git's own work, ordinary files, and what programs write for themselves. */
const ORDINARY =
  /^project\/(?!\.git\b|\.claude|\.vscode|\.mcp|\.npmrc|\.bashrc)|^project\/\.git(?:ignore|\/(?!config|hooks|info\/attributes|objects\/info|commondir|gitdir))|\.sample$|^home\/\.claude\/projects/;

function obeyedBelow(folder: string, tops: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    const file = join(folder, path);
    const stats = lstatSync(file);
    if (stats.isDirectory() || !ORDINARY.test(path)) found[path] = describe(file);
    if (stats.isDirectory()) for (const name of readdirSync(file)) walk(`${path}/${name}`);
  };
  for (const top of tops) if (existsSync(join(folder, top))) walk(top);
  // Of ordinary folders nobody asks, and of any folder only for what is in it, which further folders alone are not.
  const all = Object.entries(found).filter(([path]) => !ORDINARY.test(path));
  const isFolder = (what: string): boolean => what.startsWith("folder");
  const files = all.filter(([, what]) => !isFolder(what)).map(([path]) => path);
  return Object.fromEntries(
    all.filter(([path, what]) => !isFolder(what) || files.some((each) => each.startsWith(`${path}/`))),
  );
}

function describe(file: string): string {
  const stats = lstatSync(file);
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink()) return `link ${readlinkSync(file)}`;
  if (stats.isDirectory()) return `folder ${mode}`;
  return stats.isFile() ? `file ${mode} ${readFileSync(file, "latin1")}` : "other";
}

/** Files of a repository whose configuration and hooks run programs, made outside of the project. */
export function makeEvilRepository(world: GuardWorld): string {
  const evil = join(world.folder, "evil");
  mkdirSync(evil);
  execFileSync("git", ["init", "-q", evil], { env: world.context.env as NodeJS.ProcessEnv });
  fill(evil, {
    ".git/config": "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch /tmp/never\n",
    ".git/hooks/post-checkout": "#!/bin/sh\n",
  });
  return evil;
}
