/** `kedge up` as a real process beside real sessions of users, whose hooks are installed as users install them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FAILING } from "../rehearsal/failing-replies.ts";
import { makeTold, type ToldWorld, tellingPolicy } from "./told-world.ts";
import { FAST, lastMessage, leaving } from "./work-world.ts";

const OTHERS = {
  resume: { projects: ["project"], causes: ["overload"], hours: "any", attempts: 3, job_usd: 5 },
};
const waking = (url: string): object => tellingPolicy(url, { ...FAST, others: OTHERS });

/** A session that a user starts, as a user starts it. */
const asUser = (world: ToldWorld) => world.kedge(["agent", "-p", "Do it"]);
const told = (world: ToldWorld) => world.told().map(({ type, cause }) => [type, cause]);
const untilTold = (world: ToldWorld, count: number) =>
  expect.poll(() => world.told().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);

describe("sessions that Kedge did not start", () => {
  test("one that dies is told of, taken over, resumed as the same session, and told to be over", {
    timeout: 120_000,
  }, async () => {
    await using world = await makeTold(
      { replies: [{ ...FAILING.overload, times: 1 }, { text: "After all." }] },
      waking,
    );
    await world.kedge(["install", "claude-code", "--yes"]);
    const up = await world.up(["--json"]);
    expect((await asUser(world)).exitCode).toBe(1);
    await untilTold(world, 2);
    up.kill("SIGTERM");
    const { exitCode, stdout } = await up.done;
    expect(exitCode).toBe(0);
    expect(told(world)).toEqual([
      ["incident.opened", "overload"],
      ["incident.resolved", "overload"],
    ]);
    expect(world.requests()).toHaveLength(2);
    expect(JSON.stringify(world.requests()[1]?.body)).toContain("Do it");
    expect(lastMessage(world.requests()[1])).toContain("Check what is already done");
    const events = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).event]));
    expect(events).toEqual(expect.arrayContaining(["up", "failure", "adopted", "started", "told", "ended"]));
    expect((await world.status()).jobs).toEqual([]);
  });

  test("one whose project or cause nobody named is told of, and left alone", {
    timeout: 120_000,
  }, async () => {
    await using world = await makeTold({ replies: [{ ...FAILING.poisoned }] }, waking);
    await world.kedge(["install", "claude-code", "--yes"]);
    const up = await world.up();
    await asUser(world);
    await up.until("is left alone: poisoned is not named in others.resume.causes");
    await untilTold(world, 1);
    expect(told(world)).toEqual([["incident.opened", "poisoned"]]);
    expect(world.requests()).toHaveLength(1);
    up.kill("SIGTERM");
    await up.done;
  });

  test("one whose process is killed in the middle of its work is told of, and nothing of it is run again", {
    timeout: 120_000,
  }, async () => {
    await using world = await makeTold({ replies: [leaving("log.txt", "; echo $$ > shell.pid; sleep 300")] });
    await world.kedge(["install", "claude-code", "--yes"]);
    const up = await world.up();
    const session = world.start(["agent", "-p", "--permission-mode", "bypassPermissions", "Do it"], {
      stdin: "",
    });
    await world.untilLines("shell.pid", 1);
    session.kill("SIGKILL");
    await session.done;
    await up.until("has lost its process");
    await untilTold(world, 1);
    expect(told(world)).toEqual([["incident.opened", "dead_process"]]);
    expect(world.lines("log.txt")).toHaveLength(1);
    up.kill("SIGTERM");
    await up.done;
    process.kill(-Number(world.lines("shell.pid")[0]), "SIGKILL");
  });

  test("what is due is told as it stops", { timeout: 60_000 }, async () => {
    await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, (url) =>
      tellingPolicy(url, { alerts: { group_wait: "10m" } }),
    );
    await world.kedge(["install", "claude-code", "--yes"]);
    const up = await world.up();
    await asUser(world);
    await up.until(/failure f_/);
    expect(world.told()).toEqual([]);
    up.kill("SIGTERM");
    expect((await up.done).exitCode).toBe(0);
    expect(told(world)).toEqual([["incident.opened", "spend"]]);
  });

  test("a log that nobody reads any more ends nothing", { timeout: 60_000 }, async () => {
    await using world = await makeTold({ replies: [{ ...FAILING.spend }] });
    await world.kedge(["install", "claude-code", "--yes"]);
    const shell = world.shell(
      "{ kedge up --health 0 & echo $! > up.pid; wait $!; echo $? > up.code; } | head -n 1",
    );
    await world.untilLines("up.pid", 1);
    await shell.until("is up");
    await asUser(world);
    await untilTold(world, 1);
    process.kill(Number(world.lines("up.pid")[0]), "SIGTERM");
    await world.untilLines("up.code", 1);
    expect(world.lines("up.code")).toEqual(["0"]);
  });

  test("--once sees work that did not begin, also where kedge up never ran", {
    timeout: 60_000,
  }, async () => {
    await using world = await makeTold({}, (url) =>
      tellingPolicy(url, { watch: { schedules: { nightly: { every: "1m", grace: "0s", project: "api" } } } }),
    );
    const once = await world.kedge(["up", "--once"]);
    expect(once).toMatchObject({ exitCode: 0, stderr: "" });
    const file = join(world.stateDir, "up/watched.json");
    writeFileSync(file, JSON.stringify({ nightly: Date.now() - 120_000 }), { mode: 0o600 });
    expect((await world.kedge(["up", "--once"])).stdout).toContain("1 told");
    expect(told(world)).toEqual([["incident.opened", "missed_run"]]);
  });

  test("without a supervisor, --once tells what is due", { timeout: 60_000 }, async () => {
    await using world = await makeTold({ replies: [{ ...FAILING.spend }] });
    await world.kedge(["install", "claude-code", "--yes"]);
    await asUser(world);
    const once = await world.kedge(["up", "--once"]);
    expect(once.exitCode).toBe(0);
    expect(once.stdout).toContain("looked at everything once; 1 told");
    expect(told(world)).toEqual([["incident.opened", "spend"]]);
    expect((await world.kedge(["up", "--once"])).stdout).toContain("0 told");
  });
});

