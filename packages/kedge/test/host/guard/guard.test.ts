import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { makeScratch } from "../scratch.ts";
import { type GuardWorld, makeGuardWorld } from "./guard-world.ts";

const hook = ".git/hooks/pre-commit";

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const inBackground = (world: GuardWorld, command: string) =>
  world.call("Bash", { command, run_in_background: true });

describe("a command in the background", () => {
  it("is looked after when it has ended, and the model hears of it", async () => {
    const world = makeGuardWorld();
    await inBackground(world, `until [ -e go ]; do sleep 0.01; done; echo y >${hook}`);
    writeFileSync(world.at("go"), "");
    await until(() => world.told.length > 0);
    expect(world.told[0]).toContain(`${world.at(hook)} was made, and is removed again`);
    expect(world.undone()).toEqual([`project/${hook}`]);
  });

  it("is looked after while it runs, at the end of every other command", async () => {
    const world = makeGuardWorld();
    await inBackground(world, `echo y >${hook}; touch done; sleep 60`);
    expect(await world.bash("until [ -e done ]; do sleep 0.01; done")).toContain(world.at(hook));
    expect(existsSync(world.at(hook))).toBe(false);
  });

  it("does not hide what it changed between two commands", async () => {
    const world = makeGuardWorld();
    await inBackground(world, `until [ -e go ]; do sleep 0.01; done; echo y >${hook}; touch done; sleep 60`);
    writeFileSync(world.at("go"), "");
    await until(() => existsSync(world.at("done")));
    expect(await world.bash("true")).toContain(world.at(hook));
  });

  it("that could not be started is not waited for", async () => {
    const world = makeGuardWorld();
    const command = `: ${"x".repeat(200_000)}`;
    const more = { temporaryDir: world.at("gone") };
    await expect(world.call("Bash", { command, run_in_background: true }, more)).rejects.toThrow("ENOENT");
    // The look at its end comes by itself; what is asked for now comes behind it.
    await world.guard.accepts(world.at("nothing"), async () => {});
    writeFileSync(world.at(hook), "mine");
    expect(await world.bash("true")).toBe("(no output)");
    expect(readFileSync(world.at(hook), "utf8")).toBe("mine");
  });

  it("is looked after when the session ends", async () => {
    const world = makeGuardWorld();
    await inBackground(world, `until [ -e go ]; do sleep 0.01; done; echo y >${hook}; touch done; sleep 60`);
    writeFileSync(world.at("go"), "");
    await until(() => existsSync(world.at("done")));
    await world.context.shells.close();
    await world.guard.close();
    expect(existsSync(world.at(hook))).toBe(false);
    expect(world.undone()).toEqual([`project/${hook}`]);
  });
});

describe("a process that a command leaves behind", () => {
  it.each([
    ["a child", "(until [ -e go ]; do sleep 0.01; done; echo y >HOOK; touch done) >/dev/null 2>&1 &"],
    [
      "one in a session of its own",
      "setsid sh -c 'until [ -e go ]; do sleep 0.01; done; echo y >HOOK; touch done' >/dev/null 2>&1 &",
    ],
    [
      "one that clears its environment",
      "env -i PATH=\"$PATH\" setsid sh -c 'until [ -e go ]; do sleep 0.01; done; echo y >HOOK; touch done' >/dev/null 2>&1 &",
    ],
  ])("is looked after at the next command, though it has ended by then: %s", async (_name, command) => {
    const world = makeGuardWorld();
    expect(await world.bash(command.replace("HOOK", hook))).toBe("(no output)");
    writeFileSync(world.at("go"), "");
    await until(() => existsSync(world.at("done")));
    expect(await world.bash("true")).toContain(world.at(hook));
    // From then on it is people who change files between commands.
    await until(() => existsSync(world.at("done")));
    for (let tries = 0; ; tries++) {
      writeFileSync(world.at(".mcp.json"), String(tries));
      if ((await world.bash("true")) === "(no output)") break;
      expect(tries).toBeLessThan(50);
    }
  });

  it("is looked after when the session ends", async () => {
    const world = makeGuardWorld();
    await world.bash(`(until [ -e go ]; do sleep 0.01; done; echo y >${hook}; touch done) >/dev/null 2>&1 &`);
    writeFileSync(world.at("go"), "");
    await until(() => existsSync(world.at("done")));
    await world.guard.close();
    expect(existsSync(world.at(hook))).toBe(false);
  });
});

