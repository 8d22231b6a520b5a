import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PermissionAsker, SessionOptions } from "../../src/host/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";

const call = (command: string, id = "toolu_1"): object => ({ tool: "Bash", input: { command }, id });
const answer = (output: object): string => `echo '${JSON.stringify({ hookSpecificOutput: output })}'`;
const pre = (permissionDecision: string, more: object = {}): string =>
  answer({
    hookEventName: "PreToolUse",
    permissionDecision,
    permissionDecisionReason: `because ${permissionDecision}`,
    ...more,
  });

/** Runs one call of Bash with hooks, and says what came of it. */
async function run(
  hooks: Readonly<Record<string, string>>,
  more: Partial<SessionOptions> & { readonly command?: string } = {},
) {
  const { command = "touch made && echo ran", ...options } = more;
  const world = await makeHost({ replies: [call(command), { text: "done" }] });
  world.settings("user", {
    hooks: Object.fromEntries(
      Object.entries(hooks).map(([event, script]) => [event, [{ hooks: [world.hook(event, script)] }]]),
    ),
  });
  const session = await world.open(options);
  const result = await session.send("go");
  return { world, result, made: existsSync(`${world.project}/made`), said: world.said(1) };
}

describe("PreToolUse", () => {
  test.for([
    ["nothing, in default mode", "", {}, false],
    ["nothing, with permissions bypassed", "", { permissionMode: "bypassPermissions" }, true],
    ["allow", pre("allow"), {}, true],
    ["deny", pre("deny"), { permissionMode: "bypassPermissions" }, false],
    ["exit 2", "echo not this >&2; exit 2", { permissionMode: "bypassPermissions" }, false],
    ["ask, where nobody can be asked", pre("ask"), { permissionMode: "bypassPermissions" }, false],
    ["allow, against a deny rule", pre("allow"), { disallowedTools: ["Bash(touch *)"] }, false],
    ["allow, in plan mode", pre("allow"), { permissionMode: "plan" }, false],
    ["nothing, with an allow rule", "", { allowedTools: ["Bash(touch *)"] }, true],
    ["exit 1", "exit 1", { permissionMode: "bypassPermissions" }, true],
  ] as const)("%s", async ([, script, options, runs]) => {
    const { made, result } = await run({ PreToolUse: script }, options);
    expect(made).toBe(runs);
    expect(result.permissionDenials.length + (runs ? 1 : 0)).toBeLessThanOrEqual(1);
  });

  test("gives its reason to the model, and the turn goes on", async () => {
    const { said, result } = await run({ PreToolUse: pre("deny") });
    expect(said).toContain("PreToolUse:Bash hook error: because deny");
    expect(result).toMatchObject({ isError: false, text: "done" });
  });

  test("changes the input, which is judged again", async () => {
    const changed = pre("allow", { updatedInput: { command: "echo changed >made" } });
    const { world } = await run({ PreToolUse: changed });
    expect(readFileSync(`${world.project}/made`, "utf8")).toBe("changed\n");
    const denied = await run({ PreToolUse: changed }, { disallowedTools: ["Bash(echo *)"] });
    expect(denied.made).toBe(false);
  });

  test("gives no input that the tool cannot take", async () => {
    const { said, made } = await run({ PreToolUse: pre("allow", { updatedInput: { command: 5 } }) });
    expect([made, said]).toEqual([false, expect.stringContaining("updatedInput that is not usable")]);
  });

  test("defers a call: the run ends with it, and neither it nor a later one runs", async () => {
    const world = await makeHost({
      replies: [
        { tools: [call("touch one", "toolu_1"), call("touch two", "toolu_2")] as never },
        { text: "done" },
      ],
    });
    world.settings("user", hooksFor("PreToolUse", world.hook("pre", pre("defer"))));
    const session = await world.open({ permissionMode: "bypassPermissions" });
    expect(await session.send("go")).toMatchObject({
      ...{ isError: false, terminalReason: "tool_deferred", text: "" },
      deferredToolUse: { id: "toolu_1", name: "Bash", input: { command: "touch one" } },
    });
    expect([existsSync(`${world.project}/one`), existsSync(`${world.project}/two`)]).toEqual([false, false]);
    // The next prompt finds calls that have no result but that.
    await session.send("never mind");
    expect(world.said(1)).toMatch(/(did not run[\s\S]*){2}never mind/);
  });

  test.for([
    [
      "Bash, one after the other",
      ["t1"],
      [call("echo RESULT 1", "t1"), call("touch 2", "t2"), call("touch 3", "t3")],
    ],
    [
      "Read, all at once",
      ["t1", "t3"],
      [1, 2, 3].map((at) => ({ tool: "Read", input: { file_path: `f${at}` }, id: `t${at}` })),
    ],
  ] as const)("keeps what other calls gave when one is deferred: %s", async ([, ran, tools]) => {
    const world = await makeHost({ replies: [{ tools: tools as never }, { text: "done" }] });
    for (const at of [1, 2, 3]) world.write(`project/f${at}`, `RESULT ${at}\n`);
    const defers = { type: "command", command: `grep -q '"t2"' && ${pre("defer")}; true` };
    const adds = answer({ hookEventName: "PostToolBatch", additionalContext: "WELL" });
    world.settings("user", {
      hooks: { PreToolUse: [{ hooks: [defers] }], PostToolBatch: [{ hooks: [world.hook("batch", adds)] }] },
    });
    const first = await world.open({ permissionMode: "bypassPermissions" });
    expect(await first.send("go")).toMatchObject({
      terminalReason: "tool_deferred",
      deferredToolUse: { id: "t2" },
    });
    const idsIn = (calls: unknown): unknown =>
      (calls as { tool_use_id?: string }[]).map(({ tool_use_id: id }) => id);
    expect(world.inputs("batch").map(({ tool_calls: calls }) => idsIn(calls))).toEqual([ran]);
    expect(world.eventsOf("feedback").map(({ content }) => idsIn(content))).toEqual([[...ran, undefined]]);
    await first.close();
    const again = await world.open({ resume: { sessionId: first.id } });
    await again.send("go on");
    const { content = [] } = world.asked(1).messages.at(-1) ?? {};
    const results = content.filter(({ type }) => type === "tool_result");
    expect(content.slice(0, 3)).toEqual(results);
    for (const id of ["t1", "t2", "t3"]) {
      const told = String(results.find(({ tool_use_id: of }) => of === id)?.content);
      expect(told).toContain(
        (ran as readonly string[]).includes(id) ? `RESULT ${id.slice(1)}` : "did not run",
      );
    }
    expect(world.said(1)).toMatch(/WELL[\s\S]*go on/);
  });

  test("ends the loop behind the call by continue: false", async () => {
    const { made, result, world } = await run(
      { PreToolUse: `echo '{"continue":false,"stopReason":"enough"}'` },
      { permissionMode: "bypassPermissions" },
    );
    expect([made, result.terminalReason, world.requests().length]).toEqual([true, "hook_stopped", 1]);
  });

  test("meets no call of a tool that there is not, and none with an input that cannot be", async () => {
    const world = await makeHost({
      replies: [
        { tools: [{ tool: "Nope" }, { tool: "Bash", input: { command: "echo \u0000" } }, { tool: "Read" }] },
        { text: "done" },
      ],
    });
    world.settings("user", hooksFor("PreToolUse", world.hook("pre")));
    await (await world.open()).send("go");
    expect(world.inputs("pre")).toEqual([]);
    expect(world.said(1)).toMatch(/There is no tool Nope[\s\S]*control characters[\s\S]*file_path/);
  });
});