describe("one for each user", () => {
  test("a second one leaves; one that was killed is told of by its successor, once", {
    timeout: 180_000,
  }, async () => {
    await using world = await makeTold({});
    const up = await world.up();
    const second = await world.kedge(["up"]);
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toContain(`expected to be the only kedge up, got another one: process ${up.pid}.`);
    expect((await world.kedge(["status"])).stdout).toContain(`kedge up runs since`);
    up.kill("SIGKILL");
    await up.done;
    expect((await world.kedge(["status"])).stdout).toContain("kedge up died");
    expect((await world.kedge(["doctor", "--json"])).stdout).toContain('"supervisor"');
    // Nobody has to wait for a process that is seen to be gone.
    const next = await world.up();
    expect(next.stdout()).not.toContain("waiting until its right has run out");
    await untilTold(world, 1);
    expect(told(world)).toEqual([["incident.opened", "dead_supervisor"]]);
    next.kill("SIGINT");
    expect((await next.done).exitCode).toBe(0);
    const after = await world.up();
    expect(after.stdout()).not.toContain("has died");
    after.kill("SIGTERM");
    await after.done;
    expect(world.told()).toHaveLength(1);
  });
});

describe("signs of life", () => {
  test("the health endpoint answers this machine alone, and says how each part does", {
    timeout: 60_000,
  }, async () => {
    await using world = await makeTold({});
    const up = await world.up();
    const url = /http:\/\/127\.0\.0\.1:\d+\/healthz/.exec(up.stdout())?.[0] ?? "";
    await expect.poll(async () => (await ask(url)).status, { timeout: 30_000 }).toBe(200);
    const { body, headers } = await ask(url);
    expect(headers["cache-control"]).toBe("no-store");
    const { status, pid, parts } = JSON.parse(body);
    expect([status, pid]).toEqual(["ok", up.pid]);
    expect(parts.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["spool", "sessions", "alarms"]),
    );
    expect((await ask(url, { host: "evil.example" })).status).toBe(403);
    expect((await ask(url, { host: "localhost:1" })).status).toBe(200);
    expect((await ask(url.replace("healthz", ""))).status).toBe(404);
    expect((await ask(url, {}, "POST")).status).toBe(405);
    expect(await ask(url, {}, "HEAD")).toMatchObject({ status: 200, body: "" });
    up.kill("SIGTERM");
    await up.done;
    await expect(ask(url)).rejects.toThrow("ECONNREFUSED");
  });

  test("the heartbeat says who lives, and that it ended in good order; somebody outside is pinged", {
    timeout: 60_000,
  }, async () => {
    await using world = await makeTold({}, (url) =>
      tellingPolicy(url, { watch: { ping: { url: url.replace("/hook", "/ping?a=b"), every: "10s" } } }),
    );
    const up = await world.up();
    const file = join(world.stateDir, "up/heartbeat");
    expect(readFileSync(file, "utf8")).toMatch(
      new RegExp(`^kedge 1 up\nbeat \\d{10}\npid ${up.pid}\nsince \\d{10}\nversion .+\nhealth http://.+\n$`),
    );
    const pings = () => world.receiver.received.flatMap(({ target }) => (target === "/hook" ? [] : [target]));
    await expect.poll(pings, { timeout: 40_000 }).toEqual(["/ping/start?a=b", "/ping?a=b"]);
    up.kill("SIGTERM");
    await up.done;
    expect(readFileSync(file, "utf8")).toMatch(/\nended \d{10}\n$/);
  });

  test("a port that is taken is no reason to say nothing", { timeout: 60_000 }, async () => {
    await using world = await makeTold({});
    const up = world.start(["up", "--health", String(world.receiver.port)], { stdin: "" });
    await up.until(`port ${world.receiver.port} is taken; another one is used`);
    await up.until(/health at http/);
    up.kill("SIGTERM");
    await up.done;
  });
});

