/** Several conversations at one file: none changes what it does not know. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";
import { makeToolWorld } from "./tools/tool-world.ts";

type Replies = readonly NonNullable<Scenario["replies"]>[number][];

const READ = { tool: "Read", input: { file_path: "f.md" } };
const WRITE = { tool: "Write", input: { file_path: "f.md", content: "by the main one\n" } };
const AGENT = { tool: "Agent", input: { prompt: "SUBTASK" } };
const change = (before: string, after: string) => ({
  file_path: "f.md",
  old_string: before,
  new_string: after,
});

/** Runs the main conversation, in which subagents may be started. */
async function run(main: Replies, subagent: Replies, before: (world: HostWorld) => void = () => {}) {
  const world = await makeHost({
    routes: [{ name: "sub", when: { prompt: "SUBTASK" }, replies: [...subagent, { text: "sub done" }] }],
    replies: [...main, { text: "done" }],
  });
  world.write("project/f.md", "first\n");
  before(world);
  await (await world.open({ permissionMode: "acceptEdits" })).send("go");
  return {
    world,
    said: world.said(world.requests().length - 1),
    text: readFileSync(world.at("project/f.md"), "utf8"),
  };
}

describe("a conversation", () => {
  test("does not write over what its subagent has done since it read", async () => {
    const edit = { tool: "Edit", input: change("first", "first\nan hour of work") };
    const { said, text } = await run([READ, AGENT, WRITE], [READ, edit]);
    expect(said).toContain("f.md has changed since it was read. Read it again.");
    expect(text).toBe("first\nan hour of work\n");
  });

  test("does not know what only its subagent has read", async () => {
    const { said, text } = await run([AGENT, WRITE], [READ]);
    expect(said).toContain("f.md has not been read in this conversation. Read it first.");
    expect(text).toBe("first\n");
  });

  test("is not known to its subagent", async () => {
    const { said, text } = await run([READ, AGENT], [{ ...WRITE, id: "toolu_sub" }]);
    expect(said).toContain("sub done");
    expect(text).toBe("first\n");
  });

  test("does not know what the agent of a handler has read", async () => {
    const verdict = { tool: "StructuredOutput", input: { ok: true, reason: "fine" } };
    const { world, said, text } = await run([WRITE], [READ, verdict], (world) =>
      world.settings("user", hooksFor("PreToolUse", { type: "agent", prompt: "SUBTASK $ARGUMENTS" })),
    );
    const read = world.requests().filter(({ route }) => route === "sub")[1];
    expect(JSON.stringify(read?.body)).toContain("1\\tfirst");
    expect(said).toContain("f.md has not been read in this conversation. Read it first.");
    expect(text).toBe("first\n");
  });

  test("goes on with what it has written itself", async () => {
    const edits = ["first", "second", "third"].map((text, at) => ({
      ...{ tool: "Edit", id: `toolu_${at}` },
      input: change(text, ["second", "third", "fourth"][at] ?? ""),
    }));
    expect((await run([READ, ...edits], [])).text).toBe("fourth\n");
  });
});

describe("two conversations that change a file at once", () => {
  const FILE = { "project/f.md": "A: todo\nB: todo\n" };

  test("lose nothing: the second has to read it again", async () => {
    const world = makeToolWorld(FILE);
    const [one, other] = [{ seen: new Map() }, { seen: new Map() }];
    for (const each of [one, other]) await world.text("Read", { file_path: "f.md" }, each);
    const [first, second] = await Promise.all([
      world.call("Edit", change("A: todo", "A: done"), one),
      world.call("Edit", change("B: todo", "B: done"), other),
    ]);
    const refused = [first, second].filter(({ ok }) => !ok);
    expect(refused.map(({ text }) => text)).toEqual([
      `${world.at("f.md")} has changed since it was read. Read it again.`,
    ]);
    const isFirst = first?.ok === true;
    expect(readFileSync(world.at("f.md"), "utf8")).toBe(
      isFirst ? "A: done\nB: todo\n" : "A: todo\nB: done\n",
    );
  });

  test("lose nothing: of one conversation both changes are made", async () => {
    const world = makeToolWorld(FILE);
    await world.text("Read", { file_path: "f.md" });
    await Promise.all([
      world.text("Edit", change("A: todo", "A: done")),
      world.text("Edit", change("B: todo", "B: done")),
    ]);
    expect(readFileSync(world.at("f.md"), "utf8")).toBe("A: done\nB: done\n");
  });

  test("one that fails holds up no other", async () => {
    const world = makeToolWorld(FILE);
    await world.text("Read", { file_path: "f.md" });
    const mayWrite = () => Promise.reject(new Error("a mistake"));
    const failed = world.call("Write", { file_path: "f.md", content: "" }, { mayWrite });
    const next = world.text("Edit", change("A: todo", "A: done"));
    await expect(failed).rejects.toThrow("a mistake");
    expect(await next).toContain("in 1 place");
  });
});
