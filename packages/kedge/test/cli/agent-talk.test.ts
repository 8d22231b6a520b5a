import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { makeAgent } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const ENTER = "\r";
const CTRL_C = "\u0003";
const ARROW_UP = "\u001b[A";
const CTRL_D = "\u0004";
const touch = (name: string) => ({ tool: "Bash", input: { command: `touch ${name}` } });

describeWith({ needs: ["script"] }, "kedge agent at a terminal", () => {
  test("answers prompts as they are typed, and obeys nothing that is in an answer", async () => {
    const world = await makeAgent({
      replies: [
        { text: "safe\u001b]0;owned\u0007\u001b[2J\u009b31m\rend", stream: { chunk_chars: 1000 } },
        { text: "second" },
      ],
    });
    const run = world.terminal();
    expect(await run.until("> ")).toMatch(
      /kedge agent · claude-sonnet-5-5 · mode default · session [0-9a-f-]{36}/,
    );
    run.type(`grüße${ENTER}`);
    await run.until("safeend\r\n");
    expect(world.said()).toBe("grüße");
    for (const text of ["owned", "\u001b[2J", "\u009b"]) expect(run.stdout()).not.toContain(text);
    await run.until("> ");
    run.type(`one \\${ENTER}`);
    await run.until("… ");
    run.type(`two${ENTER}`);
    await run.until("second\r\n");
    expect(world.said()).toBe("one \ntwo");
    await run.until("> ");
    run.type(CTRL_D);
    await run.until(/Go on with: kedge agent --resume [0-9a-f-]{36}/);
    expect((await run.done).exitCode).toBe(0);
  });

  test("takes commands, and the first prompt from the command line", async () => {
    const world = await makeAgent();
    const run = world.terminal(["begin here"]);
    await run.until("ok\r\n");
    expect(world.said()).toBe("begin here");
    const answers = [
      ["/help", "Ctrl-C ends what runs"],
      ["/mode", "Mode default. There are: default, plan, acceptEdits, auto, dontAsk, bypassPermissions."],
      ["/mode yolo", "There is no mode yolo."],
      ["/mode plan", "Mode plan."],
      ["/dance now", "Unknown command: /dance. /help lists them"],
      ["/hepl", "Unknown command: /hepl. Did you mean /help?"],
    ] as const;
    for (const [line, words] of answers) {
      await run.until("> ");
      run.type(`${line}${ENTER}`);
      await run.until(words);
    }
    run.type(`   ${ENTER}/exit${ENTER}`);
    expect((await run.done).exitCode).toBe(0);
    expect(world.requests()).toHaveLength(1);
  });

  test("/compact replaces the conversation, and says so", async () => {
    const world = await makeAgent({
      routes: [{ when: { tools_at_most: 0 }, replies: [{ text: "THE-SUMMARY" }] }],
      replies: [{ text: "one" }, { text: "two" }],
    });
    const run = world.terminal(["/compact"]);
    await run.until("There is nothing to compact yet.");
    await run.until("> ");
    run.type(`hi${ENTER}`);
    await run.until("one\r\n");
    await run.until("> ");
    run.type(`/compact${ENTER}`);
    await run.until(/The conversation was compacted: about \d+ tokens became about \d+\./);
    await run.until("> ");
    run.type(`more${ENTER}`);
    await run.until("two\r\n");
    expect(world.said()).toMatch(/THE-SUMMARY[\s\S]*more/);
    await run.until("> ");
    run.type(CTRL_D);
    expect((await run.done).exitCode).toBe(0);
  });

  test("asks about a call: y for once, n for no, a for the session", async () => {
    const world = await makeAgent({
      replies: [touch("a"), touch("b"), touch("b"), touch("c"), { text: "finished" }],
    });
    world.write(USER, hooksOf("Notification", "cat > asked.json"));
    const run = world.terminal(["go"]);
    const ask = async (name: string, answer: string) => {
      expect(await run.until(/n = no, a = always in this session \(Bash\(touch \w\)\): /)).toContain(
        `Bash: touch ${name}`,
      );
      run.type(`${answer}${ENTER}`);
    };
    await ask("a", "y");
    await ask("b", "a"); // and the second time nobody asks
    await ask("c", "n");
    const rest = await run.until("finished\r\n");
    expect(rest).toContain("✗ The user refused this call.");
    expect(["a", "b", "c", "asked.json"].map(world.has)).toEqual([true, true, false, true]);
    await run.until("> ");
    run.type(`${ARROW_UP}${ENTER}/exit${ENTER}`); // an answer is no prompt to come back to
    await run.done;
    expect(world.requests()).toHaveLength(5);
  });

  test("shows in a question what would be hidden, and what would be written", async () => {
    const world = await makeAgent({
      replies: [
        { tool: "Write", input: { file_path: "a.txt", content: "one\u202e\n? Bash: ls" } },
        { tool: "Edit", input: { file_path: "b.txt", old_string: "x", new_string: "y\n".repeat(20) } },
        { text: "finished" },
      ],
    });
    world.write("project/b.txt", "x");
    const run = world.terminal(["go"]);
    const first = await run.until("y = yes");
    expect(first).toMatch(/Write: a\.txt\r\n {2}\+ one\\u\{202e\}\r\n {2}\+ \? Bash: ls\r\n/);
    run.type(`n${ENTER}`);
    await run.until("refused");
    const second = await run.until("y = yes");
    expect(second).toMatch(/- x\r\n {2}\+ y\r\n/);
    expect(second).toContain("+ … and 8 more lines");
    run.type(`whatever${ENTER}`); // no clear yes
    await run.until("finished");
    expect(world.has("a.txt")).toBe(false);
  });

  test("asks one question at a time, and no line that was typed before answers it", async () => {
    const world = await makeAgent();
    const files = ["x", "y"].map((name) => world.write(`other/${name}`, name));
    const { terminal, requests } = await makeAgent({
      replies: [
        { tools: files.map((file_path) => ({ tool: "Read", input: { file_path } })), delay_ms: 300 },
        { text: "finished" },
        { text: "and the rest" },
      ],
    });
    const run = terminal(["go"]);
    await expect.poll(() => requests().length, { timeout: 10_000 }).toBe(1);
    run.type(`y${ENTER}`); // before the question: it is the next prompt
    for (const name of ["x", "y"]) {
      expect(await run.until("): ")).toContain(`/other/${name}\r\n`);
      await sleep(150); // a second question would be there by now
      if (name === "x") expect(run.stdout()).not.toContain("/other/y\r\n");
      run.type(`n${ENTER}`);
    }
    await run.until("finished");
    await run.until("and the rest");
    expect(requests().length).toBe(3);
  });

  test("Ctrl-C ends a turn; at the prompt it drops what is typed, and twice ends the session", async () => {
    const world = await makeAgent({ replies: [{ connection: "hang" }, touch("a"), { text: "after" }] });
    const run = world.terminal(["wait"]);
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
    run.type(CTRL_C);
    expect(await run.until("Interrupted before the answer was whole.")).not.toContain("once more");
    await run.until("> ");
    run.type(`go${ENTER}`);
    await run.until("y = yes");
    run.type(CTRL_C); // a question as well
    await run.until("Interrupted while a tool ran");
    await run.until("> ");
    run.type(`several \\${ENTER}`);
    await run.until("… ");
    run.type(CTRL_C);
    await run.until("> ");
    run.type("typed");
    await run.until("typed");
    run.type(CTRL_C);
    await run.until("> ");
    run.type(CTRL_C);
    await run.until("Ctrl-C once more ends the session, as does Ctrl-D.");
    run.type(CTRL_C);
    await run.until("Go on with: kedge agent --resume");
    expect((await run.done).exitCode).toBe(0);
    expect(world.requests()).toHaveLength(2);
    expect(world.has("a")).toBe(false);
  });

  test("says what fails, goes on, and keeps what somebody types while a handler wakes it", async () => {
    const world = await makeAgent({
      replies: [{ status: 400, message: "no\u001b[2J" }, touch("x"), { text: "woken" }],
    });
    const wake = { type: "command", command: "sleep 0.3; echo up >&2; exit 2", asyncRewake: true };
    world.write(USER, hooksOf("StopFailure", wake));
    const run = world.terminal(["go"], { env: { NO_COLOR: "1" } });
    await run.until("The turn failed (invalid_request). API Error: 400 no");
    await run.until("> ");
    run.type("half a li");
    await run.until("y = yes");
    run.type(`y${ENTER}`); // answers the question, and is not put behind what was typed
    await run.until("woken\r\n");
    expect(await run.until(/> .*half a li/)).not.toContain("2J");
    run.type(`ne${ENTER}`);
    await run.until("woken");
    expect(world.said()).toBe("half a line");
    expect(world.has("x")).toBe(true);
  });

  test("a terminal that goes away ends the session in good order", async () => {
    const world = await makeAgent({ replies: [{ text: "ok" }, { connection: "hang" }] });
    world.write(USER, hooksOf("SessionEnd", "touch ended"));
    const run = world.terminal(["hi", "--output-format", "text"]);
    await run.until("ok\r\n");
    await run.until("> ");
    run.type(`wait${ENTER}`);
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(2);
    process.kill(world.holder(), "SIGHUP");
    expect((await run.done).exitCode).toBe(130);
    expect(world.has("ended")).toBe(true);
  });

  test("gets an answer of -p without what it would obey", async () => {
    const world = await makeAgent({ replies: [{ text: "safe\u001b]0;owned\u0007\u001b[2Jend" }] });
    const run = world.terminal(["-p", "hi"]);
    expect(await run.done).toMatchObject({ exitCode: 0, stdout: "safeend\r\n" });
  });

  test("Ctrl-C ends a SessionStart handler, and with it the session that was about to begin", async () => {
    const world = await makeAgent();
    world.write(USER, hooksOf("SessionStart", "touch began; exec sleep 60"));
    const run = world.terminal();
    await expect.poll(() => world.has("began"), { timeout: 10_000 }).toBe(true);
    run.type(CTRL_C);
    expect(await run.done).toEqual({ exitCode: 130, stdout: "^C", stderr: "" });
  });

  test("formats for programs need --print", async () => {
    const world = await makeAgent();
    const run = world.terminal(["hi", "--output-format", "json"]);
    expect(await run.done).toMatchObject({
      exitCode: 64,
      stdout: "kedge: --output-format json needs --print.\r\n",
    });
  });
});
