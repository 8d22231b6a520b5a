import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseGitConfig } from "../../../src/host/guard/git-config.ts";
import { differsHarmlessly } from "../../../src/host/guard/obeyed-config.ts";
import fc from "../../support/fast-check.ts";
import { inFull } from "../../support/requires.ts";
import { makeScratch } from "../scratch.ts";

describe("a git configuration", () => {
  it.each([
    ["[core]\n\tbare = false\n", { "core.bare": "false" }],
    ["[CORE] Bare\n", { "core.bare": null }],
    ['[a "B.c"]\nx=1', { "a.B.c.x": "1" }],
    ['[a "q\\"\\\\"] x = 1', { 'a.q"\\.x': "1" }],
    ["[a.B]\nx=1", { "a.b.x": "1" }],
    ["# c\n; d\n[a] # e\nx = 1 # f\n", { "a.x": "1" }],
    ['[a]\nx = " 1 # " 2 ; c', { "a.x": " 1 #  2" }],
    ["[a]\nx = 1 \\\n 2\ny=\\t", { "a.x": "1  2", "a.y": "\t" }],
    ["[a]\r\nx = 1\r\n", { "a.x": "1" }],
    ["", {}],
  ])("%j is %j", (text, settings) => {
    const read = parseGitConfig(text);
    expect(Object.fromEntries((read ?? []).map(({ key, value }) => [key, value]))).toEqual(settings);
    expect(read).not.toBeNull();
  });

  it.each([
    "x = 1",
    "[a",
    "[a]\nx y",
    '[a "b]\nx',
    "[a]\n1 = 2",
    '[a]\nx = "1',
    "[a]\nx = \\z",
    "[a]\nx=1\0",
    "\ufeff[a]",
    '[a "b" ]',
  ])("%j is none", (text) => expect(parseGitConfig(text)).toBeNull());

  it("is read as git reads it, or not at all", () => {
    const dir = makeScratch();
    const file = join(dir, "config");
    const pieces = [
      "[a]",
      '[a "b"]',
      '[a "\\"',
      "x",
      "y-1",
      "=",
      " ",
      "\t",
      "\n",
      "\r\n",
      '"',
      "\\",
      "\\n",
      "\\\\",
      "#",
      ";",
      "1",
      "é",
      "]",
      "[",
      ".",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 24 }), (parts) => {
        const text = parts.join("");
        const own = parseGitConfig(text);
        if (own === null) return;
        writeFileSync(file, text);
        const listed = execFileSync("git", ["config", "--file", file, "--list", "-z"], { encoding: "utf8" });
        // Git of some versions makes one blank of every blank within a value.
        const plain = (value: string): string => value.replace(/[ \t\r]/g, " ");
        expect(own.map(({ key, value }) => plain(value === null ? key : `${key}\n${value}`))).toEqual(
          listed.split("\0").slice(0, -1).map(plain),
        );
      }),
      { numRuns: inFull({ normal: 300, full: 20_000 }) },
    );
  });
});

describe("a change of a git configuration", () => {
  const base = '[core]\n\tbare = false\n\teditor = vi\n[alias]\n\tx = "!f() { :; }; f"\n';

  it.each([
    '[remote "o"]\n\turl = https://x.y/z.git\n\tfetch = +refs/heads/*:refs/remotes/o/*',
    '[remote "o"]\n\turl = git@x.y:z.git',
    '[remote "o"]\n\turl = ../z\n\tpushurl = ssh://[::1]/z',
    '[branch "m"]\n\tremote = o\n\tmerge = refs/heads/m',
    '[submodule "s"]\n\tactive = true\n\turl = /srv/s\n\tupdate = rebase',
    "[user]\n\tname = A\n\temail = a@b",
    "[core]\n\tautocrlf = input\n\tquotePath = false",
    "[extensions]\n\tworktreeConfig = true",
  ])("is harmless: %j", (more) => {
    expect(differsHarmlessly(base, `${base}${more}\n`)).toBe(true);
    expect(differsHarmlessly(`${base}${more}\n`, base)).toBe(true);
    expect(differsHarmlessly(null, more)).toBe(true);
  });

  it.each([
    "[core]\n\thooksPath = x",
    "[core]\n\tfsmonitor = x",
    "[core]\n\tsshCommand = x",
    "[CORE]\n\tPAGER = x",
    "[core]\n\tworktree = ..",
    "[core] editor = x",
    "[alias]\n\ty = !x",
    '[filter "x"]\n\tclean = x',
    '[diff "x"]\n\ttextconv = x',
    '[merge "x"]\n\tdriver = x',
    "[gpg]\n\tprogram = x",
    "[credential]\n\thelper = x",
    "[include]\n\tpath = x",
    '[includeIf "gitdir:/"]\n\tpath = x',
    '[url "x"]\n\tinsteadOf = y',
    '[protocol "ext"]\n\tallow = always',
    '[remote "o"]\n\tuploadpack = x',
    '[remote "o"]\n\tvcs = x',
    '[remote "o"]\n\turl = ext::x',
    '[remote "o"]\n\turl = evil://x',
    '[remote "o"]\n\turl = -x',
    '[branch "m"]\n\tremote = ext::x',
    '[submodule "s"]\n\tupdate = !x',
    "[remote]\n\turl = x",
    "[constructor]\n\ttoString = x",
    '[__proto__ "x"]\n\ty = z',
    "this is none",
  ])("is not: %j", (more) => {
    expect(differsHarmlessly(base, `${base}${more}\n`)).toBe(false);
    expect(differsHarmlessly(null, more)).toBe(false);
  });

  it("is not harmless when what is obeyed goes, comes twice or changes places", () => {
    expect(differsHarmlessly(base, "[core]\n\tbare = false\n")).toBe(false);
    expect(differsHarmlessly(base, `${base}[core]\n\teditor = vi\n`)).toBe(false);
    expect(
      differsHarmlessly("[core]\n\teditor = a\n\teditor = b\n", "[core]\n\teditor = b\n\teditor = a\n"),
    ).toBe(false);
    expect(differsHarmlessly("[a]\n\tx = \xff", "[a]\n\tx = \xfe")).toBe(false);
  });
});
