import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PERMISSION_MODES, type PermissionMode } from "../../../src/protocol/index.ts";
import { fill } from "../scratch.ts";
import { type Judging, makeJudging } from "./judging.ts";

const world = (): Judging =>
  makeJudging({
    "project/a.txt": "a",
    "project/src/b.txt": "b",
    "project/deep/folder/c.txt": "c",
    "project/.git/config": "",
    "project/.git/hooks/": "",
    "project/nested/.git/HEAD": "",
    "project/evil/.claude/settings.json": "{}",
    "project/packages/node_modules/x/.npmrc": "",
    "project/self": "-> .",
    "project/in": "-> deep/folder",
    "project/deep/folder/up": "-> ../../src",
    "project/deep/folder/down": "-> ../../secret/s.txt",
    "project/out": "-> ../secret",
    "project/out.txt": "-> ../secret/s.txt",
    "project/dangling": "-> ../secret/new.txt",
    "project/chain": "-> dangling",
    "project/config": "-> .git/config",
    "project/to/a.txt": "-> ../../secret/s.txt",
    "project/to/config": "-> ../.git/config",
    "project/to/sub/x": "x",
    "project/-out": "-> ../secret/s.txt",
    "project/xout": "-> ../secret/s.txt",
    "secret/s.txt": "s",
    "project-evil/e.txt": "e",
    "home/h.txt": "h",
  });

