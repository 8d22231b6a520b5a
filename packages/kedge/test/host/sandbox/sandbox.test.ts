import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { PermissionAsker } from "../../../src/host/index.ts";
import { makeHost } from "../../support/host-world.ts";
import { describeWith } from "../../support/requires.ts";
import { ON, outsideFolder, runCalls } from "./sandbox-world.ts";

const NODE = `'${process.execPath}'`;
const gitIn = (dir: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd: dir, encoding: "utf8", env: { PATH: process.env.PATH, HOME: dir } });

describeWith({ needs: ["bwrap", "git"] }, "ordinary work in the sandbox", () => {
  test("writes in the project and in TMPDIR, keeps its folder, and tells how it ended", async () => {
    const { texts, world } = await runCalls([
      "mkdir -p sub && echo a >sub/file && cd sub",
      'pwd; cat file; echo kept >"$TMPDIR/t"',
      'cat "$TMPDIR/t" /tmp/t; exit 3',
      "echo out; echo err >&2",
      "head -c 300000 /dev/zero | tr '\\0' x | wc -c; kill -9 $$",
      { command: `echo ${"x".repeat(150_000)} | wc -c` },
    ]);
    expect(texts).toEqual([
      "(no output)",
      `${join(world.project, "sub")}\na`,
      "Exit code 3\nkept\nkept",
      "out\nerr",
      "Exit code 137\n300000",
      "150001",
    ]);
    expect(readFileSync(join(world.project, "sub/file"), "utf8")).toBe("a\n");
  });

  test("commits, branches and stashes, and no stand-in comes into a commit", async () => {
    const { texts, world } = await runCalls(
      [
        "git add -A && git -c user.name=a -c user.email=a@b commit -qm one && git status --short",
        "git checkout -q -b other && echo 2 >f && git -c user.name=a -c user.email=a@b commit -qam two && git log --oneline | wc -l",
        "echo 3 >f && git -c user.name=a -c user.email=a@b stash -q && git stash pop -q && git diff --stat | wc -l && git gc -q && git fsck --no-dangling",
      ],
      {
        prepare(world) {
          gitIn(world.project, "init", "-q", ".");
          world.write("project/f", "1");
        },
      },
    );
    expect(texts).toEqual(["(no output)", "2", "2"]);
    expect(gitIn(world.project, "ls-files").trim()).toBe("f");
    expect(readdirSync(world.project).sort()).toEqual([".git", "f"]);
    expect(existsSync(join(world.project, ".git/commondir"))).toBe(false);
  });

  test("a linked worktree commits into its repository, and the repository's hooks stay", async () => {
    const main = join(outsideFolder(), "main");
    const { texts, world } = await runCalls(
      [
        "echo 1 >f; git add f && git -c user.name=a -c user.email=a@b commit -qm one && git log --oneline | wc -l",
        'echo x >\'$MAIN/.git/hooks/pre-commit\'; echo x >"$MAIN/.git/hooks/pre-commit"; echo x >"$MAIN/loot"',
      ],
      {
        env: { MAIN: main },
        prepare(world) {
          mkdirSync(main);
          gitIn(main, "init", "-q", ".");
          gitIn(main, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "zero", "--allow-empty");
          gitIn(main, "worktree", "add", "-q", "-f", world.project);
        },
      },
    );
    expect(texts[0]).toBe("2");
    expect(gitIn(main, "log", "--oneline", "--all").split("\n").length - 1).toBe(2);
    expect([existsSync(join(main, ".git/hooks/pre-commit")), existsSync(join(main, "loot"))]).toEqual([
      false,
      false,
    ]);
    expect(world.eventsOf("notice")).toEqual([]);
  });

  test("hooks that a configuration names are not made where they are missing", async () => {
    const { world } = await runCalls(['d=new-hooks; mkdir -p $d; echo x >"$d/pre-commit"; git status'], {
      prepare(world) {
        gitIn(world.project, "init", "-q", ".");
        gitIn(world.project, "config", "core.hooksPath", "new-hooks");
      },
    });
    expect(readdirSync(world.project)).toEqual([".git"]);
  });

  test("no command makes a repository out of what stands in for one, beside another that still runs", async () => {
    const { world } = await runCalls([
      { command: "sleep 4715.5", run_in_background: true },
      'g=.git; mkdir -p "$g/objects"; echo x >"$g/HEAD"; git init -q .',
    ]);
    expect(readdirSync(join(world.project, ".git"))).toEqual([]);
  });

  test("a file that says gitdir opens nothing by its text alone", async () => {
    const target = join(outsideFolder(), "x/.git");
    await runCalls(['touch "$TARGET/objects/loot" "$TARGET/loot"'], {
      env: { TARGET: target },
      prepare(world) {
        mkdirSync(join(target, "objects"), { recursive: true });
        mkdirSync(join(target, "worktrees/w"), { recursive: true });
        writeFileSync(join(target, "worktrees/w/commondir"), "../..\n");
        writeFileSync(join(target, "worktrees/w/gitdir"), "/somewhere/else/.git\n");
        world.write("project/.git", `gitdir: ${target}/worktrees/w\n`);
      },
    });
    expect([existsSync(join(target, "loot")), existsSync(join(target, "objects/loot"))]).toEqual([
      false,
      false,
    ]);
  });

  test("runs programs that start others, with pipes and servers of their own", async () => {
    const script = `const s = require("node:http").createServer((q, r) => r.end("own")).listen(0, "127.0.0.1", async () => { console.log(await (await fetch("http://127.0.0.1:" + s.address().port)).text()); console.log(require("node:child_process").execFileSync("sh", ["-c", "echo child"]).toString().trim()); s.close(); });`;
    // Wherever Node is: commands have a `/tmp` of their own.
    const sandbox = { ...ON, filesystem: { allowRead: [dirname(process.execPath)] } };
    const { texts } = await runCalls([`${NODE} -e '${script}'`], { sandbox });
    expect(texts).toEqual(["own\nchild"]);
  });

  test("a time-out takes everything along, and what runs in the background is read and ended", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: "setsid sleep 4712.5 & sleep 4712.5", timeout: 300 } },
        {
          tool: "Bash",
          input: { command: "echo begun; echo x >/etc/kedge-loot; sleep 4713.5", run_in_background: true },
        },
        { tool: "BashOutput", input: { bash_id: "shell_1" }, times: 1 },
        {
          tool: "Bash",
          input: { command: "until grep -q . marker; do :; done 2>/dev/null; true", timeout: 100 },
        },
        { tool: "BashOutput", input: { bash_id: "shell_1" } },
        { tool: "KillShell", input: { bash_id: "shell_1" } },
        { text: "done" },
      ],
    });
    world.settings("user", { sandbox: ON });
    const session = await world.open({ permissionMode: "bypassPermissions", isOneShot: false });
    await session.send("go");
    const said = world.said(6);
    expect(said).toContain("Command timed out after 0.3 s");
    expect(said).toMatch(/begun.*\/etc\/kedge-loot: Read-only file system/s);
    expect(said).toContain("shell_1 was ended.");
    const alive = readdirSync("/proc").filter((pid) => {
      try {
        return /sleep.471[23]\.5/s.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        return false;
      }
    });
    expect(alive).toEqual([]);
    expect(readdirSync(world.project)).toEqual([]);
  });

  test("settings open more, and close more", async () => {
    const folder = outsideFolder();
    mkdirSync(join(folder, "open"));
    const { texts } = await runCalls(
      [
        'echo x >"$OUT/open/file"; echo x >"$OUT/file"; echo x >closed/file; cat secret; cat secrets/a; cat secrets/b',
      ],
      {
        sandbox: {
          ...ON,
          filesystem: {
            ...{ allowWrite: [join(folder, "open")], denyWrite: ["closed"] },
            ...{ denyRead: ["secret", "secrets"], allowRead: ["secrets/b"] },
          },
        },
        env: { OUT: folder },
        prepare(world) {
          for (const path of ["closed/x", "secret", "secrets/a", "secrets/b"])
            world.write(`project/${path}`, `text of ${path}`);
        },
      },
    );
    expect(readdirSync(join(folder, "open")), texts[0]).toEqual(["file"]);
    expect(existsSync(join(folder, "file"))).toBe(false);
    expect(texts[0]).toContain("closed/file: Read-only file system");
    expect(texts[0]).not.toMatch(/text of (secret|secrets\/a)$/m);
    expect(texts[0]).toContain("text of secrets/b");
  });

  test("a project in a home folder that is hidden is worked in, and what a stronger source hides in it stays hidden", async () => {
    const { world, texts } = await runCalls(
      ["echo x >file; cat file; cat managed; cat ../other/read; cat ../secret; echo y >../other/read"],
      {
        sandbox: { ...ON, filesystem: { denyRead: ["~"], allowRead: [".", "~/other"] } },
        prepare(world) {
          for (const path of ["project/managed", "secret", "other/read"])
            world.write(`home/${path}`, `text of ${path}`);
          world.settings("managed", { sandbox: { filesystem: { denyRead: ["~/project/managed"] } } });
        },
        sessionIn: ({ home }) => ({ projectDir: join(home, "project") }),
      },
    );
    expect(readFileSync(join(world.home, "project/file"), "utf8"), texts[0]).toBe("x\n");
    expect(texts[0]).toMatch(/^x$/m);
    expect(texts[0]).toContain("text of other/read");
    expect(texts[0]).not.toMatch(/text of (project\/managed|secret)/);
    expect(readFileSync(join(world.home, "other/read"), "utf8")).toBe("text of other/read");
  });

  test("what settings take out of protection is written, and nothing else", async () => {
    const { world, texts } = await runCalls(
      [
        "mkdir .vscode; echo x >.vscode/tasks.json; echo x >.claude/commands/a.md; echo x >sub/.npmrc",
        "echo x >.claude/settings.json; echo x >.mcp.json; echo x >.idea/x; ls -A",
      ],
      {
        prepare(world) {
          world.write("project/.claude/commands/b.md", "");
          world.write("project/sub/.npmrc", "");
          const permissions = { unprotectedPaths: [".vscode", "./.claude/commands", "sub/.npmrc"] };
          world.settings("user", { sandbox: ON, permissions });
        },
      },
    );
    const made = [".vscode/tasks.json", ".claude/commands/a.md", "sub/.npmrc"];
    expect(
      made.map((path) => readFileSync(join(world.project, path), "utf8")),
      texts[0],
    ).toEqual(["x\n", "x\n", "x\n"]);
    expect(readdirSync(world.project).toSorted(), texts[1]).toEqual([".claude", ".vscode", "sub"]);
    expect(readdirSync(join(world.project, ".claude"))).toEqual(["commands"]);
    expect(texts.join()).not.toContain("Protected files were changed");
  });

  test("a project inside of Kedge's own state, such as a work tree of a batch, is worked in, and the rest is out of sight", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: "echo x >file; cat ../../secret; ls ../.." } },
        { text: "done" },
      ],
    });
    world.settings("user", { sandbox: ON });
    const stateDir = outsideFolder();
    const projectDir = join(stateDir, "worktrees/w");
    mkdirSync(projectDir, { recursive: true });
    writeFileSync(join(stateDir, "secret"), "state-secret");
    const session = await world.open({ projectDir, stateDir, permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(readFileSync(join(projectDir, "file"), "utf8"), world.said(1)).toBe("x\n");
    expect(world.said(1)).not.toContain("state-secret");
  });

  test("hosts that settings permit are reached through the proxy, and no others", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.host ?? "");
      response.end("from outside");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const get = (url: string) =>
      `${NODE} -e 'const { NO_PROXY, no_proxy, ...env } = process.env; const http = require("node:http"); http.get({ host: "127.0.0.1", port: new URL(env.HTTP_PROXY).port, path: "${url}" }, (r) => r.on("data", (d) => process.stdout.write(r.statusCode + " " + d)))'`;
    const { texts } = await runCalls(
      [
        get(`http://localhost:${port}/`),
        get(`http://127.0.0.1:${port}/`),
        `exec 5<>/dev/tcp/127.0.0.1/${port}`,
        "exit 7",
      ],
      { sandbox: { ...ON, network: { allowedDomains: ["localhost"] } } },
    );
    await new Promise((resolve) => server.close(resolve));
    expect(texts[0]).toBe("200 from outside");
    expect(texts[1]).toContain("403 The sandbox does not let this through: 127.0.0.1 is not among");
    expect(texts[2]).toContain("Connection refused");
    expect(texts[3]).toBe("Exit code 7");
    expect(asked).toEqual([`localhost:${port}`]);
  });
});

