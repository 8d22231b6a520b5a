import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createSandbox } from "../../../src/host/sandbox/sandbox.ts";
import { mergeSandboxRules } from "../../../src/host/sandbox/sandbox-rules.ts";
import { createStandIns } from "../../../src/host/sandbox/stand-ins.ts";
import { createChildProcesses, holderLine } from "../../../src/platform/index.ts";
import { parseSettings } from "../../../src/protocol/index.ts";
import { describeWith } from "../../support/requires.ts";
import { ON, outsideFolder } from "./sandbox-world.ts";

const CALLS = process.arch === "arm64" ? { ptrace: 117, writev: 271 } : { ptrace: 101, writev: 311 };

/** Takes the first process so that it does not end, and goes on behind the command. */
const OUTLIVE = `
  my $seized = syscall(${CALLS.ptrace}, 0x4206, 1, 0, 0x40);
  open(my $said, ">", "seized"); print $said $seized; close $said;
  for (1..4000) {
    select(undef, undef, undef, 0.01);
    mkdir ".vscode";
    open(my $file, ">", ".vscode/tasks.json") and print $file "evil";
    open(my $alive, ">>", "alive"); print $alive "x"; close $alive;
  }`;

function makeWorld({ folder = outsideFolder(), session = "session", filesystem = {}, network = {} } = {}) {
  for (const name of ["project", "home", "state", session])
    mkdirSync(join(folder, name), { recursive: true });
  const project = join(folder, "project");
  const warnings: string[] = [];
  const children = createChildProcesses();
  const { sandbox: settings } = parseSettings(
    JSON.stringify({ sandbox: { ...ON, filesystem, network } }),
    "user",
  ).settings;
  const sources = [{ isManaged: false, mayPermit: true, sandbox: settings }];
  const rules = mergeSandboxRules(sources, { projectDir: project, homeDir: join(folder, "home") });
  const sandbox = createSandbox({
    ...{ rules: async () => rules, children, env: process.env, workingDirs: () => [project] },
    ...{
      homeDir: join(folder, "home"),
      stateDir: join(folder, "state"),
      sessionDir: join(folder, "session"),
    },
    unprotected: async () => ({ names: [], paths: [], unknown: [] }),
    warn: (text) => warnings.push(text),
  });
  /** Without the filter of system calls, only the ending behind the command stands between. */
  const run = async (script: string, { isFiltered = true } = {}) => {
    const confining = await sandbox.confine({
      ...{ command: ["bash", "-c", script], cwd: project, files: [] },
      env: { PATH: process.env.PATH ?? "", OUTLIVE },
    });
    if (!confining.ok) throw new Error(confining.why);
    const { args } = confining.child;
    const at = isFiltered ? args.length : args.indexOf("--seccomp");
    const ending = await children.run({
      ...{ ...confining.child, args: args.toSpliced(at, 2) },
      timeoutMs: 20_000,
    });
    await confining.release();
    return ending;
  };
  const close = async (): Promise<void> => {
    await sandbox.close();
    await children.close();
  };
  return { folder, project, warnings, run, close };
}

describeWith({ needs: ["bwrap", "perl"] }, "what a command leaves running", () => {
  test("is ended before anything protected can be made, even what keeps the first process alive", async () => {
    const { project, warnings, run, close } = makeWorld();
    const script =
      'setsid perl -e "$OUTLIVE" </dev/null >/dev/null 2>&1 & until [ -s seized ]; do sleep 0.01; done';
    const ending = await run(script, { isFiltered: false });
    const isAliveNow = () => readFileSync(join(project, "alive"), "utf8").length;
    const then = existsSync(join(project, "alive")) ? isAliveNow() : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([ending.exitCode, readFileSync(join(project, "seized"), "utf8")]).toEqual([0, "0"]);
    expect(existsSync(join(project, "alive")) ? isAliveNow() : 0).toBe(then);
    expect(readdirSync(project).filter((name) => name !== "alive")).toEqual(["seized"]);
    expect(warnings).toEqual([]);
    await close();
  });

  test("cannot take the first process, and debuggers work", async () => {
    const { run, close } = makeWorld();
    const { stdout } = await run(`perl -e '
      my $child = fork() || do { sleep 20; exit };
      print join(" ", syscall(${CALLS.ptrace}, 0x4206, 1, 0, 0), syscall(${CALLS.writev}, 1, 0, 0, 0, 0, 0),
        syscall(${CALLS.ptrace}, 0x4206, $child, 0, 0));
      kill 9, $child;'`);
    expect(stdout).toBe("-1 -1 0");
    await close();
  });
});

