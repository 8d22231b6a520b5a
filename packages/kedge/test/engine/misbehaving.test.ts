/** Programs that do what they should not, as real handlers: what is decided, what the trace says, what is left of them. */
import { describe, expect, test } from "vitest";
import type { Dispatch, DispatchTrace, TraceRun } from "../../src/engine/index.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";
import { fixture } from "../platform/child-fixtures.ts";
import { bashCall, hooksOf, makeWorld, type World } from "../support/engine-dispatch.ts";
import { inFull, needs, type ToolName } from "../support/requires.ts";

/** From its limit until all of a handler is dead: a second of grace, a second for the rest; and a busy machine. */
const END_MS = 2_000 + 3_000;

const TIMEOUT_S = 0.3;

function program(name: string, more: JsonObject = {}): JsonObject {
  return { command: fixture(name), args: [], ...more };
}

interface Outcome extends Dispatch {
  readonly world: World;
  /** Of the first handler. */
  readonly run: TraceRun;
}

async function dispatchTo(
  handler: JsonObject | string,
  { event = "PreToolUse", input = bashCall() }: { event?: HookEventName; input?: JsonObject } = {},
): Promise<Outcome> {
  const world = makeWorld();
  world.settings("user", hooksOf(event, handler));
  const engine = await world.open();
  const dispatch = await engine.dispatch(event, input);
  const run = dispatch.trace.runs[0];
  if (!run) throw new Error("the handler did not run");
  return { ...dispatch, world, run };
}

describe("a program that does not end in time", () => {
  const PROGRAMS: Readonly<Record<string, readonly ToolName[]>> = {
    "ignores-sigterm.sh": [],
    "setsid-grandchild.sh": ["setsid"],
    "double-forked-daemon.sh": ["setsid"],
    "forks-forty.sh": ["setsid"],
    "starts-child-on-sigterm.sh": ["setsid"],
    "drips.sh": [],
  };

  test.for(Object.entries(PROGRAMS))(
    "is dead with all that it started: %s",
    async ([name, needed], context) => {
      needs(context, ...needed);
      const { world, run, decision, trace } = await dispatchTo(program(name, { timeout: TIMEOUT_S }));
      expect(world.processes()).toEqual([]);
      expect(run).toMatchObject({
        status: "timed_out",
        decision: "none",
        error: "it did not answer in time",
      });
      expect(run.survivors).toBeUndefined();
      expect(run.durationMs).toBeGreaterThanOrEqual(TIMEOUT_S * 1000);
      expect(run.durationMs).toBeLessThan(TIMEOUT_S * 1000 + END_MS);
      expect(decision).toMatchObject({ behavior: "none", unanswered: [0] });
      expect(trace.isGateOpen).toBe(true);
    },
  );

  test("says nothing by what it printed, not even a permission, and onFailure block denies", async () => {
    const command = `echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}'; exec sleep 60`;
    const open = await dispatchTo({ command, timeout: TIMEOUT_S });
    expect(open.decision).toMatchObject({ behavior: "none", unanswered: [0] });
    expect(open.run.outputBytes).toBeGreaterThan(80);
    const closed = await dispatchTo({ command, timeout: TIMEOUT_S, onFailure: "block" });
    expect(closed.decision).toMatchObject({ behavior: "deny", unanswered: [] });
    expect(closed.trace.isGateOpen).toBe(false);
  });

  test("keeps no other handler from its answer", async () => {
    const world = makeWorld();
    world.settings(
      "user",
      hooksOf("PreToolUse", program("drips.sh", { timeout: 3 * TIMEOUT_S }), program("exits-2-silently.sh")),
    );
    const engine = await world.open();
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny", decidedBy: 1, unanswered: [0] });
  });

  test("is ended by close when it has no limit of its own", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    const command = `trap '' TERM; sleep 60 & ${checkpoint.wait("here")}; wait`;
    world.settings("user", hooksOf("PreToolUse", command));
    const traces: DispatchTrace[] = [];
    const engine = await world.open({ trace: { record: (trace) => void traces.push(trace) } });
    const dispatched = engine.dispatch("PreToolUse", bashCall()).catch((error: unknown) => error);
    await checkpoint.arrived(1);
    await engine.close();
    expect(world.processes()).toEqual([]);
    expect(await dispatched).toMatchObject({ code: "ENGINE_CLOSED" });
    expect(traces).toMatchObject([{ runs: [{ status: "cancelled", error: "it was cancelled" }] }]);
  });
});

