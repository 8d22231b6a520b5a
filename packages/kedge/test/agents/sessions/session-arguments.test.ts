import { describe, expect, test } from "vitest";
import type { AgentCommand } from "../../../src/agents/sessions/command.ts";
import { readCommand } from "../../../src/agents/sessions/registry.ts";
import { ownSessionId, resumeArgs, startArgs } from "../../../src/agents/sessions/session-arguments.ts";
import fc from "../../support/fast-check.ts";

const ID = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const FORK = "33333333-3333-4333-8333-333333333333";
const OBSERVED = ["-p", "--output-format", "stream-json", "--verbose"];

describe("startArgs", () => {
  test("starts a session with the id it is given, and with the prompt last", () => {
    const command = read([
      "claude",
      "-p",
      "hi",
      "--allowedTools",
      "Bash(git *)",
      "Edit",
      "--output-format",
      "json",
    ]);
    expect(startArgs(command, { sessionId: ID })).toEqual([
      ...["claude", ...OBSERVED, "--session-id", ID],
      ...["--allowedTools", "Bash(git *)", "Edit", "--", "hi"],
    ]);
    expect(ownSessionId(command)).toBeUndefined();
  });

  test.each([
    [["--session-id", OTHER], ["--session-id", OTHER], OTHER],
    [["--resume", OTHER], ["--resume", OTHER], OTHER],
    [
      ["--resume", OTHER, "--fork-session"],
      ["--resume", OTHER, "--fork-session", "--session-id", ID],
      undefined,
    ],
    [
      ["--fork-session", "-r", OTHER, "--session-id", FORK],
      ["--resume", OTHER, "--fork-session", "--session-id", FORK],
      FORK,
    ],
  ])("keeps the conversation that the user chose: %j", (given, expected, own) => {
    const command = read(["claude", "-p", "hi", ...given]);
    expect(startArgs(command, { sessionId: ID })).toEqual(["claude", ...OBSERVED, ...expected, "--", "hi"]);
    expect(ownSessionId(command)).toBe(own);
  });

  test("names no prompt where it comes on standard input", () => {
    expect(startArgs(read(["kedge", "agent", "-p"]), { sessionId: ID })).toEqual([
      ...["kedge", "agent", ...OBSERVED, "--session-id", ID],
    ]);
  });

  test("passes on what the agent is to refuse or ignore", () => {
    expect(startArgs(read(["claude", "-p", "-", "there"]), { sessionId: ID }).slice(-3)).toEqual([
      "--",
      "-",
      "there",
    ]);
  });
});

describe("resumeArgs", () => {
  const argv = [
    "claude",
    "-p",
    "hi",
    "more",
    "--model",
    "a",
    "--init",
    "--resume",
    OTHER,
    "--bare",
    "--model=b",
  ];

  test("gives all flags again but those of one start, and the nudge in place of the prompt", () => {
    expect(resumeArgs(read(argv), { sessionId: ID, nudge: "--go on" })).toEqual([
      ...["claude", ...OBSERVED, "--resume", ID, "--model", "a", "--bare", "--model=b", "--", "--go on"],
    ]);
  });

  test("prepares a folder once, also for our own agent", () => {
    const command = read(["kedge", "agent", "-p", "hi", "--init", "--maintenance", "--trust-project"]);
    expect(resumeArgs(command, { sessionId: ID, nudge: "go" })).toEqual([
      ...["kedge", "agent", ...OBSERVED, "--resume", ID, "--trust-project", "--", "go"],
    ]);
  });

  test("changes the model and forks", () => {
    expect(resumeArgs(read(argv), { sessionId: ID, nudge: "go", model: "c", forkAs: FORK })).toEqual([
      ...["claude", ...OBSERVED, "--resume", ID, "--fork-session", "--session-id", FORK, "--model", "c"],
      ...["--bare", "--", "go"],
    ]);
  });

  test("does not fork again what was forked at the start", () => {
    const command = read(["claude", "-p", "hi", "--resume", OTHER, "--fork-session"]);
    expect(resumeArgs(command, { sessionId: ID, nudge: "go" })).toEqual([
      ...["claude", ...OBSERVED, "--resume", ID, "--", "go"],
    ]);
  });
});

const value = fc.oneof(
  fc.string(),
  fc.constantFrom("-p", "--", "--continue", "--resume", "--model", "", "a=b", "-", "--output-format=json"),
);
const bare = fc.string({ minLength: 1 }).filter((text) => !text.startsWith("-"));
const other = fc.oneof(
  fc.tuple(fc.constantFrom("--settings", "--append-system-prompt", "--max-turns", "--name", "-n"), value),
  fc
    .tuple(fc.constantFrom("--settings", "--fallback-model"), value)
    .map(([name, text]) => [`${name}=${text}`]),
  fc
    .tuple(
      fc.constantFrom("--allowedTools", "--add-dir", "--mcp-config"),
      fc.array(bare, { minLength: 1, maxLength: 3 }),
    )
    .map(([name, texts]) => [name, ...texts]),
  fc.constantFrom(["--bare"], ["--strict-mcp-config"], ["--unknown=x"], ["--unknown"]),
);
const own = fc.constantFrom(
  ...[["--output-format", "json"], ["--output-format=text"], ["--verbose"], ["-p"], ["--print"]],
  ["--session-id", ID],
);

test("every other argument is kept, byte for byte and in order, wherever ours stand between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ arbitrary: other, weight: 3 }, { arbitrary: own, weight: 1 }), { maxLength: 8 }),
      fc.string({ minLength: 1 }),
      (parts, prompt) => {
        const command = read(["claude", "-p", ...parts.flat(), "--", prompt]);
        const ours = new Set([
          "--output-format",
          "--output-format=text",
          "--verbose",
          "-p",
          "--print",
          "--session-id",
        ]);
        const kept = parts.filter(([name = ""]) => !ours.has(name)).flat();
        expect(startArgs(command, { sessionId: ID })).toEqual([
          ...["claude", ...OBSERVED, "--session-id", ID, ...kept, "--", prompt],
        ]);
        expect(resumeArgs(command, { sessionId: OTHER, nudge: "go" })).toEqual([
          ...["claude", ...OBSERVED, "--resume", OTHER, ...kept, "--", "go"],
        ]);
        // What was made is read as the same command again.
        const again = read(startArgs(command, { sessionId: ID }));
        expect(again.kept).toEqual(command.kept);
        expect(again.prompt).toBe(prompt);
      },
    ),
  );
});

test("no words make it throw", () => {
  fc.assert(
    fc.property(fc.array(value), (words) => {
      const reading = readCommand(["claude", ...words]);
      if (reading.ok) startArgs(reading.command, { sessionId: ID });
    }),
  );
});

function read(argv: readonly string[]): AgentCommand {
  const reading = readCommand(argv);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.command;
}
