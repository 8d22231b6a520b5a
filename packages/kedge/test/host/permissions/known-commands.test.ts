import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isEditing, isReading, pathsOf } from "../../../src/host/permissions/known-commands.ts";
import { loadPlainReader, type PlainReader } from "../../../src/host/permissions/plain-commands.ts";
import { quote } from "../../../src/host/tools/shell-command.ts";
import { testWith } from "../../support/requires.ts";
import { makeScratch } from "../scratch.ts";

let read: PlainReader;
beforeAll(async () => {
  read = await loadPlainReader();
});

const isReadingLine = (line: string): boolean => read(line)?.every(isReading) ?? false;
const isEditingLine = (line: string): boolean => read(line)?.every(isEditing) ?? false;

describe("commands that only read", () => {
  it.each([
    ...["ls", "ls -la src", "cat a b", "head -n 5 a", "tail -5 a", "wc -l a", "pwd", "du -sh .", "df -h"],
    ...["grep -rn 'a b' src", "grep -e x --include=a a", "file a", "file --mime-type a", "stat a", "cmp a b"],
    ...["date", "date +%s", "date -u", "date -Iseconds", "date --utc +%F", "echo -n a", "printf '%s\\n' a"],
    ...["diff a b", "diff -u a b", "sha256sum a", "test -f a", "test a = b", "which ls"],
  ])("%s", (line) => {
    expect(isReadingLine(line)).toBe(true);
  });
});

describe("commands that do more, or may", () => {
  it.each([
    ...["date -s 12:00", "date -us 12:00", "date --set=12:00", "date --s=12:00", "date --se 12:00"],
    ...["date 010100002030", "date -f a", "date -r a", "date -d 1"],
    ...["diff -l a b", "diff -ul a b", "diff --paginate a b", "diff --pag a b"],
    ...["du -L .", "du -aL .", "du --dereference .", "du --files0-from=a", "du --files0=a"],
    ...["file -C", "file -bC -m a", "file --compile", "file --comp", "file -z a", "file -f a", "file -m a b"],
    ...["grep -R a .", "grep -nR a .", "grep --dereference-recursive a", "grep --deref a ."],
    ...["ls -L", "ls -laL", "ls --dereference", "ls --der"],
    ...["md5sum -c a", "sha1sum --check a", "sha256sum --ch a", "sha256sum -bc a"],
    ...[
      "printf -v PATH a",
      "printf -vPATH a",
      "printf %n PATH",
      "printf '%5n' PATH",
      "printf 'a%-+0.3lln' PATH",
    ],
    ...["strings @a", "test -v 'a[$(b)]'", "test ! -v a", "test -R a", "wc --files0-from=a", "wc --files a"],
    ...["find .", "find . -exec a", "find . -delete", "sort a", "sort -o a b", "uniq a b", "tee a", "env a"],
    ...[
      "xargs a",
      "sed p a",
      "awk 1",
      "sh a",
      "bash -c a",
      "command ls",
      "exec ls",
      "eval ls",
      "source a",
      ". a",
    ],
    ...[
      "/bin/ls",
      "./ls",
      "LS",
      "cd a",
      "export",
      "hash -p a b",
      "alias a",
      "set -x",
      "unset PATH",
      "trap a EXIT",
    ],
    ...[
      "enable -f a b",
      "builtin ls",
      "nohup ls",
      "timeout 1 ls",
      "nice ls",
      "sudo ls",
      "rg --pre a b",
      "less a",
    ],
    ...[
      "hostname a",
      "xxd -r a b",
      "base64 a",
      "tree -o a",
      "split a",
      "csplit a b",
      "shuf -o a",
      "iconv -o a",
    ],
    ...["constructor", "__proto__", "toString"],
  ])("%s", (line) => {
    expect(isReadingLine(line)).toBe(false);
  });

  it.each([
    ...["git status", "git log", "git diff", "git show", "git branch", "git rev-parse HEAD", "git ls-files"],
    ...["git blame a", "git describe --dirty", "git remote -v", "git shortlog", "git -c a=b log", "git"],
  ])("%s, which runs what a repository says", (line) => {
    expect(isReadingLine(line)).toBe(false);
  });

  testWith({ needs: ["git"] }, "because the configuration of a repository names programs", () => {
    const scratch = makeScratch({ "a.txt": "a" });
    const ran = join(scratch, "ran");
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", args, {
        cwd: scratch,
        env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
      });
    git("init", "-q");
    git("config", "core.fsmonitor", `touch '${ran}'; false`);
    git("status");
    expect(readdirSync(scratch)).toContain("ran");
  });
});

