import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";

type Reply = NonNullable<Scenario["replies"]>[number];

const CALL = { tool: "Bash", input: { command: "touch made" } } as const;
const BYPASS = { permissionMode: "bypassPermissions" } as const;
const says = (answer: object): Reply => ({ text: JSON.stringify(answer) });
const NO = says({ ok: false, reason: "THE-VERDICT" });

/** A session whose handlers ask a model that answers as told; the session's own model makes a call, then ends. */
function makeAsked(...answers: [Reply, ...Reply[]]): Promise<HostWorld> {
  return makeHost({
    routes: [{ name: "hook", when: { prompt: "HOOKQUESTION" }, replies: answers }],
    replies: [CALL, { text: "done" }],
  });
}

const asked = (world: HostWorld) => world.requests().filter(({ route }) => route === "hook");
const made = (world: HostWorld): boolean => existsSync(`${world.project}/made`);
const handler = (more: object = {}) => ({ type: "prompt", prompt: "HOOKQUESTION $ARGUMENTS", ...more });

describe("what a prompt handler refuses", () => {
  test.for([
    ["PreToolUse", {}, { terminalReason: "hook_stopped" }, false],
    ["PreToolUse", { continueOnBlock: true }, { terminalReason: "completed", text: "done" }, false],
    ["PostToolUse", {}, { terminalReason: "hook_stopped" }, true],
    ["PostToolUse", { continueOnBlock: true }, { terminalReason: "completed", text: "done" }, true],
    ["PostToolBatch", {}, { terminalReason: "hook_stopped" }, true],
    ["UserPromptSubmit", {}, { terminalReason: "prompt_blocked", turns: 0 }, false],
    ["PermissionRequest", {}, { terminalReason: "completed", text: "done" }, true],
  ] as const)("%s %o: %o", async ([event, more, end, runs]) => {
    const world = await makeAsked(NO);
    world.settings("user", hooksFor(event, handler(more)));
    // PermissionRequest is asked only where a permission is missing.
    const options = event === "PermissionRequest" ? { allowedTools: ["Bash(touch *)"] } : BYPASS;
    expect(await (await world.open(options)).send("go")).toMatchObject(end);
    expect(made(world)).toBe(runs);
    const isTold = "continueOnBlock" in more;
    if (isTold) expect(world.said(world.requests().length - 1)).toContain("THE-VERDICT");
  });

  test("at Stop makes the turn go on with the reason, unless it is impossible", async () => {
    const world = await makeAsked(NO, says({ ok: false, reason: "never", impossible: true }));
    world.settings("user", hooksFor("Stop", handler()));
    expect(await (await world.open(BYPASS)).send("go")).toMatchObject({ terminalReason: "completed" });
    expect(asked(world)).toHaveLength(2);
    expect(JSON.stringify(world.requests().map(({ body }) => body))).toContain(
      "Stop hook feedback:\\nTHE-VERDICT",
    );
  });
});

describe("a prompt handler", () => {
  test("asks a small model once, without tools, and says what an answer looks like", async () => {
    const world = await makeAsked(says({ ok: true, reason: "fine" }));
    world.settings(
      "user",
      hooksFor("PreToolUse", handler({ prompt: "HOOKQUESTION is $1 fine? $ARGUMENTS" })),
    );
    await (await world.open(BYPASS)).send("go");
    expect(made(world)).toBe(true);
    expect(asked(world)).toHaveLength(1);
    expect(asked(world)[0]).toMatchObject({ model: "claude-haiku-5-5" });
    const body = JSON.stringify(asked(world)[0]?.body);
    expect(body).toContain("touch made");
    expect(body).toMatch(/\\"ok\\": true or false/);
    expect(body).not.toContain('"tools"');
  });

  test("asks the model that it names", async () => {
    const world = await makeAsked(says({ ok: true, reason: "fine" }));
    world.settings("user", hooksFor("PreToolUse", handler({ model: "claude-opus-5-5" })));
    const result = await (await world.open(BYPASS)).send("go");
    expect(asked(world)[0]).toMatchObject({ model: "claude-opus-5-5" });
    expect(result.spending.models.map(({ model }) => model)).toContain("claude-opus-5-5");
  });

  test.for([
    ["an overloaded API", { status: 529 }, {}],
    ["a wrong key", { status: 401 }, {}],
    ["prose", { text: "I think it is fine." }, {}],
    ["an answer without a reason", { text: '{"ok": false}' }, {}],
    ["silence until its time is over", { connection: "hang" }, { timeout: 0.1 }],
  ] as const)("gives no verdict for %s: the call runs, and that is seen", async ([, reply, more]) => {
    const world = await makeAsked(reply);
    world.settings("user", hooksFor("PreToolUse", handler(more)));
    expect(await (await world.open(BYPASS)).send("go")).toMatchObject({ terminalReason: "completed" });
    expect(made(world)).toBe(true);
    const [told] = world.eventsOf("hooks").filter(({ trace }) => trace.event === "PreToolUse");
    expect(told?.decision.unanswered).toEqual([0]);
    expect(world.events.some(({ type }) => type === "fallback")).toBe(false);
  });

  test('closes the gate for a failure with onFailure: "block"', async () => {
    const world = await makeAsked({ status: 529 });
    world.settings("user", hooksFor("PreToolUse", handler({ onFailure: "block" })));
    await (await world.open(BYPASS)).send("go");
    expect(made(world)).toBe(false);
  });
});

