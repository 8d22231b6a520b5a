import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listFailures } from "../../src/cli/commands/failures.ts";
import { type LedgerWorld, makeLedger, NOW, witness } from "../support/ledger-world.ts";
import { describeWith } from "../support/requires.ts";
import { MAIN } from "./run-kedge.ts";

/** Runs a command at a terminal of so many columns, and types an answer. */
function atTerminal(world: LedgerWorld, args: string, { types = "", columns = 80 } = {}) {
  const command = `stty cols ${columns}; '${process.execPath}' '${MAIN}' ${args}`;
  const run = spawnSync("script", ["-qec", command, "/dev/null"], {
    ...{ cwd: world.folder, input: types, encoding: "utf8", timeout: 15_000 },
    env: { ...world.env, TERM: "xterm", SHELL: "/bin/sh", TZ: "Europe/Berlin" },
  });
  return { exitCode: run.status, screen: run.stdout.replaceAll("\r", "") };
}

async function oneFailure() {
  const world = makeLedger();
  const message = `You've hit your session limit · resets 3:45pm (Europe/Berlin) ${"and more ".repeat(30)}`;
  const [row] = await world.record(
    witness({
      status: 429,
      kind: "rate_limit",
      isError: true,
      atMs: NOW,
      message,
      model: "claude-sonnet-5-5",
    }),
  );
  return { ...world, id: row?.id ?? "" };
}

describeWith({ needs: ["script"] }, "commands of recorded failures at a terminal", () => {
  it("purge asks, and only a clear yes removes", async () => {
    const world = await oneFailure();
    for (const types of ["n\n", "\n", "what\n"]) {
      const { exitCode, screen } = atTerminal(world, "purge --project website", { types });
      expect(screen).toContain("Remove it for good? [y/N]");
      expect(screen).toContain("nothing was removed");
      expect(exitCode).toBe(1);
    }
    const { exitCode, screen } = atTerminal(world, "purge --project website", { types: "y\n" });
    expect(screen).toContain("Removed 1 failure.");
    expect(exitCode).toBe(0);
  });

  it("Ctrl-C at the question changes nothing, and the exit code says that it was that", async () => {
    const world = await oneFailure();
    const command = `'${process.execPath}' '${MAIN}' purge --all`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      ...{ cwd: world.folder, stdio: ["pipe", "pipe", "ignore"] },
      env: { ...world.env, TERM: "xterm", SHELL: "/bin/sh" },
    });
    let screen = "";
    let isTyped = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      screen += text;
      if (!screen.includes("[y/N] ") || isTyped) return;
      isTyped = true;
      child.stdin.write("\u0003");
    });
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    expect([exitCode, screen.replaceAll("\r", "")]).toEqual([
      130,
      expect.stringMatching(/\nkedge: interrupted; nothing was changed\.\n$/),
    ]);
    expect(
      (await world.run((context, moment) => listFailures({ json: true }, context, moment))).stdout,
    ).toContain(world.id);
  });

  it("export asks before it writes", async () => {
    const world = await oneFailure();
    const file = join(world.folder, "x.json");
    expect(atTerminal(world, `export ${world.id} -o x.json`, { types: "n\n" }).exitCode).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(atTerminal(world, `export ${world.id} -o x.json`, { types: "yes\n" }).exitCode).toBe(0);
    expect(existsSync(file)).toBe(true);
  });

  it.each([40, 80, 200])("every page fits %i columns, and is coloured", async (columns) => {
    const world = await oneFailure();
    const pages = [
      "failures",
      `explain ${world.id}`,
      "stats --since 2026-11-01 --until 2026-11-30",
      `export ${world.id} -y -o x${columns}.json`,
    ];
    for (const page of pages) {
      const { screen, exitCode } = atTerminal(world, page, { columns });
      expect(exitCode).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are what is taken out
      const lines = screen.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(screen).toContain("\u001b[1m");
    }
  });
});