describe("reading within the working directories needs nobody's word", () => {
  it.each([
    ...["ls", "cat a.txt", "cat ./src/../a.txt", "ls src; cat a.txt | head -3 && pwd", "cd src && cat b.txt"],
    ...[
      "cd src; cd ..x; ls",
      "cat self/a.txt",
      "cat missing",
      "grep -rn x src",
      "wc -l a.txt src/b.txt",
      "! cat a.txt",
    ],
    ...["diff a.txt src/b.txt", "ls 2>/dev/null", "echo /etc /dev", "cat -- a.txt", "cat '~'"],
  ])("%s", async (line) => {
    expect(await world().bash(line)).toBe("allow");
  });

  it.each([
    ...[
      "cat /etc/passwd",
      "cat ../secret/s.txt",
      "cat ../project-evil/e.txt",
      "ls ..",
      "ls /",
      "cat ~/h.txt",
    ],
    ...[
      "cat out/s.txt",
      "cat out.txt",
      "cat self/../../secret/s.txt",
      "cat self/../x",
      "cat out/../s.txt",
      "ls out",
    ],
    ...[
      "cat dangling",
      "cat chain",
      "head -n5 out.txt",
      "diff --to-file=out.txt a.txt",
      "grep -fout.txt a.txt",
    ],
    ...["grep -f../secret/s.txt a.txt", "grep -nfxout a.txt", "cat -- -out", "diff -r to src", "diff to src"],
    ...["cat *", "cat o*/s.txt", "ls src/*", "echo *", "cat a.tx?", "cat [a].txt"],
    ...["cd .. && cat a.txt", "cd /etc; cat passwd", "cd out && cat s.txt", "cd self && cat ../secret/s.txt"],
    ...[
      "cd - && ls",
      "cd && ls",
      "cd -- && ls",
      "cd -P out && ls",
      "cd ~ && ls",
      "cd src && cat ../../secret/s.txt",
    ],
    ...[
      "cd self/.. && ls",
      "cd in/../.. && cat secret/s.txt",
      "cd src; cd a; cd b; cd c; cd d; ls",
      "cd src a && ls",
      "cd s* && ls",
      "cat a.txt && rm a.txt",
      "cat a.txt | sh",
      "unknown",
    ],
    ...["cat a.txt > b", "cat $HOME/x", "cat `x`", "cat a.txt &", "git status", "find . -name x"],
  ])("and outside of them does, or where it is not certain: %s", async (line) => {
    expect(await world().bash(line)).toBe("ask");
  });

  it("whatever their names begin with", async () => {
    const { folder, file } = world();
    const behaviors = ["project-evil/e.txt", "project", "projec", "project/../secret/s.txt"].map((path) =>
      file("Read", `${folder}/${path}`),
    );
    expect(await Promise.all(behaviors)).toEqual(["ask", "allow", "ask", "ask"]);
  });

  it("follows no line of very many folders, and takes no time for it", async () => {
    const line = Array.from({ length: 1_200 }, (_, at) => `cd ${at}`).join(";");
    const began = performance.now();
    expect(await world().bash(line)).toBe("ask");
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it("knows that a shell takes the way that a link leads where the written one leads nowhere", async () => {
    // There is no `to` in this folder, so `cd` goes to that of the project, from where `..` leads further up.
    const line = "cd up/../to && cat ../../secret/s.txt";
    expect(await world().bash(line, { cwd: "project/deep/folder" })).toBe("ask");
  });

  it("and a session that works outside of them asks for everything", async () => {
    expect(await world().bash("ls", { cwd: "secret" })).toBe("ask");
  });

  it.each([
    ["Read", "a.txt", "allow"],
    ["Read", "out.txt", "ask"],
    ["Read", "~/h.txt", "ask"],
    ["Read", "/etc/passwd", "ask"],
    ["Grep", ".", "allow"],
    ["Grep", "out", "ask"],
    ["Glob", "src", "allow"],
    ["Glob", "..", "ask"],
  ] as const)("%s of %s: %s", async (name, path, behavior) => {
    expect(await world().file(name, path)).toBe(behavior);
  });
});

describe("acceptEdits edits within the working directories", () => {
  const mode = "acceptEdits";

  it.each([
    ...[
      "touch new",
      "mkdir -p new/er",
      "rm a.txt",
      "rm -rf src",
      "mv a.txt src/",
      "cp a.txt new",
      "cp -r src new",
    ],
    ...[
      "cd src && touch new",
      "mkdir new && ls new",
      "rmdir deep/folder",
      "rm -rf packages",
      "cp a.txt self",
    ],
    ...["mkdir .claude/worktrees/x", "touch .gitignore", "touch .env", "cp -r src deep"],
    ...["mv a.txt b.txt && touch c", "cp -r src new && touch new/x", "mv deep/folder/down deep"],
    ...["cp deep/folder/c.txt x; mv src/b.txt y; rm x"],
  ])("%s", async (line) => {
    expect(await world().bash(line, { mode })).toBe("allow");
  });

  it.each([
    ...[
      "touch ../new",
      "cp a.txt ../new",
      "mv a.txt /tmp/x",
      "rm ../secret/s.txt",
      "rm -rf ..",
      "touch dangling",
    ],
    ...[
      "touch chain",
      "touch out/new",
      "mkdir out/new",
      "cp a.txt to",
      "cp a.txt to/",
      "cp -r to/sub to",
      "cp -r src/. to",
    ],
    ...[
      "cp ../secret/s.txt x",
      "cp out.txt x",
      "mv out.txt x",
      "cp -t.. a.txt",
      "cp -rL to x",
      "touch self/../../x",
    ],
    ...[
      "rm *",
      "rm -rf o*/s.txt",
      "cp a.txt o*",
      "mv -t .. a.txt",
      "ln -s /etc x",
      "tee a.txt",
      "sed -i s/a/b/ a.txt",
    ],
    // Where they are now, these links lead to what is inside.
    ...["mv deep/folder/down deep && touch deep/down", "mv deep/folder/down deep; cat deep/down"],
    ...["cp -P deep/folder/down deep && touch deep/down", "mv deep/folder d; cp a.txt d/down"],
    ...["cp --no-d deep/folder/down deep; cat deep/down", "cp -r deep d && cat d/x"],
    ...["touch ~/x", "cd .. && touch x", "touch x > y", "npm test"],
  ])("and nothing else: %s", async (line) => {
    expect(await world().bash(line, { mode })).toBe("ask");
  });

  it.each([
    ["new.txt", "allow"],
    ["src/new/er.txt", "allow"],
    ["out.txt", "ask"],
    ["dangling", "ask"],
    ["chain", "ask"],
    [`out/${"a/".repeat(100)}x`, "ask"],
    ["../new", "ask"],
    ["~/x", "ask"],
    ["/etc/x", "ask"],
  ] as const)("with Write and Edit: %s, %s", async (path, behavior) => {
    const { file } = world();
    expect([await file("Write", path, { mode }), await file("Edit", path, { mode })]).toEqual([
      behavior,
      behavior,
    ]);
  });
});

describe("protected places", () => {
  const lines = [
    ...[
      "rm -rf .git",
      "mv .git x",
      "mkdir .git",
      "mkdir -p src/.git/hooks",
      "touch .GIT/x",
      "cp a.txt .git/hooks/",
    ],
    ...[
      "cp -r evil .claude",
      "cp -r evil x",
      "mv evil x",
      "mv evil/.claude .",
      "rm -rf evil",
      "rm -rf nested",
      "mv nested x",
    ],
    ...[
      "cp -t .git a.txt",
      "cp -t.git a.txt",
      "cp --target-directory=.git a.txt",
      "mv -t .git a.txt",
      "cp -at.git a.txt",
    ],
    ...[
      "touch config",
      "cp a.txt config",
      "cd .git && touch config",
      "cd .git; touch x",
      "rm -rf .g*",
      "rm -rf .*",
    ],
    ...[
      "mv .GI? x",
      "cp a.txt .git/h*/",
      "touch .npmrc",
      "touch .mcp.json",
      "touch src/.bashrc",
      "touch .Claude/settings.json",
    ],
    ...[
      "cp -R evil/. .",
      "mv -t x evil",
      "cp -rtx evil",
      "cp -a --target-dir=x evil",
      "mv evil/.cl* .",
      "rm -r .",
      "rm -rf ../project",
      "ln -s x .git/hooks/pre-commit",
      "ln -sf .git g",
    ],
    ...[
      "tee .git/config",
      "sed -i s/a/b/ .git/config",
      "sed --in-place=x s/a/b/ .git/config",
      "chmod 777 .git/hooks/x",
    ],
    ...[
      "touch self/.git/x",
      "touch out/../.git/../project/.git/x",
      "truncate -s0 .git/config",
      "ls && rm -rf .git",
    ],
  ];

  it.each(lines)("need a person's word: %s", async (command) => {
    const { judge } = world();
    for (const mode of PERMISSION_MODES)
      expect({
        mode,
        ...(await judge("Bash", { command }, { mode, rules: { allow: ["Bash"] } })),
      }).toMatchObject({
        mode,
        behavior: "ask",
        isFirm: true,
      });
  });

  it.each([
    ...[
      "echo x > .git/config",
      "echo x >> .git/hooks/pre-commit",
      "cat a.txt >|.bashrc",
      "x=1; rm -rf .git",
      "$(rm -rf .git)",
    ],
    ...[
      "for x in a; do rm -rf .git; done",
      "(cd .git && touch x)",
      "f() { touch .npmrc; }; f",
      'echo x > "$PWD/.git/config"',
    ],
    ...[
      "rm -rf .git &",
      "if a; then tee .git/x; fi",
      "echo x > .g'i't/config",
      "rm -rf .git 'x",
      "echo $(echo x > .mcp.json)",
    ],
    ...[
      "rm -rf .g* > x",
      "cat <<E > .envrc\nx\nE",
      "{ touch .git/x; }",
      "echo x &> .git/x",
      `a ${"b".repeat(10_000)}; rm .git/x`,
    ],
  ])("do where a line is not plain: %s", async (command) => {
    const judgement = await world().judge("Bash", { command }, { mode: "bypassPermissions" });
    expect(judgement).toMatchObject({ behavior: "ask", isFirm: true });
  });

  it.each([
    ...[
      "cat .git/config",
      "ls .git",
      "cp .gitignore x",
      "touch .github/x",
      "touch git",
      "touch .gitx",
      "rm .env",
    ],
    ...[
      "rm *",
      "mkdir .claude/worktrees/y",
      "echo .git > x",
      "cp a.txt .",
      "mv a.txt ..",
      "echo x > y",
      "git add .",
    ],
    ...["rm -rf packages", "touch .claude/worktrees", "npm test -- .git"],
  ])("are not meant by %s", async (command) => {
    const judgement = await world().judge("Bash", { command }, { mode: "bypassPermissions" });
    expect(judgement.behavior).toBe("allow");
  });

  it.each(
    [
      ...[
        ".git/config",
        ".GIT/config",
        ".git./x",
        ".git /x",
        ".g\u200cit/config",
        "\uff0egit/config",
        "git~1/config",
      ],
      ...[
        ".git:x/config",
        ".git::$INDEX_ALLOCATION/config",
        ".git\\config",
        "claude~1/settings.json",
        ".claude/settings.json",
      ],
      ...[
        "a/b/.vscode/tasks.json",
        ".idea/x",
        ".husky/pre-commit",
        ".devcontainer/x",
        ".cargo/config.toml",
        ".mcp.json",
      ],
      ...[
        ".gitmodules",
        ".gitconfig",
        ".bashrc",
        ".BASHRC",
        ".bash_profile",
        ".bash_login",
        ".zshrc",
        ".zprofile",
      ],
      ...[
        ".zshenv",
        ".profile",
        ".npmrc",
        ".envrc",
        ".ripgreprc",
        ".claude.json",
        ".npmrc.",
        ".npmrc ",
        "config",
      ],
      ...[
        "to/config",
        ".claude/worktrees/../settings.json",
        ".claude/worktrees/x/.git/config",
        ".claude/commands/x.md",
      ],
    ].flatMap((path) => PERMISSION_MODES.map((mode) => ({ path, mode }))),
  )("are protected from Write in $mode: $path", async ({ path, mode }) => {
    const { judge, project } = world();
    const input = { file_path: `${project}/${path}`, content: "" };
    expect(await judge("Write", input, { mode, rules: { allow: ["Write", "Edit"] } })).toMatchObject({
      behavior: "ask",
      isFirm: true,
    });
  });

  it.each([
    ".gitignore",
    ".github/workflows/x.yml",
    "git/x",
    ".claude/worktrees/x/a.ts",
    ".env",
    "CLAUDE.md",
    "a.git/x",
  ])("are others than %s", async (path) => {
    expect(await world().file("Write", path, { mode: "acceptEdits" })).toBe("allow");
  });

  it("may be anywhere in a folder of very many files", async () => {
    const { bash, project } = world();
    fill(project, Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`many/${at}`, ""])));
    const moves = ["rm -rf many", "mv many x"].map((line) => bash(line, { mode: "acceptEdits" }));
    expect(await Promise.all(moves)).toEqual(["ask", "ask"]);
  });

  it("may be read", async () => {
    expect(await world().file("Read", ".git/config")).toBe("allow");
  });
});

