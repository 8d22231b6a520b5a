import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { quote } from "../support/outside-writer.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { describeWith, inFull } from "../support/requires.ts";
import { bodyOf, type IntakeWorld, makeIntake, QUIET, runProgram, shells } from "./intake-world.ts";

describe("many at once", () => {
  it("300 lose none, and every name is unique", async () => {
    const world = makeIntake();
    const inputs = Array.from({ length: 300 }, (_, at) => JSON.stringify({ at }));
    const runs: (typeof QUIET)[] = [];
    // All of the first hundred find no folders.
    for (let at = 0; at < inputs.length; at += 100)
      runs.push(...(await Promise.all(inputs.slice(at, at + 100).map((input) => world.run({ input })))));
    expect(runs.every((run) => run.exitCode === 0 && run.output === "")).toBe(true);
    const names = world.names("new");
    const found = names.map((name) => bodyOf(readFileSync(join(world.spool, "new", name))).toString());
    expect(found.sort()).toEqual([...inputs].sort());
    expect(world.names("tmp")).toEqual([]);
  });
});

describe.each(shells)("signals in %s", (...shell) => {
  it("leave a whole record or none, whenever they come", { timeout: 60_000 }, async () => {
    const random = createRandom(fuzzSeed);
    const input = `{"text":"${"x".repeat(50_000)}"}`;
    let whole = 0;
    for (let round = 0; round < inFull({ normal: 50, full: 500 }); round++) {
      const world = makeIntake();
      const signal = random.pick(["SIGTERM", "SIGHUP", "SIGINT"] as const);
      await interrupt(world, { shell, input, signal, afterMs: random.next() * 14 });
      const names = world.names("new");
      expect(names.length).toBeLessThan(2);
      for (const name of names) {
        expect(bodyOf(readFileSync(join(world.spool, "new", name))).toString()).toBe(input);
        whole++;
      }
      rmSync(world.folder, { recursive: true, force: true });
    }
    // Only those that were hit before the first line ran have none.
    expect(whole).toBeGreaterThan(10);
  });

  it("that come after the first line cost nothing", async () => {
    for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
      const world = makeIntake();
      const child = spawn(shell[0] ?? "", [...shell.slice(1), world.script, "failure"], {
        detached: true,
        stdio: "pipe",
      });
      const ended = new Promise((resolve) => child.once("close", resolve));
      // It stands in the middle of the record now, waiting for the rest of its input.
      child.stdin.write("{");
      while (!world.names("tmp").some((name) => statSync(join(world.spool, "tmp", name)).size > 0))
        await sleep(2);
      process.kill(-(child.pid ?? 0), signal);
      await sleep(20);
      expect(world.names("new")).toEqual([]);
      child.stdin.end("}");
      expect(await ended).toBe(0);
      expect(bodyOf(world.record()).toString()).toBe("{}");
    }
  });
});

