import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostWorld } from "../../support/host-world.ts";
import { describeWith, inFull } from "../../support/requires.ts";
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

/** What an attempt prints first: one that never began has shown nothing. */
const BEGAN = "the attempt began";

/** What the model is told where a command did not run, or not to its end, or where there was no such program. */
const NOT_TRIED =
  /did not run|may not have run|was denied|timed out|interrupted|could not be started|command not found/;

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
        ...Object.fromEntries(
          attempts.map(({ script }, at) => [`ATTEMPT_${at}`, `echo ${BEGAN}\n${script}`]),
        ),
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
        cameThrough.push(((await attempt?.cameThrough(after)) ?? true) || PUT_BACK.test(text));
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

/** What single options of bubblewrap hold back; tried in every way. */
const OPTIONS = [
  ...["a plain write", "namespaces of its own", "rights of root", "rights of a program with setuid"],
  ...["a process that outlives its command", "a process outside that is killed", "a switch of the kernel"],
  ...["a service on the loopback of the machine", "a terminal that is typed into"],
];

/** What is seen where settings put up with the machine's process list: numbers, and nothing that they lead to. */
const PROCESS_LIST = ["the descriptors of the first process", "the folder of Kedge's own process"];

/** These, and every eighth of the others; in full all. */
function sample(from: number, except: readonly string[] = []): readonly Attempt[] {
  const all = ATTEMPTS.filter(({ name }) => !except.includes(name));
  const some = all.filter(({ name }, at) => at % 8 === from || OPTIONS.includes(name));
  return inFull({ normal: some, full: all });
}

describe("the list of attempts", () => {
  test("is long, and names none twice", () => {
    const names = ATTEMPTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(100);
    expect(ATTEMPTS.filter(({ isReal }) => isReal).length).toBeGreaterThanOrEqual(60);
    expect([...OPTIONS, ...PROCESS_LIST].filter((name) => !names.includes(name))).toEqual([]);
  });
});

const NEEDS = { needs: ["bwrap", "git", "perl"] } as const;

for (const [way, more, attempts] of [
  ["", {}, ATTEMPTS],
  [" that lets some hosts be reached", { network: { allowedDomains: ["example.com"] } }, sample(0)],
  [" that shows the machine's processes", { enableWeakerNestedSandbox: true }, sample(1, PROCESS_LIST)],
] as const)
  describeWith(NEEDS, `out of the sandbox${way}`, () => {
    let confined: Awaited<ReturnType<typeof tryAll>>;
    beforeAll(async () => {
      confined = await tryAll(attempts, { ...ON, ...more }, `confined${way}`);
    }, 120_000);

    test.for(attempts.map(({ name }, at) => [name, at] as const))("nothing comes of %s", ([, at]) => {
      expect(confined.cameThrough[at], confined.texts[at]).toBe(false);
      expect(confined.texts[at]).toContain(BEGAN);
      expect(confined.texts[at]).not.toMatch(NOT_TRIED);
    });
  });

describeWith(NEEDS, "without the sandbox", () => {
  const real = ATTEMPTS.filter(({ isReal }) => isReal);
  let free: Awaited<ReturnType<typeof tryAll>>;
  beforeAll(async () => {
    free = await tryAll(real, { enabled: false }, "free");
  }, 120_000);

  test.for(real.map(({ name }, at) => [name, at] as const))("there is something in %s", ([, at]) => {
    expect(free.cameThrough[at], free.texts[at]).toBe(true);
  });
});
