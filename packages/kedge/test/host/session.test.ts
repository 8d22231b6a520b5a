import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createSession, isHostError, type Session } from "../../src/host/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return isHostError(error) ? error.code : `no host error: ${String(error)}`;
}

describe("a session", () => {
  test("answers a prompt, and says how the turn ended", async () => {
    const world = await makeHost({ replies: [{ text: "Hello." }] });
    const session = await world.open();
    expect(await session.send("hi")).toMatchObject({
      isError: false,
      subtype: "success",
      text: "Hello.",
      terminalReason: "completed",
      stopReason: "end_turn",
      turns: 1,
      origin: "prompt",
    });
    expect(world.events.map(({ type }) => type)).toEqual(["started", "text", "answer", "result"]);
  });

  test("runs a tool that the model calls, and gives it the result", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "echo from-the-shell" } }, { text: "done" }],
    });
    const result = await (await world.open()).send("go");
    expect(result).toMatchObject({ text: "done", turns: 2 });
    expect(world.said(1)).toContain("from-the-shell");
  });

  test("keeps the conversation over prompts", async () => {
    const world = await makeHost({ replies: [{ text: "one" }, { text: "two" }] });
    const session = await world.open();
    await session.send("first prompt");
    await session.send("second prompt");
    const { messages } = world.asked(1);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(world.said(1)).toMatch(/first prompt[\s\S]*second prompt/);
  });

  test("takes prompts that come at once one after the other", async () => {
    const world = await makeHost({ replies: [{ text: "one", delay_ms: 30 }, { text: "two" }] });
    const session = await world.open();
    const results = await Promise.all([session.send("a"), session.send("b")]);
    expect(results.map(({ text }) => text)).toEqual(["one", "two"]);
  });

  test("sends its instructions, tools and what CLAUDE.md says", async () => {
    const world = await makeHost();
    world.write("project/CLAUDE.md", "Always use tabs.\n@more.md");
    world.write("project/more.md", "And semicolons.");
    world.write("home/.claude/CLAUDE.md", "Speak plainly.");
    await (await world.open({ appendSystemPrompt: "Be quick." })).send("go");
    const { system, tools } = world.asked(0);
    for (const text of ["Always use tabs.", "And semicolons.", "Speak plainly.", "Be quick.", world.project])
      expect(system[0]?.text).toContain(text);
    expect(system[0]?.cache_control).toEqual({ type: "ephemeral" });
    expect(tools.map(({ name }) => name)).toEqual([
      ...["Bash", "Read", "Glob", "Grep", "Edit", "Write", "BashOutput", "KillShell", "WebFetch", "Agent"],
      ...["TaskCreate", "TaskUpdate", "TaskList", "TaskGet"],
    ]);
  });

  test("ends after maxTurns requests, and says so", async () => {
    const world = await makeHost({ replies: [{ tool: "Bash", input: { command: "echo again" } }] });
    const result = await (await world.open({ maxTurns: 3 })).send("go");
    expect(result).toMatchObject({
      isError: true,
      subtype: "error_max_turns",
      terminalReason: "max_turns",
      turns: 3,
    });
    expect(world.requests()).toHaveLength(3);
  });

  test("can be interrupted while the model answers, and goes on with the next prompt", async () => {
    const world = await makeHost({ replies: [{ connection: "hang" }, { text: "fine" }] });
    const session = await world.open();
    const turn = session.send("go");
    await expect.poll(() => world.requests().length).toBe(1);
    session.interrupt();
    expect(await turn).toMatchObject({
      isError: true,
      terminalReason: "aborted_streaming",
      subtype: "error_during_execution",
    });
    expect(await session.send("again")).toMatchObject({ isError: false, text: "fine" });
  });

  test.for(["go", "/mode acceptEdits"])(
    "can be interrupted as soon as a prompt is sent: %s",
    async (prompt) => {
      const world = await makeHost();
      const session = await world.open();
      const turn = session.send(prompt);
      session.interrupt();
      expect(await turn).toMatchObject({ terminalReason: "aborted_tools", turns: 0 });
      expect(world.requests()).toHaveLength(0);
      expect(session.permissionMode).toBe("default");
    },
  );

  test("is interrupted in the turn that runs, and those that wait have theirs", async () => {
    const world = await makeHost({ replies: [{ text: "fine" }] });
    const session = await world.open();
    const turns = ["one", "two"].map((prompt) => session.send(prompt));
    session.interrupt();
    const reasons = (await Promise.all(turns)).map(({ terminalReason }) => terminalReason);
    expect(reasons).toEqual(["aborted_tools", "completed"]);
    session.interrupt();
    expect(await session.send("three")).toMatchObject({ isError: false });
  });

  test("can be interrupted while a tool runs: its tree is ended, and the model is told", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "touch began; sleep 60 & wait" } }, { text: "fine" }],
    });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    const turn = session.send("go");
    await expect.poll(() => existsSync(`${world.project}/began`)).toBe(true);
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools" });
    await session.send("again");
    expect(world.said(1)).toContain("interrupted");
  });

  test.for([
    ["an id that is no UUID", { sessionId: "../../etc" }],
    ["no continuations below none", { maxStopContinuations: -1 }],
    ["continuations without end", { maxStopContinuations: Number.POSITIVE_INFINITY }],
    ["not a single request", { maxTurns: 0 }],
  ] as const)("refuses %s", async ([, options]) => {
    const world = await makeHost();
    expect(await codeOf(createSession({ ...world.base, ...options }))).toBe("OPTION_NOT_USABLE");
  });

  test("takes no prompt after it was closed", async () => {
    const world = await makeHost();
    const session = await world.open();
    await session.close();
    await expect(async () => session.send("go")).rejects.toMatchObject({ code: "SESSION_CLOSED" });
  });

  test("tells SessionStart and SessionEnd, and gives the model what they add", async () => {
    const world = await makeHost();
    world.settings("user", {
      hooks: {
        SessionStart: [{ hooks: [world.hook("start", "echo remember the milk")] }],
        SessionEnd: [{ hooks: [world.hook("end")] }],
        InstructionsLoaded: [{ hooks: [world.hook("loaded")] }],
      },
    });
    world.write("project/CLAUDE.md", "x");
    const session = await world.open();
    await session.send("go");
    await session.close("prompt_input_exit");
    expect(world.said(0)).toMatch(/remember the milk[\s\S]*go/);
    expect(world.inputs("start")).toMatchObject([
      {
        source: "startup",
        session_id: session.id,
        transcript_path: session.transcriptPath,
        cwd: world.project,
      },
    ]);
    expect(world.inputs("end")).toMatchObject([{ reason: "prompt_input_exit" }]);
    expect(world.inputs("loaded")).toMatchObject([
      { file_path: `${world.project}/CLAUDE.md`, memory_type: "Project", load_reason: "session_start" },
    ]);
  });

  test("follows cd, tells CwdChanged, and gives later commands what hooks export", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: "mkdir sub && cd sub" } },
        { tool: "Bash", input: { command: 'echo "$PWD:$COLOUR"' } },
        { text: "done" },
      ],
    });
    world.settings(
      "user",
      hooksFor("CwdChanged", world.hook("cwd", 'echo "export COLOUR=blue" >>"$CLAUDE_ENV_FILE"')),
    );
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(session.cwd).toBe(`${world.project}/sub`);
    expect(world.inputs("cwd")).toMatchObject([{ old_cwd: world.project, new_cwd: `${world.project}/sub` }]);
    expect(world.said(2)).toContain(`${world.project}/sub:blue`);
  });
});