function interrupt(
  world: IntakeWorld,
  {
    shell,
    input,
    signal,
    afterMs,
  }: { shell: readonly string[]; input: string; signal: NodeJS.Signals; afterMs: number },
): Promise<void> {
  return new Promise((resolve) => {
    const [file = "", ...args] = [...shell, world.script, "failure"];
    const child = spawn(file, args, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.on("error", () => {}); // it may be dead already
    child.stdin.end(input);
    child.once("close", () => resolve());
    const at = performance.now() + afterMs;
    const strike = (): void => {
      if (performance.now() < at) return void setImmediate(strike);
      try {
        process.kill(-(child.pid ?? 0), signal);
      } catch {
        // it was faster
      }
    };
    strike();
  });
}

describe.each(shells)("a disk that does not take it, in %s", (...shell) => {
  it("gives up in silence where no folder can be made, and leaves nothing", async () => {
    const world = makeIntake();
    writeFileSync(world.spool, "a file stands here");
    expect(await world.run({ shell })).toEqual(QUIET);
    expect(readFileSync(world.spool, "utf8")).toBe("a file stands here");
    rmSync(world.spool);
    mkdirSync(join(world.spool, "tmp"), { recursive: true });
    writeFileSync(join(world.spool, "new"), "a file stands here");
    expect(await world.run({ shell })).toEqual(QUIET);
    expect(world.names("tmp")).toEqual([]);
  });

  it("makes folders that went missing", async () => {
    const world = makeIntake();
    mkdirSync(join(world.spool, "tmp"), { recursive: true });
    expect(await world.run({ shell })).toEqual(QUIET);
    expect(world.names("new")).toHaveLength(1);
    expect(world.names("tmp")).toEqual([]);
  });

  it.each(["failure", "start"])("gives up in silence where files may not grow (%s)", async (witness) => {
    const world = makeIntake();
    const limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", ...shell, world.script, witness];
    expect(await runProgram(limited, { input: "{}", cwd: world.folder, env: {} })).toEqual(QUIET);
    expect([...world.names("new"), ...world.names("tmp")]).toEqual([]);
  });

  it("gives up where only a part of the input has room", async () => {
    const world = makeIntake();
    const limited = ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", ...shell, world.script, "failure"];
    const run = await runProgram(limited, { input: Buffer.alloc(100_000, "x"), cwd: world.folder, env: {} });
    expect(run).toEqual(QUIET);
    expect([...world.names("new"), ...world.names("tmp")]).toEqual([]);
  });

  const itWithTools = (name: string, body: () => Promise<void>): void =>
    it(name, (context) => {
      if (shell.includes("sh") && shell.length > 1)
        context.skip("busybox has tools of its own, which no PATH replaces");
      return body();
    });

  itWithTools("gives up where there is no mktemp, and nothing else", async () => {
    const world = makeIntake();
    const none = join(world.folder, "bin");
    mkdirSync(none);
    const text = readFileSync(world.script, "utf8").replace(/^PATH=.*$/m, () => `PATH=${quote(none)}`);
    writeFileSync(world.script, text);
    const [file = "", ...args] = [...shell, world.script, "failure"];
    expect(await runProgram([file, ...args], { input: "{}", cwd: world.folder, env: {} })).toEqual(QUIET);
    expect(readdirSync(world.folder).sort()).toEqual(["bin", "intake"]);
  });

  itWithTools("takes cat for a head that cannot count, and another way where sync fails", async () => {
    const world = makeIntake();
    withTools(world, { head: "exit 1", sync: "exit 1" });
    const input = Buffer.alloc(200_000, "y");
    expect(await world.run({ shell, input })).toEqual(QUIET);
    expect(bodyOf(world.record()).equals(input)).toBe(true);
    expect(world.names("tmp")).toEqual([]);
    const [name = ""] = world.names("new");
    expect(statSync(join(world.spool, "new", name)).mode & 0o777).toBe(0o600);
  });

  itWithTools("records nothing where reading failed half-way, though there is room again", async () => {
    const world = makeIntake();
    withTools(world, { head: '[ "$2" = 1 ] && exit 0; dd bs=1 count=3 2>/dev/null; exit 1' });
    expect(await world.run({ shell, input: "0123456789" })).toEqual(QUIET);
    expect([...world.names("new"), ...world.names("tmp")]).toEqual([]);
  });

  itWithTools("syncs the file before it is renamed, and the folder after", async () => {
    const world = makeIntake();
    const log = quote(join(world.folder, "log"));
    withTools(world, {
      sync: `echo "$(ls ${quote(join(world.spool, "new"))} | wc -l | tr -d ' ') $(basename "$1")" >>${log}`,
    });
    expect(await world.run({ shell })).toEqual(QUIET);
    const lines = readFileSync(join(world.folder, "log"), "utf8").split("\n");
    expect(lines).toEqual([expect.stringMatching(/^0 \d+-\w+$/), "1 new", ""]);
  });
});

/** Puts tools in front of those of the system. */
function withTools(world: IntakeWorld, tools: Readonly<Record<string, string>>): void {
  const folder = join(world.folder, "bin");
  mkdirSync(folder);
  for (const [name, program] of Object.entries(tools))
    writeFileSync(join(folder, name), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  const text = readFileSync(world.script, "utf8").replace(
    "PATH=/usr/bin",
    () => `PATH=${quote(folder)}:/usr/bin`,
  );
  writeFileSync(world.script, text);
}

describeWith({ needs: ["unshare"] }, "a file system of its own", () => {
  const shell = shells.map((words) => words.map((word) => `'${word}'`).join(" "));

  it.each(shell)("that is full takes nothing and keeps nothing (%s)", async (words) => {
    const world = makeIntake();
    mkdirSync(world.spool);
    const program = [
      'mount -t tmpfs -o size=64k none "$1" && mkdir "$1/tmp" "$1/new" || exit 9',
      `dd if=/dev/zero bs=200000 count=1 2>/dev/null | ${words} "$2" failure`,
      'dd if=/dev/zero of="$1/fill" 2>/dev/null',
      `echo "{}" | ${words} "$2" start; echo "exit $?"`,
      'find "$1" -type f | sed "s,.*/,,"; rm "$1/fill"',
      `echo "{}" | ${words} "$2" failure; ls "$1/new" | wc -l | tr -d " "`,
    ].join("\n");
    const run = await mounted(program, world);
    expect(run.output).toBe("exit 0\nfill\n1\n");
  });

  it.each(shell)("that is read-only takes nothing (%s)", async (words) => {
    const world = makeIntake();
    mkdirSync(world.spool);
    const program = `mount -t tmpfs -o ro none "$1" || exit 9\necho "{}" | ${words} "$2" failure; echo "exit $?"; ls -A "$1"`;
    expect((await mounted(program, world)).output).toBe("exit 0\n");
  });

  function mounted(program: string, { script, spool, folder }: IntakeWorld) {
    const map = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const args = [...map, "--mount", "sh", "-c", program, "sh", spool, script];
    return runProgram(["unshare", ...args], { input: "", cwd: folder, env: {} });
  }
});