describe("modes", () => {
  type Row = Readonly<Record<"default" | "acceptEdits" | "plan" | "bypassPermissions", string>>;
  const rows: Readonly<Record<string, Row & { readonly call: Parameters<Judging["judge"]> }>> = {
    reading: row(["Read", { file_path: "a.txt" }], "allow allow allow allow"),
    "reading outside": row(["Read", { file_path: "/etc/passwd" }], "ask ask ask allow"),
    editing: row(["Write", { file_path: "new" }], "ask allow ask allow"),
    "editing outside": row(["Write", { file_path: "/etc/x" }], "ask ask ask allow"),
    "a command that reads": row(["Bash", { command: "cat a.txt" }], "allow allow allow allow"),
    "a command that edits": row(["Bash", { command: "touch x" }], "ask allow ask allow"),
    "an unknown command": row(["Bash", { command: "npm test" }], "ask ask ask allow"),
    "a line that is not plain": row(["Bash", { command: "echo $x" }], "ask ask ask allow"),
    "a protected path": row(["Write", { file_path: ".git/x" }], "ask ask ask ask"),
    "a tool of a server": row(["mcp__srv__tool", {}], "ask ask ask allow"),
    "a subagent": row(["Agent", { prompt: "x" }], "allow allow allow allow"),
    "a deny rule": row(
      ["Read", { file_path: "a.txt" }, { rules: { deny: ["Read"], allow: ["Read"] } }],
      "deny deny deny deny",
    ),
    "an ask rule": row(
      ["Read", { file_path: "a.txt" }, { rules: { ask: ["Read"], allow: ["Read"] } }],
      "ask ask ask ask",
    ),
    "an allow rule": row(
      ["Bash", { command: "npm test" }, { rules: { allow: ["Bash(npm test)"] } }],
      "allow allow ask allow",
    ),
    "an allow rule for editing": row(
      ["Write", { file_path: "x" }, { rules: { allow: ["Write"] } }],
      "allow allow ask allow",
    ),
  };

  const cases = Object.entries(rows).flatMap(([what, { call, ...modes }]) =>
    PERMISSION_MODES.map((mode) => ({ what, call, mode, behavior: behaviorIn(modes, mode) })),
  );

  it.each(cases)("$mode, $what: $behavior", async ({ call: [name, input, options], mode, behavior }) => {
    expect((await world().judge(name, input, { ...options, mode })).behavior).toBe(behavior);
  });

  it("ask firmly in plan, for a rule and for protection, and else not", async () => {
    const { judge } = world();
    const command = { command: "npm test" };
    const firm = [
      await judge("Bash", command, { mode: "plan" }),
      await judge("Bash", command, { rules: { ask: ["Bash"] } }),
      await judge("Write", { file_path: ".git/x" }),
      await judge("Bash", command),
    ].map(({ isFirm }) => isFirm);
    expect(firm).toEqual([true, true, true, false]);
  });

  function row(
    call: Parameters<Judging["judge"]>,
    behaviors: string,
  ): Row & { call: Parameters<Judging["judge"]> } {
    const [normal = "", acceptEdits = "", plan = "", bypassPermissions = ""] = behaviors.split(" ");
    return { call, default: normal, acceptEdits, plan, bypassPermissions };
  }

  /** `auto` and `dontAsk` judge as the default does; what becomes of an ask is not decided here. */
  function behaviorIn(modes: Row, mode: PermissionMode): string {
    return mode === "auto" || mode === "dontAsk" ? modes.default : modes[mode];
  }
});

it("names what it decided by", async () => {
  const { judge, project } = world();
  const whys = [
    await judge("Read", { file_path: "a.txt" }, { rules: { deny: ["Read(a.txt)"] } }),
    await judge("Write", { file_path: join(project, "config") }),
  ].map(({ why }) => why);
  expect(whys).toEqual(["the rule Read(a.txt) denies it", ".git is protected"]);
});