describe("a prompt", () => {
  test("that a UserPromptSubmit hook refuses never reaches the model", async () => {
    const world = await makeHost();
    world.settings("user", hooksFor("UserPromptSubmit", world.hook("ups", "echo no secrets >&2; exit 2")));
    const result = await (await world.open()).send("the password is hunter2");
    expect(result).toMatchObject({ isError: false, terminalReason: "prompt_blocked", turns: 0 });
    expect(result.text).toMatch(/no secrets[\s\S]*Original prompt: the password/);
    expect(world.requests()).toHaveLength(0);
  });

  test("gets the context that a hook adds", async () => {
    const world = await makeHost();
    world.settings("user", hooksFor("UserPromptSubmit", world.hook("ups", "echo today is friday")));
    await (await world.open()).send("go");
    expect(world.said(0)).toMatch(/go[\s\S]*<system-reminder>[\s\S]*today is friday/);
  });
});

describe("a transcript", () => {
  const answers = { replies: [{ text: "one" }, { text: "two" }] } as const;

  test("is private, and holds every message", async () => {
    const world = await makeHost({ replies: [...answers.replies] });
    const session = await world.open();
    await session.send("my prompt");
    const lines = readFileSync(session.transcriptPath, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(["user", "assistant", "system"]);
    expect(lines[0]).toMatchObject({ sessionId: session.id, cwd: world.project, parentUuid: null });
    expect(lines[1].parentUuid).toBe(lines[0].uuid);
    expect(statSync(session.transcriptPath).mode & 0o777).toBe(0o600);
  });

  test("is resumed under its id", async () => {
    const world = await makeHost({ replies: [...answers.replies] });
    const first = await world.open();
    await first.send("my prompt");
    await first.close();
    const second = await world.open({ resume: { sessionId: first.id } });
    await second.send("go on");
    expect(second.id).toBe(first.id);
    expect(world.said(1)).toMatch(/my prompt[\s\S]*go on/);
    expect(world.eventsOf("started").map(({ source }) => source)).toEqual(["startup", "resume"]);
  });

  test("is forked under a new id, and the old one stays as it is", async () => {
    const world = await makeHost({ replies: [...answers.replies] });
    const first = await world.open();
    await first.send("my prompt");
    await first.close();
    const before = readFileSync(first.transcriptPath, "utf8");
    const fork = await world.open({ resume: { sessionId: first.id, forks: true } });
    await fork.send("go on");
    expect(fork.id).not.toBe(first.id);
    expect(world.said(1)).toMatch(/my prompt[\s\S]*go on/);
    expect(readFileSync(first.transcriptPath, "utf8")).toBe(before);
  });

  test("has one writer: a second process of the session is refused, a fork is not", async () => {
    const world = await makeHost();
    const first: Session = await world.open();
    expect(await codeOf(createSession({ ...world.base, resume: { sessionId: first.id } }))).toBe(
      "SESSION_IN_USE",
    );
    await first.send("so that there is something to fork");
    await world.open({ resume: { sessionId: first.id, forks: true } });
  });

  test("of a process that died is taken over", async () => {
    const world = await makeHost();
    const first = await world.open();
    await first.send("x");
    await first.close();
    const lock = first.transcriptPath.replace(/\.jsonl$/, ".lock");
    world.write(lock.slice(world.folder.length + 1), "4194300"); // a pid above what Linux gives by default
    const second = await world.open({ resume: { sessionId: first.id } });
    expect((await second.send("y")).isError).toBe(false);
  });

  test("that is not there cannot be resumed, and an id that is taken cannot be had", async () => {
    const world = await makeHost();
    const sessionId = "0198a3c2-0000-4000-8000-000000000000";
    expect(await codeOf(createSession({ ...world.base, resume: { sessionId } }))).toBe("SESSION_MISSING");
    const session = await world.open({ sessionId });
    await session.send("x");
    await session.close();
    expect(await codeOf(createSession({ ...world.base, sessionId }))).toBe("SESSION_EXISTS");
  });
});
