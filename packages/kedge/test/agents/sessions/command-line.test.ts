import { describe, expect, test } from "vitest";
import type { AgentCommand, CommandReading } from "../../../src/agents/sessions/command.ts";
import { adapterFor, adapterNamed, readCommand } from "../../../src/agents/sessions/registry.ts";

const ID = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

const READ: readonly (readonly [name: string, argv: readonly string[], expected: object])[] = [
  ["a prompt", ["claude", "-p", "hi"], { agent: "claude-code", program: ["claude"], prompt: "hi", kept: [] }],
  ["the long flag", ["claude", "--print", "hi"], { prompt: "hi" }],
  ["a prompt before its flag", ["claude", "hi", "-p"], { prompt: "hi" }],
  ["a path", ["/opt/bin/claude", "-p", "hi"], { program: ["/opt/bin/claude"], prompt: "hi" }],
  ["a program of Windows", ["C:\\bin\\claude.exe", "-p", "hi"], { agent: "claude-code" }],
  [
    "npx",
    ["npx", "@anthropic-ai/claude-code", "-p", "hi"],
    { program: ["npx", "@anthropic-ai/claude-code"] },
  ],
  [
    "npx with a version",
    ["npx", "-y", "@anthropic-ai/claude-code@2.1.329", "-p", "hi"],
    { program: ["npx", "-y", "@anthropic-ai/claude-code@2.1.329"], prompt: "hi", kept: [] },
  ],
  [
    "npx with a package and a command",
    ["npx", "-p", "@anthropic-ai/claude-code", "claude", "-p", "hi"],
    { program: ["npx", "-p", "@anthropic-ai/claude-code", "claude"], prompt: "hi" },
  ],
  ["npm exec", ["npm", "exec", "--", "claude", "-p", "hi"], { program: ["npm", "exec", "--", "claude"] }],
  ["pnpm dlx", ["pnpm", "dlx", "@anthropic-ai/claude-code", "-p", "hi"], { agent: "claude-code" }],
  [
    "node with a script",
    ["node", "--no-warnings", "/x/node_modules/@anthropic-ai/claude-code/cli.js", "-p", "hi"],
    { agent: "claude-code", prompt: "hi" },
  ],
  [
    "kedge agent",
    ["kedge", "agent", "-p", "hi"],
    { agent: "kedge", program: ["kedge", "agent"], prompt: "hi" },
  ],
  ["a checkout of kedge", ["bin/kedge", "agent", "-p", "hi"], { program: ["bin/kedge", "agent"] }],
  [
    "node with kedge",
    ["/usr/bin/node", "/x/dist/cli/kedge.js", "agent", "-p", "hi"],
    { agent: "kedge", program: ["/usr/bin/node", "/x/dist/cli/kedge.js", "agent"], prompt: "hi" },
  ],
  [
    "node with a loader",
    ["node", "--import", "./x.js", "cli/main.ts", "agent", "-p", "hi"],
    { program: ["node", "--import", "./x.js", "cli/main.ts", "agent"] },
  ],
  ["npx kedge", ["npx", "kedge", "agent", "-p", "hi"], { agent: "kedge" }],
  ["a prompt on standard input", ["claude", "-p"], { prompt: undefined, extra: [] }],
  ["an empty prompt", ["claude", "-p", ""], { prompt: undefined }],
  ["a single dash as the prompt", ["claude", "-p", "-"], { prompt: "-" }],
  ["a prompt behind dashes", ["claude", "-p", "--", "--help"], { prompt: "--help" }],
  ["dashes twice", ["claude", "-p", "--", "--", "x"], { prompt: "--", extra: ["x"] }],
  ["more words", ["claude", "-p", "hi", "there"], { prompt: "hi", extra: ["there"] }],
  ["a prompt named like a subcommand", ["claude", "-p", "mcp"], { prompt: "mcp" }],
  [
    "text by default",
    ["claude", "-p", "hi"],
    { output: { format: "text", listsAll: false, printsFailures: true } },
  ],
  [
    "json",
    ["claude", "-p", "hi", "--output-format", "json"],
    { output: { format: "json", listsAll: false } },
  ],
  [
    "json as one word",
    ["claude", "-p", "hi", "--output-format=json"],
    { output: { format: "json" }, kept: [] },
  ],
  [
    "the last format",
    ["claude", "-p", "hi", "--output-format", "json", "--output-format", "text"],
    { output: { format: "text" }, kept: [] },
  ],
  [
    "a list with --verbose",
    ["claude", "-p", "hi", "--verbose", "--output-format", "json"],
    { output: { format: "json", listsAll: true }, kept: [] },
  ],
  [
    "no list of Kedge",
    ["kedge", "agent", "-p", "hi", "--verbose", "--output-format", "json"],
    { output: { format: "json", listsAll: false, printsFailures: false } },
  ],
  [
    "stream-json",
    ["claude", "-p", "hi", "--output-format", "stream-json", "--verbose"],
    { output: { format: "stream-json", listsAll: false } },
  ],
  ["a new session", ["claude", "-p", "hi"], { conversation: { kind: "new" } }],
  [
    "its own id",
    ["claude", "-p", "hi", "--session-id", ID],
    { conversation: { kind: "new", sessionId: ID }, kept: [] },
  ],
  [
    "a resume",
    ["claude", "-p", "hi", "--resume", ID],
    { conversation: { kind: "resume", sessionId: ID }, kept: [] },
  ],
  [
    "a resume in short",
    ["claude", "-p", "-r", ID, "hi"],
    { conversation: { kind: "resume", sessionId: ID }, prompt: "hi" },
  ],
  [
    "a resume in one word",
    ["claude", "-p", `-r${ID}`, "hi"],
    { conversation: { kind: "resume", sessionId: ID } },
  ],
  [
    "short flags together",
    ["claude", "-pr", ID, "hi"],
    { conversation: { kind: "resume", sessionId: ID }, prompt: "hi" },
  ],
  [
    "a fork",
    ["claude", "-p", "hi", "--fork-session", `--resume=${ID}`],
    { conversation: { kind: "fork", from: ID }, kept: [] },
  ],
  [
    "a fork with an id",
    ["claude", "-p", "hi", "--fork-session", "--resume", ID, "--session-id", OTHER],
    { conversation: { kind: "fork", from: ID, sessionId: OTHER } },
  ],
  [
    "a model",
    ["claude", "-p", "hi", "--model", "opus"],
    { model: "opus", kept: [{ words: ["--model", "opus"], role: "model" }] },
  ],
  ["the last model", ["claude", "-p", "--model=a", "--model", "b", "hi"], { model: "b", prompt: "hi" }],
  [
    "Kedge's budget, prices and fallback",
    ["kedge", "agent", "-p", "--max-budget-usd", "2", "--prices", "p.json", "--fallback-model", "m", "hi"],
    {
      prompt: "hi",
      kept: [
        { words: ["--max-budget-usd", "2"] },
        { words: ["--prices", "p.json"] },
        { words: ["--fallback-model", "m"] },
      ],
    },
  ],
  ["Kedge's short model", ["kedge", "agent", "-p", "-m", "x", "hi"], { model: "x", prompt: "hi" }],
  [
    "several values",
    ["claude", "-p", "hi", "--allowedTools", "Bash(git *)", "Edit", "--max-turns", "3"],
    {
      prompt: "hi",
      kept: [{ words: ["--allowedTools", "Bash(git *)", "Edit"] }, { words: ["--max-turns", "3"] }],
    },
  ],
  ["values that take the prompt", ["claude", "-p", "--allowedTools", "Edit", "hi"], { prompt: undefined }],
  [
    "one value by an equals sign",
    ["claude", "-p", "--allowedTools=Edit", "hi"],
    { prompt: "hi", kept: [{ words: ["--allowedTools=Edit"] }] },
  ],
  [
    "values and dashes",
    ["claude", "-p", "--add-dir", "a", "b", "--", "hi"],
    { prompt: "hi", kept: [{ words: ["--add-dir", "a", "b"] }] },
  ],
  [
    "a value that looks like a flag",
    ["claude", "-p", "hi", "--append-system-prompt", "--continue"],
    { kept: [{ words: ["--append-system-prompt", "--continue"] }], conversation: { kind: "new" } },
  ],
  [
    "a value that looks like -p",
    ["claude", "--system-prompt", "-p", "-p", "hi"],
    { kept: [{ words: ["--system-prompt", "-p"] }], prompt: "hi" },
  ],
  [
    "a value with an equals sign",
    ["claude", "-p", "hi", '--settings={"a":"b=c"}'],
    { kept: [{ words: ['--settings={"a":"b=c"}'] }] },
  ],
  ["an empty value", ["claude", "-p", "hi", "--settings", ""], { kept: [{ words: ["--settings", ""] }] }],
  [
    "repeated flags",
    ["claude", "-p", "hi", "--plugin-dir", "a", "--plugin-dir", "b"],
    { kept: [{ words: ["--plugin-dir", "a"] }, { words: ["--plugin-dir", "b"] }] },
  ],
  [
    "MCP servers of Kedge",
    ["kedge", "agent", "-p", "hi", "--mcp-config", "a.json", "b.json", "--strict-mcp-config"],
    { kept: [{ words: ["--mcp-config", "a.json", "b.json"] }, { words: ["--strict-mcp-config"] }] },
  ],
  [
    "an optional value",
    ["claude", "-p", "--debug", "hooks", "hi"],
    { prompt: "hi", kept: [{ words: ["--debug", "hooks"] }] },
  ],
  [
    "an optional value that is none",
    ["claude", "-p", "hi", "--debug", "--bare"],
    { kept: [{ words: ["--debug"] }, { words: ["--bare"] }] },
  ],
  ["-d2e", ["claude", "-p", "-d2e", "hi"], { prompt: "hi", kept: [{ words: ["-d2e"] }] }],
  [
    "text input",
    ["claude", "-p", "hi", "--input-format", "text"],
    { kept: [{ words: ["--input-format", "text"] }] },
  ],
  [
    "what is of one start only",
    ["claude", "-p", "hi", "--resume", ID, "--resume-session-at", "m1"],
    { kept: [{ words: ["--resume-session-at", "m1"], role: "once" }] },
  ],
  [
    "an unknown flag",
    ["claude", "hi", "-p", "--new-flag"],
    { prompt: "hi", kept: [{ words: ["--new-flag"] }] },
  ],
  [
    "an unknown flag with a value",
    ["claude", "-p", "--new=x", "hi"],
    { prompt: "hi", kept: [{ words: ["--new=x"] }] },
  ],
  [
    "an unknown flag, and dashes",
    ["claude", "-p", "--new", "x", "--", "hi"],
    { prompt: "hi", kept: [{ words: ["--new", "x"] }] },
  ],
  ["odd characters", ["claude", "-p", "ä\n$(x) '\"\u0000"], { prompt: "ä\n$(x) '\"\u0000" }],
];