describe("PermissionRequest", () => {
  const request = (decision: object): string => answer({ hookEventName: "PermissionRequest", decision });

  test.for([
    ["allow", { behavior: "allow" }, {}, true],
    ["allow, in plan mode", { behavior: "allow" }, { permissionMode: "plan" }, true],
    ["deny", { behavior: "deny", message: "ask Ann" }, {}, false],
    ["allow, against a deny rule", { behavior: "allow" }, { disallowedTools: ["Bash"] }, false],
  ] as const)("%s", async ([, decision, options, runs]) => {
    expect((await run({ PermissionRequest: request(decision) }, options)).made).toBe(runs);
  });

  test.for(["dontAsk", "bypassPermissions"] as const)("is not asked in mode %s", async (permissionMode) => {
    const { world } = await run({ PermissionRequest: request({ behavior: "deny" }) }, { permissionMode });
    expect(world.inputs("PermissionRequest")).toEqual([]);
  });

  test("that interrupts ends the run", async () => {
    const { result } = await run({ PermissionRequest: request({ behavior: "deny", interrupt: true }) });
    expect(result).toMatchObject({
      isError: true,
      subtype: "error_during_execution",
      terminalReason: "aborted_tools",
    });
  });

  test("changes the mode for the session, but never to bypassPermissions", async () => {
    const updates = (mode: string): object => ({
      behavior: "allow",
      updatedPermissions: [{ type: "setMode", mode, destination: "session" }],
    });
    const world = await makeHost({ replies: [call("touch a"), { text: "done" }] });
    world.settings(
      "user",
      hooksFor("PermissionRequest", world.hook("ask", request(updates("bypassPermissions")))),
    );
    const session = await world.open();
    await session.send("go");
    expect(session.permissionMode).toBe("default");
    world.settings("user", hooksFor("PermissionRequest", world.hook("ask", request(updates("acceptEdits")))));
    const second = await makeHost({ replies: [call("touch a"), { text: "done" }] });
    second.settings(
      "user",
      hooksFor("PermissionRequest", second.hook("ask", request(updates("acceptEdits")))),
    );
    const other = await second.open();
    await other.send("go");
    expect(other.permissionMode).toBe("acceptEdits");
  });
});

