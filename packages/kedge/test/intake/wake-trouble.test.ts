import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeWith } from "../support/requires.ts";
import { runProgram, shells } from "./intake-world.ts";
import { AWAY, failure, makeWake, prompt, SESSION, TIMER, type WakeWorld } from "./wake-world.ts";

const QUIET = { exitCode: 0, output: "" };

/** Everything below the state folder but the script. */
const left = ({ stateDir }: WakeWorld): readonly string[] =>
  readdirSync(stateDir, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("intake") && name !== "waits")
    .sort();

const base = JSON.parse(failure()) as Record<string, unknown>;
const named = (sessionId: unknown): string => JSON.stringify({ ...base, session_id: sessionId });

/** Inputs that no agent writes, or of which nothing is to come. */
const INPUTS: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["no JSON", "session_id"],
  ["an id that leads out", named("../../x")],
  ["an id with a slash", named("a/b")],
  ["an id that is an option", named("-rf")],
  ["an id that begins with a dot", named(".x")],
  ["an id of a shell", named("$(touch x)`touch x`;touch x")],
  ["an id with a line end", named("a\nb")],
  ["an id with a quote", named('a"b')],
  ["an id of stars", named("*")],
  ["an id that is too long", named("a".repeat(129))],
  ["an id that is a number", named(5)],
  ["an id that is empty", named("")],
  ["an id that stands in a text only", JSON.stringify({ x: ',"session_id":"abc",', error: "rate_limit" })],
  ["no error", JSON.stringify({ session_id: SESSION })],
  ["an error that is none", JSON.stringify({ ...base, error: "rate limit; touch x" })],
  ["an error that is an object", JSON.stringify({ ...base, error: { type: "rate_limit" } })],
  ["a subagent", JSON.stringify({ ...base, agent_id: "a1", agent_type: "x" })],
  ["a subagent without a name", JSON.stringify({ ...base, agent_id: null })],
  ["more than anybody writes", JSON.stringify({ ...base, error_details: "x".repeat(200_000) })],
  ["bytes", "\u0000\u0001\u0002{\u00ff"],
];

describe.each(shells)("odd inputs in %s", { concurrent: true }, (...shell) => {
  it.each(INPUTS)("wake nobody and leave nothing: %s", async (_, input) => {
    await using world = makeWake();
    // A supervisor lives, so that whoever waits stays.
    await world.beat();
    for (const mode of ["wait", "typed", "over"])
      expect(await world.run({ shell, args: [mode, ...TIMER], input })).toEqual(AWAY);
    expect(left(world)).toEqual(["up", "up/heartbeat"]);
  });

  it.each([[[]], [["other"]], [["--help"]], [["wait"]], [["wait", "limit=08", "attempts=1", "total=1"]]])(
    "so do odd arguments: %j",
    async (args) => {
      await using world = makeWake();
      await world.beat();
      expect(await world.run({ shell, args })).toEqual(AWAY);
      expect(left(world)).toEqual(["up", "up/heartbeat"]);
    },
  );

  it("count for nothing in a heartbeat and in counts", async () => {
    await using world = makeWake();
    mkdirSync(join(world.stateDir, "up"));
    for (const text of ["beat 99999999999999999999\n", "beat 08\n", "beat x\n", "\u0000", "beat\n"]) {
      writeFileSync(join(world.stateDir, "up/heartbeat"), `kedge 1 up\n${text}`);
      world.say("tries", "x y\n\n08 z\n");
      expect(await world.run({ shell })).toEqual(AWAY);
    }
  });

  it("stay in the state folder that is named", async () => {
    await using world = makeWake();
    const other = join(world.stateDir, "an o'ther");
    const args = ["wait", `state=${other}`, ...TIMER.slice(0, 3), "rate_limit=1/1/1", "nudge=On."];
    expect(await world.run({ shell, args })).toEqual({ exitCode: 2, stdout: "", stderr: "On.\n" });
    expect(left(world)).toEqual(["an o'ther", "an o'ther/waits", `an o'ther/waits/${SESSION}.tries`]);
  });

  it("keep a prompt that is long from nothing", async () => {
    await using world = makeWake();
    world.say("tries", "1795273366 overload\n");
    const input = prompt("x".repeat(200_000));
    expect(await world.run({ shell, args: ["typed"], input })).toEqual(AWAY);
    expect(left(world)).toEqual([]);
  });
});

describe.each(shells)("a disk that does not take it, in %s", (...shell) => {
  it("wakes nobody where a file stands in place of the folder", async () => {
    await using world = makeWake();
    writeFileSync(join(world.stateDir, "waits"), "a file stands here");
    expect(await world.run({ shell })).toEqual(AWAY);
    expect(left(world)).toEqual([]);
  });

  it("wakes nobody where files may not grow", async () => {
    await using world = makeWake();
    const limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", ...shell, world.script, "wait", ...TIMER];
    expect(await runProgram(limited, { input: failure(), cwd: world.stateDir, env: {} })).toEqual(QUIET);
    expect(left(world)).toEqual([]);
  });
});

describeWith({ needs: ["unshare"] }, "a file system of its own", () => {
  const words = shells.map((shell) => shell.map((word) => `'${word}'`).join(" "));

  it.each(words)("that is full takes no count, so that nobody is woken (%s)", async (shell) => {
    await using world = makeWake();
    mkdirSync(join(world.stateDir, "waits"));
    const program = [
      'mount -t tmpfs -o size=64k none "$1/waits" || exit 9',
      `printf %s "$2" | ${shell} "$1/intake/kedge-wake" wait limit=60 total=99 attempts=9 rate_limit=9/3/3 nudge=x & own=$!`,
      'until ls "$1/waits" | grep -q "wait$"; do sleep 0.1; done',
      'dd if=/dev/zero of="$1/waits/fill" 2>/dev/null',
      'wait "$own"; echo "exit $?"; ls "$1/waits"',
      `rm "$1/waits/"*; dd if=/dev/zero of="$1/waits/fill" 2>/dev/null`,
      `printf %s "$2" | ${shell} "$1/intake/kedge-wake" wait limit=60 total=99 attempts=9 rate_limit=9/3/3 nudge=x`,
      'echo "exit $?"; ls "$1/waits"',
    ].join("\n");
    const run = await mounted(program, world);
    // An empty file of the count may be made, where what it says is not taken.
    expect(run.output.replaceAll(`${SESSION}.tries\n`, "")).toBe("exit 0\nfill\nexit 0\nfill\n");
  });

  it.each(words)("that is read-only takes nothing (%s)", async (shell) => {
    await using world = makeWake();
    mkdirSync(join(world.stateDir, "waits"));
    const program = [
      'mount -t tmpfs -o ro none "$1/waits" || exit 9',
      `printf %s "$2" | ${shell} "$1/intake/kedge-wake" wait limit=60 total=99 attempts=9 rate_limit=9/1/1 nudge=x`,
      'echo "exit $?"; ls -A "$1/waits"',
    ].join("\n");
    expect((await mounted(program, world)).output).toBe("exit 0\n");
  });

  function mounted(program: string, { stateDir }: WakeWorld) {
    const map = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const args = [...map, "--mount", "sh", "-c", program, "sh", stateDir, failure()];
    return runProgram(["unshare", ...args], { input: "", cwd: stateDir, env: {} });
  }
});
