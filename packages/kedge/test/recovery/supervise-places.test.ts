/** Sessions that are woken in a place that is not as it was: real repositories, and a real git. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createChildProcesses } from "../../src/platform/index.ts";
import { type GitFacts, type GitOptions, readGitFacts } from "../../src/recovery/index.ts";
import { findDrift } from "../../src/recovery/supervisor/drift.ts";
import { policyOf } from "./supervise-room.ts";
import { makeSupervise, type SuperviseWorld } from "./supervise-world.ts";

/** A pause that a change of the place fits into. */
const backoff = { base: "2s", cap: "2s" };

function git(dir: string, ...args: readonly string[]): string {
  const own = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...own, ...args], {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function makeRepository(dir: string): void {
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "-q");
  writeFileSync(join(dir, "a.txt"), "one\n");
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", "first");
}

/** What happens to a place while its session is put aside, and what becomes of the session. */
interface PlaceCase {
  readonly name: string;
  readonly change: (dir: string, world: SuperviseWorld) => void;
  readonly drift?: object;
  readonly stops: boolean;
  readonly kinds: readonly string[];
  readonly says?: RegExp;
}

const commit = (dir: string): void => {
  writeFileSync(join(dir, "b.txt"), "two\n");
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", "second");
};
const dirty = (dir: string): void => appendFileSync(join(dir, "a.txt"), "more\n");
const CASES: readonly PlaceCase[] = [
  { name: "untouched", change: () => {}, stops: false, kinds: [] },
  {
    name: "head moved",
    change: commit,
    stops: true,
    kinds: ["head_moved"],
    says: /HEAD moved from \w{10} to \w{10}/,
  },
  {
    name: "head moved, warn",
    change: commit,
    drift: { head_moved: "warn" },
    stops: false,
    kinds: ["head_moved"],
  },
  { name: "head moved, ignore", change: commit, drift: { head_moved: "ignore" }, stops: false, kinds: [] },
  { name: "dirty", change: dirty, stops: false, kinds: ["dirty_files"] },
  {
    name: "dirty, stop",
    change: dirty,
    drift: { dirty_files: "stop" },
    stops: true,
    kinds: ["dirty_files"],
    says: /0 were not committed then, 1 are now/,
  },
  { name: "dirty, ignore", change: dirty, drift: { dirty_files: "ignore" }, stops: false, kinds: [] },
  {
    name: "gone",
    change: (dir) => rmSync(dir, { recursive: true }),
    stops: true,
    kinds: ["missing_directory"],
    says: /not there any more/,
  },
  {
    name: "no repository",
    change: (dir) => rmSync(join(dir, ".git"), { recursive: true }),
    stops: true,
    kinds: ["head_moved"],
    says: /in no repository any more/,
  },
  {
    name: "no git",
    change: (_, world) => rmSync(join(world.folder, "bin", "git")),
    drift: { dirty_files: "stop" },
    stops: false,
    kinds: ["not_compared"],
    says: /git could not be run/,
  },
];

/** A folder of programs in which git can be missing. */
function programs(folder: string): string {
  const dir = join(folder, "bin");
  mkdirSync(dir);
  for (const name of ["git", "sh", "readlink", "find", "dirname", "uname", "cat", "env"]) {
    const path = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    symlinkSync(path, join(dir, name));
  }
  return dir;
}

describe.concurrent("a place that changed while its session was put aside", () => {
  test.for(CASES)(
    "$name",
    { timeout: 60_000 },
    async ({ change, drift = {}, stops, kinds, says }, { expect }) => {
      const policy = { drift, causes: { overload: { backoff } } };
      await using world = await makeSupervise(
        { replies: [{ status: 529 }, { text: "Done." }] },
        { policy, random: () => 0.999 },
      );
      world.env.PATH = programs(world.folder);
      makeRepository(world.project);
      const key = world.key("a");
      await world.add({ key });
      let isChanged = false;
      const end = await world.supervise(
        {},
        {
          onEvent(event) {
            world.events.push(event);
            if (isChanged || event.type !== "changed" || event.state !== "queued") return;
            isChanged = true;
            change(world.project, world);
          },
        },
      );
      const job = await world.ports.queue.get(key);
      expect(world.eventsOf("drift").map((event) => event.drift.kind)).toEqual(kinds);
      expect(end).toBe(stops ? "waiting" : "over");
      expect(job).toMatchObject(
        stops ? { state: "parked", owner: "person", dueMs: null } : { state: "done" },
      );
      expect(world.requests()).toHaveLength(stops ? 1 : 2);
      if (says) expect(world.eventsOf("drift")[0]?.drift.words).toMatch(says);
      if (stops && says) expect(job?.why).toMatch(says);
    },
  );
});

