import { describe, expect, test } from "vitest";
import { createOutput, renderOutput } from "../../../src/agents/sessions/output.ts";
import { failedResult, init, observe, result } from "./streams.ts";

describe("what the user sees", () => {
  const text = { format: "text", listsAll: false, printsFailures: true } as const;
  const json = { ...text, format: "json" } as const;
  const turns = {
    subtype: "error_max_turns",
    is_error: true,
    result: undefined,
    errors: ["Reached maximum number of turns (3)"],
  };

  test.each([
    ["an answer", text, [result()], "all done\n"],
    ["a failure", text, [failedResult("API Error")], "API Error\n"],
    ["no failure of Kedge", { ...text, printsFailures: false }, [failedResult("API Error")], ""],
    ["an empty answer", text, [result({ result: "" })], ""],
    ["too many turns", text, [result(turns)], "Error: Reached max turns (3)\n"],
    [
      "another error",
      text,
      [result({ is_error: true, result: undefined, errors: ["No x"] })],
      "Error: No x\n",
    ],
    [
      "a refused prompt",
      text,
      [result({ result: "refused", terminal_reason: "prompt_blocked" })],
      "refused\n",
    ],
    [
      "a refused prompt of Kedge",
      { ...text, printsFailures: false },
      [result({ terminal_reason: "prompt_blocked" })],
      "",
    ],
    ["no result", text, [init()], ""],
    ["no result as JSON", json, [init()], ""],
    [
      "the last result as JSON",
      json,
      [result({ result: "a" }), result({ extra: [1] })],
      `${JSON.stringify(result({ extra: [1] }))}\n`,
    ],
    ["nothing more of a stream", { ...text, format: "stream-json" } as const, [result()], ""],
  ])("%s", (_, wanted, lines, expected) => {
    expect(renderOutput(wanted, observe(lines))).toBe(expected);
  });

  test("lines of a stream come as they are, a list is one array, other formats wait for the end", () => {
    const lines = ['{"a": 1}', "", "half"];
    const write = (wanted: Parameters<typeof createOutput>[0]): string => {
      const output = createOutput(wanted);
      return lines.map(output.line).join("") + output.end(observe([result()]));
    };
    expect(write({ ...text, format: "stream-json" })).toBe('{"a": 1}\nhalf\n');
    expect(write(text)).toBe("all done\n");
    const list = createOutput({ ...json, listsAll: true });
    const all = list.line('{"a":1}') + list.line('{"b":2}') + list.end(observe([]));
    expect(JSON.parse(all)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(createOutput({ ...json, listsAll: true }).end(observe([]))).toBe("[]\n");
  });
});
