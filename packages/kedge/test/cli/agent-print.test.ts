import { describe, expect, test } from "vitest";
import { jsonLines, makeAgent, oneObject } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const NO_RETRY = { CLAUDE_CODE_MAX_RETRIES: "0" };

describe("kedge agent -p prints text", () => {
  test("the answer alone on standard output, and nothing else anywhere", async () => {
    const world = await makeAgent({ replies: [{ text: "Grüße, **Welt** ☃" }] });
    expect(await world.agent(["-p", "hi"])).toEqual({
      exitCode: 0,
      stdout: "Grüße, **Welt** ☃\n",
      stderr: "",
    });
  });

  test("says on standard error that a request is sent again, and why", async () => {
    const world = await makeAgent({ replies: [{ status: 529 }, { text: "well" }] });
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"]);
    expect(stderr).toMatch(
      /^kedge: API Error: 529 Overloaded\. Trying again in 0\.[2-5] s \(retry 1 of 10\)\.\n$/,
    );
    expect([exitCode, stdout]).toEqual([0, "well\n"]);
  });

  test.for([
    [{ status: 400, message: "no such thing" }, "invalid_request", "API Error: 400 no such thing."],
    [{ status: 401 }, "authentication_failed", "Failed to authenticate. API Error: 401 invalid x-api-key."],
    [{ connection: "reset" }, "server_error", "API Error: Connection dropped (ECONNRESET)."],
  ] as const)("a failed turn prints no answer and one line of why: %j", async ([reply, kind, words]) => {
    const world = await makeAgent({ replies: [reply] });
    expect(await world.agent(["-p", "hi"], { env: NO_RETRY })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `kedge: The turn failed (${kind}). ${words}\n`,
    });
  });

  test("half an answer is none", async () => {
    const world = await makeAgent({
      replies: [{ text: "This is half of it.", stream: { stop_at: "delta", stop_by: "reset" } }],
      after_last: "fail",
    });
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"], { env: NO_RETRY });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("kedge: The turn failed (server_error). API Error: ");
  });

  test("a limit that ends the turn is no answer either; --verbose says what was done", async () => {
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command: "echo hid; false" } }],
    });
    const { exitCode, stdout, stderr } = await world.agent([
      ...["-p", "hi", "--max-turns", "2", "--verbose", "--permission-mode", "bypassPermissions"],
    ]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `${"kedge: Bash: echo hid; false\nkedge: failed: Exit code 1\n".repeat(2)}kedge: The turn ended after 2 requests (--max-turns).\n`,
    );
  });

  test("a budget that is used up is no answer, and says so in every format", async () => {
    const scenario = {
      replies: [{ tool: "Bash", input: { command: "echo a" }, usage: { output_tokens: 1_000_000 } }],
    };
    const price = { input: 1, output: 1, cacheWrite: 1, cacheRead: 1 };
    const args = [
      ...["-p", "hi", "--max-budget-usd", "0.5", "--model", "large-1"],
      ...["--prices", JSON.stringify({ "large-1": price }), "--allowedTools", "Bash(echo *)"],
    ];
    const text = await (await makeAgent(scenario)).agent(args);
    expect(text).toMatchObject({ exitCode: 1, stdout: "" });
    expect(text.stderr).toBe("kedge: The budget of $0.5 is used up: the turn ends here.\n");
    const { exitCode, stdout } = await (await makeAgent(scenario)).agent([
      ...args,
      "--output-format",
      "json",
    ]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ subtype: "error_max_budget_usd", is_error: true, terminal_reason: "budget_exhausted" },
      ...{ total_cost_usd: expect.closeTo(1, 2), modelUsage: { "large-1": { outputTokens: 1_000_000 } } },
    });
  });

  test("a fallback model answers, and that is told", async () => {
    const world = await makeAgent({
      routes: [{ when: { model: "claude-sonnet-5-5" }, replies: [{ status: 529 }] }],
      replies: [{ text: "Hello." }],
    });
    const args = ["-p", "hi", "--fallback-model", "claude-haiku-4-5"];
    const { exitCode, stdout, stderr } = await world.agent(args, { env: NO_RETRY });
    expect([exitCode, stdout]).toEqual([0, "Hello.\n"]);
    expect(stderr).toBe(
      "kedge: claude-sonnet-5-5 cannot answer (overloaded): claude-haiku-4-5 is asked for the rest of the turn.\n",
    );
    const stream = await world.agent([...args, "--output-format", "stream-json"], { env: NO_RETRY });
    expect(stream.stdout).toContain('"tag":"model_fallback"');
  });

  test("/compact works on a conversation that is gone on with, and is a line of the stream", async () => {
    const world = await makeAgent({
      routes: [{ when: { tools_at_most: 0 }, replies: [{ text: "THE-SUMMARY" }] }],
      replies: [{ text: "one" }, { text: "two" }],
    });
    await world.agent(["-p", "FIRST-PROMPT"]);
    const { exitCode, stdout } = await world.agent([
      ...["-p", "/compact keep it", "--continue", "--output-format", "stream-json"],
    ]);
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    expect(lines).toContainEqual(
      expect.objectContaining({
        ...{ type: "system", subtype: "compact_boundary" },
        compact_metadata: {
          trigger: "manual",
          pre_tokens: expect.any(Number),
          post_tokens: expect.any(Number),
        },
      }),
    );
    await world.agent(["-p", "second", "--continue"]);
    expect(world.said()).toContain("THE-SUMMARY");
    expect(world.said()).not.toContain("FIRST-PROMPT");
  });

  test("calls that nobody permitted are named, with what would permit them", async () => {
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command: "touch x" } }, { text: "I was not allowed." }],
    });
    expect(await world.agent(["-p", "hi"])).toEqual({
      exitCode: 0,
      stdout: "I was not allowed.\n",
      stderr:
        "kedge: 1 tool call was refused: Bash (touch x). --allowedTools and --permission-mode permit more.\n",
    });
    expect(world.has("x")).toBe(false);
  });

  test("what hooks say, and a gate that gave no verdict, stand on standard error", async () => {
    const world = await makeAgent({ replies: [{ text: "answer" }] });
    const broken = hooksOf("UserPromptSubmit", "exit 3", `echo '{"systemMessage":"be careful \\u001b[31m"}'`);
    world.write(USER, broken);
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"]);
    expect([exitCode, stdout]).toEqual([0, "answer\n"]);
    expect(stderr).toMatch(
      /^kedge: UserPromptSubmit hook "command: exit 3" of ~\/\.claude\/settings\.json gave no verdict: exit code 3\.$/m,
    );
    expect(stderr).toMatch(/^kedge: be careful ?$/m);
  });

  test("a prompt that a hook refuses is no answer", async () => {
    const world = await makeAgent();
    world.write(USER, hooksOf("UserPromptSubmit", "echo not today >&2; exit 2"));
    const { stdout, stderr } = await world.agent(["-p", "hi"]);
    expect(stdout).toBe("");
    expect(stderr).toContain("kedge: UserPromptSubmit operation blocked by hook:\nnot today");
    expect(world.requests()).toHaveLength(0);
  });
});