/** Programs that a reading command could start; each leaves a mark. */
const STARTED = ["pr", "gzip", "bzip2", "xz", "zstd", "sh", "less", "more", "sort", "magic", "id", "git"];

it("changes nothing, whatever option is given to a command that reads", { timeout: 30_000 }, () => {
  const commands = [
    ...[
      "cat",
      "cmp",
      "comm",
      "cut",
      "date",
      "df",
      "diff",
      "du",
      "file",
      "fold",
      "grep",
      "head",
      "ls",
      "md5sum",
    ],
    ...["nl", "od", "paste", "readlink", "realpath", "rev", "sha1sum", "sha256sum", "stat", "strings", "tac"],
    ...["tail", "tr", "tsort", "uname", "wc", "which", "test", "printf"],
  ];
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0"].map((letter) => `-${letter}`);
  const longs = [
    "--output=new",
    "--out=new",
    "--compile",
    "--set=12:00",
    "--check",
    "--paginate",
    "--follow",
  ];
  const lines = commands.flatMap((name) =>
    [...letters, ...longs].flatMap((option) => {
      const words = [name, option, "new", "old"];
      return isReading({ words, hasGlob: false }) ? [words.map(quote).join(" ")] : [];
    }),
  );
  expect(lines.length).toBeGreaterThan(1_000);
  const scratch = makeScratch({ "work/old": "a\nb\n", "work/sub/x": "x", "work/link": "-> sub", "bin/": "" });
  for (const name of STARTED) {
    const file = join(scratch, "bin", name);
    writeFileSync(file, `#!/bin/bash\n>>'${scratch}/started'\n`);
    chmodSync(file, 0o755);
  }
  const before = snapshot(join(scratch, "work"));
  const script = lines.map((line) => `timeout 0.2 ${line}`).join("\n");
  writeFileSync(join(scratch, "script"), script);
  const env = { PATH: `${join(scratch, "bin")}:${process.env.PATH}`, LC_ALL: "C" };
  spawnSync("bash", [join(scratch, "script")], { cwd: join(scratch, "work"), env, stdio: "ignore" });
  expect(snapshot(join(scratch, "work"))).toEqual(before);
  expect(readdirSync(scratch).sort()).toEqual(["bin", "script", "work"]);
});

function snapshot(folder: string): readonly unknown[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const stats = lstatSync(join(folder, name));
      const content = stats.isFile() ? readFileSync(join(folder, name), "utf8") : null;
      return { name, content, mode: stats.mode, changed: stats.ctimeMs };
    });
}

describe("commands that edit", () => {
  it.each([
    ...["mkdir -p a/b", "touch a", "cp a b", "cp -r a b", "mv a b", "mv -f a b", "rm -rf a", "rmdir a"],
    ...["rm -- a", "cp --recursive a b"],
  ])("%s", (line) => {
    expect(isEditingLine(line)).toBe(true);
  });

  it.each([
    ...[
      "cp -t a b",
      "cp -ta b",
      "cp --target-directory=a b",
      "mv -t a b",
      "mv -ft a b",
      "cp -L a b",
      "cp -rL a b",
    ],
    ...[
      "cp -s a b",
      "cp -l a b",
      "cp --parents a b",
      "cp -T a b",
      "cp -rT a b",
      "cp -S x a b",
      "mv --backup a b",
    ],
    ...["mkdir -m 777 a", "touch -r a b", "touch -d now a", "rm --no-preserve-root -rf a", "rm -- -x"],
    ...["ln a b", "tee a", "sed -i a b", "dd of=a", "install a b", "chmod 777 a", "rsync a b"],
  ])("are not meant by %s", (line) => {
    expect(isEditingLine(line)).toBe(false);
  });
});

describe("words that may be paths", () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ["cat", "a", "", "b/c"],
      ["a", "b/c"],
    ],
    [
      ["grep", "-f/ab", "c"],
      ["-f/ab", "/ab", "ab", "b", "c"],
    ],
    [
      ["diff", "--to-file=../x", "a"],
      ["--to-file=../x", "../x", "a"],
    ],
    [
      ["cat", "--", "-l"],
      ["--", "-l"],
    ],
    [["cat", "-"], ["-"]],
    [["echo", "/etc"], []],
    [["printf", "/etc"], []],
    [["tr", "/", "_"], []],
  ])("%j", (words, paths) => {
    expect([...pathsOf({ words })].sort()).toEqual([...paths].sort());
  });
});