describe("PermissionDenied", () => {
  const denied = (more: object): string => answer({ hookEventName: "PermissionDenied", ...more });
  const AGAIN = "A hook says that another attempt may be made.";

  test.for(["dontAsk", "auto"] as const)("is told of what mode %s refuses", async (permissionMode) => {
    const { world, made, said } = await run({ PermissionDenied: "" }, { permissionMode });
    expect([made, said.includes(AGAIN)]).toEqual([false, false]);
    expect(world.inputs("PermissionDenied")).toMatchObject([
      { tool_name: "Bash", tool_use_id: "toolu_1", permission_mode: permissionMode },
    ]);
  });

  test.for(["default", "plan"] as const)(
    "is not told in mode %s, where only nobody is there to be asked",
    async (permissionMode) => {
      const { world, made } = await run({ PermissionDenied: "" }, { permissionMode });
      expect([made, world.inputs("PermissionDenied")]).toEqual([false, []]);
    },
  );

  test.for([
    ["retry: true", true, denied({ retry: true })],
    ["retry: false", false, denied({ retry: false })],
    ["a retry that is no switch", false, denied({ retry: "true" })],
    ["exit 2", false, "echo again >&2; exit 2"],
  ] as const)("with %s lets the model hear of another attempt: %o", async ([, isOffered, script]) => {
    for (const permissionMode of ["dontAsk", "auto"] as const) {
      const { made, said, result } = await run({ PermissionDenied: script }, { permissionMode });
      expect([made, said.includes("Bash needs a permission"), said.includes(AGAIN)]).toEqual([
        ...[false, true, isOffered],
      ]);
      expect(result.permissionDenials).toHaveLength(1);
    }
  });
});

describe("a person", () => {
  const asker = (behavior: "allow" | "deny", remembers = false): PermissionAsker & { asked: number } => ({
    asked: 0,
    async ask() {
      this.asked++;
      return behavior === "allow" ? { behavior, remembers } : { behavior, message: "no, thanks" };
    },
  });

  test("is asked, and told to hooks as a notification", async () => {
    const person = asker("allow");
    const { made, world } = await run({ Notification: "" }, { asker: person });
    expect([made, person.asked]).toEqual([true, 1]);
    expect(world.inputs("Notification")).toMatchObject([{ notification_type: "permission_prompt" }]);
  });

  test("is told of by a notification as well where a hook wants to be sure", async () => {
    const person = asker("allow");
    const hooks = { PreToolUse: pre("ask"), Notification: "" };
    const { made, world } = await run(hooks, { asker: person, permissionMode: "bypassPermissions" });
    expect([made, person.asked]).toEqual([true, 1]);
    expect(world.inputs("Notification")).toMatchObject([{ notification_type: "permission_prompt" }]);
  });

  test("says no, and the model hears it", async () => {
    const { made, said } = await run({}, { asker: asker("deny") });
    expect([made, said]).toEqual([false, expect.stringContaining("no, thanks")]);
  });

  test("is asked once for what is remembered", async () => {
    const person = asker("allow", true);
    const world = await makeHost({
      replies: [call("touch made"), call("touch made", "toolu_2"), { text: "done" }],
    });
    await (await world.open({ asker: person })).send("go");
    expect(person.asked).toBe(1);
  });

  test("is asked about calls that run at once in their order, and not about what an answer has settled", async () => {
    const files = ["first", "second", "first"].map((name) => `/elsewhere/${name}`);
    const world = await makeHost({
      replies: [
        {
          tools: files.map((file_path, at) => ({
            ...{ tool: "Read", input: { file_path }, id: `toolu_${at}` },
          })),
        },
        { text: "done" },
      ],
    });
    // Handlers of the first call take longest.
    const slowest = { type: "command", command: "grep -q toolu_0 && sleep 0.5; true" } as const;
    world.settings("user", hooksFor("PreToolUse", slowest));
    const asked: unknown[] = [];
    const person: PermissionAsker = {
      async ask({ toolInput }) {
        asked.push(toolInput.file_path);
        return { behavior: "allow", remembers: true };
      },
    };
    await (await world.open({ asker: person })).send("go");
    expect(asked).toEqual(["/elsewhere/first", "/elsewhere/second"]);
  });
});

