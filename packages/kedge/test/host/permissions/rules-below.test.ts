import { expect, it } from "vitest";
import { fileRule } from "../../../src/host/permissions/file-rule.ts";
import { firstRuleBelow, type MeantTree } from "../../../src/host/permissions/rules-below.ts";
import { parseRule } from "../../../src/protocol/index.ts";
import { makeScratch } from "../scratch.ts";
import { makeJudging } from "./judging.ts";

const FILES = {
  "project/src/keep.ts": "k",
  "project/src/deep/er/.env": "S",
  "project/lib/keep.ts": "k",
  "project/lib/other.ts": "o",
  "project/secrets/key": "k",
  "project/secrets-link": "-> secrets",
  "project/links/to": "-> ../secrets",
  "project/links/round": "-> .",
  "project/plain/a.txt": "a",
  "project/plain/node_modules/x/.env": "S",
  "project/empty/": "",
  "home/notes/a": "a",
  "outside/key": "k",
};

type Case = readonly [rule: string, line: string];

const CHANGED_WITH_THEIR_FOLDER: readonly Case[] = [
  ["Edit(src/keep.ts)", "rm -rf src"],
  ["Write(src/keep.ts)", "rm -r ./src/"],
  ["Edit(src/keep.ts)", "rm --recursive plain src"],
  ["Edit(SRC/keep.ts)", "rm -rf src"],
  ["Edit(src/**)", "mv src x"],
  ["Edit(.env)", "mv src x"],
  ["Edit(**/er/**)", "rm -rf src"],
  ["Edit(src/*/er/.env)", "rm -rf src/deep"],
  ["Edit(/src/keep.ts)", "rm -rf ../project"],
  ["Edit(./src/keep.ts)", "cd src && rm -rf ../src"],
  ["Edit(src/keep.ts)", "rm -rf s*"],
  ["Edit(src/keep.ts)", "chmod -R 777 src"],
  ["Edit(src/keep.ts)", "nice -n 5 /bin/rm -rf src"],
  ["Edit(~/notes/a)", "rm -rf ../home"],
  ["Edit(//FOLDER/outside/key)", "rm -rf ../outside"],
  ["Edit(plain/node_modules/**)", "rm -rf plain"],
  ["Edit(**/node_modules/x/.env)", "rm -rf plain/node_modules"],
  ["Edit(**/node?mod*/**)", "rm -rf plain"],
  ["Edit(.env)", "rm -rf plain/node_modules/x"],
];

const READ_WITH_THEIR_FOLDER: readonly Case[] = [
  ["Read(secrets/**)", "cp -r secrets x"],
  ["Read(secrets/key)", "cp -a secrets/. x"],
  ["Read(key)", "mv secrets x"],
  ["Read(secrets/**)", "cp -r secrets-link/ x"],
  ["Read(secrets/**)", "cp -rL links x"],
  ["Read(secrets/**)", "cp -rt x secrets"],
  ["Read(secrets/**)", "grep -r x secrets"],
  ["Read(secrets/**)", "grep -R x links"],
  ["Read(secrets/**)", "grep -rn x"],
  ["Read(secrets/**)", "grep -rA 1 -e x --include '*'"],
  ["Read(secrets/**)", "grep -drecurse x"],
  ["Read(secrets/**)", "diff -r secrets empty"],
  ["Read(secrets/**)", "diff links empty"],
  ["Read(.env)", "grep --recursive x ."],
];

const PUT_INTO_A_FOLDER: readonly Case[] = [
  ["Edit(src/keep.ts)", "cp -r lib/. src"],
  ["Edit(src/keep.ts)", "cp -rT lib src"],
  ["Edit(src/lib/other.ts)", "cp -r lib src"],
  ["Edit(src/lib/**)", "mv lib src"],
  ["Edit(new/other.ts)", "mv -- lib new"],
  ["Edit(new/other.ts)", "cp -r lib new -v"],
  ["Edit(new/other.ts)", "cp -r -t new lib/."],
  ["Edit(new/other.ts)", "cp --target-directory=new -r lib/."],
  ["Edit(src/other.ts)", "cp -r lib/. sr?"],
  ["Edit(src/lib/other.ts)", "cp -r l?b src"],
];

const NOT_PLAIN: readonly Case[] = [
  ["Edit(src/keep.ts)", "(rm -rf src)"],
  ["Edit(src/keep.ts)", "X=1 rm -rf src"],
  ["Edit(src/keep.ts)", "(env rm -rf src)"],
  ["Edit(src/keep.ts)", "rm -rf src > x"],
  ["Edit(src/keep.ts)", "(cd plain; rm -rf ../src)"],
  ["Edit(src/keep.ts)", "if true; then rm -rf s*; fi"],
  ["Read(secrets/**)", "cp -r secrets x &"],
  ["Read(secrets/**)", "echo $(grep -r x secrets)"],
  // Of so many folders, each from so many places, any may be the one.
  ["Edit(src/keep.ts)", `(${Array.from({ length: 200 }, (_, at) => `cd ${at}`).join(";")}; rm -rf a b c d)`],
];

