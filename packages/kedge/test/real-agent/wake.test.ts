import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { writeHeartbeat } from "../../src/recovery/index.ts";
import { inFull } from "../support/requires.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import { CLAUDE, FAST, NUDGE, until } from "./real-world.ts";
import { NEEDS_TERMINAL, openTerminal, type TerminalWorld } from "./terminal.ts";

const POLICY = `causes: { ${FAST} }\n`;
const LIMITED = { status: 429, message: "Number of requests has exceeded your per-minute rate limit" };

/** Nothing more is to come within this time, which is several of the pauses that the policy has here. */
const QUIET_MS = 8_000;

/** What a person does, what is typed then, and the requests that there are in all. */
type PersonsTurn = readonly [what: string, line: string, requests: number];

const GOES_ON: PersonsTurn = ["the person goes on", "Never mind, do something else", 2];
const BEGINS_ANEW: PersonsTurn = ["the person begins anew", "/clear", 1];

describe(`Claude Code ${CLAUDE_CODE_VERSION} at a terminal`, {
  ...NEEDS_TERMINAL,
  timeout: 240_000,
  concurrent: true,
}, () => {
  test("continues by itself, once, when kedge up lets it", async () => {
    await using terminal = await openTerminal(POLICY);
    const { world } = terminal;
    await world.serve({ replies: [LIMITED, { text: "All done." }] });
    const up = await startUp(terminal, ["--json"]);
    await terminal.open();
    await terminal.type("Do it");
    await until("the session to go on", () => world.requests().length > 1);
    await until("the waiter to be gone", () => !terminal.isWaiting());
    await sleep(QUIET_MS);
    up.kill("SIGTERM");
    const { stdout, exitCode } = await up.done;
    expect(exitCode).toBe(0);
    const events = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).event]));
    expect(events.filter((event) => event.startsWith("wait_"))).toEqual(["wait_due", "wait_woken"]);
    // What the session went on with is the proof that it is over.
    expect(events).toContain("answered");
    expect(world.requests().map(({ status }) => status)).toEqual([429, 200]);
    // Within what the agent adds by itself, since it is no prompt of a person.
    expect(JSON.stringify(world.requests()[1]?.body)).toContain(NUDGE);
    // The wake is no prompt of a person: its count stays until there is one.
    expect(terminal.tries()).toEqual(["request_rate"]);
    await terminal.close();
    await until("nothing to be left", () => terminal.names().length === 0);
  });

  test("asks an API that always fails as often as the policy says, and anew after a prompt", async () => {
    const policy = `causes: { "*": { attempts: 3, backoff: { base: 1s, cap: 2s } } }\n`;
    await using terminal = await openTerminal(policy);
    const { world } = terminal;
    await world.serve({ replies: [{ status: 529 }] });
    await terminal.open();
    await terminal.type("Do it");
    await until("all tries", () => world.requests().length === 4 && !terminal.isWaiting());
    await sleep(QUIET_MS);
    expect(world.requests()).toHaveLength(4);
    expect(terminal.tries()).toEqual(["server_error", "server_error", "server_error"]);
    await terminal.type("Do it now");
    await until("all tries again", () => world.requests().length === 8 && !terminal.isWaiting());
    await sleep(QUIET_MS);
    expect(world.requests()).toHaveLength(8);
  });

  test("goes by its own timer when kedge up is killed", async () => {
    await using terminal = await openTerminal('causes: { "*": { backoff: { base: 20s, cap: 20s } } }\n');
    const { world } = terminal;
    await world.serve({ replies: [LIMITED, { text: "All done." }] });
    const up = await startUp(terminal);
    await terminal.open();
    await terminal.type("Do it");
    await until("the waiter", () => terminal.names().some((name) => name.endsWith(".wait")));
    up.kill("SIGKILL");
    await up.done;
    expect(terminal.tries()).toEqual([]);
    await until("the session to go on", () => world.requests().length > 1);
    await until("the waiter to be gone", () => !terminal.isWaiting());
    await sleep(QUIET_MS);
    expect(world.requests().map(({ status }) => status)).toEqual([429, 200]);
    // The word of the hook, which is all that the waiter knows.
    expect(terminal.tries()).toEqual(["rate_limit"]);
  });

  test.each(inFull({ normal: [GOES_ON], full: [GOES_ON, BEGINS_ANEW] }))(
    "is left alone when %s",
    async (_, line, requests) => {
      await using terminal = await openTerminal(POLICY);
      const { world, stateDir } = terminal;
      await world.serve({ replies: [LIMITED, { text: "Something else is done." }] });
      await terminal.open();
      // A supervisor lives, and says nothing.
      const beatMs = Date.now() + 40_000;
      const beat = { beatMs, pid: 1, sinceMs: beatMs, version: "0.0.0", health: null, endedMs: null };
      await writeHeartbeat(stateDir, beat);
      await terminal.type("Do it");
      await until("the waiter", () => terminal.names().some((name) => name.endsWith(".wait")));
      await terminal.type(line);
      await until("the waiter to be gone", () => !terminal.isWaiting());
      await until("the answer", () => world.requests().length === requests);
      expect(terminal.names()).toEqual([]);
      await sleep(QUIET_MS);
      expect(world.requests()).toHaveLength(requests);
    },
  );

  test("leaves nothing when its agent is killed", async () => {
    await using terminal = await openTerminal(POLICY);
    const { world, stateDir } = terminal;
    await world.serve({ replies: [LIMITED] });
    await terminal.open();
    const beatMs = Date.now() + 40_000;
    await writeHeartbeat(stateDir, {
      ...{ beatMs, pid: 1, sinceMs: beatMs, version: "0.0.0", health: null, endedMs: null },
    });
    await terminal.type("Do it");
    const waits = (): readonly string[] => terminal.names().filter((name) => name.endsWith(".wait"));
    await until("the waiter", () => waits().length === 1);
    const text = readFileSync(join(stateDir, "waits", waits()[0] ?? ""), "utf8");
    process.kill(Number(/^agent_pid (\d+)$/m.exec(text)?.[1]), "SIGKILL");
    await until("the waiter to be gone", () => !terminal.isWaiting());
    expect(terminal.names()).toEqual([]);
  });

  test("waits for no headless session, and leaves nothing of it", async () => {
    await using terminal = await openTerminal(POLICY);
    const { world } = terminal;
    await world.serve({ replies: [LIMITED] });
    for (let round = 0; round < 5; round++) {
      const run = await world.start([CLAUDE, "-p", "Do it"]).done;
      expect(run.exitCode).toBe(1);
      await until("no waiter", () => !terminal.isWaiting());
      expect(terminal.names()).toEqual([]);
    }
    expect(world.requests()).toHaveLength(5);
  });
});

/** Starts `kedge up` beside the terminal, and waits until it gives a sign of life. */
async function startUp({ world, stateDir }: TerminalWorld, args: readonly string[] = []) {
  const up = world.startKedge(["up", "--health", "0", ...args]);
  await until("kedge up", () => existsSync(join(stateDir, "up/heartbeat")));
  return up;
}