describe("after a tool", () => {
  test("PostToolUse gets what came of it, and adds to what the model gets", async () => {
    const { world, said } = await run(
      { PostToolUse: "echo look again >&2; exit 2" },
      { permissionMode: "bypassPermissions", command: "echo hi" },
    );
    expect(world.inputs("PostToolUse")).toMatchObject([
      {
        tool_name: "Bash",
        tool_use_id: "toolu_1",
        tool_response: { stdout: "hi", stderr: "", interrupted: false, isImage: false },
      },
    ]);
    expect(said).toMatch(/hi[\s\S]*look again/);
  });

  test("PostToolUse replaces what the model gets, in the form of the tool only", async () => {
    const replace = (output: object): string =>
      answer({ hookEventName: "PostToolUse", updatedToolOutput: output });
    const whole = { stdout: "REPLACED", stderr: "", interrupted: false, isImage: false };
    const options = { command: "echo original" } as const;
    expect((await run({ PostToolUse: replace(whole) }, options)).said).toMatch(/REPLACED/);
    const other = await run({ PostToolUse: replace({ out: "REPLACED" }) }, options);
    expect(other.said).toMatch(/original/);
    expect(
      other.world
        .eventsOf("notice")
        .map(({ text }) => text)
        .join(),
    ).toContain("no answer of Bash");
  });

  test("PostToolUseFailure is told of one that failed", async () => {
    const { world } = await run({ PostToolUse: "", PostToolUseFailure: "" }, { command: "ls ./nofile" });
    expect(world.inputs("PostToolUse")).toEqual([]);
    expect(world.inputs("PostToolUseFailure")).toMatchObject([
      { error: expect.stringMatching(/^Exit code 2\n/), is_interrupt: false },
    ]);
  });

  test("PostToolBatch sees all calls of an answer, refused ones too, and may end the loop", async () => {
    const world = await makeHost({
      replies: [
        { tools: [call("echo one", "toolu_1"), call("touch x", "toolu_2")] as never },
        { text: "done" },
      ],
    });
    world.settings("user", hooksFor("PostToolBatch", world.hook("batch", "echo stop here >&2; exit 2")));
    const result = await (await world.open()).send("go");
    expect(result.terminalReason).toBe("hook_stopped");
    expect(world.inputs("batch")).toMatchObject([
      {
        tool_calls: [
          { tool_use_id: "toolu_1", tool_response: "one" },
          { tool_use_id: "toolu_2", tool_name: "Bash" },
        ],
      },
    ]);
  });
});

test("calls that only read run at once, others in the order of the model", async () => {
  const world = await makeHost({
    replies: [
      {
        tools: [
          { tool: "Glob", input: { pattern: "*" } },
          { tool: "Glob", input: { pattern: "*.md" } },
          call("echo a >>log", "t1"),
          call("echo b >>log", "t2"),
        ] as never,
      },
      { text: "done" },
    ],
  });
  const both = world.at("both");
  // Each waits for the other: one after the other they would never end.
  const wait = `touch '${both}'.$$; while [ $(ls '${both}'.* | wc -l) -lt 2 ]; do sleep 0.01; done`;
  world.settings("user", { hooks: { PreToolUse: [{ matcher: "Glob", hooks: [world.hook("glob", wait)] }] } });
  await (await world.open({ permissionMode: "bypassPermissions" })).send("go");
  expect(readFileSync(`${world.project}/log`, "utf8")).toBe("a\nb\n");
});

test("a handler of the project that nobody trusts does not run, and the person is told once", async () => {
  const world = await makeHost({ replies: [call("echo one"), call("echo two", "t2"), { text: "done" }] });
  world.settings("project", hooksFor("PreToolUse", world.hook("pre")));
  const session = await world.open({ hooks: { managedDir: world.managed, trust: "store" } });
  await session.send("go");
  expect(world.inputs("pre")).toEqual([]);
  const told = world.eventsOf("notice").filter(({ text }) => text.includes("kedge hooks trust"));
  expect(told).toHaveLength(1);
});
