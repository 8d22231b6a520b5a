import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ingestSpool } from "../../src/cli/commands/ingest.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import { openLedger } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { type LedgerWorld, makeLedger, NOW, stopFailure, ZONE } from "../support/ledger-world.ts";
import { MAIN } from "./run-kedge.ts";

const ingest =
  (options = {}) =>
  (context: Context, moment: Moment) =>
    ingestSpool(options, context, moment);

const failing = (number: number): string =>
  stopFailure({
    session_id: `session-${number}`,
    error: "rate_limit",
    last_assistant_message: "You've hit your session limit",
  });

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** `kedge ingest --watch` as a process of its own. */
function watching({ folder, env }: LedgerWorld, ...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, "ingest", "--watch", ...args], { cwd: folder, env });
  started.push(child);
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  const exitCode = new Promise<number | null>((resolve) => child.once("close", resolve));
  const says = (pattern: RegExp, name: "stdout" | "stderr" = "stdout") =>
    vi.waitFor(() => expect(text[name]).toMatch(pattern), { timeout: 15_000, interval: 20 });
  return { child, text, exitCode, says };
}

describe("kedge ingest", () => {
  it("takes the spool in once, with a line for each failure", async () => {
    const world = makeLedger();
    for (const number of [1, 2, 3]) world.spool(`${number}-a.failure`, failing(number));
    const { stdout, exitCode } = await world.run(ingest());
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/ {2}f_[0-9a-f]{6} {2}5-hour limit used up {2}website {2}wait, no time known$/);
    expect(lines[3]).toBe("Took in 3 files: 3 failures.");
    expect(exitCode).toBe(0);
    expect(readdirSync(join(world.stateDir, "spool/new"))).toEqual([]);
    expect((await world.run(ingest())).stdout).toBe("Nothing waits to be taken in.");
  });

  it("--json prints what came of it", async () => {
    const world = makeLedger();
    world.spool("1-a.failure", failing(1));
    world.spool("2-a.failure", "rubbish");
    const { stdout, stderr } = await world.run(ingest({ json: true }));
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      setAside: 1,
      failures: [{ cause: "plan_window", sessionId: "session-1" }],
    });
    expect(stderr).toContain("1 file could not be read");
  });

  it("waits for another process that takes the spool in, and says so", async () => {
    const world = makeLedger();
    world.spool("1-a.failure", failing(1));
    await using ledger = await openLedger({
      stateDir: world.stateDir,
      redactor: createRedactor(),
      now: () => NOW,
      zone: ZONE,
    });
    const lease = await ledger.lease("ingest", "somebody", 60_000);
    const running = world.run(ingest());
    setTimeout(() => void (lease && ledger.release(lease)), 700);
    const { stdout, stderr } = await running;
    expect(stderr).toBe("kedge: another process takes in what hooks leave; waiting for it.");
    expect(stdout).toContain("Took in 1 file: 1 failure.");
  });

  it("--watch prints a failure as it comes, says when more is known of one, and ends well on Ctrl-C", async () => {
    const world = makeLedger();
    world.spool("1-a.failure", failing(1));
    const run = watching(world);
    await run.says(/5-hour limit used up/);
    world.spool(
      "2-a.failure",
      stopFailure({ session_id: "session-2", error: "server_error", kedge: { status: 529 } }),
    );
    await run.says(/API overloaded/);
    run.child.kill("SIGINT");
    expect(await run.exitCode).toBe(0);
    expect(run.text.stderr).toBe("Taking in what hooks leave, until Ctrl-C.\n2 failures came.\n");
    expect(run.text.stdout.split("\n")).toHaveLength(3);
  });

  it("a watcher that ends gives the right to take in back, though nothing came", async () => {
    const world = makeLedger();
    const run = watching(world);
    await run.says(/until Ctrl-C/, "stderr");
    const options = { stateDir: world.stateDir, redactor: createRedactor(), now: Date.now, zone: ZONE };
    await using ledger = await openLedger(options);
    expect(await ledger.lease("ingest", "somebody", 1_000)).toBeNull();
    run.child.kill("SIGINT");
    expect(await run.exitCode).toBe(0);
    expect(run.text.stderr).toContain("No failure came.");
    expect(await ledger.lease("ingest", "somebody", 1_000)).not.toBeNull();
  });

  it("--watch --json prints one failure a line; of two watchers the second waits until the first has ended", async () => {
    const world = makeLedger();
    const first = watching(world, "--json");
    await first.says(/until Ctrl-C/, "stderr");
    const second = watching(world, "--json");
    await second.says(/another process takes in what hooks leave; waiting for it to end/, "stderr");
    world.spool("1-a.failure", failing(1));
    await first.says(/\n/);
    expect(JSON.parse(first.text.stdout)).toMatchObject({ sessionId: "session-1" });
    first.child.kill("SIGTERM");
    expect(await first.exitCode).toBe(0);
    await second.says(/until Ctrl-C/, "stderr");
    world.spool("2-a.failure", failing(2));
    await second.says(/session-2/);
    expect(second.text.stdout).not.toContain("session-1");
    second.child.kill("SIGINT");
    expect(await second.exitCode).toBe(0);
  });
});

