import { describe, expect, test } from "vitest";
import { makeAgent } from "./agent-world.ts";

const UUID = "0e0e0e0e-0000-4000-8000-00000000000a";

describe("an option of kedge agent that cannot be used", () => {
  const cases: readonly (readonly [readonly string[], number, string | RegExp])[] = [
    [["--output-format", "xml"], 64, /'xml' is invalid\. Allowed choices are text, json, stream-json\./],
    [["--model", ""], 64, 'Expected --model to be something, got "".'],
    [["--fallback-model", ""], 64, 'Expected --fallback-model to be something, got "".'],
    [
      ["--model", "m", "--fallback-model", "m"],
      64,
      "The fallback model is the model itself (m). Name another.",
    ],
    ...["0", "-1", "1e3", "NaN", "five"].map((amount): [string[], number, string] => [
      ["--max-budget-usd", amount],
      64,
      `Expected --max-budget-usd to be an amount of US dollars above 0, such as 2.50, got "${amount}".`,
    ]),
    [["--model", "large-1", "--max-budget-usd", "1"], 64, /There is no price for the model large-1/],
    [["--prices", "nope.json"], 66, /Expected --prices to be a file; .*nope\.json cannot be read\./],
    [["--prices", "{bad"], 64, /Expected --prices to be JSON such as/],
    [
      ["--prices", '{"m":{"input":1}}'],
      64,
      /dollars for a million tokens under input, output, cacheWrite, cacheRead/,
    ],
    [["--prices", '{"m":{"input":-1,"output":1,"cacheWrite":1,"cacheRead":1}}'], 64, /for m, got/],
    [["--max-turns", "1e3"], 64, 'Expected --max-turns to be a whole number of at least 1, got "1e3".'],
    [
      ["--max-stop-continuations", "-1"],
      64,
      'Expected --max-stop-continuations to be a whole number of at least 0, got "-1".',
    ],
    [
      ["--permission-mode", "yolo"],
      64,
      'Expected --permission-mode to be one of default, plan, acceptEdits, auto, dontAsk, bypassPermissions, got "yolo".',
    ],
    [["--permission-mode", "plan", "--dangerously-skip-permissions"], 64, /contradict each other/],
    [
      ["--setting-sources", "user,all"],
      64,
      'Expected --setting-sources to be some of user,project,local, got "all".',
    ],
    [["--settings", "{bad"], 65, /expected JSON after --settings/],
    [
      ["--mcp-config", "{bad"],
      65,
      /^kedge: MCP servers: Expected one JSON object, got text that is no JSON: /m,
    ],
    [
      ["--mcp-config", '{"mcpServers":{"a":{"command":5}}}'],
      65,
      /^kedge: MCP servers: Expected a program, got 5 \(--mcp-config, mcpServers\.a\.command\)\./m,
    ],
    [
      ["--mcp-config", "nope.json"],
      66,
      /expected a file of MCP servers after --mcp-config, but .*nope\.json does not exist\./,
    ],
    [
      ["--settings", "nope.json"],
      66,
      /expected a settings file after --settings, but .*nope\.json does not exist\./,
    ],
    [
      ["--agents", "x"],
      64,
      /^kedge: Expected --agents to be a JSON object such as .*, got text that is no JSON\.$/m,
    ],
    [["--agents", '{"a":{"prompt":"x"}}'], 64, /got no description or no prompt for "a"\.$/m],
    [["--session-id", "12"], 64, 'Expected --session-id to be a session id, which is a UUID, got "12".'],
    [
      ["--session-id", UUID, "--continue"],
      64,
      "--session-id with --resume or --continue needs --fork-session.",
    ],
    [["--resume", "../x"], 64, 'Expected --resume to be a session id, which is a UUID, got "../x".'],
    [["--resume", UUID], 66, `No conversation found with session ID ${UUID} in this project.`],
    [["--resume", UUID, "--continue"], 64, /contradict each other/],
    [["--continue"], 66, "No conversation found to continue in this folder."],
    [["--fork-session"], 64, "--fork-session needs --resume or --continue."],
    [
      ["--resume", UUID, "--resume-session-at", "x"],
      64,
      "--resume-session-at needs --resume and --fork-session.",
    ],
    [["--add-dir", "nope"], 66, /Expected --add-dir to be a folder; .*nope is none\.$/m],
    [["--debug-file", "nope/x"], 74, /The debug file .*nope\/x cannot be written: ENOENT/],
    [["--input-format", "stream-json"], 64, "--input-format stream-json needs --output-format stream-json."],
    [
      ["--input-format", "stream-json", "--output-format", "stream-json"],
      64,
      "With --input-format stream-json prompts come from standard input; one was given as an argument.",
    ],
    [
      ["--disallowedTools", "Bash(rm *", "Read"],
      64,
      'Expected --disallowedTools to be rules such as Read or "Bash(npm test)", got "Bash(rm *".',
    ],
  ];

  test("gives one clear line and its exit code, and nothing is asked of the model", async () => {
    const world = await makeAgent();
    const left = [...cases];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [options, code, words] = next;
        const { exitCode, stdout, stderr } = await world.agent(["-p", "hi", ...options]);
        expect([options, exitCode, stdout]).toEqual([options, code, ""]);
        if (typeof words === "string") expect(stderr).toBe(`kedge: ${words}\n`);
        else expect(stderr).toMatch(words);
        expect(stderr.replace("Run the command with --help for its options.\n", "")).toMatch(/^kedge: .*\n$/);
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(world.requests()).toHaveLength(0);
  });
});

describe("folders that cannot be used", () => {
  test("a state folder that cannot be written is one line, without a stack", async () => {
    const world = await makeAgent();
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"], {
      env: { KEDGE_STATE_DIR: world.write("file", "") },
    });
    expect([exitCode, stdout]).toEqual([74, ""]);
    expect(stderr).toMatch(/^kedge: .*\n$/);
  });
});