describe("what is permitted", () => {
  it("is what people change between commands", async () => {
    const world = makeGuardWorld();
    await world.bash("true");
    writeFileSync(world.at(hook), "mine");
    expect(await world.bash("true")).toBe("(no output)");
    expect(readFileSync(world.at(hook), "utf8")).toBe("mine");
  });

  it.each([[".git"], [".GIT"]])("is a place that the command may change, and no other: %s", async (place) => {
    const world = makeGuardWorld();
    const text = await world.bash(`echo y >${hook}; git config core.pager y; echo y >.npmrc`, [place]);
    expect(world.undone()).toEqual(["project/.npmrc"]);
    expect(text).not.toContain("pre-commit");
    expect(await world.bash("true")).toBe("(no output)");
    expect(existsSync(world.at(hook))).toBe(true);
    // It was permitted for that command.
    expect(await world.bash("git config core.editor y")).toContain("config was changed");
  });

  it("is what git obeys as well where its folder is elsewhere, or has another name", async () => {
    const world = makeGuardWorld();
    world.git("worktree", "add", "-q", `${world.folder}/tree`);
    world.context = { ...world.context, workingDirs: [`${world.folder}/tree`] };
    const bare =
      "cd ../tree; mkdir b; cd b; mkdir objects refs; echo x >HEAD; echo '[core] pager = y' >config";
    expect(await world.bash(`echo y >${hook}; git config core.pager y; ${bare}`, [".git"])).not.toMatch(
      /Protected/,
    );
    expect(world.reports).toEqual([]);
    expect(await world.bash("echo z >>../tree/b/config")).toContain("config was changed");
  });

  it("is a path with what is below it", async () => {
    const world = makeGuardWorld();
    await world.bash("echo y >.vscode/a; echo y >.claude/b", [world.at(".vscode")]);
    expect(world.undone()).toEqual(["project/.claude/b"]);
  });

  it("is what the session itself writes meanwhile, and nothing beside it", async () => {
    const world = makeGuardWorld();
    await inBackground(
      world,
      "until [ -e go ]; do sleep 0.01; done; echo y >.claude/agents/b.md; touch done; sleep 60",
    );
    await world.text("Write", { file_path: world.at(".claude/agents/a.md"), content: "a" });
    await world.text("Read", { file_path: world.at(".mcp.json") });
    await world.text("Write", { file_path: world.at(".mcp.json"), content: "{ }" });
    await world.text("Write", { file_path: world.at("new/.npmrc"), content: "a=b" });
    expect(await world.bash("true")).toBe("(no output)");
    expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("{ }");
    writeFileSync(world.at("go"), "");
    await until(() => existsSync(world.at("done")));
    await world.bash("true");
    expect(world.undone()).toEqual(["project/.claude/agents/b.md"]);
    expect(readFileSync(world.at(".claude/agents/a.md"), "utf8")).toBe("a");
    // What was written is from then on what is put back.
    await world.bash("x=.mcp.json; echo y >$x");
    expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("{ }");
  });
});

describe("commands at once", () => {
  it("are all looked after", async () => {
    const world = makeGuardWorld();
    const before = world.fingerprint();
    const texts = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        world.bash(`echo y >.vscode/${at}; echo y >>.mcp.json; echo ${at}`),
      ),
    );
    expect(texts.map((text) => text.split("\n")[0])).toEqual(texts.map((_, at) => String(at)));
    expect(world.fingerprint()).toEqual(before);
    const told = texts.join("\n");
    for (let at = 0; at < 8; at++) expect(told).toContain(world.at(`.vscode/${at}`));
  });
});