const REFUSED: readonly (readonly [name: string, argv: readonly string[], codes: readonly string[]])[] = [
  ["no -p", ["claude", "hi"], ["not_unattended"]],
  ["no -p of Kedge", ["kedge", "agent", "hi"], ["not_unattended"]],
  ["nothing", ["claude"], ["not_unattended"]],
  ["--continue", ["claude", "-p", "hi", "--continue"], ["picks_a_session"]],
  ["-c", ["kedge", "agent", "-p", "hi", "-c"], ["picks_a_session"]],
  ["-c among others", ["claude", "-pc", "hi"], ["picks_a_session"]],
  ["--continue with a fork", ["claude", "-p", "hi", "-c", "--fork-session"], ["picks_a_session"]],
  ["--resume without an id", ["claude", "-p", "--resume"], ["picks_a_session"]],
  ["--resume before a flag", ["claude", "-p", "hi", "--resume", "--bare"], ["picks_a_session"]],
  ["--resume with a title", ["claude", "-p", "hi", "--resume", "my work"], ["picks_a_session"]],
  ["--from-pr", ["claude", "-p", "hi", "--from-pr", "12"], ["picks_a_session"]],
  ["stream-json input", ["claude", "-p", "--input-format", "stream-json"], ["streams_input"]],
  ["stream-json input of Kedge", ["kedge", "agent", "-p", "--input-format=stream-json"], ["streams_input"]],
  ["a subcommand", ["claude", "mcp", "list"], ["not_a_session", "not_unattended"]],
  ["help", ["claude", "--help"], ["not_a_session", "not_unattended"]],
  ["a version", ["claude", "-p", "-v"], ["not_a_session"]],
  ["a preparation of Kedge's", ["kedge", "agent", "-p", "--init-only"], ["not_a_session"]],
  ["background", ["claude", "-p", "hi", "--bg"], ["not_a_session"]],
  ["the cloud", ["claude", "-p", "hi", "--cloud"], ["not_a_session"]],
  ["no transcript", ["claude", "-p", "hi", "--no-session-persistence"], ["cannot_resume"]],
  ["a worktree", ["claude", "-p", "hi", "-w"], ["cannot_resume"]],
  ["a missing value", ["claude", "-p", "hi", "--model"], ["missing_value"]],
  ["missing values", ["claude", "-p", "hi", "--allowedTools"], ["missing_value"]],
  ["another format", ["claude", "-p", "hi", "--output-format", "xml"], ["wrong_value"]],
  ["an id that is none", ["claude", "-p", "hi", "--session-id", "../x"], ["wrong_value"]],
  ["an id and a resume", ["claude", "-p", "hi", "--session-id", ID, "--resume", OTHER], ["contradiction"]],
  ["a fork of nothing", ["claude", "-p", "hi", "--fork-session"], ["contradiction"]],
  ["an unknown flag before a word", ["claude", "-p", "--new", "hi"], ["ambiguous"]],
  ["several mistakes", ["claude", "-c", "--model"], ["picks_a_session", "missing_value", "not_unattended"]],
  ["another program", ["codex", "-p", "hi"], ["not_a_session"]],
  ["kedge without agent", ["kedge", "failures"], ["not_a_session"]],
  ["npm without dashes", ["npm", "exec", "claude", "-p", "hi"], ["not_a_session"]],
  ["another package", ["npx", "@anthropic-ai/claude-code-x", "-p", "hi"], ["not_a_session"]],
  ["another script", ["node", "claude-code/cli.js", "-p", "hi"], ["not_a_session"]],
  ["nothing at all", [], ["not_a_session"]],
];