describe("an agent handler", () => {
  const agent = (more: object = {}) => ({ type: "agent", prompt: "HOOKQUESTION $ARGUMENTS", ...more });
  const answer = (ok: boolean): Reply => ({ tool: "StructuredOutput", input: { ok, reason: "THE-VERDICT" } });

  test("has the session's model and tools that read, and its refusal gives the reason", async () => {
    const world = await makeAsked(answer(false));
    world.settings("user", hooksFor("PreToolUse", agent()));
    expect(await (await world.open(BYPASS)).send("go")).toMatchObject({ text: "done" });
    expect(made(world)).toBe(false);
    expect(asked(world)[0]).toMatchObject({ model: "claude-sonnet-5-5" });
    const names = ["Read", "Glob", "Grep", "StructuredOutput"];
    expect(asked(world)[0]?.body).toMatchObject({ tools: names.map((name) => ({ name })) });
    expect(world.said(world.requests().length - 1)).toContain("THE-VERDICT");
  });

  test("gives no verdict with a text, and with a call of a tool that it does not have it is told so", async () => {
    const world = await makeAsked({ tool: "Bash", input: { command: "touch other" } }, { text: "fine" });
    world.settings("user", hooksFor("PreToolUse", agent()));
    await (await world.open(BYPASS)).send("go");
    expect([made(world), existsSync(`${world.project}/other`)]).toEqual([true, false]);
    expect(JSON.stringify(asked(world)[1]?.body)).toContain("there is no tool Bash");
    const [told] = world.eventsOf("hooks");
    expect(told?.decision.unanswered).toEqual([0]);
  });

  test("ends after 50 requests", async () => {
    const world = await makeAsked({ tool: "Glob", input: { pattern: "*" } });
    world.settings("user", hooksFor("PreToolUse", agent()));
    await (await world.open(BYPASS)).send("go");
    expect(asked(world)).toHaveLength(50);
    expect(made(world)).toBe(true);
  });

  test.for([
    ["a file outside of the project", "../home/.ssh/id_rsa", {}],
    ["a file that a rule denies", "secret.txt", { permissions: { deny: ["Read(secret.txt)"] } }],
  ] as const)("does not read %s", async ([, file, settings]) => {
    const world = await makeAsked({ tool: "Read", input: { file_path: file } }, answer(true));
    world.write("home/.ssh/id_rsa", "PRIVATE");
    world.write("project/secret.txt", "PRIVATE");
    world.settings("user", { ...hooksFor("PreToolUse", agent()), ...settings });
    await (await world.open({ allowedTools: ["Bash(touch *)"] })).send("go");
    expect(JSON.stringify(asked(world)[1]?.body)).toContain("is not permitted here");
    expect(JSON.stringify(asked(world).map(({ body }) => body))).not.toContain("PRIVATE");
  });

  test("ends with the turn that it belongs to", async () => {
    const world = await makeAsked({ connection: "hang" });
    world.settings("user", hooksFor("PreToolUse", agent()));
    const session = await world.open(BYPASS);
    const turn = session.send("go");
    await expect.poll(() => asked(world).length).toBe(1);
    session.interrupt();
    expect((await turn).terminalReason).toMatch(/^aborted_/);
    expect(made(world)).toBe(false);
  });
});
