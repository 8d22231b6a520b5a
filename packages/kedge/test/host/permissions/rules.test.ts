import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { suggestRule } from "../../../src/host/permissions/suggest-rule.ts";
import fc from "../../support/fast-check.ts";
import { fuzzSeed } from "../../support/random.ts";
import { fill, makeScratch } from "../scratch.ts";
import { type Judging, makeJudging } from "./judging.ts";

const world = (): Judging =>
  makeJudging({
    "project/.env": "SECRET=1",
    "project/a.txt": "a",
    "project/secrets/key": "k",
    "project/env-link": "-> .env",
    "project/secrets-link": "-> secrets",
    "project/src/a.ts": "a",
    "project/src-link": "-> src",
    "outside/o.txt": "o",
    "project/out": "-> ../outside",
  });

describe.each(["deny", "ask"] as const)("a rule that says %s", (list) => {
  it.each([
    ["Read(.env)", "Read", ".env"],
    ["Read(.env)", "Read", "./src/../.env"],
    ["Read(.env)", "Read", "env-link"],
    ["Read(.env)", "Read", ".ENV"],
    ["Read(.env)", "Grep", ".env"],
    ["Read(secrets/**)", "Read", "secrets-link/key"],
    ["Read(secrets)", "Grep", "secrets"],
    ["Read(secrets)", "Glob", "secrets-link"],
    ["Read(secrets/**)", "Glob", "secrets/deeper"],
    ["Read", "Grep", "a.txt"],
    ["Read", "Glob", "."],
    ["Grep", "Grep", "."],
    ["Edit(src/**)", "Write", "src/new.ts"],
    ["Edit(src/**)", "Edit", "src-link/a.ts"],
    ["Edit", "Write", "a.txt"],
    ["Write(src/**)", "Write", "src-link/a.ts"],
    ["Read(broken[)", "Read", "a.txt"],
    ["Read(*.txt)", "Read", "../outside/o.txt"],
  ])("%s holds for %s of %s", async (rule, tool, path) => {
    const { file } = world();
    const rules = { [list]: [rule], allow: [tool] };
    expect(await file(tool, path, { rules, mode: "bypassPermissions" })).toBe(list);
  });

  it.each([
    ["Read(.env)", "Read", "a.txt"],
    ["Read(.env)", "Write", ".env"],
    ["Write", "Edit", "a.txt"],
    ["Edit(src/**)", "Read", "src/a.ts"],
    ["Grep", "Read", "a.txt"],
  ])("%s does not hold for %s of %s", async (rule, tool, path) => {
    expect(await world().file(tool, path, { rules: { [list]: [rule] }, mode: "bypassPermissions" })).toBe(
      "allow",
    );
  });

  it.each([
    ["Bash(rm *)", "rm x"],
    ["Bash(rm *)", "rm"],
    ["Bash(rm:*)", "ls; rm x"],
    ["Bash(rm *)", "ls && rm x || pwd"],
    ["Bash(rm *)", "ls | rm x"],
    ["Bash(rm *)", "echo $(rm x)"],
    ["Bash(rm *)", 'echo "`rm x`"'],
    ["Bash(rm *)", "X=1 rm x"],
    ["Bash(rm *)", '"r"m x'],
    ["Bash(rm *)", "\\rm x"],
    ["Bash(rm *)", "(rm x)"],
    ["Bash(rm *)", "if rm x; then ls; fi"],
    ["Bash(rm *)", "sleep 1 & rm x"],
    ["Bash(rm *)", "ls\nrm x"],
    ["Bash(rm *)", "ls | xargs rm"],
    ["Bash(rm *)", "rm >x"],
    ["Bash(rm *)", "echo 'not closed"],
    ["Bash(rm *)", "{ rm x; }"],
    ["Bash(rm *)", "for x in a; do rm x; done"],
    ...[
      ...[
        "time rm x",
        "! time rm x",
        "if time rm x; then ls; fi",
        "coproc rm x",
        "command rm x",
        "exec rm x",
      ],
      ...["env rm x", "env A=1 rm x", "nohup rm x", "timeout 5 rm x", "timeout -k 1 5 rm x", "/bin/rm x"],
      ...["xargs --max-args 1 rm x", "xargs -n1 -P 4 rm x", "sudo -u me /bin/rm x", "nice -n 5 rm x"],
    ].map((line): [string, string] => ["Bash(rm *)", line]),
    ["Bash(rm *)", '"$X" x'],
    ["Bash", "ls"],
    ["Bash(*)", "ls"],
    ["Bash()", "ls"],
    ["Read(.env)", "cat .env"],
    ["Read(.env)", "cat env-link | head"],
    ["Read(.env)", "cd src && cat ../.env"],
    ["Read(.env)", "grep -f.env a.txt"],
    ["Read(secrets/**)", "ls; head secrets-link/key"],
    ["Edit(src/**)", "touch src/new.ts"],
    ["Edit(src/**)", "cp a.txt src/new.ts"],
    ["Write(src/**)", "mv src-link/a.ts x"],
    ["Edit(src/**)", "tee src/a.ts"],
  ])("%s holds for the line %j", async (rule, line) => {
    const rules = { [list]: [rule], allow: ["Bash"] };
    expect(await world().bash(line, { rules, mode: "bypassPermissions" })).toBe(list);
  });

  it.each([
    ["Bash(rm *)", "rmdir x"],
    ["Bash(rm *)", "echo rm x"],
    ["Bash(rm *)", "echo 'rm x'"],
    ["Read(.env)", "cat a.txt"],
    ["Edit(src/**)", "cat src/a.ts"],
  ])("%s does not hold for the line %j", async (rule, line) => {
    expect(await world().bash(line, { rules: { [list]: [rule] }, mode: "bypassPermissions" })).toBe("allow");
  });

  it.each([
    ["mcp__srv", "mcp__srv__tool", list],
    ["mcp__srv__tool", "mcp__srv__tool", list],
    ["mcp__srv__*", "mcp__srv__tool", list],
    ["mcp__*", "mcp__srv__tool", list],
    ["mcp__srv__tool(*)", "mcp__srv__tool", list],
    ["mcp__srv", "mcp__srv2__tool", "allow"],
    ["mcp__srv__too", "mcp__srv__tool", "allow"],
    ["KillShell", "KillShell", list],
    ["BashOutput", "BashOutput", list],
    ["Agent", "Agent", list],
    ["Task", "Agent", list],
    ["Agent(general-purpose)", "Agent", list],
    ["Agent(Explore)", "Agent", "allow"],
  ])("%s and a call of %s: %s", async (rule, tool, behavior) => {
    const judgement = await world().judge(tool, {}, { rules: { [list]: [rule] }, mode: "bypassPermissions" });
    expect(judgement.behavior).toBe(behavior);
  });

  it("about reading ends the freedom of searches that would read it on their way", async () => {
    const { bash } = world();
    const rules = { [list]: ["Read(.env)"] };
    const lines = [
      "grep -r SECRET .",
      "grep -rn SECRET",
      "grep --recursive S .",
      "grep --rec S .",
      "grep -d recurse S .",
    ];
    expect(await Promise.all(lines.map((line) => bash(line, { rules })))).toEqual(lines.map(() => list));
    expect(await bash("grep -r S src", { rules })).toBe("ask");
    expect([await bash("grep -n a a.txt", { rules }), await bash("grep -r a .")]).toEqual(["allow", "allow"]);
  });
});

