import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { jsonLines, makeAgent } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const STREAM = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];

function prompt(content: unknown): string {
  return `${JSON.stringify({ type: "user", message: { role: "user", content } })}\n`;
}

function results(stdout: string): readonly unknown[] {
  return jsonLines(stdout)
    .filter(({ type }) => type === "result")
    .map(({ result, terminal_reason }) => (terminal_reason === "completed" ? result : terminal_reason));
}

describe("a prompt of kedge agent", () => {
  test("comes from standard input, or from the argument with that behind it", async () => {
    const world = await makeAgent();
    await Promise.all([
      world.agent(["-p"], { stdin: "Grüße ☃\n" }),
      world.agent(["-p", "look"], { stdin: "at this\n" }),
      world.agent(["read", "-p"], { stdin: " \n" }),
      world.agent(["no -p is needed in a pipe"]),
    ]);
    const said = world.requests().map((_, at) => world.said(at));
    expect(new Set(said)).toEqual(
      new Set(["Grüße ☃\n", "look\n\nat this\n", "read", "no -p is needed in a pipe"]),
    );
  });

  test("must not be empty", async () => {
    const world = await makeAgent();
    for (const args of [["-p"], ["-p", " \n"]]) {
      const { exitCode, stdout, stderr } = await world.agent(args);
      expect([exitCode, stdout]).toEqual([64, ""]);
      expect(stderr).toMatch(
        /^kedge: Expected a prompt: kedge agent -p "…", or text on standard input\. .*\n$/,
      );
    }
    expect(world.requests()).toHaveLength(0);
  });

  test("goes without input that stays silent, and with all of input that came in time, however long it takes", async () => {
    const world = await makeAgent();
    const silent = world.start(["-p", "alone"]);
    const slow = world.start(["-p", "look"]);
    slow.type("first\n");
    const { exitCode, stderr, stdout } = await silent.done; // its standard input is still open
    expect([exitCode, stdout]).toEqual([0, "ok\n"]);
    expect(stderr).toMatch(/^kedge: nothing came on standard input for 3 s; going on without it.*\n$/);
    expect(world.said()).toBe("alone");
    await sleep(500); // the other one began to wait a little later
    slow.type("last\n");
    slow.endInput();
    expect(await slow.done).toEqual({ exitCode: 0, stdout: "ok\n", stderr: "" });
    expect(world.said()).toBe("look\n\nfirst\nlast\n");
  });

  test("is not waited for when an option is wrong", async () => {
    const world = await makeAgent();
    const { exitCode, stderr } = await world.start(["-p", "x", "--max-turns", "0"]).done;
    expect(exitCode).toBe(64);
    expect(stderr).not.toContain("standard input");
  });
});

describe("kedge agent --input-format stream-json", () => {
  test("takes prompts one after the other, also while one runs, and leaves out what it cannot read", async () => {
    const world = await makeAgent({
      replies: [{ text: "one", delay_ms: 150 }, { text: "two" }, { text: "three" }],
    });
    const stdin = [
      prompt("first"),
      "{broken\n",
      "\n",
      prompt([
        { type: "text", text: "second" },
        { type: "text", text: "part" },
      ]),
      '{"type":"weather"}\n',
      prompt([
        { type: "text", text: "see" },
        { type: "image", source: {} },
      ]),
      prompt(" "),
      "[1]\n",
      '{"type":"keep_alive"}\n',
      prompt("dritter ☃"),
    ].join("");
    const { exitCode, stdout, stderr } = await world.agent(STREAM, { stdin });
    expect(exitCode).toBe(0);
    expect(results(stdout)).toEqual(["one", "two", "three"]);
    expect(world.said()).toBe("dritter ☃");
    expect(world.said(1)).toBe("second\npart");
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      expect.stringMatching(
        /^kedge: line 2 of the input was left out: expected JSON such as \{"type":"user"/,
      ),
      'kedge: line 5 of the input was left out: expected "type" to be "user" or "control_request", got "weather".',
      "kedge: line 6 of the input was left out: only blocks of text are taken.",
      expect.stringMatching(/^kedge: line 7 of the input was left out: expected a prompt such as/),
      expect.stringMatching(/^kedge: line 8 of the input was left out: expected an object such as/),
    ]);
  });

  test("a control request interrupts the turn that runs, and is answered; the session goes on", async () => {
    const world = await makeAgent({ replies: [{ connection: "hang" }, { text: "next" }] });
    const run = world.start(STREAM);
    run.type(prompt("wait for ever"));
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
    run.type('{"type":"control_request","request_id":"r1","request":{"subtype":"interrupt"}}\n');
    await run.until("aborted_streaming");
    run.type('{"type":"control_request","request_id":"r2","request":{"subtype":"dance"}}\n');
    run.type('{"type":"control_request","request":{"subtype":"interrupt"}}\n');
    run.type(prompt("again"));
    await run.until('"result":"next"');
    run.endInput();
    const { exitCode, stdout } = await run.done;
    expect(exitCode).toBe(0);
    expect(results(stdout)).toEqual(["aborted_streaming", "next"]);
    const answers = jsonLines(stdout).filter(({ type }) => type === "control_response");
    expect(answers.map(({ response }) => response)).toEqual([
      { subtype: "success", request_id: "r1", response: {} },
      {
        subtype: "error",
        request_id: "r2",
        error: 'expected the control request interrupt, got "dance"',
      },
    ]);
  });

  test("the exit code is that of the last result", async () => {
    const world = await makeAgent({ replies: [{ text: "fine" }, { status: 400 }] });
    const { exitCode } = await world.agent(STREAM, { stdin: prompt("a") + prompt("b") });
    expect(exitCode).toBe(1);
    const none = await world.agent(STREAM);
    expect([none.exitCode, jsonLines(none.stdout).map(({ subtype }) => subtype)]).toEqual([0, ["init"]]);
  });
});

describe("a StopFailure hook with asyncRewake", () => {
  const waking = hooksOf("StopFailure", {
    type: "command",
    command: 'test -e woken || { touch woken; echo "go on, please" >&2; exit 2; }',
    asyncRewake: true,
  });

  test.for([
    ["-p", ["-p", "hi", "--output-format", "stream-json"], undefined],
    ["a held session", STREAM, prompt("hi")],
  ] as const)("wakes %s, whose exit code is that of the last result", async ([, args, stdin]) => {
    const world = await makeAgent({ replies: [{ status: 400 }, { text: "recovered" }] });
    world.write(USER, waking);
    const { exitCode, stdout } = await world.agent(args, stdin === undefined ? {} : { stdin });
    expect(results(stdout)).toEqual(["api_error", "recovered"]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ origin: { kind: "task-notification" } });
    expect(world.said()).toContain("go on, please");
    expect(exitCode).toBe(0);
  });

  test("in text mode only the last answer is printed", async () => {
    const world = await makeAgent({ replies: [{ status: 400 }, { text: "recovered" }] });
    world.write(USER, waking);
    expect(await world.agent(["-p", "hi"])).toMatchObject({ exitCode: 0, stdout: "recovered\n" });
  });
});
