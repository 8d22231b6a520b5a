import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hooksFor, makeHost, QUICK } from "../support/host-world.ts";
import { KEDGE_MAIN } from "../support/kedge-main.ts";
import { inFull } from "../support/requires.ts";

describe("a StopFailure handler", () => {
  test("is awaited in a one-shot session, however long it takes within its time-out (D4)", async () => {
    const world = await makeHost({ replies: [{ status: 500 }] });
    const done = world.at("done");
    world.settings("user", hooksFor("StopFailure", world.hook("failure", `sleep 0.4; echo done >'${done}'`)));
    await (await world.open()).send("go");
    expect(readFileSync(done, "utf8")).toBe("done\n");
  });

  test("has its time-out, and the turn ends all the same", async () => {
    const world = await makeHost({ replies: [{ status: 500 }] });
    const slow = { ...world.hook("failure", "sleep 60"), timeout: 0.2 };
    world.settings("user", hooksFor("StopFailure", slow));
    expect(await (await world.open()).send("go")).toMatchObject({
      isError: true,
      terminalReason: "api_error",
    });
    expect(world.eventsOf("hooks").at(-1)?.trace.runs[0]?.status).toBe("timed_out");
  });

  test.for([
    ["exit 2", "echo words >&2; exit 2"],
    ["a block", `echo '{"decision":"block","reason":"words"}'`],
    ["continue: false", `echo '{"continue":false,"stopReason":"words"}'`],
    ["context", `echo '{"hookSpecificOutput":{"hookEventName":"StopFailure","additionalContext":"words"}}'`],
    ["text", "echo words"],
    ["wrong types", `echo '{"decision":5}'`],
  ] as const)("decides nothing by %s, and nothing of it reaches the model", async ([, script]) => {
    const world = await makeHost({ replies: [{ status: 500 }, { text: "fine" }] });
    world.settings("user", hooksFor("StopFailure", world.hook("failure", script)));
    const session = await world.open();
    expect(await session.send("go")).toMatchObject({ isError: true, terminalReason: "api_error", turns: 0 });
    await session.quiet();
    expect(world.requests()).toHaveLength(1);
    await session.send("again");
    expect(world.said(1)).not.toContain("words");
  });

  test("shows a system message, which is a side effect", async () => {
    const world = await makeHost({ replies: [{ status: 500 }] });
    world.settings(
      "user",
      hooksFor("StopFailure", world.hook("failure", `echo '{"systemMessage":"call Ann"}'`)),
    );
    await (await world.open()).send("go");
    expect(world.eventsOf("notice").map(({ text }) => text)).toContain("call Ann");
  });

  test("of a subagent that fails is told of the subagent, and the main turn goes on", async () => {
    const world = await makeHost({
      routes: [{ name: "sub", when: { prompt: "SUBTASK" }, replies: [{ status: 529 }] }],
      replies: [{ tool: "Agent", input: { prompt: "SUBTASK" } }, { text: "went on" }],
    });
    world.settings("user", {
      hooks: {
        StopFailure: [{ hooks: [world.hook("failure")] }],
        SubagentStop: [{ hooks: [world.hook("substop")] }],
        Stop: [{ hooks: [world.hook("stop")] }],
      },
    });
    expect(await (await world.open()).send("go")).toMatchObject({ isError: false, text: "went on" });
    expect(world.inputs("failure")).toMatchObject([{ error: "overloaded", agent_type: "general-purpose" }]);
    expect(world.inputs("failure")[0]?.agent_id).toMatch(/^a[0-9a-f]{16}$/);
    expect([world.inputs("substop").length, world.inputs("stop").length]).toEqual([0, 1]);
    expect(world.said(2)).toContain("The subagent failed");
  });
});

