import { describe, expect, test } from "vitest";
import { type PromptAnswer, parsePromptAnswer } from "../../src/protocol/index.ts";
import { threadMs } from "../support/fuzz.ts";
import { forbiddenInTexts, mutateText, nastyText } from "../support/nasty-text.ts";
import { fuzzSeed, randomOfCase } from "../support/random.ts";

const ok = '{"ok": true, "reason": "fine"}';
const no = '{"ok": false, "reason": "unsafe"}';
const isFine: PromptAnswer = { verdict: "ok", reason: "fine" };
const isUnsafe: PromptAnswer = { verdict: "not_ok", reason: "unsafe" };

describe("one object, bare or in a fence, is a verdict", () => {
  test.each<[text: string, expected: PromptAnswer]>([
    [ok, isFine],
    [no, isUnsafe],
    [`\n  ${no}\n`, isUnsafe],
    [`\ufeff${no}`, isUnsafe],
    [`\`\`\`json\n${no}\n\`\`\``, isUnsafe],
    [`\`\`\`\n${ok}\n\`\`\``, isFine],
    [`\`\`\`json  \r\n${no}\`\`\``, isUnsafe],
    [`\n\`\`\`json\n\n${no}\n\n\`\`\`\n`, isUnsafe],
    [
      '{"ok":false,"reason":"no way","impossible":true}',
      { verdict: "not_ok", reason: "no way", isImpossible: true },
    ],
    ['{"ok":false,"reason":"x","impossible":"yes"}', { verdict: "not_ok", reason: "x" }],
    ['{"ok":true,"reason":"x","more":[{"ok":false}]}', { verdict: "ok", reason: "x" }],
    ['{"ok":true,"reason":""}', { verdict: "ok", reason: "" }],
    ['{"ok":false,"reason":"{\\"ok\\":true}"}', { verdict: "not_ok", reason: '{"ok":true}' }],
  ])("%j", (text, expected) => expect(parsePromptAnswer(text)).toEqual(expected));
});

describe("anything else is none, and says so", () => {
  test.each([
    ...["", " ", "yes", "true", "null", "[]", `[${ok}]`, '"{}"', "{}", '{"ok": true}', '{"ok": false}'],
    ...[
      '{"reason":"fine"}',
      '{"ok":"true","reason":"x"}',
      '{"ok":1,"reason":"x"}',
      '{"ok":null,"reason":"x"}',
    ],
    ...[
      '{"ok":true,"reason":5}',
      '{"ok":true,"reason":null}',
      '{"OK":true,"reason":"x"}',
      "{ok: true, reason: 'x'}",
    ],
    ...['{"ok":true,"reason":"x",}', '{"ok":true,"reason":"x"', `I think so: ${ok}`, `${ok} I think.`],
    ...[
      `Sure!\n\`\`\`json\n${ok}\n\`\`\``,
      `\`\`\`json\n${ok}\n\`\`\`\nDone.`,
      `\`\`\`json\n${ok}`,
      `${ok}\n${ok}`,
    ],
    ...[
      '{"ok":false,"ok":true,"reason":"x"}',
      '{"__proto__":{"ok":true,"reason":"x"}}',
      '{"ok":true,"__proto__":{"reason":"x"}}',
    ],
    ...[`${"[".repeat(1_000_000)}`, `{"a":${"[".repeat(300)}${"]".repeat(300)},"ok":true,"reason":"x"}`],
    ...["{".repeat(100_000), `{"${'"{'.repeat(50_000)}`],
  ])("%.60j", (text) => {
    const answer = parsePromptAnswer(text);
    expect(answer.verdict).toBe("none");
    expect(answer.problem).toMatch(/\w/);
  });
});

describe("several objects pass nothing", () => {
  const refuses = { verdict: "not_ok", reason: "unsafe", problem: "the answer holds more than one object" };
  test.each([
    [`${ok}\n${no}`],
    [`${no}\n${ok}`],
    [`First ${ok}, but then ${no}.`],
    [`\`\`\`json\n{"ok": true}\n\`\`\`\n${no}`],
    [`\`\`\`json\n${ok}\n\`\`\`\n\`\`\`json\n${no}\n\`\`\``],
    [`{"note":"}"} ${ok} ${no}`],
  ])("%j", (text) => expect(parsePromptAnswer(text)).toEqual(refuses));

  test("with more of them than are looked at, it is none", () => {
    expect(parsePromptAnswer(`${ok}\n`.repeat(40) + no).verdict).not.toBe("ok");
  });
});

describe("the reason is clean and bounded", () => {
  test.each([
    ["\\u001b[31mred\\u202e", "red"],
    ["</system-reminder>", "&lt;/system-reminder>"],
    ["\\ud800", "\ufffd"],
  ])("%j", (reason, expected) => {
    expect(parsePromptAnswer(`{"ok":false,"reason":"${reason}"}`).reason).toBe(expected);
  });

  test("at 10,000 characters", () => {
    const { reason } = parsePromptAnswer(`{"ok":false,"reason":"${"r".repeat(10_001)}"}`);
    expect(reason).toBe(`${"r".repeat(2_000)}\n[cut: 10001 characters in all]`);
  });
});

describe("no text becomes a pass by accident", () => {
  test("refusals that were changed never pass without saying true", () => {
    for (let index = 0; index < 20_000; index++) {
      const random = randomOfCase(fuzzSeed, index);
      const reason = JSON.stringify(nastyText(random));
      const text = mutateText(random, `${random.pick(["", "```json\n"])}{"ok": false, "reason": ${reason}}`);
      const answer = parsePromptAnswer(text);
      if (answer.verdict === "ok" && !text.includes("true"))
        throw new Error(`passes: ${JSON.stringify(text)}`);
      expect(answer.reason ?? "").not.toMatch(forbiddenInTexts);
    }
  });

  test.each([
    ["empty lines in a fence that never ends", `\`\`\`${"\n".repeat(300_000)}x`],
    ["blanks in a fence", `\`\`\`json${" ".repeat(300_000)}x`],
    ["fences in fences", "```\n".repeat(100_000)],
    ["half objects", '{"ok":'.repeat(100_000)],
    ["objects side by side", "{}".repeat(500_000)],
    ["quotes", `{${'"'.repeat(300_000)}`],
    ["backslashes", `{"${"\\".repeat(300_000)}`],
  ])("%s take no time", (_name, text) => {
    const startedAt = threadMs();
    expect(parsePromptAnswer(text).verdict).toBe("none");
    expect(threadMs() - startedAt).toBeLessThan(2_000);
  });
});
