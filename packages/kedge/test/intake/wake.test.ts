import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shells } from "./intake-world.ts";
import {
  AWAY,
  childrenOf,
  commandOf,
  failure,
  isNapping,
  makeWake,
  prompt,
  SESSION,
  until,
  woken,
} from "./wake-world.ts";

describe.each(shells)("a waiter in %s", { concurrent: true }, (...shell) => {
  it("writes down that it waits, privately, and wakes its session when it is told to", async () => {
    await using world = makeWake();
    await world.beat();
    const waiter = await world.waiter({ shell });
    const sinceS = Number(/^since (\d+)$/m.exec(world.text("wait") ?? "")?.[1]);
    expect(Math.abs(Date.now() / 1_000 - sinceS)).toBeLessThan(600);
    expect(world.text("wait")).toBe(
      [
        ...["kedge 1 wait", "agent claude-code", `pid ${waiter.pid}`, `agent_pid ${process.pid}`],
        ...[`since ${sinceS}`, "error rate_limit", "prompt 2e89920e-3720-4af2-9429-c40e1e1e2912", ""],
      ].join("\n"),
    );
    const waits = join(world.stateDir, "waits");
    const modes = [waits, join(waits, `${SESSION}.wait`)].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    world.say("go", "Look what is done, then go on.\n");
    expect(await waiter.done).toEqual(woken("Look what is done, then go on."));
    expect(world.names()).toEqual([]);
  });

  it("goes away in silence when it is told to", async () => {
    await using world = makeWake();
    await world.beat();
    const waiter = await world.waiter({ shell });
    world.say("stop", "The account is stopped.\n");
    expect(await waiter.done).toEqual(AWAY);
    expect(world.names()).toEqual([]);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("obeys %s and leaves nothing", async (signal) => {
    await using world = makeWake();
    await world.beat();
    const waiter = await world.waiter({ shell });
    waiter.kill(signal);
    expect(await waiter.done).toEqual(AWAY);
    await until(() => !waiter.hasProcesses());
    expect(world.names()).toEqual([]);
  });

  it("goes away with the agent that named itself, and with the count of a session that is over", async () => {
    await using world = makeWake();
    await world.beat();
    world.say("tries", "1795273366 request_rate\n");
    const agent = world.program(["sleep", "1000"], { input: "" });
    const waiter = await world.waiter({ shell, env: { CLAUDE_PID: String(agent.pid) } });
    expect(world.text("wait")).toContain(`agent_pid ${agent.pid}\n`);
    agent.kill("SIGKILL");
    expect(await waiter.done).toEqual(AWAY);
    expect(world.names()).toEqual([]);
  });

  it("goes away when it has got another parent", async () => {
    await using world = makeWake();
    await world.beat();
    const program = 'printf %s "$1" | { shift; "$@" <&3 & sleep 1000; } 3<&0';
    const words = ["sh", "-c", program, "sh", failure(), ...shell, world.script, "wait"];
    // The agent that is named lives; only the parent dies.
    const env = { CLAUDE_PID: String(process.pid) };
    const agent = world.program([...words, "limit=600", "total=1", "attempts=1"], { input: "", env });
    await until(() => world.text("wait") !== null);
    const pid = numberOf(world.text("wait"), "pid");
    const parent = numberOf(readFileSync(`/proc/${pid}/status`, "utf8").replaceAll(":\t", " "), "PPid");
    expect(parent).not.toBe(process.pid);
    process.kill(parent, "SIGKILL");
    await until(() => world.text("wait") === null);
    agent.killAll();
    expect(world.names()).toEqual([]);
  });

  it("gives way to a newer one of the same session, whose files stay", async () => {
    await using world = makeWake();
    await world.beat();
    const older = await world.waiter({ shell });
    const newer = await world.waiter({ shell });
    expect(await older.done).toEqual(AWAY);
    expect(world.text("wait")).toContain(`pid ${newer.pid}\n`);
    world.say("go", "Go on.");
    expect(await newer.done).toEqual(woken("Go on."));
    expect(world.names()).toEqual([]);
  });

  it("takes nothing that was said to another one, and clears up after those that were killed", async () => {
    await using world = makeWake();
    await world.beat();
    const killed = world.start({ shell, input: failure({ session_id: "killed" }) });
    await until(() => world.names().includes("killed.wait"));
    killed.killAll();
    await killed.done;
    world.say("go", "Stale.");
    const waiter = await world.waiter({ shell });
    await until(() => world.names().length === 1);
    expect(world.names()).toEqual([`${SESSION}.wait`]);
    world.say("stop", "");
    expect(await waiter.done).toEqual(AWAY);
  });

  it("goes away when the person has typed, and the count begins anew", async () => {
    await using world = makeWake();
    await world.beat();
    world.say("tries", "1795273366 request_rate\n");
    const waiter = await world.waiter({ shell });
    expect(await world.run({ shell, args: ["typed"], input: prompt("Never mind") })).toEqual(AWAY);
    expect(world.names()).toEqual([]);
    expect(await waiter.done).toEqual(AWAY);
  });

  it("goes away when something else goes on with the session, and the count stays", async () => {
    await using world = makeWake();
    await world.beat();
    world.say("tries", "1795273366 request_rate\n");
    const waiter = await world.waiter({ shell });
    const text = "<task-notification>\n<summary>Done</summary>\n</task-notification>";
    expect(await world.run({ shell, args: ["typed"], input: prompt(text) })).toEqual(AWAY);
    expect(world.names()).toEqual([`${SESSION}.tries`]);
    expect(await waiter.done).toEqual(AWAY);
  });

  it("goes away when its session is over, though the agent lives on", async () => {
    await using world = makeWake();
    await world.beat();
    world.say("tries", "1795273366 request_rate\n");
    const waiter = await world.waiter({ shell });
    const input = JSON.stringify({ session_id: SESSION, hook_event_name: "SessionEnd", reason: "clear" });
    expect(await world.run({ shell, args: ["over"], input })).toEqual(AWAY);
    expect(world.names()).toEqual([]);
    expect(await waiter.done).toEqual(AWAY);
  });

  it("waits for no session that nobody sits before", async () => {
    await using world = makeWake();
    await world.beat();
    expect(await world.run({ shell, env: { CLAUDE_CODE_SESSION_ATTENDED: "0" } })).toEqual(AWAY);
    expect(world.names()).toEqual([]);
    const waiter = await world.waiter({ shell, env: { CLAUDE_CODE_SESSION_ATTENDED: "1" } });
    world.say("stop", "");
    expect(await waiter.done).toEqual(AWAY);
  });

  it("waits no longer than it is told", async () => {
    await using world = makeWake();
    await world.beat();
    const args = ["wait", "limit=2", "total=900", "attempts=20", "rate_limit=8/2/600", "nudge=x"];
    expect(await world.run({ shell, args })).toEqual(AWAY);
    expect(world.names()).toEqual([]);
  });
});

describe("a waiter in memory", () => {
  it.skipIf(process.platform !== "linux")("is a small shell and a sleep, and nothing else", async () => {
    await using world = makeWake();
    await world.beat();
    const waiter = await world.waiter();
    await until(() => isNapping(waiter.pid));
    expect(childrenOf(waiter.pid).map(commandOf)).toEqual(["sleep 1"]);
    const memory = readFileSync(`/proc/${waiter.pid}/status`, "utf8");
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(memory)?.[1]);
    expect(kib).toBeGreaterThan(0);
    expect(kib).toBeLessThan(2_048);
  });
});

function numberOf(text: string | null, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "")?.[1]);
}
