/** Hook inputs of which the end never comes, delivered to the installed entry. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { planInstall } from "../../src/agents/index.ts";
import type { LaterRows } from "./hold-rows.ts";
import { makeRecording, type Recording, runCommand } from "./recorded-sessions.ts";

/** Runs the entry over an input that has no end, until the agent's time is up: asked to end, then killed with all it started. */
async function abandonEntry(world: Recording, text: string): Promise<void> {
  const child = spawn(world.entry, ["failure"], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: world.folder,
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("close", (_code, signal) => resolve(signal)),
  );
  const tmp = join(world.spoolDir, "tmp");
  child.stdin.write(text);
  const group = -(child.pid ?? 0);
  while (!readTmp(tmp).some((each) => each.includes("\n\n"))) await sleep(5);
  process.kill(group, "SIGTERM");
  await sleep(50);
  // Asked politely, it waits on: an agent that ends asks everybody, and the rest of the input may still come.
  expect(child.exitCode ?? child.signalCode).toBeNull();
  process.kill(group, "SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(readdirSync(join(world.spoolDir, "new"))).toEqual([]);
}

function readTmp(tmp: string): readonly string[] {
  try {
    return readdirSync(tmp).map((name) => readFileSync(join(tmp, name), "utf8"));
  } catch {
    return []; // not made yet
  }
}

/** Lets the minute pass after which nobody works on a record any more. */
function letTimePass(world: Recording): void {
  const past = Date.now() / 1_000 - 61;
  for (const name of readdirSync(join(world.spoolDir, "tmp")))
    utimesSync(join(world.spoolDir, "tmp", name), past, past);
}

export const stdinLater: LaterRows = {
  "pay-025": {
    heldBy: "recovery: intake",
    check: async (text) => {
      const world = makeRecording();
      await abandonEntry(world, text);
      letTimePass(world);
      const ran = await runCommand(world, ["failures"]);
      expect(ran.stderr).toContain("1 file could not be read and was set aside");
      expect(world.reasons()).toEqual(["the hook input is no JSON object, or half of one\n"]);
      expect(readdirSync(join(world.spoolDir, "tmp"))).toEqual([]);
      // Who ends it is the agent, which is told when.
      const plan = planInstall(null, world.entry, "settings.json");
      expect(plan.ok && plan.text.match(/"timeout": \d+/g)).toEqual(Array(3).fill('"timeout": 10'));
    },
  },
};
