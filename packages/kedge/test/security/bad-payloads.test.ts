import { expect } from "vitest";
import {
  compileIf,
  compileMatcher,
  fillPrompt,
  fillToolInput,
  type InputReading,
  type JsonObject,
  matchedValue,
  parseInput,
} from "../../src/protocol/index.ts";
import { type Check, type Held, holdRows, type LaterRows } from "./hold-rows.ts";
import { contentHeld } from "./payload-content.ts";
import { orderLater } from "./payload-order.ts";
import { stdinLater } from "./payload-stdin.ts";
import { transcriptHeld } from "./payload-transcript.ts";

/** An input that was read, as plain data. */
async function readInput(
  text: string,
): Promise<Extract<InputReading, { ok: true }> & { readonly data: JsonObject }> {
  const reading = await parseInput(text, "stdin");
  if (!reading.ok) throw new Error(`expected an input, got ${JSON.stringify(reading.problems)}`);
  expect(reading.problems.every(({ severity }) => severity === "warning")).toBe(true);
  return { ...reading, data: reading.input as unknown as JsonObject };
}

/** The event is not delivered, and one problem says why. */
const isRefused =
  (came: RegExp): Check =>
  async (text) => {
    const reading = await parseInput(text, "stdin");
    expect(reading.ok).toBe(false);
    expect(reading.problems.map(({ code }) => code)).toEqual(["unreadable"]);
    expect(reading.problems[0]?.came).toMatch(came);
    expect(reading.problems[0]?.effect).toBe("The event is not delivered.");
  };

const hasLargeField =
  (field: string, length: number): Check =>
  async (text) => {
    const value = (await readInput(text)).data[field];
    expect(typeof value === "string" ? value.length : value).toBe(length);
  };

const held: Held = {
  "pay-003": isRefused(/nested too deeply/),
  "pay-004": async (text, ...rest) => {
    await isRefused(/too many keys/)(text, ...rest);
    const fewer = text.slice(0, text.indexOf(',"k100000"'));
    const { tool_input: keys } = (await readInput(`${fewer}}}`)).data;
    expect(Object.keys(keys as object)).toHaveLength(100_000);
  },
  "pay-018": async (text) => {
    const json = JSON.stringify((await readInput(text)).input);
    expect(fillPrompt("Judge: $ARGUMENTS", json)).toBe(`Judge: ${json}`);
    expect(fillPrompt("Judge this.", json)).toBe(`Judge this.\n\n${json}`);
  },
  "pay-019": async (text) => {
    const template = { path: "${tool_input.file_path}", deep: [{ again: "<${tool_input.file_path}>" }] };
    expect(fillToolInput(template, (await readInput(text)).data)).toEqual({
      path: "${tool_input.content}",
      deep: [{ again: "<${tool_input.content}>" }],
    });
  },
};

const later: LaterRows = {
  "pay-001": { heldBy: "engine: processes", check: hasLargeField("tool_response", 104_857_600) },
  "pay-002": { heldBy: "engine: processes", check: hasLargeField("tool_response", 104_857_600) },
  "pay-020": {
    heldBy: "host: permissions",
    check: async (text) => {
      const { event, data } = await readInput(text);
      const name = matchedValue(event, data);
      expect(name).toBe("B\u0430sh");
      for (const pattern of ["Bash", "Bash|Edit", "^Bash$", "[B]ash"])
        expect((await compileMatcher(event, pattern)).test(name).fires).toBe(false);
      const compiled = await compileIf("Bash(rm *)");
      const call = {
        toolName: name ?? "",
        toolInput: { command: "rm -rf x" },
        projectDir: "/p",
        homeDir: "/h",
      };
      expect(compiled.ok && compiled.rule.test(call).runs).toBe(false);
    },
  },
};

const recorded: LaterRows = { ...orderLater, ...stdinLater };

holdRows("payload", { ...held, ...contentHeld, ...transcriptHeld }, { ...later, ...recorded });
