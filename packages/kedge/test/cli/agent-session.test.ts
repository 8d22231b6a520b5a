import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, makeAgent, oneObject, readLines } from "./agent-world.ts";

const UUID = "0e0e0e0e-0000-4000-8000-00000000000a";
interface Body {
  readonly messages: readonly { role: string; content: readonly { text: string }[] }[];
  readonly tools: readonly { name: string }[];
}

const JSON_OUT = ["--output-format", "json"];

describe("kedge agent goes on with a session", () => {
  test("--session-id names it, --resume and --continue go on with it, --fork-session leaves it as it is", async () => {
    const world = await makeAgent();
    const run = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await world.agent(["-p", ...args, ...JSON_OUT]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      return String(oneObject(stdout).session_id);
    };
    const prompts = () => {
      const body = world.requests().at(-1)?.body as Body | undefined;
      return body?.messages.filter(({ role }) => role === "user").map(({ content }) => content.at(-1)?.text);
    };
    expect(await run("first", "--session-id", UUID)).toBe(UUID);
    const taken = await world.agent(["-p", "x", "--session-id", UUID]);
    expect([taken.exitCode, taken.stdout]).toEqual([64, ""]);
    expect(taken.stderr).toMatch(
      /^kedge: Session ID .* is already in use\. Resume it \(--resume\), or .*\n$/,
    );

    expect(await run("second", "--resume", UUID)).toBe(UUID);
    expect(prompts()).toEqual(["first", "second"]);
    expect(await run("third", "--resume")).toBe(UUID);
    expect(await run("fourth", "--continue")).toBe(UUID);
    expect(prompts()).toEqual(["first", "second", "third", "fourth"]);

    const before = world.transcripts().map((path) => readFileSync(path, "utf8"));
    const fork = await run("other", "--resume", UUID, "--fork-session");
    expect(fork).not.toBe(UUID);
    expect(prompts()).toEqual(["first", "second", "third", "fourth", "other"]);
    const own = UUID.replace(/a$/, "b");
    expect(await run("named", "--resume", UUID, "--fork-session", "--session-id", own)).toBe(own);
    const old = world.transcripts().filter((path) => basename(path) === `${UUID}.jsonl`);
    expect(old.map((path) => readFileSync(path, "utf8"))).toEqual(before);
    expect(world.transcripts()).toHaveLength(3);
  });

  test("--resume-session-at leaves out of a copy what came after a message", async () => {
    const world = await makeAgent();
    const run = (...args: readonly string[]) => world.agent(["-p", ...args, ...JSON_OUT]);
    await run("first", "--session-id", UUID);
    await run("second", "--resume", UUID);
    const entries = readLines(world.transcripts()[0] ?? "");
    const [answer] = entries.filter(({ type }) => type === "assistant");
    const at = (id: string) => ["--resume", UUID, "--fork-session", "--resume-session-at", id];
    const roles = () =>
      (world.requests().at(-1)?.body as Body | undefined)?.messages.map(({ role, content }) => [
        role,
        content.at(-1)?.text,
      ]);

    for (const id of [String(answer?.uuid), String((answer?.message as { id: string } | undefined)?.id)]) {
      expect((await run("other", ...at(id))).exitCode).toBe(0);
      expect(roles()).toEqual([
        ["user", "first"],
        ["assistant", "ok"],
        ["user", "other"],
      ]);
    }
    const unknown = await run("other", ...at("nobody"));
    expect(unknown.exitCode).toBe(66);
    expect(unknown.stderr).toBe(`kedge: No message found with ID nobody in session ${UUID}.\n`);
  });

  test("says who has it open", async () => {
    const world = await makeAgent({ replies: [{ connection: "hang" }] });
    const run = world.start(["-p", "wait", "--session-id", UUID]);
    run.endInput();
    await expect.poll(() => world.requests().length, { timeout: 10_000 }).toBe(1);
    const { exitCode, stderr } = await world.agent(["-p", "x", "--resume", UUID]);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(
      new RegExp(`^kedge: Session ${UUID} is open in process ${run.pid}\\. .*--fork-session\\)\\.\\n$`),
    );
  });
});

describe("kedge agent and what it is told besides", () => {
  test("--append-system-prompt is in the instructions, and --debug-file gets everything, for nobody else", async () => {
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "secret answer" }],
    });
    const file = world.write("project/debug.jsonl", "", 0o644);
    await world.agent([
      "-p",
      "hi",
      "--append-system-prompt",
      "Speak like a pirate.",
      "--debug-file",
      "debug.jsonl",
    ]);
    expect(JSON.stringify(world.requests()[0]?.body)).toContain("Speak like a pirate.");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readLines(file);
    expect(lines.map(({ type }) => type)).toEqual([
      ...["started", "answer", "tool_started", "tool_ended", "feedback", "answer", "result"],
    ]);
    expect(lines.at(-1)).toMatchObject({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      result: { text: "secret answer" },
    });
  });

  test("--agents and files describe subagents: the flag's win, then the user's, then the project's", async () => {
    const world = await makeAgent();
    const file = (name: string, description: string) =>
      `---\nname: ${name}\ndescription: ${description}\ntools: Read, Grep\n---\nYou are ${description}.\n`;
    world.write("project/.claude/agents/a.md", file("one", "project-one"));
    world.write("project/.claude/agents/b.md", file("two", "project-two"));
    world.write("project/.claude/agents/e.md", file("four", "project-four"));
    world.write("home/.claude/agents/c.md", file("two", "user-two"));
    world.write("home/.claude/agents/d.md", file("three", "user-three"));
    world.write("home/.claude/agents/broken.md", "---\nname: [\n---\n");
    const flag = JSON.stringify({ one: { description: "flag-one", prompt: "Be one." } });
    const { stdout } = await world.agent(["-p", "hi", "--agents", flag, "--output-format", "stream-json"]);
    const agents = jsonLines(stdout)[0]?.agents as readonly string[];
    expect(agents.slice(-4)).toEqual(["one", "two", "three", "four"]);
    const body = world.requests()[0]?.body as Body | undefined;
    const tool = JSON.stringify(body?.tools.find(({ name }) => name === "Agent"));
    for (const text of ["flag-one", "user-two", "user-three", "project-four"]) expect(tool).toContain(text);
    for (const text of ["project-one", "project-two", "broken"]) expect(tool).not.toContain(text);
  });

  test("a subagent does its work with its own instructions and tools", async () => {
    const world = await makeAgent({
      routes: [{ name: "sub", when: { prompt: "look closely" }, replies: [{ text: "found it" }] }],
      replies: [
        {
          tool: "Agent",
          input: { description: "look", prompt: "look closely", subagent_type: "reviewer" },
        },
        { text: "done" },
      ],
    });
    const flag = JSON.stringify({
      reviewer: { description: "Reviews.", prompt: "You review.", tools: ["Read"], model: "claude-sub" },
    });
    const { stdout, stderr } = await world.agent(["-p", "go", "--agents", flag, "--verbose"]);
    expect(stdout).toBe("done\n");
    expect(stderr).toBe("kedge: Agent: look\n");
    const sub = world.requests().find(({ route }) => route === "sub")?.body as Body | undefined;
    expect(sub).toMatchObject({ model: "claude-sub" });
    expect(sub?.tools.map(({ name }) => name)).toEqual(["Read"]);
    expect(JSON.stringify(sub)).toContain("You review.");
    expect(world.said()).toContain("found it");
  });
});