describe("wrong calls and policies", () => {
  test("a policy that cannot be read is no policy at all", { timeout: 60_000 }, async () => {
    await using world = await makeTold({}, () => ({ chanels: {} }));
    const { exitCode, stderr } = await world.kedge(["up"]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain("chanels");
    expect((await world.kedge(["up", "--health", "99999"])).exitCode).toBe(64);
  });

  test("--install writes a unit, says what it will not have, and leaves that of somebody else alone", {
    timeout: 60_000,
  }, async () => {
    await using world = await makeTold({}, (url) => ({
      channels: { hook: { type: "webhook", url, secret: { env: "HOOK_SECRET" } } },
      accounts: { a: { env: { ANTHROPIC_API_KEY: "A_KEY" } } },
    }));
    const printed = await world.kedge(["up", "--install", "--print"]);
    const file = join(world.folder, "home/.config/systemd/user/kedge.service");
    expect(existsSync(file)).toBe(false);
    const installed = await world.kedge(["up", "--install"]);
    expect(installed).toMatchObject({ exitCode: 0 });
    expect(installed.stdout).toContain("systemctl --user enable --now kedge");
    expect(installed.stdout).toMatch(
      /names: A_KEY, HOOK_SECRET\nPut .* into .*\.config\/kedge\/env, with mode 0600/,
    );
    world.write("home/.config/kedge/env", "A_KEY=x\nHOOK_SECRET=y\n", 0o600);
    expect((await world.kedge(["up", "--install"])).stdout).not.toContain("HOOK_SECRET");
    const text = readFileSync(file, "utf8");
    expect(text).toBe(printed.stdout);
    expect(text).toContain(`Environment="KEDGE_STATE_DIR=${world.stateDir}"`);
    expect(text).toContain('"up" "--health" "5334"');
    expect(text).not.toContain("test-key");
    expect((await world.kedge(["up", "--install"])).stdout).toContain("It is as it should be");
    expect((await world.kedge(["up", "--uninstall"])).exitCode).toBe(0);
    expect(existsSync(file)).toBe(false);
    world.write("home/.config/systemd/user/kedge.service", "[Unit]\n");
    expect((await world.kedge(["up", "--install"])).exitCode).toBe(65);
    expect((await world.kedge(["up", "--uninstall"])).exitCode).toBe(65);
    expect(readFileSync(file, "utf8")).toBe("[Unit]\n");
  });
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    sent.once("error", reject);
    sent.end();
  });
}