describeWith({ needs: ["bwrap"] }, "a proxy that could not be started", () => {
  test("is started for the next command", async () => {
    const { folder, run, close } = makeWorld({ network: { allowedDomains: ["example.com"] } });
    const inTheWay = join(folder, "session/proxy.sock");
    writeFileSync(inTheWay, "");
    await expect(run("echo ran")).rejects.toThrow(/sandbox could not be set up: .*EADDRINUSE/);
    rmSync(inTheWay);
    expect((await run("echo ran")).stdout).toBe("ran\n");
    await close();
  });
});

describeWith({ needs: ["bwrap"] }, "sessions that share their state", () => {
  test("open no folder by itself that a command of the other could have made a link of", async () => {
    const filesystem = { denyWrite: ["late/fixed"] };
    const one = makeWorld({ filesystem });
    const two = makeWorld({ filesystem, folder: one.folder, session: "session-2" });
    const running = one.run("mkdir -p late/fixed; until [ -e done ]; do sleep 0.01; done");
    while (!existsSync(join(one.project, "late/fixed")))
      await new Promise((resolve) => setTimeout(resolve, 5));
    const look = "grep -c ' [^ ]*/late rw,' /proc/self/mountinfo; touch done";
    const beside = await two.run(look);
    expect((await running).exitCode).toBe(0);
    expect([beside.stdout, (await two.run(look)).stdout]).toEqual(["0\n", "1\n"]);
    for (const each of [one, two]) await each.close();
  });
});

const spawned: ChildProcess[] = [];
afterEach(async () => {
  for (const child of spawned.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

/** A stand-in of a Kedge that died, whose command goes on. */
async function makeCrash() {
  const folder = outsideFolder();
  const register = join(folder, "register");
  const path = join(folder, ".envrc");
  const { infoFile } = await createStandIns(register).hold([{ path, ifMissing: { kind: "socket" } }]);
  const info = openSync(infoFile, "w");
  const base = [
    "--die-with-parent",
    "--unshare-user",
    "--unshare-pid",
    "--ro-bind",
    "/",
    "/",
    "--dev",
    "/dev",
    "--proc",
    "/proc",
  ];
  const script = "echo began; sleep 600 & wait";
  const program = "bwrap";
  const child = spawn(program, [...base, "--info-fd", "3", "--", "sh", "-c", script], {
    stdio: ["ignore", "pipe", "ignore", info],
  });
  spawned.push(child);
  await once(child.stdout as NodeJS.EventEmitter, "data");
  closeSync(info);
  const dead = spawn("true");
  await once(dead, "exit");
  const file = infoFile.replace(/\.info$/, ".json");
  const record = JSON.parse(readFileSync(file, "utf8")) as object;
  const holder = `${dead.pid} ${holderLine().split(" ").slice(1).join(" ")}`;
  const write = (more: string): void => writeFileSync(file, JSON.stringify({ ...record, holder: more }));
  write(holder);
  const cleanUp = async () => (await createStandIns(register).hold([])).release();
  return { path, infoFile, child, holder, write, cleanUp };
}

type Crash = Awaited<ReturnType<typeof makeCrash>>;

describeWith({ needs: ["bwrap"] }, "a command that outlived its Kedge", () => {
  test("is ended by the next before its stand-ins are lifted", async () => {
    const { path, child, cleanUp } = await makeCrash();
    const exited = once(child, "exit");
    await cleanUp();
    await exited;
    expect(existsSync(path)).toBe(false);
  });

  const others: readonly (readonly [string, (crash: Crash) => void])[] = [
    [
      "another namespace",
      ({ infoFile }) =>
        writeFileSync(infoFile, readFileSync(infoFile, "utf8").replace(/("pid-namespace": )\d+/, "$11")),
    ],
    ["a process that began later", ({ infoFile }) => utimesSync(infoFile, 1_000_000, 1_000_000)],
    [
      "a process of a later start of the machine",
      ({ write, holder }) => write(holder.replace(/ [0-9a-f-]{36} /, " earlier ")),
    ],
  ];

  test.for(others)("is not taken for %s that has its number", async ([, change]) => {
    const crash = await makeCrash();
    change(crash);
    await crash.cleanUp();
    expect(existsSync(crash.path)).toBe(false);
    expect([crash.child.exitCode, crash.child.signalCode]).toEqual([null, null]);
  });
});