describe("a rule that allows", () => {
  const allow = (rule: string, line: string) => world().bash(line, { rules: { allow: [rule] } });

  it.each([
    ["Bash(npm test)", "npm test"],
    ["Bash(npm test)", "npm 'test'"],
    ["Bash(npm test)", "npm test && npm test"],
    ["Bash(npm test)", "npm test | head -5"],
    ["Bash(npm test)", "cat a.txt; npm test 2>&1"],
    ["Bash(npm run *)", "npm run build -- --x"],
    ["Bash(npm run:*)", "npm run build"],
    ["Bash(git commit *)", "git commit -m 'a message; rm x'"],
    ["Bash(cat *)", "cat /etc/passwd"],
    ["Bash", "echo $(anything) > x"],
    ["Bash(*)", "'not closed"],
    ["Bash()", "anything"],
  ])("%s holds for %j", async (rule, line) => {
    expect(await allow(rule, line)).toBe("allow");
  });

  it.each([
    ...[
      "npm test x",
      "npm test; rm x",
      "npm test && curl x",
      "npm test | sh",
      "npm test\nrm x",
      "npm test & rm x",
    ],
    ...[
      "npm test > x",
      "npm test $(rm x)",
      "npm test `x`",
      "X=1 npm test",
      "'npm test'",
      "npm 'test '",
      "npm test ''",
    ],
    ...[
      "npm test && cat /etc/passwd",
      "npm test; cat out/o.txt",
      "npm test; cat *",
      "npm test && cd .. ",
      "(npm test)",
    ],
    ...[
      "cd src && npm test",
      "npm test\\",
      "time npm test",
      "npm t*",
      "npm test #\nrm x",
      "{ npm test; }",
      "npm 'test",
    ],
    ...[`npm test "${"'".repeat(9_000)}"`, "npm test \x01", "rm \x01", `rm -rf "${"'".repeat(9_000)}"`],
  ])("Bash(npm test) does not hold for %j", async (line) => {
    expect(await allow("Bash(npm test)", line)).toBe("ask");
  });

  it.each([
    ["Bash(npm run *)", "'npm run' x"],
    ["Bash(git log *)", "git log; git push"],
    ["Bash(ls)", "rm x"],
  ])("%s does not hold for %j", async (rule, line) => {
    expect(await allow(rule, line)).toBe("ask");
  });

  it("may be one of several for the commands of a line", async () => {
    const rules = { allow: ["Bash(npm test)", "Bash(make *)"] };
    expect(await world().bash("npm test && make all", { rules })).toBe("allow");
  });

  it.each([
    ["Read(//OUT/o.txt)", "Read", "OUT/o.txt", "allow"],
    ["Read(//OUT/**)", "Grep", "OUT/deeper", "allow"],
    ["Read(//OUT/**)", "Read", "out/o.txt", "ask"],
    ["Read(out/**)", "Read", "out/o.txt", "ask"],
    ["Edit(src/**)", "Write", "src/new.ts", "allow"],
    ["Edit(src/**)", "Edit", "src/a.ts", "allow"],
    ["Edit(src/**)", "Write", "src/../a.txt", "ask"],
    ["Edit(src/**)", "Write", "srcs/a.txt", "ask"],
    ["Edit(out/**)", "Write", "out/new", "ask"],
    ["Write(src/**)", "Edit", "src/a.ts", "ask"],
    ["Edit(broken[)", "Write", "a.txt", "ask"],
  ])("%s and %s of %s: %s", async (rule, tool, path, behavior) => {
    const { file, folder } = world();
    const outside = join(folder, "outside");
    const own = { rules: { allow: [rule.replace("/OUT", outside)] } };
    expect(await file(tool, path.replace("OUT", outside), own)).toBe(behavior);
  });

  it.each([
    ["mcp__srv", "mcp__srv__tool", "allow"],
    ["mcp__srv__*", "mcp__srv__tool", "allow"],
    ["mcp__srv__tool", "mcp__srv__tool2", "ask"],
    ["mcp__srv", "mcp__srvx__tool", "ask"],
    ["mcp__srv__*_x", "mcp__srv__tool", "ask"],
  ])("%s and a call of %s: %s", async (rule, tool, behavior) => {
    expect((await world().judge(tool, {}, { rules: { allow: [rule] } })).behavior).toBe(behavior);
  });

  it("gives way to one that asks, and that to one that denies, however narrow they are", async () => {
    const { bash } = world();
    const all = { allow: ["Bash(npm test)"], ask: ["Bash(npm *)"], deny: ["Bash"] };
    const behaviors = [all, { ...all, deny: [] }, { allow: all.allow }].map((rules) =>
      bash("npm test", { rules }),
    );
    expect(await Promise.all(behaviors)).toEqual(["deny", "ask", "allow"]);
  });
});