const NOT_MEANT: readonly Case[] = [
  ["Edit(src/keep.ts)", "rm -rf lib"],
  ["Edit(src/gone.ts)", "rm -rf src"],
  ["Edit(src/keep.ts)", "cp -r src x"],
  ["Edit(src/keep.ts)", "grep -r x src"],
  ["Edit(key)", "rm -rf links"],
  ["Read(secrets/**)", "rm -rf secrets"],
  ["Read(secrets/**)", "cp -r src x"],
  ["Read(secrets/**)", "cp -r links x"],
  ["Read(secrets/**)", "grep -r secrets src"],
  ["Read(secrets/**)", "grep -r -e x -A1 src"],
  ["Read(secrets/**)", "grep -r -- x src"],
  ["Read(secrets/**)", "diff src lib"],
  ["Read(key)", "cp secrets x"],
  ["Edit(.env)", "rm -rf plain/node_modules"],
  ["Edit(.env)", "rm -rf plain"],
  ["Edit(other.ts)", "rm -rf gone src/keep.ts"],
];

/** Everything else is permitted, so that only the rule stands in the way. */
async function judgeAll(cases: readonly Case[], list: "deny" | "ask"): Promise<readonly unknown[]> {
  const { folder, bash } = makeJudging(FILES);
  const behaviors: unknown[] = [];
  for (const [rule, line] of cases) {
    const rules = { [list]: [rule.replace("/FOLDER", folder)], allow: ["Bash"] };
    behaviors.push([rule, line, await bash(line, { mode: "bypassPermissions", rules })]);
  }
  return behaviors;
}

const all = (cases: readonly Case[], behavior: string) => cases.map((each) => [...each, behavior]);

it.each([
  ["changed with its folder", CHANGED_WITH_THEIR_FOLDER],
  ["read with its folder", READ_WITH_THEIR_FOLDER],
  ["put into another folder with its own", PUT_INTO_A_FOLDER],
  ["in a folder that a line names which is not plain", NOT_PLAIN],
])("a rule holds for a file that is %s", async (_, cases) => {
  expect(await judgeAll(cases, "deny")).toEqual(all(cases, "deny"));
});

it("a rule that asks does as well", async () => {
  const lists = [CHANGED_WITH_THEIR_FOLDER, READ_WITH_THEIR_FOLDER, PUT_INTO_A_FOLDER];
  const cases = lists.flatMap((list) => list.slice(0, 1));
  expect(await judgeAll(cases, "ask")).toEqual(all(cases, "ask"));
});

it("a rule does not hold for folders with nothing in them that it is about", async () => {
  expect(await judgeAll(NOT_MEANT, "deny")).toEqual(all(NOT_MEANT, "allow"));
});

it("what asks nobody in the sandbox, or by the mode, meets rules first", async () => {
  const { bash } = makeJudging(FILES);
  const place = { type: "confined", needsNobody: true, wishedOut: false } as const;
  const rules = { ask: ["Read(secrets/**)"], deny: ["Edit(src/keep.ts)"] };
  const behaviors = [
    await bash("cp -r secrets x", { rules, place }),
    await bash("cp -r src x", { rules, place }),
    await bash("rm -rf src", { rules, mode: "acceptEdits" }),
    await bash("rm -rf lib", { rules, mode: "acceptEdits" }),
  ];
  expect(behaviors).toEqual(["ask", "allow", "deny", "allow"]);
});

it("what is too large to be looked through may hold whatever a rule is about", async () => {
  const folder = makeScratch({ "many/a": "", "many/b": "", "many/in/c": "" });
  const tree = (from: string): MeantTree => ({ from, as: [from], touches: "Write", followsLinks: false });
  const first = (content: string, maxEntries: number, from = `${folder}/many`) => {
    const anchors = { projectDir: folder, homeDir: "/home" };
    const rule = parseRule(`Edit(${content})`);
    if (!rule) throw new Error(`${content} is no rule`);
    const own = fileRule(rule, { anchors, holds: () => false });
    return firstRuleBelow([tree(from)], { Read: [], Write: [own] }, maxEntries);
  };
  expect([await first("*.lock", 4), await first("src/x", 0)]).toEqual([null, null]);
  expect(await Promise.all([first("*.lock", 3), first("many/in/x", 3)])).not.toContain(null);
  // Longer than any path that a program may name.
  expect(await first("*.lock", 4, `${folder}/many${"/in".repeat(2_000)}`)).not.toBeNull();
});
