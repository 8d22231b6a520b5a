import { describe, expect, test } from "vitest";
import { type CompiledIf, compileHandlers, compileIf, parseSettings } from "../../src/protocol/index.ts";
import { fuzz, hangMs, must, threadMs } from "../support/fuzz.ts";
import { forbiddenInTexts, nastyText } from "../support/nasty-text.ts";
import { fuzzSeed, type Random, randomOfCase } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { shellSoup, simpleCommands } from "./fuzz-shell.ts";

const count = inFull({ normal: 1_200, full: 100_000 });
const timeout = inFull({ normal: 60_000, full: 1_200_000 });

async function ruleOf(source: string): Promise<CompiledIf> {
  const compiled = await compileIf(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.rule;
}

const asks = (rule: CompiledIf, command: string): boolean =>
  rule.test({ toolName: "Bash", toolInput: { command }, projectDir: "/p", homeDir: "/h" }).runs;

describe("H8: rules about shell commands", () => {
  test("whatever the command, a rule has an answer", { timeout }, async () => {
    const rules = await Promise.all(
      ["Bash(rm *)", "Bash(rm*)", "Bash(git push *)", "Bash(*--force)", "Bash"].map(ruleOf),
    );
    const judge = (command: string): void => {
      const answers = rules.map((rule) => asks(rule, command));
      must(answers[4] === true, "a rule for any command does not run");
      must(!answers[0] || answers[1] === true, "a wider rule does not run where a narrower one does");
    };
    await fuzz({ name: "fuzzed shell", count, make: shellSoup, judge });
  });

  test("commands of simple words are read exactly", { timeout }, async () => {
    const rules = new Map<string, CompiledIf>();
    const rule = async (source: string): Promise<CompiledIf> => {
      const known = rules.get(source) ?? (await ruleOf(source));
      rules.set(source, known);
      return known;
    };
    const judge = async ({ command, parts }: ReturnType<typeof simpleCommands>): Promise<void> => {
      for (const part of parts) {
        must(asks(await rule(`Bash(${part})`), command), `the command ${part} is not found`);
        must(asks(await rule(`Bash(${part.split(" ")[0]} *)`), command), `no command begins like ${part}`);
      }
      for (const other of ["rm", "git push", "git", "npm test", "x", "0", "rm -rf", "push origin"]) {
        const begins = parts.some((part) => part === other || part.startsWith(`${other} `));
        must(asks(await rule(`Bash(${other} *)`), command) === begins, `${other} * is judged wrongly`);
        must(
          asks(await rule(`Bash(${other})`), command) === parts.includes(other),
          `${other} is judged wrongly`,
        );
        const starts = parts.some((part) => part.startsWith(other));
        must(asks(await rule(`Bash(${other}*)`), command) === starts, `${other}* is judged wrongly`);
      }
    };
    await fuzz({ name: "simple commands", count, make: simpleCommands, judge });
  });

  test("any text as a rule is read, or refused with a sentence", { timeout }, async () => {
    const make = (random: Random): string => {
      const content = random.chance(0.5) ? nastyText(random) : shellSoup(random);
      return random.pick([
        content,
        `Bash(${content})`,
        `Edit(${content})`,
        `Read(${content}`,
        `mcp__a__b(${content})`,
      ]);
    };
    const judge = async (source: string): Promise<void> => {
      const compiled = await compileIf(source);
      if (!compiled.ok) {
        must(compiled.message !== "", "refused without a word");
        return;
      }
      for (const toolName of ["Bash", "Edit", "Read", "mcp__a__b", ""])
        compiled.rule.test({
          toolName,
          toolInput: { command: source, file_path: source },
          projectDir: "/p",
          homeDir: "/h",
        });
    };
    await fuzz({ name: "fuzzed rules", count, make, judge });
  });

  test.each([
    "$(",
    "((",
    "(",
    "{ ",
    "f() ",
    "`",
    '"$(',
    "$((",
    "if ",
    "while ",
    "[[ ( ",
    "case ",
    "<(",
    "${a:-",
    "a&&",
    "! ",
    "time ",
  ])("%j over and over is no reason to throw or to hang", async (piece) => {
    const rule = await ruleOf("Bash(rm *)");
    const command = piece.repeat(Math.floor(9_999 / piece.length));
    const startedAt = threadMs();
    asks(rule, command);
    asks(rule, `${command}rm x`);
    expect(threadMs() - startedAt).toBeLessThan(2_000);
  });

  test("many rules look at one hard command in the time of one", async () => {
    const handler = (at: number): object => ({ type: "command", command: `x${at}`, if: `Bash(rm${at} *)` });
    const hooks = { PreToolUse: [{ hooks: Array.from({ length: 50 }, (_, at) => handler(at)) }] };
    const { settings } = parseSettings(JSON.stringify({ hooks }), "the file");
    const index = await compileHandlers(settings.hooks);
    const input = { tool_name: "Bash", tool_input: { command: "$(".repeat(4_999) } };
    const startedAt = threadMs();
    expect(
      index.select({ event: "PreToolUse", input, projectDir: "/p", homeDir: "/h" }).entries,
    ).toHaveLength(50);
    expect(threadMs() - startedAt).toBeLessThan(hangMs);
  });

  test("why a handler runs or not can be shown, whatever was asked about", async () => {
    const hooks = ["Bash|Edit", "^x+y*z", undefined].map((matcher, at) => ({
      ...(matcher === undefined ? {} : { matcher }),
      hooks: ["Bash(rm *)", "Read", "Edit(src/**)"].map((rule) => ({
        type: "command",
        command: `x${at}`,
        if: rule,
      })),
    }));
    const { settings } = parseSettings(JSON.stringify({ hooks: { PreToolUse: hooks } }), "the file");
    const index = await compileHandlers(settings.hooks);
    for (let at = 0; at < 500; at++) {
      const random = randomOfCase(fuzzSeed, at);
      const tool_name = random.pick(["Bash", "Read", "Edit", nastyText(random), `Bash${nastyText(random)}`]);
      const tool_input = { command: `rm '${nastyText(random)}'`, file_path: nastyText(random) };
      const question = {
        event: "PreToolUse",
        input: { tool_name, tool_input },
        projectDir: "/p",
        homeDir: "/h",
      } as const;
      for (const { why } of index.consider(question)) {
        expect(why).not.toMatch(forbiddenInTexts);
        expect(why.length).toBeLessThan(2_000);
      }
    }
  });

  test("what cannot be taken apart runs", async () => {
    const rule = await ruleOf("Bash(rm *)");
    for (const command of [
      "f() ".repeat(2_400),
      "echo 'x",
      'echo "x',
      "x".repeat(10_001),
      "echo $(",
      "a\u0000b",
    ])
      expect(asks(rule, command), command.slice(0, 20)).toBe(true);
  });
});