describe("a program that ends and leaves a child", () => {
  test.for(["leaves-child-holding-stdout.sh", "leaves-daemon-without-stdout.sh", "writes-after-its-end.sh"])(
    "has ended, and its child is not waited for: %s",
    async (name) => {
      const { world, run, decision } = await dispatchTo(program(name));
      expect(run).toMatchObject({ status: "ok", exitCode: 0, decision: "none" });
      expect(run.durationMs).toBeLessThan(10_000);
      expect(decision.unanswered).toEqual([]);
      // What it left on purpose is its own; only handlers that are ended are ended with all they started. One that goes on
      // writing to what nobody reads ends by that.
      if (!name.startsWith("writes")) expect(world.processes()).toHaveLength(1);
    },
  );

  test("is still a block when it exits 2", async () => {
    const { decision } = await dispatchTo("sleep 60 & echo no >&2; exit 2");
    expect(decision).toMatchObject({ behavior: "deny", reason: "no\n" });
  });
});

describe("a program that ends badly", () => {
  test("by a signal is named by it", async () => {
    const { run, decision, trace } = await dispatchTo(program("kills-itself.sh"));
    expect(run).toMatchObject({ status: "failed", exitCode: null, signal: "SIGKILL", outputBytes: 7 });
    expect(run.error).toBe("killed by SIGKILL");
    expect(decision).toMatchObject({ behavior: "none", unanswered: [0] });
    expect(trace.isGateOpen).toBe(true);
  });

  test.for(["not-executable.sh", "empty-file", "no-shebang", "is-not-there.sh"])(
    "because it cannot be started leaves the gate open, visibly: %s",
    async (name) => {
      const { run, decision, trace } = await dispatchTo(program(name));
      expect(run).toMatchObject({ status: "failed", decision: "none", exitCode: null });
      expect(run.error).toMatch(/\S/);
      expect(decision.unanswered).toEqual([0]);
      expect(trace.isGateOpen).toBe(true);
    },
  );

  test("because its folder is gone leaves the gate open, visibly", async () => {
    const input = bashCall("ls", { cwd: "/nowhere/at/all" });
    const { run, trace } = await dispatchTo(program("exits-2-silently.sh"), { input });
    expect(run).toMatchObject({ status: "failed", error: expect.stringContaining("/nowhere/at/all") });
    expect(trace.isGateOpen).toBe(true);
  });

  test("in shell form because it is not there leaves the gate open, visibly", async () => {
    const { run, trace } = await dispatchTo("/nowhere/program");
    expect(run).toMatchObject({ status: "failed", exitCode: 127 });
    expect(run.error).toMatch(/^exit code 127: .*not found/);
    expect(trace.isGateOpen).toBe(true);
  });

  test("by exit 2 without a word blocks", async () => {
    const { run, decision, trace } = await dispatchTo(program("exits-2-silently.sh"));
    expect(run).toMatchObject({ status: "blocked", decision: "deny", exitCode: 2, outputBytes: 0 });
    expect(decision).toMatchObject({ behavior: "deny", reason: "No stderr output", unanswered: [] });
    expect(trace.isGateOpen).toBe(false);
  });
});