describe("a rule that is suggested", () => {
  it.each([
    ["Bash", { command: "npm test" }, "Bash(npm test)"],
    ["Bash", { command: "npm run a:b" }, "Bash(npm run a:b)"],
    ["Bash", { command: "" }, null],
    ["Bash", { command: "  " }, null],
    ["Bash", { command: "npm run:*" }, null],
    ["Bash", { command: "ls *" }, null],
    ["Bash", { command: "a\nb" }, null],
    ["Bash", { command: "echo $(a)" }, null],
    ["Read", { file_path: "/etc/hosts" }, "Read(//etc/hosts)"],
    ["Read", { file_path: "/etc" }, null],
    ["Read", { file_path: "/etc/" }, null],
    ["Read", { file_path: "/" }, null],
    ["Read", { file_path: "a.txt" }, null],
    ["Read", { file_path: "~/a.txt" }, null],
    ["Write", { file_path: "/x/../y" }, null],
    ["Write", { file_path: "/x\\y" }, null],
    ["Write", { file_path: "/x/*" }, null],
    ["Write", { file_path: "/x/[a]" }, null],
    ["Edit", { file_path: "/no/such/file" }, "Edit(//no/such/file)"],
    ["Grep", { path: "/etc" }, null],
    ["Glob", { path: "/etc" }, null],
    ["mcp__srv__tool", { path: "/etc/x" }, null],
    ["Agent", {}, null],
  ])("for %s of %j is %j", (tool, input, rule) => {
    expect(suggestRule(tool, input)).toBe(rule);
  });

  const words = [
    "npm",
    "test",
    "rm",
    "x",
    "'a b'",
    '"c"',
    "$x",
    ";",
    "&&",
    "|",
    ">",
    "''",
    "\\ ",
    "#",
    "&",
    ":",
    "-f",
  ];
  const lines = fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
    .map((all) => all.join(" "));

  it("allows the call that it was made of, or nothing, and no other line", async () => {
    const { judge } = world();
    const samples = fc.sample(lines, { numRuns: 120, seed: fuzzSeed });
    for (const line of samples) {
      const rule = suggestRule("Bash", { command: line });
      const rules = { allow: rule === null ? [] : [rule] };
      for (const other of [
        `${line} more`,
        `${line}; unknown`,
        `unknown ${line}`,
        `'${line.replaceAll("'", "'\\''")}' x`,
      ])
        expect({ line, other, ...(await judge("Bash", { command: other }, { rules })) }).not.toMatchObject({
          why: expect.stringContaining("allows it"),
        });
    }
  });

  it("stands for the words that were shown, not for one word that looks the same", async () => {
    const { bash } = world();
    const rules = { allow: [suggestRule("Bash", { command: "rm a b" }) ?? ""] };
    expect([await bash("rm a b", { rules }), await bash("rm 'a b'", { rules })]).toEqual(["allow", "ask"]);
  });

  it("for a file does not come to mean a folder of that name", () => {
    const scratch = makeScratch();
    fill(scratch, { "folder/": "", link: "-> folder" });
    expect(suggestRule("Write", { file_path: join(scratch, "link") })).toBeNull();
  });
});