describe("git", () => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const read = async (dir: string, own: Partial<GitOptions> = {}): Promise<GitFacts | null> => {
    await using children = createChildProcesses();
    return await readGitFacts(dir, { children, env, ...own });
  };

  test("runs nothing that a repository names: monitors, hooks, filters, of submodules as well", async () => {
    await using world = await makeSupervise({});
    const dir = world.project;
    makeRepository(dir);
    makeRepository(join(dir, "sub"));
    const ran = join(world.folder, "ran");
    const script = join(world.folder, "script");
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >>'${ran}'\ncat\n`);
    chmodSync(script, 0o755);
    git(dir, "-c", "protocol.file.allow=always", "submodule", "add", "-q", "./sub");
    writeFileSync(join(dir, ".gitattributes"), "*.txt filter=a.b=c\n*.md filter=plain\n");
    writeFileSync(join(dir, "c.md"), "text\n");
    git(dir, "add", "-A");
    git(dir, "commit", "-qm", "more");
    for (const each of [dir, join(dir, "sub")]) {
      const hooks = join(git(each, "rev-parse", "--absolute-git-dir").trim(), "hooks");
      mkdirSync(hooks, { recursive: true });
      for (const name of ["post-index-change", "fsmonitor-watchman", "post-checkout"])
        symlinkSync(script, join(hooks, name));
      for (const name of [
        "filter.a.b=c.clean",
        "filter.plain.clean",
        "filter.plain.process",
        "core.fsmonitor",
      ])
        git(each, "config", name, script);
      git(each, "config", "filter.plain.required", "true");
    }
    // Newer than the index, so that git has to look into them.
    for (const name of ["a.txt", "c.md", "sub/a.txt"]) writeFileSync(join(dir, name), "text\n");
    const facts = await read(dir);
    expect(existsSync(ran)).toBe(false);
    expect(facts).toMatchObject({ head: git(dir, "rev-parse", "HEAD").trim() });
    expect(facts?.unread).toBeUndefined();
    // Without these it would have run: this test could not fail otherwise.
    git(dir, "config", "--unset", "filter.plain.process");
    git(dir, "status", "--porcelain");
    expect(readFileSync(ran, "utf8").split("\n").length).toBeGreaterThan(3);
  });

  test("that takes too long is ended, said, and stops nobody", async () => {
    await using world = await makeSupervise({});
    makeRepository(world.project);
    const before = await read(world.project);
    const slow = join(world.folder, "slow");
    mkdirSync(slow);
    writeFileSync(join(slow, "git"), "#!/bin/sh\nsleep 60\n", { mode: 0o755 });
    const now = await read(world.project, {
      timeoutMs: 100,
      env: { ...env, PATH: `${slow}:${process.env.PATH}` },
    });
    expect(now?.unread).toBe("git took longer than 0.1 s");
    const policy = await policyOf({ drift: { dirty_files: "stop", head_moved: "stop" } });
    expect(findDrift(before, now, policy)).toMatchObject([{ kind: "not_compared", action: "warn" }]);
    expect(findDrift(now, now, policy)).toEqual([]);
    expect(findDrift(now, before, policy)).toEqual([]);
  });

  test("with more files than can be compared is said to be that", async () => {
    await using world = await makeSupervise({});
    makeRepository(world.project);
    // The names of 8 MiB and more, at 4 KiB a path.
    const deep = join(world.project, ...Array.from({ length: 14 }, () => "d".repeat(240)));
    mkdirSync(deep, { recursive: true });
    for (let count = 0; count < 2_600; count++) writeFileSync(join(deep, `${count}`), "");
    const facts = await read(world.project);
    expect(facts).toMatchObject({ unread: "too many files are not committed", head: expect.any(String) });
  });
});
