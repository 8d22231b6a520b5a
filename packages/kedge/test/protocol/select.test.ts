import { afterAll, describe, expect, it } from "vitest";
import { createPatternRunner } from "../../src/platform/index.ts";
import {
  compileHandlers,
  type HandlerIndex,
  type HookEventName,
  parseSettings,
} from "../../src/protocol/index.ts";

const runner = createPatternRunner();
afterAll(() => runner.close());

const command = (text: string, more: object = {}): object => ({ type: "command", command: text, ...more });

async function compile(...hooks: object[]): Promise<HandlerIndex> {
  const files = hooks.map(
    (each, at) => parseSettings(JSON.stringify({ hooks: each }), `file-${at}`).settings,
  );
  return compileHandlers(
    files.flatMap((file) => file.hooks),
    files.flatMap((file) => file.broken),
  );
}

function selected(
  index: HandlerIndex,
  event: HookEventName,
  input: Readonly<Record<string, unknown>>,
): string[] {
  const { entries } = index.select({ event, input, projectDir: "/p", homeDir: "/h", runner });
  return entries.map(({ handler }) => (handler.type === "command" ? handler.command : handler.type));
}

describe("selecting", () => {
  it("adds the handlers of all files up, in configured order", async () => {
    const index = await compile(
      { PreToolUse: [{ matcher: "Bash", hooks: [command("a")] }, { hooks: [command("b")] }] },
      { PreToolUse: [{ matcher: "Ba.*", hooks: [command("c")] }], Stop: [{ hooks: [command("d")] }] },
    );
    expect(selected(index, "PreToolUse", { tool_name: "Bash" })).toEqual(["a", "b", "c"]);
    expect(selected(index, "PreToolUse", { tool_name: "Edit" })).toEqual(["b"]);
    expect(selected(index, "Stop", {})).toEqual(["d"]);
    expect(selected(index, "SessionEnd", { reason: "other" })).toEqual([]);
  });

  it("runs the same handler once, over groups and files; time-out and messages do not make another one", async () => {
    const index = await compile(
      { Stop: [{ hooks: [command("a"), command("a", { timeout: 5, statusMessage: "x", shell: "bash" })] }] },
      {
        Stop: [
          {
            hooks: [
              command("a"),
              command("a "),
              command("a", { args: [] }),
              command("a", { shell: "powershell" }),
            ],
          },
        ],
      },
    );
    expect(selected(index, "Stop", {})).toEqual(["a", "a ", "a", "a"]);
  });

  it("of two copies keeps the first, as strict as the strictest", async () => {
    const index = await compile(
      { PreToolUse: [{ hooks: [command("a", { async: true }), command("b")] }] },
      {
        PreToolUse: [
          { hooks: [command("a"), command("b", { onFailure: "block" }), command("a", { async: true })] },
        ],
      },
    );
    const { entries } = index.select({
      event: "PreToolUse",
      input: {},
      projectDir: "/p",
      homeDir: "/h",
      runner,
    });
    expect(entries).toMatchObject([
      {
        file: "file-0",
        path: "hooks.PreToolUse[0].hooks[0]",
        handler: { background: "no", onFailure: "continue" },
      },
      {
        file: "file-0",
        path: "hooks.PreToolUse[0].hooks[1]",
        handler: { background: "no", onFailure: "block" },
      },
    ]);
  });

  it("treats another `if` as another handler, and judges each", async () => {
    const index = await compile({
      PreToolUse: [{ hooks: [command("a", { if: "Bash(rm *)" }), command("a", { if: "Bash(ls *)" })] }],
    });
    expect(selected(index, "PreToolUse", { tool_name: "Bash", tool_input: { command: "rm x" } })).toEqual([
      "a",
    ]);
    expect(selected(index, "PreToolUse", { tool_name: "Bash", tool_input: { command: "rm x; ls" } })).toEqual(
      ["a", "a"],
    );
    expect(selected(index, "PreToolUse", { tool_name: "Edit", tool_input: { file_path: "x" } })).toEqual([]);
  });

  it("answers the same whether a value was asked for before or not", async () => {
    const index = await compile({
      PreToolUse: [
        { matcher: "^(?!Bash)", hooks: [command("a")] },
        { matcher: "Edit|Write", hooks: [command("b")] },
      ],
    });
    for (let round = 0; round < 3; round++) {
      expect(selected(index, "PreToolUse", { tool_name: "Edit" })).toEqual(["a", "b"]);
      expect(selected(index, "PreToolUse", { tool_name: "Bash" })).toEqual([]);
    }
    for (let name = 0; name < 1_000; name++)
      expect(selected(index, "PreToolUse", { tool_name: `Tool${name}` })).toEqual(["a"]);
  });

  it("without anybody to judge a lookaround, its handlers run", async () => {
    const index = await compile({ PreToolUse: [{ matcher: "^(?!Bash)", hooks: [command("a")] }] });
    const { entries } = index.select({
      event: "PreToolUse",
      input: { tool_name: "Bash" },
      projectDir: "/p",
      homeDir: "/h",
    });
    expect(entries).toHaveLength(1);
    expect(selected(index, "PreToolUse", { tool_name: "Bash" })).toEqual([]);
  });
});