describe("the account of a failure", () => {
  const accounts = async (world: LedgerWorld, env: Readonly<Record<string, string>> = {}) => {
    const run = await world.run(ingest(), { env });
    await using ledger = await openLedger({
      ...{ stateDir: world.stateDir, redactor: createRedactor(), now: () => NOW, zone: ZONE },
    });
    const { failures } = await ledger.failures();
    const found = Object.fromEntries(failures.map(({ session_id, account }) => [session_id, account]));
    return { run, found };
  };
  const leave = (world: LedgerWorld, name: string, headers: readonly string[], input: object = {}): void => {
    const text = stopFailure({ session_id: name, error: "rate_limit", ...input });
    world.spool(
      `1-${name}.failure`,
      text.replace("\n\n", `\n${headers.join("\n")}\n\n`.replace(/^\n\n/, "\n")),
    );
  };

  it("is that of the credential or the login that its agent had", async () => {
    const world = makeLedger();
    leave(world, "ours", ["credential ANTHROPIC_API_KEY"]);
    leave(world, "theirs", ["credential CLAUDE_CODE_OAUTH_TOKEN"]);
    leave(world, "login", ["project /home/dev/website"]);
    leave(world, "work", ["project /home/dev/website"], {
      transcript_path: "/srv/work/projects/-home-dev-website/s.jsonl",
    });
    const { found } = await accounts(world, { ANTHROPIC_API_KEY: "a key" });
    expect(found).toMatchObject({
      ours: expect.stringMatching(/^key:[0-9a-f]{12}$/),
      theirs: "env:CLAUDE_CODE_OAUTH_TOKEN",
      login: expect.stringMatching(/^key:[0-9a-f]{12}$/),
      work: expect.stringMatching(/^key:[0-9a-f]{12}$/),
    });
    expect(new Set(Object.values(found)).size).toBe(4);
  });

  it("has the name that the user's own policy gives it; a project has no say, and a broken policy loses nothing", async () => {
    const world = makeLedger();
    const configDir = join(world.folder, "home/.config/kedge");
    mkdirSync(configDir, { recursive: true });
    const policy = (name: string) => JSON.stringify({ accounts: { [name]: { config_dir: "/srv/work" } } });
    const input = { transcript_path: "/srv/work/projects/-home-dev-website/s.jsonl" };
    writeFileSync(join(world.folder, "kedge.yaml"), policy("project"));
    writeFileSync(join(configDir, "kedge.yaml"), policy("work"));
    leave(world, "named", [], input);
    expect((await accounts(world)).found).toEqual({ named: "name:work" });
    writeFileSync(join(configDir, "kedge.yaml"), "attempts: many");
    leave(world, "broken", [], input);
    const { run, found } = await accounts(world);
    expect(found.broken).toMatch(/^key:/);
    expect(run.stderr).toMatch(
      /^kedge: what hooks left is taken in as if there were no policy: .*\n.*attempts: expected a number/,
    );
  });
});
