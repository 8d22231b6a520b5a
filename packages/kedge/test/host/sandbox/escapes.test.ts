import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostWorld } from "../../support/host-world.ts";
import { describeWith } from "../../support/requires.ts";
import { ATTEMPTS, type Attempt, findSleep } from "./escape-attempts.ts";
import { ON, outsideFolder, runCalls } from "./sandbox-world.ts";

/** What is outside, and answers: whoever connects has come through. */
interface Outside {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  hits(): number;
  victim: ChildProcess;
  close(): Promise<void>;
}

let outside: Outside;

beforeAll(async () => {
  outside = await makeOutside();
});
afterAll(async () => {
  await outside.close();
});

async function makeOutside(): Promise<Outside> {
  const folder = outsideFolder();
  let count = 0;
  const listen = async (where: { port: number; host: string } | string) => {
    const server = createServer((socket) => {
      count++;
      socket.on("error", () => {});
      socket.end("HTTP/1.0 204 No Content\r\n\r\n");
    });
    server.listen(where);
    await once(server, "listening");
    return server;
  };
  const abstract = `kedge-outside-${process.pid}`;
  const [path, inTmp] = [join(folder, "host.sock"), join(tmpdir(), `kedge-outside-${process.pid}.sock`)];
  const server = await listen({ port: 0, host: "127.0.0.1" });
  const others = [await listen(path), await listen(inTmp), await listen(`\0${abstract}`)];
  const udp = createSocket("udp4", () => count++);
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  const address = server.address();
  return {
    folder,
    env: {
      ...{ SOCK: path, TMP_SOCK: inTmp, ABSTRACT: abstract, SSH_AUTH_SOCK: path },
      PORT: String(typeof address === "object" ? address?.port : ""),
      UDP_PORT: String(udp.address().port),
    },
    hits: () => count,
    victim: startVictim(),
    async close() {
      outside.victim.kill("SIGKILL");
      udp.close();
      for (const each of [server, ...others]) await new Promise((resolve) => each.close(resolve));
    },
  };
}

function startVictim(): ChildProcess {
  return spawn("sleep", ["600"], {
    stdio: "ignore",
    env: { ...process.env, SECRET: "victims-secret" },
  });
}

/** A project with what somebody obeys, and a home with secrets. */
function prepare(world: HostWorld, home: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: world.project, env: { PATH: process.env.PATH, HOME: home } });
  git("init", "-q", ".");
  git("config", "core.hooksPath", "githooks");
  git("init", "-q", "nested");
  rmSync(join(world.project, ".git/info"), { recursive: true, force: true });
  for (const path of [
    ...["githooks/readme", ".claude/readme", ".devcontainer/devcontainer.json", ".profile"],
    "deep/er/.vscode/settings.json",
  ])
    world.write(`project/${path}`, "{}");
  linkSync(join(world.project, ".profile"), join(world.project, "alias.txt"));
  for (const path of [".ssh/id_test", ".netrc"]) {
    mkdirSync(join(home, ".ssh"), { recursive: true });
    writeFileSync(join(home, path), "home-secret");
  }
}

/** What the model is told of a change of protected files that was undone. */
const PUT_BACK = /Protected files were changed without permission/;

/** Runs attempts in one session, and says which came through. */
async function tryAll(attempts: readonly Attempt[], sandbox: object, name: string) {
  const [home, state] = [join(outside.folder, name, "home"), join(outside.folder, name, "state")];
  mkdirSync(home, { recursive: true });
  const outs = attempts.map((_, at) => join(outside.folder, name, String(at)));
  for (const out of outs) {
    mkdirSync(out);
    writeFileSync(join(out, "file"), "kept");
  }
  // The scripts are variables: what the line itself says is nothing that permissions would refuse.
  const calls = attempts.map((_, at) => `export O="$OUT/${at}"; cd "$PROJECT" && bash -c "$ATTEMPT_${at}"`);
  const cameThrough: boolean[] = [];
  const texts: string[] = [];
  const appSocket = createServer((socket) => {
    appHits++;
    socket.end();
  });
  let appHits = 0;
  let before = 0;
  let project = "";
  try {
    await runCalls(calls, {
      sandbox,
      env: {
        ...outside.env,
        ...Object.fromEntries(attempts.map(({ script }, at) => [`ATTEMPT_${at}`, script])),
        ...{ HOME: home, STATE: state, OUT: join(outside.folder, name), KEDGE_PID: String(process.pid) },
        ...{ VICTIM: String(outside.victim.pid), KEDGE_LOOT: String(process.pid) },
      },
      session: { homeDir: home, stateDir: state },
      prepare(world) {
        project = world.project;
        prepare(world, home);
        mkdirSync(join(home, ".claude"), { recursive: true });
        writeFileSync(join(home, ".claude/settings.json"), JSON.stringify({ sandbox }));
        appSocket.listen(join(project, "app.sock"));
      },
      async afterCall(at, text, world) {
        texts.push(text);
        const attempt = attempts[at];
        const after = {
          ...{ out: outs[at] ?? "", project: world.project, home, state, text },
          hits: outside.hits() + appHits - before,
          isVictimAlive: outside.victim.signalCode === null && isAlive(outside.victim.pid ?? 0),
          hasLeft: world.eventsOf("cwd").some(({ cwd }) => !cwd.startsWith(world.project)),
        };
        before = outside.hits() + appHits;
        // What was put back behind the command had come through the sandbox.
        cameThrough.push((attempt?.cameThrough(after) ?? true) || PUT_BACK.test(text));
        cleanUpAfter();
      },
    });
  } finally {
    await new Promise((resolve) => appSocket.close(resolve));
  }
  return { cameThrough, texts };
}

/** What attempts without the sandbox leave on the machine. */
function cleanUpAfter(): void {
  for (const path of [`/tmp/kedge-loot-${process.pid}`, `/dev/shm/kedge-loot-${process.pid}`])
    rmSync(path, { force: true });
  const sleeper = findSleep(`4711.${process.pid}`);
  if (sleeper !== null) process.kill(sleeper, "SIGKILL");
  if (!isAlive(outside.victim.pid ?? 0)) outside.victim = startVictim();
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("the list of attempts", () => {
  test("is long, and names none twice", () => {
    const names = ATTEMPTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(100);
    expect(ATTEMPTS.filter(({ isReal }) => isReal).length).toBeGreaterThanOrEqual(60);
  });
});

describeWith({ needs: ["bwrap", "git", "perl"] }, "out of the sandbox", () => {
  let confined: { readonly cameThrough: readonly boolean[]; readonly texts: readonly string[] };
  beforeAll(async () => {
    confined = await tryAll(ATTEMPTS, ON, "confined");
  }, 120_000);

  test.for(ATTEMPTS.map(({ name }, at) => [name, at] as const))("nothing comes of %s", ([, at]) => {
    expect(confined.cameThrough[at], confined.texts[at]).toBe(false);
  });
});

describeWith({ needs: ["bwrap", "git", "perl"] }, "without the sandbox", () => {
  const real = ATTEMPTS.filter(({ isReal }) => isReal);
  let free: { readonly cameThrough: readonly boolean[]; readonly texts: readonly string[] };
  beforeAll(async () => {
    free = await tryAll(real, { enabled: false }, "free");
  }, 120_000);

  test.for(real.map(({ name }, at) => [name, at] as const))("there is something in %s", ([, at]) => {
    expect(free.cameThrough[at], free.texts[at]).toBe(true);
  });
});