describe.each(["deny", "ask"] as const)("a rule about files that says %s", (list) => {
  const files = (): Judging =>
    makeJudging({
      "project/.env": "SECRET=1",
      "project/a.txt": "a",
      "project/sub/.env": "S",
      "project/a/": "",
    });
  const judged = (rule: string, line: string) =>
    files().bash(line, { rules: { [list]: [rule], allow: ["Bash"] }, mode: "bypassPermissions" });

  it.each([
    ...["cat .env", "(cat .env)", "cat .env &", "X=1 cat .env", "cat < .env", "cat .env > out", "cat .e*"],
    ...["echo $(cat .env)", "cp .env x", "cp -t . sub/.env", "cd sub && cat .env", "(cd sub; cat .env)"],
    ...["cat .en?", "cat ./.e[n]v", "(cat .e*)", "if true; then base64 .env; fi", "cat s*/.env", "mv .env x"],
    ...["while read x; do echo $x; done < .env", "diff <(cat .env) a.txt", "sed -n p .env | tee x"],
    ...[
      "/bin/cat .env",
      "env cat .env",
      "timeout -k 1 5 cat .env",
      "ls | xargs -n1 /bin/cat .env",
      "(env cat .env)",
    ],
  ])("about reading .env holds for %s", async (line) => {
    expect(await judged("Read(.env)", line)).toBe(list);
  });

  it.each([
    "cat a.txt",
    "(cat a.txt)",
    "cat *",
    "cat *.txt",
    "cp a.txt b.txt",
    "echo x > b.txt",
    "touch .env",
    "env touch .env",
    "npm run cat .env",
  ])("about reading .env does not hold for %s", async (line) => {
    expect(await judged("Read(.env)", line)).toBe("allow");
  });

  it.each([
    ...["echo x > a/x", "(touch a/x)", "touch a/x &", "cd a && touch x", "X=1 tee a/x", "cp a.txt a/x"],
    ...["cp a.txt a", "mv -- a.txt a", "mv a.txt a/ -v", "cp *.txt a", "sed 'w a/x' a.txt"],
    ...[
      "env X=1 touch a/x",
      "sudo /bin/cp a.txt a",
      "(timeout 5 touch a/x)",
      "cp -ta a.txt .env",
      "(cp -t a a.txt .env)",
      "ln --target-directory=a a.txt .env",
    ],
  ])("about changing a folder holds for %s", async (line) => {
    expect(await judged("Edit(a/**)", line)).toBe(list);
  });

  it.each(["cp a.txt b.txt", "cp -t sub a.txt", "mv -- a.txt sub", "rm *.txt", "sed p a.txt"])(
    "about changing a folder does not hold for %s",
    async (line) => {
      expect(await judged("Edit(a/**)", line)).toBe("allow");
    },
  );
});