describe("asyncRewake on StopFailure", () => {
  const rewake = (hook: object): object => ({ ...hook, asyncRewake: true });

  test.for([true, false])(
    "wakes the session, which goes on with the task (one shot: %s)",
    async (isOneShot) => {
      const world = await makeHost({ replies: [{ status: 529 }, { text: "done after all" }] });
      world.settings("user", {
        hooks: {
          StopFailure: [{ hooks: [rewake(world.hook("failure", "sleep 0.1; echo try again >&2; exit 2"))] }],
          Stop: [{ hooks: [world.hook("stop")] }],
        },
      });
      const session = await world.open({ isOneShot });
      expect(await session.send("the task")).toMatchObject({ isError: true });
      const last = await session.quiet();
      expect(last).toMatchObject({ isError: false, text: "done after all", origin: "wake" });
      expect(world.said(1)).toMatch(/the task[\s\S]*try again/);
      expect(world.inputs("stop")).toMatchObject([{ stop_hook_active: true }]);
    },
  );

  test("wakes a session that then breaks: a notice says so, and who waits for quiet hears of it once", async () => {
    const world = await makeHost({ replies: [{ status: 529 }] });
    const breaks = `printf '{' >'${world.managed}/managed-settings.json'; exit 2`;
    world.settings("managed", {});
    world.settings("user", hooksFor("StopFailure", rewake(world.hook("failure", breaks))));
    const session = await world.open();
    await session.send("go");
    await expect(session.quiet()).rejects.toMatchObject({ code: "SETTINGS_NOT_USABLE" });
    expect(world.eventsOf("notice").at(-1)?.text).toMatch(/StopFailure hook woke.*managed settings/);
    world.settings("managed", {});
    expect(await session.quiet()).toMatchObject({ isError: true, origin: "prompt" });
  });

  test("is bounded: an API that always fails and a handler that always wakes end by themselves (D5)", async () => {
    const world = await makeHost({ replies: [{ status: 500 }] });
    world.settings("user", hooksFor("StopFailure", rewake(world.hook("failure", "exit 2"))));
    const session = await world.open({ wakes: { maxWakes: 4, firstDelayMs: 5, maxDelayMs: 20 } });
    await session.send("go");
    expect(await session.quiet()).toMatchObject({ isError: true, origin: "wake" });
    expect(world.requests()).toHaveLength(5);
    expect(
      world
        .eventsOf("notice")
        .map(({ text }) => text)
        .join(),
    ).toMatch(/wanted to wake the session: 4 wakes/);
  });

  test.for(["exit 0", "exit 1", `echo '{"decision":"block"}'`])("does not wake by %s", async (script) => {
    const world = await makeHost({ replies: [{ status: 500 }] });
    world.settings("user", hooksFor("StopFailure", rewake(world.hook("failure", script))));
    const session = await world.open();
    await session.send("go");
    await session.quiet();
    expect(world.requests()).toHaveLength(1);
  });
});

describe("retries within a turn", () => {
  test("are made for what passes, told as they happen, and counted", async () => {
    const world = await makeHost({ replies: [{ status: 529, times: 2 }, { text: "fine" }] });
    const session = await world.open({ retries: { ...QUICK, maxRetries: 3 } });
    expect(await session.send("go")).toMatchObject({ isError: false, text: "fine" });
    expect(
      world
        .eventsOf("retrying")
        .map(({ attempt, maxRetries, failure }) => [attempt, maxRetries, failure.kind]),
    ).toEqual([
      [1, 3, "overloaded"],
      [2, 3, "overloaded"],
    ]);
  });

  test("end at their bound, and StopFailure is told once, of all attempts", async () => {
    const world = await makeHost({ replies: [{ status: 503 }] });
    world.settings("user", hooksFor("StopFailure", world.hook("failure")));
    await (await world.open({ retries: { ...QUICK, maxRetries: 2 } })).send("go");
    expect(world.requests()).toHaveLength(3);
    expect(world.inputs("failure")).toMatchObject([{ error: "server_error", kedge: { attempts: 3 } }]);
  });

  test.for([400, 401, 403, 404, 413])("are not made for %i", async (status) => {
    const world = await makeHost({ replies: [{ status }] });
    await (await world.open({ retries: { ...QUICK, maxRetries: 3 } })).send("go");
    expect(world.requests()).toHaveLength(1);
  });

  test("wait as long as the server asks, and give up at once where that is too long", async () => {
    const world = await makeHost({ replies: [{ status: 429, headers: { "retry-after": "61" } }] });
    const session = await world.open({ retries: { ...QUICK, maxRetries: 3 } });
    expect(await session.send("go")).toMatchObject({ failure: { retryAfterMs: 61_000, attempts: 1 } });
    expect(world.eventsOf("retrying")).toEqual([]);
  });

  test("can be interrupted while they wait", async () => {
    const world = await makeHost({ replies: [{ status: 429, headers: { "retry-after": "30" } }] });
    const session = await world.open({ retries: { maxRetries: 3 } });
    const turn = session.send("go");
    await expect.poll(() => world.eventsOf("retrying").length).toBe(1);
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_streaming" });
  });
});