describeWith({ needs: ["bwrap"] }, "what the sandbox leaves to others", () => {
  test("a link that a command made is not followed by Write to the outside (CVE-2026-39861)", async () => {
    const folder = outsideFolder();
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: `ln -s '${folder}' inside` } },
        { tool: "Write", input: { file_path: "inside/loot", content: "x" } },
        { text: "done" },
      ],
    });
    world.settings("user", { sandbox: ON });
    await (await world.open({ permissionMode: "acceptEdits" })).send("go");
    expect(world.said(2)).toContain("needs a permission");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that a command goes to is not writable by that (CVE-2025-59532)", async () => {
    const folder = outsideFolder();
    const { texts } = await runCalls([
      `cd '${folder}'`,
      "pwd; echo x >loot",
      `cd '${folder}' && echo x >loot`,
    ]);
    expect(texts[0]).toContain("is outside of where this session works");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a working directory that is a link is what it leads to", async () => {
    const folder = outsideFolder();
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "echo x >file; pwd -P" } }, { text: "done" }],
    });
    world.settings("user", { sandbox: ON });
    symlinkSync(folder, world.at("linked"));
    const session = await world.open({ projectDir: world.at("linked"), permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(world.said(1)).toContain(folder);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("what hooks export is there, and no command changes it", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: 'echo "$KEPT"; echo "export KEPT=evil" >>"${TMPDIR%/tmp}/env"' } },
        { tool: "Bash", input: { command: 'echo "$KEPT"' } },
        { text: "done" },
      ],
    });
    const command = 'echo "export KEPT=of-the-hook" >>"$CLAUDE_ENV_FILE"';
    const hooks = { SessionStart: [{ hooks: [{ type: "command", command }] }] };
    world.settings("user", { sandbox: ON, hooks });
    await (await world.open({ permissionMode: "bypassPermissions" })).send("go");
    expect(world.said(2).match(/of-the-hook|evil$/gm)).toEqual(["of-the-hook", "of-the-hook"]);
  });

  test("nothing is left of a session, whatever commands made of their folder", async () => {
    const command = 'mkdir -p "$TMPDIR/a/b"; touch "$TMPDIR/a/b/c"; chmod 0 "$TMPDIR/a"; echo "at $TMPDIR"';
    const world = await makeHost({ replies: [{ tool: "Bash", input: { command } }, { text: "done" }] });
    world.settings("user", { sandbox: ON });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    const [, folder = ""] = /^at (.*)$/m.exec(world.said(1)) ?? [];
    expect(existsSync(folder)).toBe(true);
    await session.close();
    expect(existsSync(dirname(folder))).toBe(false);
    expect([readdirSync(world.project), readdirSync(join(world.state, "sandbox"))]).toEqual([[], []]);
  });
});