it.each(["mcp__*__b", "mcp__a*b", "mcp__*"])(
  "a rule for %s denies what it may mean, and allows nothing by it",
  async (rule) => {
    const call = (rules: object) => world().judge("mcp__a__b", {}, { rules, mode: "default" });
    expect((await call({ deny: [rule] })).behavior).toBe("deny");
    expect((await call({ allow: [rule] })).behavior).toBe(rule === "mcp__*" ? "allow" : "ask");
  },
);

describe("a rule that allows files here", () => {
  it.each([
    ["Read(./**)", "Read", "../home/.ssh/id_rsa"],
    ["Read(**)", "Read", "../home/.ssh/id_rsa"],
    ["Read(*)", "Read", "../outside/o.txt"],
    ["Write(*)", "Write", "../home/.ssh/authorized_keys"],
    ["Edit(**)", "Edit", "../home/.config/autostart/a.desktop"],
    ["Edit(*.json)", "Write", "../home/.config/x/config.json"],
    ["Edit(**/src/**)", "Write", "../home/x/src/a.ts"],
    ["Read(*)", "Read", "out/o.txt"],
  ])("%s does not allow %s of %s", async (rule, tool, path) => {
    expect(await world().file(tool, path, { rules: { allow: [rule] }, mode: "dontAsk" })).toBe("ask");
  });

  it.each([
    ["Edit(**)", "Write", "src/new.ts"],
    ["Edit(*.ts)", "Edit", "src/a.ts"],
    ["Write(./src/**)", "Write", "src/new.ts"],
  ])("%s allows %s of %s", async (rule, tool, path) => {
    expect(await world().file(tool, path, { rules: { allow: [rule] }, mode: "dontAsk" })).toBe("allow");
  });

  it("holds elsewhere where it says so, whatever other rules say", async () => {
    const allow = ["Read(**)", "Read(~/notes/**)"];
    expect(await world().file("Read", "../home/notes/a.md", { rules: { allow } })).toBe("allow");
  });
});
