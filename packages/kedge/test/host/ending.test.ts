import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Session, SessionOptions } from "../../src/host/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";

const SLOW = "sleep 30";
const BYPASS: Partial<SessionOptions> = { permissionMode: "bypassPermissions" };

const begun = (world: HostWorld, name: string): Promise<void> =>
  expect.poll(() => world.inputs(name), { timeout: 5_000 }).not.toEqual([]);

describe("a session that is ended as it begins", () => {
  test("waits for no handler of InstructionsLoaded", async () => {
    const world = await makeHost();
    world.write("project/CLAUDE.md", "Be kind.");
    world.settings("user", hooksFor("InstructionsLoaded", world.hook("loaded", SLOW)));
    const ending = new AbortController();
    const opening = world.open({ signal: ending.signal });
    const refused = expect(opening).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    await begun(world, "loaded");
    ending.abort();
    await refused;
  });

  test("can be killed: a handler that ignores to be ended goes at once", async () => {
    const world = await makeHost();
    world.settings(
      "user",
      hooksFor("SessionStart", world.hook("start", `trap "" TERM INT; ${SLOW} & wait; wait`)),
    );
    const killing = new AbortController();
    const opening = world.open({ killSignal: killing.signal });
    await begun(world, "start");
    killing.abort();
    const session = await opening;
    expect(world.eventsOf("hooks")[0]?.trace.runs[0]?.status).not.toBe("ok");
    await session.close();
  });
});

describe("a turn that is interrupted", () => {
  test.for([
    ["CwdChanged", { tool: "Bash", input: { command: "mkdir -p sub && cd sub" } }],
    ["InstructionsLoaded", { tool: "Write", input: { file_path: "sub/a.txt", content: "a" } }],
  ] as const)("waits for no handler of %s", async ([event, call]) => {
    const world = await makeHost({ replies: [call, { text: "done" }] });
    world.write("project/sub/CLAUDE.md", "Be kind here.");
    world.settings("user", hooksFor(event, world.hook("slow", SLOW)));
    const session = await world.open(BYPASS);
    const turn = session.send("go");
    await begun(world, "slow");
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools" });
  });
});

describe("handlers of PostToolUseFailure after an interrupt", () => {
  test.for([
    ["a second one", (session: Session) => session.interrupt()],
    ["the end of the session", (session: Session) => session.close()],
  ] as const)("hear of the call, and are ended by %s", async ([, endThem]) => {
    const world = await makeHost({ replies: [{ tool: "Bash", input: { command: "exec sleep 60" } }] });
    world.settings("user", hooksFor("PostToolUseFailure", world.hook("failed", SLOW)));
    const session = await world.open(BYPASS);
    const turn = session.send("go");
    await expect.poll(() => world.eventsOf("tool_started"), { timeout: 5_000 }).toHaveLength(1);
    session.interrupt();
    await begun(world, "failed");
    await Promise.all([endThem(session), turn]);
    expect(world.inputs("failed")).toMatchObject([{ tool_name: "Bash", is_interrupt: true }]);
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools" });
  });
});

describe("a session that is closed", () => {
  test.for(["between two turns", "while a prompt waits"])(
    "waits for no handler of ConfigChange, %s",
    async (when) => {
      const world = await makeHost();
      const hooks = hooksFor("ConfigChange", world.hook("change", SLOW));
      world.settings("user", hooks);
      const session = await world.open();
      world.settings("user", { ...hooks, env: { A: "1" } });
      const quiet = session.quiet();
      await begun(world, "change");
      const sent = when === "while a prompt waits" ? session.send("go") : quiet;
      await Promise.allSettled([session.close(), sent, quiet]);
      expect(world.requests()).toHaveLength(0);
    },
  );
});

test("the first entry of a fork has none before it", async () => {
  const world = await makeHost();
  const first = await world.open();
  await first.send("go");
  await first.close();
  const fork = await world.open({ resume: { sessionId: first.id, forks: true } });
  const entries = readFileSync(fork.transcriptPath, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ parentUuid }) => parentUuid)).toEqual([
    null,
    ...entries.slice(0, -1).map(({ uuid }) => uuid),
  ]);
});