describe("an answer that was cut", () => {
  const text = "A first sentence that is long enough to be sent in several pieces.";
  const retries = { ...QUICK, maxRetries: 2 };

  test("after a whole block is gone on from: nothing is lost, nothing is asked twice", async () => {
    const world = await makeHost({
      replies: [{ text, stream: { stop_at: "block", stop_by: "close" } }, { text: "the rest" }],
    });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({
      isError: false,
      text: "the rest",
    });
    const { messages } = world.asked(1);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(world.said(1)).toContain("cut off");
  });

  test("after a whole tool call runs that call once, and goes on from its result", async () => {
    const content = [
      { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "echo ran >>log" } },
      { type: "text", text },
    ];
    const world = await makeHost({
      replies: [{ content, stream: { stop_at: "block", stop_by: "close" } }, { text: "fine" }],
    });
    expect(
      await (await world.open({ retries, permissionMode: "bypassPermissions" })).send("go"),
    ).toMatchObject({ text: "fine" });
    expect(readFileSync(`${world.project}/log`, "utf8")).toBe("ran\n");
  });

  test("by the output limit is gone on from three times, then it is a failure", async () => {
    const world = await makeHost({ replies: [{ text: "half", stop_reason: "max_tokens" }] });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({
      failure: { kind: "max_output_tokens" },
    });
    expect(world.requests()).toHaveLength(4);
  });

  test("again and again ends as a failure", async () => {
    const world = await makeHost({ replies: [{ text, stream: { stop_at: "block", stop_by: "close" } }] });
    expect(await (await world.open({ retries })).send("go")).toMatchObject({
      isError: true,
      failure: { kind: "server_error" },
    });
    expect(world.requests().length).toBeLessThanOrEqual(4);
  });
});

test(
  "a handler of 2 s is awaited in -p in every run, on a busy machine",
  async () => {
    const runs = inFull({ normal: 4, full: 100 });
    const world = await makeHost({ replies: [{ status: 500 }] });
    world.write(
      "home/.claude/settings.json",
      hooksFor("StopFailure", { type: "command", command: 'sleep 2; touch "$DONE"', timeout: 60 }),
    );
    const load = [1, 2].map(() => spawn(process.execPath, ["-e", "for(;;);"], { stdio: "ignore" }));
    try {
      const done = Array.from({ length: runs }, (_, at) => world.at(`done-${at}`));
      const run = (file: string): Promise<number | null> =>
        new Promise((resolve) => {
          const main = KEDGE_MAIN;
          const env = {
            ...process.env,
            ...{ HOME: world.home, KEDGE_STATE_DIR: world.state, DONE: file, CLAUDE_CODE_MAX_RETRIES: "0" },
            ...{ ANTHROPIC_BASE_URL: world.api.url, ANTHROPIC_API_KEY: "k" },
          };
          spawn(process.execPath, [main, "agent", "-p", "go"], {
            cwd: world.project,
            env,
            stdio: "ignore",
          }).on("exit", resolve);
        });
      for (let at = 0; at < runs; at += 4) {
        const codes = await Promise.all(done.slice(at, at + 4).map(run));
        expect(codes).toEqual(codes.map(() => 1));
      }
      expect(done.filter((file) => !existsSync(file))).toEqual([]);
    } finally {
      for (const child of load) child.kill("SIGKILL");
    }
  },
  inFull({ normal: 60_000, full: 600_000 }),
);