describe("what is in the way", () => {
  it("a home that is the project is looked after as a home", async () => {
    const world = makeGuardWorld();
    world.context = { ...world.context, workingDirs: [world.project, world.home] };
    await world.bash(
      "echo y >>~/.bashrc; echo y >>~/.claude/projects/log.jsonl; mkdir ~/.x; echo y >~/.x/.npmrc",
    );
    expect(world.undone()).toEqual(["home/.bashrc", "home/.x/.npmrc"]);
  });

  it("a folder of git that is removed gets back what git obeys, and it is said that the rest is gone", async () => {
    const world = makeGuardWorld();
    const before = world.fingerprint();
    expect(await world.bash("x=.git; rm -rf $x")).toMatch(
      /\.git is not as it was, and could not be put back: of a/,
    );
    expect(world.fingerprint()).toEqual(before);
  });

  it.runIf(existsSync("/dev/shm"))("another file system, to which not everything can be copied", async () => {
    const shm = mkdtempSync("/dev/shm/kedge-");
    try {
      const world = makeGuardWorld({}, true, shm);
      const text = await world.bash(
        "x=.mcp.json; rm $x; mkdir $x; mkfifo $x/pipe; echo a >.vscode/small; truncate -s 20M .vscode/large",
      );
      expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("{}");
      const aside = [...text.matchAll(/kept as (.*)/g)].map(([, path = ""]) => path);
      expect(aside.slice(1).map((path) => path.startsWith(shm))).toEqual([false, true]);
      for (const path of aside) expect(existsSync(path)).toBe(true);
      expect(readdirSync(world.at(".vscode"))).toEqual(["tasks.json"]);
    } finally {
      rmSync(shm, { recursive: true });
    }
  });

  it("a working directory that was replaced by a link is not followed", async () => {
    const world = makeGuardWorld();
    const outside = makeScratch({ ".mcp.json": "theirs" });
    const token = await world.guard.before();
    renameSync(world.project, `${world.project}.away`);
    symlinkSync(outside, world.project);
    const report = await world.guard.after(token);
    expect(readFileSync(`${outside}/.mcp.json`, "utf8")).toBe("theirs");
    expect(existsSync(`${outside}/.git`)).toBe(false);
    expect(report.notRestored.map(({ path }) => path)).toContain(world.at(".mcp.json"));
  });

  it("a working directory that was removed gets back what is obeyed in it", async () => {
    const world = makeGuardWorld();
    const token = await world.guard.before();
    rmSync(world.project, { recursive: true });
    await world.guard.after(token);
    expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("{}");
    expect(readFileSync(world.at(".git/hooks/pre-push"), "utf8")).toBe("#!/bin/sh\nexit 0\n");
  });

  it("more folders than are looked at: said once; what is at the top is looked after, and nothing old is taken away", async () => {
    const world = makeGuardWorld({ "project/zz/deep/deeper/.npmrc": "old" });
    for (let at = 0; at < 21; at++) mkdirSync(world.at(`many/${at}`), { recursive: true });
    await world.bash("for d in many/*; do touch $d/{1..1000}; done");
    await world.bash("true");
    await world.bash("echo y >.mcp.json; rm -r many");
    expect(world.told).toEqual(["too much"]);
    expect(world.undone()).toEqual(["project/.mcp.json"]);
    expect(readFileSync(world.at("zz/deep/deeper/.npmrc"), "utf8")).toBe("old");
  });

  it("a protected folder that is full hides neither the repository nor files, and loses nothing", async () => {
    const world = makeGuardWorld();
    await world.bash("mkdir .idea; touch .idea/{1..5001}", [".idea"]);
    const text = await world.bash("echo y >.git/hooks/pre-commit; echo y >.npmrc; echo y >.vscode/y");
    expect(text.match(/was made, and is removed again/g)).toHaveLength(3);
    expect(text).not.toContain(".idea");
    expect(world.undone()).toEqual(["project/.git/hooks/pre-commit", "project/.npmrc", "project/.vscode/y"]);
    expect(world.told).toEqual(["too much"]);
    // What comes into it pushes others out of sight.
    expect(await world.bash("touch .idea/0", [".idea"])).toBe("(no output)");
    expect(readdirSync(world.at(".idea"))).toHaveLength(5002);
  });

  it("a repository of a submodule is not hidden by one that is made above it", async () => {
    const config = ".git/modules/libs/sub/config";
    const world = makeGuardWorld({
      [`project/${config}`]: "[core]\n\tbare = false\n",
      "project/.git/modules/libs/sub/HEAD": "",
    });
    await world.bash(`touch .git/modules/libs/HEAD; echo '[core] fsmonitor = y' >${config}`);
    expect(world.undone()).toEqual([`project/${config}`]);
    // Nor at the next command, when it has been there before.
    await world.bash(`echo '[core] fsmonitor = y' >${config}`);
    expect(readFileSync(world.at(config), "utf8")).toBe("[core]\n\tbare = false\n");
  });

  it("a repository elsewhere gets no objects from anywhere", async () => {
    const world = makeGuardWorld();
    world.git("worktree", "add", "-q", `${world.folder}/tree`);
    world.context = { ...world.context, workingDirs: [`${world.folder}/tree`] };
    await world.bash("echo /tmp >.git/objects/info/alternates");
    expect(world.undone()).toEqual(["project/.git/objects/info/alternates"]);
  });

  it("a program that changes a file as often as it is put back is told of", async () => {
    const world = makeGuardWorld();
    await inBackground(world, "while :; do echo y >.mcp.json; echo y >go; done");
    await until(() => existsSync(world.at("go")));
    // How the looks fall into its time is chance.
    for (let text = ""; !text.includes("a program goes on changing it"); ) text = await world.bash("true");
  });

  it("a folder that cannot be read hides nothing for long, and loses nothing", async () => {
    const world = makeGuardWorld({ "project/sub/.claude/settings.json": "{}" });
    await world.bash("chmod 000 sub");
    await world.bash("true");
    await world.bash("chmod 755 sub");
    expect(readFileSync(world.at("sub/.claude/settings.json"), "utf8")).toBe("{}");
  });
});
