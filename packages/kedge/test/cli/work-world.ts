/** `kedge run`, `kedge batch` and what belongs to them as real processes, with real sessions of `kedge agent` against a real model API. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import {
  type ModelApi,
  type RecordedRequest,
  type Scenario,
  startModelApi,
} from "../../src/model-api/index.ts";
import { isJsonObject, type JsonObject } from "../../src/protocol/index.ts";
import { middayZone } from "../support/midday.ts";
import { cleanUpAfterEach } from "./cleanup.ts";
import { type HooksWorld, makeWorld } from "./hooks-world.ts";
import { type KedgeRun, MAIN } from "./run-kedge.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** How a command is called. */
interface CallOptions {
  readonly env?: Env;
  readonly stdin?: string;
  readonly cwd?: string;
}

export interface WorkWorld extends HooksWorld {
  readonly project: string;
  readonly stateDir: string;
  /** The API that answers now. */
  readonly api: ModelApi;
  /** Puts another scenario in the place of the one that runs, at the same address; what was asked before is forgotten. */
  answer(scenario: Scenario): Promise<void>;
  /** What the model was asked since the scenario began. */
  requests(): readonly RecordedRequest[];
  /** Runs `kedge …` to its end; standard input is empty unless given. */
  kedge(args: readonly string[], options?: CallOptions): Promise<KedgeRun>;
  /** Starts `kedge …`; standard input stays open unless something is given. */
  start(args: readonly string[], options?: CallOptions): Started;
  /** Starts a line of the shell, in which `kedge` is the command. */
  shell(line: string, options?: CallOptions): Started;
  /** Starts `kedge …` at a pseudo terminal. */
  terminal(line: string, options?: CallOptions): Started;
  /** `kedge status --json`. */
  status(): Promise<WorkStatus>;
  /** Lines of a file in the project; none where it is not there. */
  lines(name: string): readonly string[];
  /** Waits until a file of the project has so many lines. */
  untilLines(name: string, count: number): Promise<void>;
}

/** What `kedge status --json` prints, as far as tests look at it. */
interface WorkStatus {
  readonly jobs: readonly {
    readonly id: string;
    readonly state: string;
    readonly why: string | null;
    readonly needsPerson: boolean;
    readonly nextAtMs: number | null;
    readonly starts: number;
    readonly attempts: number;
  }[];
  readonly accounts: readonly { readonly account: string; readonly state: string; readonly why: string }[];
}

/** A process that runs. */
export interface Started {
  readonly pid: number;
  readonly done: Promise<KedgeRun>;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Waits until a text is in what it printed on either stream. */
  until(text: string | RegExp): Promise<void>;
}

/** Tries follow each other quickly. */
export const FAST = { causes: { "*": { backoff: { base: "1s", cap: "2s" } } } };

/** A session that may use every tool. */
export const AGENT = ["kedge", "agent", "-p", "--permission-mode", "bypassPermissions"] as const;

/** Waiting for anything of a machine that is busy. */
const PATIENCE_MS = 30_000;

const { apis, started } = cleanUpAfterEach();

export async function makeWork(scenario: Scenario = {}): Promise<WorkWorld> {
  const world = makeWorld();
  let api = await startModelApi(scenario);
  apis.push(api);
  const { folder } = world;
  const [project, stateDir] = [join(folder, "project"), join(folder, "state")];
  const bin = join(folder, "bin");
  mkdirSync(bin);
  chmodSync(world.write("bin/kedge", `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`), 0o755);
  world.write("fast.yaml", FAST);
  const env: Env = {
    ...world.env,
    PATH: `${bin}:${process.env.PATH}`,
    KEDGE_STATE_DIR: stateDir,
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: "test-key",
    // The agent's own tries would come first.
    CLAUDE_CODE_MAX_RETRIES: "0",
    TZ: middayZone(),
  };
  const launch = (file: string, args: readonly string[], { env: more, stdin, cwd }: CallOptions): Started => {
    const child = spawn(file, args, { cwd: cwd ?? project, env: { ...env, ...more } });
    if (stdin !== undefined) child.stdin.end(stdin);
    const run = watch(child);
    started.push(run);
    return run;
  };
  const kedge = (args: readonly string[], options: CallOptions = {}): Promise<KedgeRun> =>
    launch(process.execPath, [MAIN, ...args], { stdin: "", ...options }).done;
  const lines = (name: string): readonly string[] => {
    const path = join(project, name);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  };
  return {
    ...world,
    ...{ project, stateDir, env, kedge, lines },
    get api() {
      return api;
    },
    async answer(next) {
      const { port } = new URL(api.url);
      await api.close();
      api = await startModelApi(next, { port: Number(port) });
      apis.push(api);
    },
    requests: () => api.requests.filter(({ path }) => path === "/v1/messages"),
    start: (args, options = {}) => launch(process.execPath, [MAIN, ...args], options),
    shell: (line, options = {}) => launch("/bin/sh", ["-c", line], { stdin: "", ...options }),
    terminal: (line, { env: more, ...options } = {}) =>
      launch("script", ["-qec", line, "/dev/null"], {
        ...options,
        env: { SHELL: "/bin/sh", TERM: "xterm", ...more },
      }),
    async status() {
      const { stdout } = await kedge(["status", "--json"]);
      return JSON.parse(stdout) as WorkStatus;
    },
    lines,
    async untilLines(name, count) {
      await expect.poll(() => lines(name).length, { timeout: PATIENCE_MS }).toBe(count);
    },
  };
}

function watch(child: ChildProcess): Started {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  child.stdin?.on("error", () => {}); // it ended before it read everything
  let isDone = false;
  const done = new Promise<KedgeRun>((resolve) => {
    child.once("close", (exitCode) => {
      isDone = true;
      resolve({ exitCode, ...text });
    });
  });
  return {
    pid: child.pid ?? 0,
    done,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    kill: (signal) => void child.kill(signal),
    async until(wanted) {
      const deadline = performance.now() + PATIENCE_MS;
      const has = (all: string) => (typeof wanted === "string" ? all.includes(wanted) : wanted.test(all));
      while (!has(text.stdout + text.stderr)) {
        if (isDone || performance.now() > deadline)
          throw new Error(`Expected ${String(wanted)}, got:\n${text.stdout}\n${text.stderr}`);
        await sleep(20);
      }
    },
  };
}

/** Text of the last message of a request: what the session was told. */
export function lastMessage(request: RecordedRequest | undefined): string {
  const body = request?.body;
  const last = isJsonObject(body) && Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
  const { content } = isJsonObject(last) ? last : {};
  const blocks: readonly JsonObject[] = Array.isArray(content) ? (content as JsonObject[]) : [];
  return typeof content === "string"
    ? content
    : blocks.map((block) => String(block.text ?? block.content ?? "")).join("\n");
}

/** A call of the shell that leaves a line in a file, which shows how often it ran. */
export function leaving(name: string, more = ""): { tool: string; input: Record<string, unknown> } {
  return { tool: "Bash", input: { command: `echo ran >> ${name}${more}` } };
}
