/** Temporary projects with real settings, plugins and programs, and engines that deliver events to them. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach } from "vitest";
import { createEngine, type Engine, type EngineOptions } from "../../src/engine/index.ts";

type Json = Readonly<Record<string, unknown>>;

const PLACES = {
  user: "home/.claude/settings.json",
  project: "project/.claude/settings.json",
  local: "project/.claude/settings.local.json",
  managed: "managed/managed-settings.json",
} as const;

/** A folder with everything that an engine reads, and nothing of this machine. */
export interface World {
  /** Its name has a blank in it. */
  readonly folder: string;
  readonly projectDir: string;
  /** Writes a file, and returns its path. */
  write(path: string, content: string | Json): string;
  settings(place: keyof typeof PLACES, settings: Json): void;
  /** A plugin with the name of its folder; returns where that is. */
  plugin(path: string, hooks: Json): string;
  open(options?: Partial<EngineOptions>): Promise<Engine>;
  checkpoint(): Checkpoint;
  /** Processes that were started from here and are alive, by the environment that they inherited. */
  processes(): readonly number[];
}

const endings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

export function makeWorld(): World {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge engine-")));
  const projectDir = join(folder, "project");
  const processes = (): readonly number[] => findProcesses(`KEDGE_TEST_WORLD=${folder}\0`);
  endings.push(() => {
    for (const pid of processes()) endProcess(pid);
    rmSync(folder, { recursive: true, force: true });
  });
  const write: World["write"] = (path, content) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  mkdirSync(projectDir);
  return {
    folder,
    projectDir,
    write,
    processes,
    settings(place, settings) {
      write(PLACES[place], settings);
    },
    plugin(path, hooks) {
      write(`${path}/.claude-plugin/plugin.json`, { name: basename(path) });
      write(`${path}/hooks/hooks.json`, hooks);
      return join(folder, path);
    },
    async open(options = {}) {
      const engine = await createEngine({
        projectDir,
        homeDir: join(folder, "home"),
        stateDir: join(folder, "state"),
        managedDir: join(folder, "managed"),
        trust: "project",
        ...options,
        env: { ...process.env, KEDGE_TEST_WORLD: folder, ...options.env },
      });
      endings.push(() => engine.close());
      return engine;
    },
    checkpoint: () => makeCheckpoint(folder),
  };
}

/** Settings with handlers of one event; a text is a command in shell form. */
export function hooksOf(event: string, ...handlers: readonly (string | Json)[]): { readonly hooks: Json } {
  return { hooks: { [event]: [{ hooks: handlers.map(asHandler) }] } };
}

function asHandler(handler: string | Json): Json {
  if (typeof handler === "string") return { type: "command", command: handler };
  return { type: "command", ...handler };
}

/** Shell text that prints something as JSON. */
export function printing(value: unknown): string {
  return `printf %s '${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
}

/** An answer in the part of the JSON that only one event knows. */
export function specific(event: string, fields: Json): Json {
  return { hookSpecificOutput: { hookEventName: event, ...fields } };
}

/** The answer of a PreToolUse handler. */
export function permission(decision: string, reason: string, more: Json = {}): Json {
  return specific("PreToolUse", { permissionDecision: decision, permissionDecisionReason: reason, ...more });
}

/** The input of a call of the Bash tool. */
export function bashCall(command = "ls", more: Json = {}): Json {
  return { session_id: "s-1", tool_name: "Bash", tool_input: { command }, ...more };
}

/** A place where handlers stop until the test lets them go on. */
export interface Checkpoint {
  /** Shell text that says a name without blanks, and waits. */
  wait(name: string | number): string;
  /** Names in the order of arrival, as soon as there are so many. */
  arrived(count: number): Promise<readonly string[]>;
  /** Lets go those that have arrived. Whoever comes later stays. */
  release(): void;
}

function makeCheckpoint(folder: string): Checkpoint {
  const own = mkdtempSync(join(folder, "checkpoint-"));
  const arrivals = join(own, "arrivals");
  const gate = join(own, "gate");
  execFileSync("mkfifo", [arrivals, gate]);
  // Open for both directions, so that opening waits for nobody and no end of file comes while there is no handler.
  const flags = constants.O_RDWR | constants.O_NONBLOCK;
  const socket = new Socket({ fd: openSync(arrivals, flags), readable: true, writable: false });
  let gateFd: number | null = openSync(gate, flags);
  const release = (): void => {
    if (gateFd !== null) closeSync(gateFd);
    gateFd = null;
  };
  const names = createInbox<string>();
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    for (const name of text.split("\n")) if (name !== "") names.add(name);
  });
  endings.push(() => {
    release();
    socket.destroy();
  });
  return {
    wait: (name) => `exec 3<'${gate}'; echo ${name} >'${arrivals}'; cat <&3 >/dev/null; exec 3<&-`,
    arrived: (count) => names.hasAll(count),
    release,
  };
}

/** Things that come one by one, for whoever waits for them. */
export interface Inbox<Thing> {
  readonly all: readonly Thing[];
  add(thing: Thing): void;
  /** Everything that came, as soon as there are so many. */
  hasAll(count: number): Promise<readonly Thing[]>;
}

export function createInbox<Thing>(): Inbox<Thing> {
  const all: Thing[] = [];
  const waiting: { count: number; resolve: (things: readonly Thing[]) => void }[] = [];
  return {
    all,
    add(thing) {
      all.push(thing);
      for (const { count, resolve } of waiting) if (all.length >= count) resolve([...all]);
    },
    hasAll(count) {
      if (all.length >= count) return Promise.resolve([...all]);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
}

function findProcesses(mark: string): readonly number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = readProc(pid, "stat");
    const state = stat.slice(stat.lastIndexOf(")") + 2)[0];
    return pid !== process.pid && state !== "Z" && state !== "X" && readProc(pid, "environ").includes(mark);
  });
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it ended meanwhile, or belongs to somebody else
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}
