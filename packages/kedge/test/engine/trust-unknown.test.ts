import { rmSync, symlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import { createTrustGate } from "../../src/engine/trust-gate.ts";
import type { Decision } from "../../src/protocol/index.ts";
import { withoutDescriptors } from "../support/descriptors.ts";
import { deliver, makePlaces, SETTINGS_FILES, trustAll } from "../support/engine-places.ts";
import { testWith } from "../support/requires.ts";
import { makeWorld, subjectOf } from "./trust-world.ts";

/** A file that is there, and whose reading fails with EIO. */
const BAD_DISK = "/proc/self/mem";

const gate = (onFailure: string) => ({ type: "command", command: "sh ./gate.sh", onFailure });
const CALL = { tool_name: "Bash", tool_input: { command: "ls" } };

/** An engine whose project has these gates of calls, and a handler in another file; all that can be trusted is. */
async function open(...hooks: readonly object[]): Promise<Engine> {
  const places = makePlaces();
  places.write("project/gate.sh", "exit 0\n");
  places.write(SETTINGS_FILES.project, { hooks: { PreToolUse: [{ hooks }] } });
  places.write(SETTINGS_FILES.local, { hooks: { Stop: [{ hooks: [gate("continue")] }] } });
  const engine = await places.engine();
  await trustAll(engine);
  while ((await engine.state()).fingerprint === null) await sleep(5);
  expect((await deliver(engine, "PreToolUse", CALL)).decision).toMatchObject({ unanswered: [] });
  return engine;
}

/** What a call comes to while nothing can be opened, and after that. */
async function meanwhileAndAfter(engine: Engine) {
  const meanwhile = await withoutDescriptors(() => deliver(engine, "PreToolUse", CALL));
  const after: Decision = (await deliver(engine, "PreToolUse", CALL)).decision;
  return { ...meanwhile, after };
}

testWith(
  { needs: ["prlimit"] },
  'a gate of which nobody can tell whether it is trusted has failed, and holds with `onFailure: "block"`',
  async () => {
    const engine = await open(gate("block"));
    const { decision, trace, after } = await meanwhileAndAfter(engine);
    expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call" });
    expect(decision.reason).toMatch(/nobody can tell now whether it is trusted: EMFILE/);
    expect(trace).toMatchObject({
      considered: [{ outcome: "unknown" }],
      runs: [{ status: "blocked", error: expect.stringMatching(/EMFILE/) }],
    });
    expect(after.behavior).toBe("none");
  },
);

testWith({ needs: ["prlimit"] }, "without it the gate stood open, and that is said", async () => {
  const engine = await open(gate("continue"));
  const { decision, trace, after } = await meanwhileAndAfter(engine);
  expect(decision).toMatchObject({ behavior: "none", unanswered: [0] });
  expect(trace.isGateOpen).toBe(true);
  expect(after.unanswered).toEqual([]);
});

testWith(
  { needs: ["prlimit"] },
  "a broken gate holds while nobody can tell whether its file is trusted",
  async () => {
    const engine = await open({ type: "command", onFailure: "block" });
    const { decision, after } = await meanwhileAndAfter(engine);
    expect([decision.behavior, after.behavior]).toEqual(["deny", "none"]);
  },
);

testWith(
  { needs: ["prlimit"] },
  "what nobody has trusted in any project is untrusted all the same",
  async () => {
    const world = makeWorld();
    await world.stateOf(subjectOf("true"));
    expect(await withoutDescriptors(() => world.stateOf(subjectOf("true")))).toBe("untrusted");
  },
);

it("a script that cannot be read for now is no other script", async () => {
  const world = makeWorld();
  const path = world.write("a.sh", "true\n");
  const subject = subjectOf("./a.sh");
  await world.trust([subject]);
  const { judgements } = await world.store.judge([subject], world.context);
  const trusted = createTrustGate({ store: world.store, context: world.context });
  const check = () => trusted.check(judgements[0] ?? expect.fail());
  rmSync(path);
  symlinkSync(BAD_DISK, path);
  expect(await check()).toMatchObject({ state: "unknown", failure: expect.stringMatching(/^EIO/) });
  rmSync(path);
  world.write("a.sh", "true\n");
  expect((await check()).state).toBe("trusted");
});

it("a script that would run elsewhere, and cannot be read there for now, makes it unknown as well", async () => {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  world.write("sub/b.sh", "true\n");
  const subject = subjectOf("./a.sh");
  await world.trust([subject]);
  const { judgements } = await world.store.judge([subject], world.context);
  symlinkSync(BAD_DISK, `${world.project}/sub/a.sh`);
  const trusted = createTrustGate({ store: world.store, context: world.context });
  const answer = await trusted.check(judgements[0] ?? expect.fail(), `${world.project}/sub`);
  expect(answer.state).toBe("unknown");
});