describe("kedge agent -p --output-format json", () => {
  test("is one object, of an answer and of a failure", async () => {
    const world = await makeAgent({
      replies: [
        { tool: "Bash", input: { command: "touch x" } },
        { text: "done", usage: { input_tokens: 7, output_tokens: 2 } },
        { status: 529 },
      ],
    });
    const well = await world.agent(["-p", "hi", "--output-format", "json"]);
    expect([well.exitCode, well.stderr]).toEqual([0, ""]);
    expect(oneObject(well.stdout)).toMatchObject({
      ...{ type: "result", subtype: "success", is_error: false, terminal_reason: "completed" },
      ...{ api_error_status: null, result: "done", num_turns: 2, stop_reason: "end_turn" },
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      usage: { output_tokens: expect.any(Number) },
      permission_denials: [{ tool_name: "Bash", tool_input: { command: "touch x" } }],
    });
    const bad = await world.agent(["-p", "hi", "--output-format", "json"], { env: NO_RETRY });
    expect(bad.exitCode).toBe(1);
    expect(oneObject(bad.stdout)).toMatchObject({
      ...{ is_error: true, terminal_reason: "api_error", api_error_status: 529, num_turns: 0 },
      ...{ result: "API Error: 529 Overloaded", permission_denials: [] },
      kedge: { failure: { error: "overloaded", status: 529, attempts: 1, retryable: true } },
    });
  });
});

describe("kedge agent -p --output-format stream-json", () => {
  test("begins with init, tells retries and unanswered gates, and ends with the result", async () => {
    const world = await makeAgent({
      replies: [{ status: 500 }, { tool: "Bash", input: { command: "echo hi" } }, { text: "done" }],
    });
    world.write(USER, {
      hooks: {
        SessionStart: [{ hooks: [{ type: "command", command: "echo hello" }] }],
        PreToolUse: [{ hooks: [{ type: "command", command: "exit 3" }] }],
        SessionEnd: [{ hooks: [{ type: "command", command: "touch ended" }] }],
      },
    });
    const args = ["-p", "hi", "--output-format", "stream-json", "--verbose"];
    const { exitCode, stdout, stderr } = await world.agent([...args, "--include-hook-events"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const lines = jsonLines(stdout);
    const names = lines.map(({ type, subtype }) => [type, subtype].filter(Boolean).join("/"));
    expect(names[0]).toBe("system/init");
    expect(names.at(-1)).toBe("result/success");
    expect(names.filter((name) => name === "result/success")).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      cwd: world.project,
      permissionMode: "default",
      kedge: { source: "startup" },
    });
    const ids = new Set(lines.map((line) => line.session_id));
    expect(ids.size).toBe(1);
    expect(lines.find(({ subtype }) => subtype === "api_retry")).toMatchObject({
      ...{ attempt: 1, max_retries: 10, error_status: 500, error: "server_error" },
    });
    expect(lines.find(({ tag }) => tag === "hook_no_verdict")).toMatchObject({
      ...{ hook_event: "PreToolUse", timed_out: false, level: "warning" },
      content: 'PreToolUse hook "command: exit 3" of ~/.claude/settings.json gave no verdict: exit code 3',
    });
    const hooks = lines.filter(({ subtype }) => subtype === "hook_response");
    expect(hooks.map(({ hook_name, outcome }) => [hook_name, outcome])).toEqual([
      ["SessionStart:startup", "success"],
      ["PreToolUse:Bash", "error"],
    ]);
    expect(world.has("ended")).toBe(true);
  });

  test("tells unanswered gates, and no other handlers, without --include-hook-events", async () => {
    const world = await makeAgent();
    world.write(USER, hooksOf("UserPromptSubmit", "exit 3", "exit 0"));
    const { stdout } = await world.agent(["-p", "hi", "--output-format", "stream-json"]);
    const system = jsonLines(stdout).filter(({ type }) => type === "system");
    expect(system.map(({ subtype, tag }) => tag ?? subtype)).toEqual(["init", "hook_no_verdict"]);
  });
});