describe("what cannot be used", () => {
  it("is left out, reported and listed, and takes nothing with it", async () => {
    const index = await compile({
      PreToolUse: [
        { matcher: "[", hooks: [command("a")] },
        {
          matcher: "Bash",
          hooks: [command("b", { if: "A && B" }), command("c", { timeout: 0 }), command("d")],
        },
      ],
    });
    expect(selected(index, "PreToolUse", { tool_name: "Bash" })).toEqual(["d"]);
    expect(index.broken.map(({ path }) => path)).toEqual([
      "hooks.PreToolUse[1].hooks[1]",
      "hooks.PreToolUse[0].hooks[0]",
      "hooks.PreToolUse[1].hooks[0]",
    ]);
    expect(index.problems).toMatchObject([
      { code: "invalid_matcher", path: "hooks.PreToolUse[0].matcher" },
      { code: "invalid_if", path: "hooks.PreToolUse[1].hooks[0].if" },
    ]);
  });

  it("closes the gate when it says that its failure blocks, for the calls that it was about", async () => {
    const index = await compile({
      PreToolUse: [
        { matcher: "Bash|Task", hooks: [command("a", { timeout: 0, onFailure: "block" })] },
        { matcher: "[", hooks: [command("b", { onFailure: "block" })] },
        { matcher: "Edit", hooks: [command("c", { timeout: 0 })] },
      ],
      Stop: [{ hooks: [command("d", { timeout: 0, onFailure: "block" })] }],
    });
    const closed = (event: HookEventName, tool?: string): string[] =>
      index
        .select({
          event,
          input: tool === undefined ? {} : { tool_name: tool },
          projectDir: "/p",
          homeDir: "/h",
          runner,
        })
        .closed.map(({ path }) => path);
    expect(closed("PreToolUse", "Bash")).toEqual([
      "hooks.PreToolUse[0].hooks[0]",
      "hooks.PreToolUse[1].hooks[0]",
    ]);
    expect(closed("PreToolUse", "Agent")).toEqual([
      "hooks.PreToolUse[0].hooks[0]",
      "hooks.PreToolUse[1].hooks[0]",
    ]);
    expect(closed("PreToolUse", "Edit")).toEqual(["hooks.PreToolUse[1].hooks[0]"]);
    // Stop does not obey onFailure (recorded).
    expect(closed("Stop")).toEqual([]);
  });

  it.each([
    ["Bash(git *)", "never_fires"],
    ["/Bash/", "never_fires"],
    ["Edit;Write", "never_fires"],
    ["mcp__memory", "never_fires"],
    ["Edit Write", "never_fires"],
    ["|", "never_fires"],
    ["^(?!Bash)", "limited_pattern"],
  ])("says of the matcher %s that it is %s, and keeps it", async (matcher, code) => {
    const index = await compile({ PreToolUse: [{ matcher, hooks: [command("a")] }] });
    expect(index.problems).toMatchObject([{ severity: "warning", code }]);
    expect(index.broken).toEqual([]);
  });
});

describe("considering", () => {
  it("has a word on every handler of the event", async () => {
    const index = await compile({
      PreToolUse: [
        { matcher: "Bash", hooks: [command("a"), command("a"), command("b", { if: "Bash(ls)" })] },
        { matcher: "Edit", hooks: [command("c")] },
      ],
      Stop: [{ hooks: [command("d")] }],
    });
    const input = { tool_name: "Bash", tool_input: { command: "rm x" } };
    const words = index.consider({ event: "PreToolUse", input, projectDir: "/p", homeDir: "/h", runner });
    expect(words.map(({ outcome, why }) => `${outcome}: ${why}`)).toEqual([
      'runs: "Bash" is one of Bash',
      "duplicate: the same handler stands at hooks.PreToolUse[0].hooks[0] (file-0), and runs once",
      "if: ls covers none of `rm x`",
      'matcher: "Bash" is not one of Edit',
    ]);
  });
});