describe("command lines that can be run", () => {
  test.each(READ)("%s", (_, argv, expected) => {
    expect({ prompt: undefined, ...commandOf(readCommand(argv)) }).toMatchObject(expected);
  });
});

describe("command lines that cannot be run unattended", () => {
  test.each(REFUSED)("%s", (_, argv, codes) => {
    const reading = readCommand(argv);
    expect(reading.ok ? "a command" : reading.problems.map(({ code }) => code).toSorted()).toEqual(
      codes.toSorted(),
    );
    if (!reading.ok) for (const { message } of reading.problems) expect(message).toMatch(/^Expected .+\.$/);
  });
});

test("a problem never shows the prompt", () => {
  const reading = readCommand(["claude", "the secret prompt", "--model"]);
  expect(JSON.stringify(reading)).not.toContain("secret");
});

test("an adapter is found by what it starts and by its name", () => {
  expect(adapterFor(["claude"])?.name).toBe("claude-code");
  expect(adapterFor(["kedge", "agent"])?.name).toBe("kedge");
  expect(adapterFor(["vim"])).toBeNull();
  expect(adapterNamed("kedge")?.name).toBe("kedge");
  expect(adapterNamed("toString")).toBeNull();
});

function commandOf(reading: CommandReading): AgentCommand {
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.command;
}