describeWith({ needs: ["bwrap"] }, "sessions beside each other", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("see nothing of each other's private folders, wherever temporary files are", async () => {
    vi.stubEnv("TMPDIR", outsideFolder());
    const other = await makeHost();
    const hooks = {
      SessionStart: [
        { hooks: [{ type: "command", command: 'echo "export T=other-token" >>"$CLAUDE_ENV_FILE"' }] },
      ],
    };
    other.settings("user", { sandbox: ON, hooks });
    await other.open();
    const { texts } = await runCalls([
      'echo mine >"$TMPDIR/file"; cat "$TMPDIR/file"; ls "$TMPDIR/../.."; cat "$TMPDIR"/../../*/env; echo x >"$TMPDIR/../../y"',
    ]);
    expect(texts[0]).toMatch(/^mine$/m);
    expect(texts[0]?.match(/^s-\w+$/gm)).toHaveLength(1);
    expect(texts[0]).not.toContain("other-token");
    expect(texts[0]).toContain("/y: Read-only file system");
  });
});

describeWith({ needs: ["bwrap"] }, "who permits a command", () => {
  const run = async (
    command: object,
    {
      sandbox = ON,
      permissions = {},
      asker,
      mode = "default",
      hooks = {},
    }: {
      sandbox?: object;
      permissions?: object;
      hooks?: object;
      asker?: PermissionAsker;
      mode?: "default" | "acceptEdits" | "bypassPermissions" | "plan";
    },
  ) => {
    const folder = outsideFolder();
    const world = await makeHost({ replies: [{ tool: "Bash", input: { ...command } }, { text: "done" }] });
    world.settings("user", { sandbox, permissions, hooks });
    const session = await world.open({
      permissionMode: mode,
      ...(asker ? { asker } : {}),
      env: { ...world.base.env, OUT: folder },
    });
    await session.send("go");
    return {
      said: world.said(1),
      out: readdirSync(folder),
      folder,
      notices: world.eventsOf("notice").map(({ text }) => text),
      world,
    };
  };
  const touch = { command: "touch file" };

  test("a plain one needs nobody where it is confined, in default and acceptEdits", async () => {
    for (const mode of ["default", "acceptEdits"] as const)
      expect((await run({ command: "mkdir -p a b" }, { mode })).said).toMatch(/\(no output\)$/);
  });

  test.for<[string, Parameters<typeof run>[0], Parameters<typeof run>[1]]>([
    ["one that cannot be taken apart", { command: "for f in a; do touch $f; done" }, {}],
    [
      "what settings do not let through by themselves",
      touch,
      { sandbox: { ...ON, autoAllowBashIfSandboxed: false } },
    ],
    ["what a rule denies", touch, { permissions: { deny: ["Bash(touch *)"] } }],
    ["what a rule asks about", touch, { permissions: { ask: ["Bash(touch *)"] } }],
    ["a protected place", { command: "touch .envrc" }, {}],
    ["plan mode", touch, { mode: "plan" }],
    ["an excluded one", touch, { sandbox: { ...ON, excludedCommands: ["touch"] } }],
    ["one without a sandbox", touch, { sandbox: {} }],
  ])("%s needs somebody", async ([, command, options]) => {
    expect((await run(command, options)).said).toMatch(/needs a permission|was denied|asks about it/);
  });

  const wish = { command: 'touch "$OUT/loot"', dangerouslyDisableSandbox: true };
  const letsOut = { ...ON, allowUnsandboxedCommands: true };

  test.for<[string, Parameters<typeof run>[1]]>([
    ["settings that say nothing of it", { mode: "bypassPermissions" }],
    [
      "settings that forbid it",
      { mode: "bypassPermissions", sandbox: { ...ON, allowUnsandboxedCommands: false } },
    ],
    ["a mode alone", { mode: "bypassPermissions", sandbox: letsOut }],
  ])("a wish to leave is not granted by %s: it runs inside, and that is told", async ([, options]) => {
    const { out, said, notices } = await run(wish, options);
    expect([out, notices]).toEqual([[], [expect.stringContaining("It runs inside")]]);
    expect(said).toContain("Read-only file system");
  });

  test("a wish to leave is granted by a rule, and by a person, who may also refuse", async () => {
    const permissions = { allow: ["Bash"] };
    expect((await run(wish, { sandbox: letsOut, permissions })).out).toEqual(["loot"]);
    const why: string[] = [];
    for (const behavior of ["allow", "deny"] as const) {
      const asker: PermissionAsker = {
        async ask(question) {
          why.push(question.why);
          return behavior === "allow" ? { behavior, remembers: false } : { behavior };
        },
      };
      const { out } = await run(wish, { sandbox: letsOut, asker });
      expect(out).toEqual(behavior === "allow" ? ["loot"] : []);
    }
    expect(why).toEqual(Array(2).fill("it asks to run outside of the sandbox"));
  });

  test("a wish to leave is granted by no hook of PermissionRequest", async () => {
    const allow = {
      hookSpecificOutput: { hookEventName: "PermissionRequest", decision: { behavior: "allow" } },
    };
    const hook = { type: "command", command: `echo '${JSON.stringify(allow)}'` };
    const asker: PermissionAsker = { ask: async () => ({ behavior: "deny" }) };
    const hooks = { PermissionRequest: [{ hooks: [hook] }] };
    expect((await run(wish, { sandbox: letsOut, asker, hooks })).out).toEqual([]);
  });

  test("an excluded one that somebody permitted runs outside, but nothing beside it does", async () => {
    const sandbox = { ...ON, excludedCommands: ["cp:*"] };
    const outside = await run(
      { command: "cp /etc/hostname /var/tmp/kedge-none/x" },
      { sandbox, mode: "bypassPermissions" },
    );
    expect(outside.said).not.toContain("Read-only");
    const beside = await run(
      { command: "cp --help | head -1; touch /var/tmp/kedge-loot-beside" },
      { sandbox, mode: "bypassPermissions" },
    );
    expect(beside.said).toContain("Read-only file system");
  });
});
