import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { loadPathReader } from "../../../src/host/permissions/exported-path.ts";
import fc from "../../support/fast-check.ts";
import { inFull } from "../../support/requires.ts";

const ENV = { PATH: "/usr/bin:/bin", HOME: "/home/me", PWD: "/project", ODD: "a b$c" };

/** PATH as a real shell has it behind the text. */
function inBash(text: string): string {
  const script = `PWD=/project; eval "$1"; builtin printf %s "$PATH"`;
  return execFileSync("/bin/bash", ["-c", script, "bash", text], {
    env: ENV,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe("is known, and what bash makes of it:", () => {
  it.each([
    ["", "/usr/bin:/bin"],
    ["# a note\n\nexport A=b", "/usr/bin:/bin"],
    [`export PATH="$PATH:./node_modules/.bin"`, "/usr/bin:/bin:./node_modules/.bin"],
    [`export PATH="$PWD/bin:\${PATH}"`, "/project/bin:/usr/bin:/bin"],
    ["export PATH=~/bin:$PATH:~", "/home/me/bin:/usr/bin:/bin:/home/me"],
    [`PATH='$PATH':"~/x":\\$A`, "$PATH:~/x:$A"],
    [`declare -x A='/a b'; PATH=$A:$B:$ODD; export PATH`, "/a b::a b$c"],
    [`export PATH=$'/a\\x41:/b';export LATER=$PATH`, "/aA:/b"],
    ["export A=/a B=$A PATH=/p:$A:$B", "/p::"],
    ["A=/a B=$A PATH=/p:$A:$B", "/p:/a:/a"],
    ["export X=$(date); export PATH=/p", "/p"],
    ["X+=a; Y[1]=2; Z=(1 2); PATH=/p", "/p"],
  ])("%s", async (text, path) => {
    expect((await loadPathReader())(text, ENV)).toBe(path);
    expect(inBash(text)).toBe(path);
  });

  it("there is none", async () => {
    expect((await loadPathReader())("export A=b", { HOME: "/home/me" })).toBeUndefined();
  });
});

describe("nobody knows:", () => {
  it.each([
    ". ./more",
    "source /etc/profile",
    `eval "$(direnv export bash)"`,
    "export PATH=$(cat path)",
    "export PATH=`cat path`",
    "export PATH=${PATH%:*}",
    "export PATH=${PATH:-/x}",
    "export PATH=$1",
    "export PATH=$BASH",
    "export PATH=$OLDPWD:/bin",
    "export PATH=~other/bin",
    "export PATH=$((1+1))",
    "export PATH=$[1]",
    "export A={a,b}$B",
    `export PATH=""~/bin`,
    "export PATH=~$PATH",
    "PATH+=:/x",
    "PATH[0]=/x",
    "PATH=(/x)",
    "X=$(date); PATH=/x:$X",
    "unset PATH",
    "export -n PATH",
    "declare -r PATH=/x",
    "readonly PATH=/x",
    "A=/x export PATH=$A",
    "PATH=/x ls",
    "PATH=/x >file",
    "PATH=/x &",
    "true && PATH=/x",
    "if true; then PATH=/x; fi",
    "{ PATH=/x; }",
    "f() { PATH=/x; }",
    "export PATH=/a\\\n/b",
    `export "PATH=/x"`,
    "export PATH='/x",
    "export PATH=/x\\",
  ])("%s", async (text) => {
    expect((await loadPathReader())(text, ENV)).toBeNull();
  });

  it.each([
    ["long texts", `A=${"b".repeat(200_000)}`],
    ["what is deeper than anybody reads", `export PATH=${"$(".repeat(5_000)}`],
  ])("%s", async (_, text) => {
    expect((await loadPathReader())(text, ENV)).toBeNull();
  });
});

it("of whatever hooks leave, what is known is what bash makes of it", { timeout: 120_000 }, async () => {
  const read = await loadPathReader();
  const piece = fc.constantFrom(
    ...[
      "$PATH",
      "${PATH}",
      "$A",
      "$HOME",
      "$PWD",
      "$ODD",
      "~",
      "~/b",
      ":",
      "/x",
      "a~b",
      "'",
      '"',
      "\\",
      " ",
      "$",
      "*",
    ],
    ...["'~/q'", '"$A"', "$'\\t'", '"\\$A"', "{a,b}", "#", "=", "$(echo s)", "${A:-z}", "[", "\\\n"],
  );
  const value = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const line = fc
    .tuple(
      fc.constantFrom("export ", "", "declare -x ", "typeset "),
      fc.constantFrom("A", "PATH", "HOME"),
      value,
    )
    .map(([command, name, text]) => `${command}${name}=${text}`);
  const texts = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
  let known = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const path = read(text, ENV);
      if (path === null) return;
      known++;
      expect(inBash(text)).toBe(path);
    }),
    { numRuns: inFull({ normal: 300, full: 2_000 }) },
  );
  expect(known).toBeGreaterThan(10);
});