describe("a program with a strange way with bytes", () => {
  const prompt = { event: "UserPromptSubmit", input: { prompt: "p" } } as const;

  test("that writes 100 MB comes to its end, and all of them are counted", async () => {
    const { run, decision } = await dispatchTo(program("writes-100-mb.sh"), prompt);
    expect(run).toMatchObject({ status: "ok", exitCode: 0, outputBytes: 100_000_009 });
    expect(decision.contexts).toHaveLength(1);
    expect(decision.contexts[0]?.text.length).toBeLessThanOrEqual(10_000);
  });

  test("that writes 40 MB of what begins as JSON gives no answer, visibly", async () => {
    const { run, decision } = await dispatchTo(
      "printf '{\"a\":\"'; head -c 40000000 /dev/zero | tr '\\0' x; echo '\"}'",
    );
    expect(run).toMatchObject({ status: "failed", exitCode: 0, outputBytes: 40_000_009 });
    expect(run.error).toContain("cut");
    expect(decision.unanswered).toEqual([0]);
  });

  test("that writes 40 MB and exits 2 blocks", async () => {
    const { decision } = await dispatchTo("head -c 40000000 /dev/zero | tr '\\0' x >&2; exit 2");
    expect(decision).toMatchObject({ behavior: "deny" });
    expect(decision.reason?.length).toBeLessThanOrEqual(10_000);
  });

  test.for(["never-reads-stdin.sh", "closes-stdin.sh"])(
    "that does not read 10 MB of input answers: %s",
    async (name) => {
      const input = bashCall("x".repeat(10_000_000));
      const { run, decision } = await dispatchTo(program(name), { input });
      expect(run).toMatchObject({ status: "ok", exitCode: 0 });
      expect(run.outputBytes).toBeGreaterThan(0);
      expect(decision).toMatchObject({ behavior: "none", unanswered: [] });
    },
  );

  test("that reads slowly gets all of 10 MB", async () => {
    const input = bashCall("x".repeat(10_000_000));
    const size = Buffer.byteLength(JSON.stringify({ ...input, hook_event_name: "PreToolUse" })) + 1;
    const { decision } = await dispatchTo(`echo $(sleep 0.1; wc -c) >&2; exit 2`, { input });
    expect(decision.reason).toBe(`${size}\n`);
  });

  test("that writes characters in pieces is read whole", async () => {
    const { decision } = await dispatchTo(program("splits-utf8.sh"), prompt);
    expect(decision.contexts).toEqual([{ by: 0, text: "é€🚀" }]);
  });

  test("that writes NUL, colours and no UTF-8 sends none of it to the model", async () => {
    const { decision } = await dispatchTo(program("writes-control-characters.sh"), prompt);
    expect(decision.contexts).toEqual([{ by: 0, text: "abred\ufffd\ufffdz" }]);
  });
});

test("many misbehaving handlers at once leave nothing behind", async () => {
  const world = makeWorld();
  const count = inFull({ normal: 40, full: 250 });
  const names = [
    "ignores-sigterm.sh",
    "kills-itself.sh",
    "exits-2-silently.sh",
    "drips.sh",
    "never-reads-stdin.sh",
  ];
  const endless = ["ignores-sigterm.sh", "drips.sh"];
  const handlers = Array.from({ length: count }, (_, index) => {
    const name = names[index % names.length] ?? "";
    return { ...program(name, { timeout: endless.includes(name) ? 2 : 60 }), args: [String(index)] };
  });
  world.settings("user", hooksOf("PreToolUse", ...handlers));
  const engine = await world.open();
  const { decision, trace } = await engine.dispatch("PreToolUse", bashCall("x".repeat(100_000)));
  expect(world.processes()).toEqual([]);
  const statuses = trace.runs.map(({ status }) => status);
  const round = ["timed_out", "failed", "blocked", "timed_out", "ok"];
  expect(statuses).toEqual(Array.from({ length: count }, (_, index) => round[index % round.length]));
  expect(decision).toMatchObject({ behavior: "deny", decidedBy: 2 });
  expect(decision.unanswered).toHaveLength((count / 5) * 3);
}, 120_000);
