import { describe, expect, test } from "vitest";
import { jsonLines, makeAgent, oneObject } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const JSON_ARGS = ["-p", "hi", "--output-format", "json"];

describe("the environment of kedge agent", () => {
  test("CLAUDE_CODE_MAX_RETRIES bounds the retries", async () => {
    const world = await makeAgent({ replies: [{ status: 529 }] });
    const stream = ["-p", "hi", "--output-format", "stream-json"];
    await world.agent(stream, { env: { CLAUDE_CODE_MAX_RETRIES: "0" } });
    expect(world.requests()).toHaveLength(1);
    const { stdout } = await world.agent(stream, { env: { CLAUDE_CODE_MAX_RETRIES: "1" } });
    expect(world.requests()).toHaveLength(3);
    const retries = jsonLines(stdout).filter(({ subtype }) => subtype === "api_retry");
    expect(retries.map(({ attempt, max_retries }) => [attempt, max_retries])).toEqual([[1, 1]]);
  });

  test("more retries than there are, and numbers that are none, are told", async () => {
    const world = await makeAgent({ replies: [{ status: 529 }, { text: "ok" }] });
    const { stderr } = await world.agent(["-p", "hi"], {
      env: {
        CLAUDE_CODE_MAX_RETRIES: "99",
        API_TIMEOUT_MS: "soon",
        CLAUDE_CODE_MAX_OUTPUT_TOKENS: "0",
        CLAUDE_STREAM_IDLE_TIMEOUT_MS: "",
      },
    });
    expect(stderr.split("\n")).toEqual([
      'kedge: expected CLAUDE_CODE_MAX_OUTPUT_TOKENS to be a number of at least 1, got "0"; the default holds.',
      'kedge: expected API_TIMEOUT_MS to be a number of at least 1, got "soon"; the default holds.',
      "kedge: CLAUDE_CODE_MAX_RETRIES=99 is more than the most there are; 15 hold.",
      expect.stringMatching(/Trying again in .* s \(retry 1 of 15\)\.$/),
      "",
    ]);
  });

  test.for([
    ["KEDGE_FIRST_BYTE_TIMEOUT_MS", { connection: "hang" }, "No answer came, and the request was ended"],
    ["API_TIMEOUT_MS", { connection: "hang" }, "The request took too long and was ended"],
    [
      "CLAUDE_STREAM_IDLE_TIMEOUT_MS",
      { text: "half of it", stream: { stop_at: "delta", stop_by: "hang" } },
      "The answer stalled, and the request was ended",
    ],
  ] as const)("%s ends a request that hangs, with an honest result", async ([name, reply, words]) => {
    const world = await makeAgent({ replies: [reply] });
    // The default of each is minutes.
    const { exitCode, stdout } = await world.agent(JSON_ARGS, {
      env: { CLAUDE_CODE_MAX_RETRIES: "0", [name]: "300" },
    });
    expect(exitCode).toBe(1);
    expect(oneObject(stdout)).toMatchObject({
      ...{ is_error: true, terminal_reason: "api_error", api_error_status: null },
      result: `API Error: ${words}`,
    });
  });

  test.for([
    [{ CLAUDE_CODE_AUTO_COMPACT_WINDOW: "1000" }, true],
    [{ CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: "1" }, true],
    [{ CLAUDE_CODE_AUTO_COMPACT_WINDOW: "1000", DISABLE_AUTO_COMPACT: "1" }, false],
    [{ CLAUDE_CODE_AUTO_COMPACT_WINDOW: "1000", DISABLE_COMPACT: "true" }, false],
    [{}, false],
  ] as const)("%j compacts a conversation: %s", async ([env, compacts]) => {
    const world = await makeAgent({
      routes: [{ when: { tools_at_most: 0 }, replies: [{ text: "THE-SUMMARY" }] }],
      replies: [{ text: "one", usage: { input_tokens: 20_000 } }, { text: "two" }],
    });
    await world.agent(["-p", "first"]);
    await world.agent(["-p", "second", "--continue"], { env });
    expect(world.said().includes("THE-SUMMARY")).toBe(compacts);
  });

  test.for([
    [{ CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: "3" }, [], 4, ""],
    [
      { CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: "0" },
      [],
      9,
      "kedge: CLAUDE_CODE_STOP_HOOK_BLOCK_CAP=0 is no bound; the default of 8 holds.\n",
    ],
    [{ CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: "-1" }, ["--max-stop-continuations", "0"], 1, ""],
    [
      { CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: "Infinity" },
      [],
      9,
      "kedge: CLAUDE_CODE_STOP_HOOK_BLOCK_CAP=Infinity is no bound; the default of 8 holds.\n",
    ],
  ] as const)(
    "a Stop hook never makes a session go on without end: %j %j",
    async ([env, args, requests, told]) => {
      const world = await makeAgent({ replies: [{ text: "done" }] });
      world.write(USER, hooksOf("Stop", "echo more >&2; exit 2"));
      const { exitCode, stdout, stderr } = await world.agent(["-p", "hi", ...args], { env });
      expect([exitCode, stdout]).toEqual([0, "done\n"]);
      expect(world.requests()).toHaveLength(requests);
      expect(stderr.startsWith(`${told}kedge: Stop hook `)).toBe(true);
      expect(stderr.trimEnd().split("\n")).toHaveLength(told === "" ? 1 : 2);
      expect(stderr).toContain(`${requests} times in one task, and ${requests - 1} are the most`);
    },
  );

  test("names the model, the tokens of an answer and who pays; flags win", async () => {
    const world = await makeAgent();
    await world.agent(["-p", "hi"], {
      env: {
        ANTHROPIC_MODEL: "claude-of-env",
        CLAUDE_CODE_MAX_OUTPUT_TOKENS: "77",
        ANTHROPIC_AUTH_TOKEN: "t",
      },
    });
    await world.agent(["-p", "hi", "-m", "claude-of-flag"], {
      env: { ANTHROPIC_MODEL: "claude-of-env", ANTHROPIC_API_KEY: "", ANTHROPIC_AUTH_TOKEN: "token" },
    });
    await world.agent(["-p", "hi"]);
    const [first, second, third] = world.requests();
    expect(first?.body).toMatchObject({ model: "claude-of-env", max_tokens: 77 });
    expect(second?.body).toMatchObject({ model: "claude-of-flag" });
    expect(third?.body).toMatchObject({ model: "claude-sonnet-5-5", max_tokens: 32_000 });
    expect(first?.headers["user-agent"]).toMatch(/^kedge\/\d/);
    // A record holds no credential, only a mark of it: the key won in the first, the token is another.
    expect(first?.key).toBe(third?.key);
    expect(second?.key).not.toBe(third?.key);
  });

  test("without a credential nothing is sent", async () => {
    const world = await makeAgent();
    expect(await world.agent(["-p", "hi"], { env: { ANTHROPIC_API_KEY: undefined } })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "kedge: The turn failed (authentication_failed). Failed to authenticate. API Error: No credential: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN.\n",
    });
    expect(world.api.requestCount).toBe(0);
  });
});
