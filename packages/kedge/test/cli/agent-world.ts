/** `kedge agent` as a real process against a real model API on loopback, in temporary folders. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
import { cleanUpAfterEach } from "./cleanup.ts";
import { type HooksWorld, makeWorld } from "./hooks-world.ts";
import { type KedgeRun, MAIN, runKedge } from "./run-kedge.ts";

/** The command, for a shell. */
export const KEDGE = `'${process.execPath}' '${MAIN}'`;

type Env = Readonly<Record<string, string | undefined>>;

export interface AgentWorld extends HooksWorld {
  readonly project: string;
  readonly api: ModelApi;
  /** Runs `kedge agent …` to its end; standard input is empty unless given. */
  agent(args: readonly string[], options?: { stdin?: string; env?: Env }): Promise<KedgeRun>;
  /** Starts `kedge agent …`; its standard input stays open. */
  start(args: readonly string[], options?: { env?: Env }): Started;
  /** Starts `kedge agent …` at a pseudo terminal. */
  terminal(args?: readonly string[], options?: { env?: Env }): Started;
  /** Runs a line of the shell in the project. */
  shell(line: string): Promise<KedgeRun>;
  requests(): readonly RecordedRequest[];
  /** Text of the last message that was sent with a request, the last one by default. */
  said(at?: number): string;
  /** Paths of the transcripts of the project. */
  transcripts(): readonly string[];
  /** Process that has the only session of the project open. */
  holder(): number;
  /** Whether a hook or a tool has left a file of this name. */
  has(name: string): boolean;
}

/** A process that is still running. */
interface Started {
  readonly pid: number;
  readonly done: Promise<KedgeRun>;
  stdout(): string;
  stderr(): string;
  type(text: string): void;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** Waits until the text is in the output that came since the last call, and takes that output up to it. */
  until(text: string | RegExp): Promise<string>;
}

const { apis, started } = cleanUpAfterEach();

export async function makeAgent(scenario: Scenario = {}): Promise<AgentWorld> {
  const world = makeWorld();
  const api = await startModelApi(scenario);
  apis.push(api);
  const project = join(world.folder, "project");
  const env: Env = {
    ...world.env,
    KEDGE_STATE_DIR: join(world.folder, "state"),
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: "test-key",
  };
  const stateFiles = (ending: string): readonly string[] => {
    const dir = join(world.folder, "state/sessions");
    if (!existsSync(dir)) return [];
    const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(ending)).map((name) => join(dir, name));
  };
  const requests = () => api.requests.filter(({ path }) => path === "/v1/messages");
  const launch = (file: string, args: readonly string[], more: Env) => {
    const run = startProcess(file, args, { cwd: project, env: { ...env, ...more } });
    started.push(run);
    return run;
  };
  return {
    ...world,
    ...{ project, api, env, requests },
    agent: (args, { stdin, env: more } = {}) =>
      runKedge(["agent", ...args], {
        cwd: project,
        env: { ...env, ...more },
        ...(stdin === undefined ? {} : { stdin }),
      }),
    start: (args, { env: more = {} } = {}) => launch(process.execPath, [MAIN, "agent", ...args], more),
    shell: (line) => launch("/bin/sh", ["-c", line], {}).done,
    terminal: (args = [], { env: more = {} } = {}) => {
      const command = [KEDGE, "agent", ...args.map((word) => `'${word}'`)].join(" ");
      return launch("script", ["-qec", command, "/dev/null"], { SHELL: "/bin/sh", TERM: "xterm", ...more });
    },
    said(at = -1) {
      const body = requests().at(at)?.body;
      const last = isJsonObject(body) && Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
      const { content } = isJsonObject(last) ? last : {};
      const blocks = Array.isArray(content) ? content : [{ text: content }];
      return blocks.map((block) => String(block.text ?? block.content ?? "")).join("\n");
    },
    transcripts: () => stateFiles(".jsonl"),
    holder: () => Number.parseInt(readFileSync(stateFiles(".lock")[0] ?? "", "utf8"), 10),
    has: (name) => existsSync(join(project, name)),
  };
}

function startProcess(file: string, args: readonly string[], options: { cwd: string; env: Env }): Started {
  const child = spawn(file, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  child.stdin.on("error", () => {}); // it ended before it read everything
  const done = new Promise<KedgeRun>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, ...text }));
  });
  let taken = 0;
  return {
    pid: child.pid ?? 0,
    done,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    type: (keys) => void child.stdin.write(keys),
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    async until(wanted) {
      const find = () => {
        const rest = text.stdout.slice(taken);
        if (typeof wanted !== "string") return wanted.exec(rest);
        const index = rest.indexOf(wanted);
        return index < 0 ? null : { index, 0: wanted };
      };
      const deadline = performance.now() + 10_000;
      while (find() === null) {
        if (performance.now() > deadline)
          throw new Error(`Expected ${wanted} in:\n${text.stdout.slice(taken)}\n${text.stderr}`);
        await sleep(20);
      }
      const found = find();
      const end = taken + (found ? found.index + found[0].length : 0);
      const piece = text.stdout.slice(taken, end);
      taken = end;
      return piece;
    },
  };
}

/** Lines of JSON Lines. */
export function jsonLines(text: string): readonly JsonObject[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JsonObject);
}

/** The only object that a text is. */
export function oneObject(text: string): JsonObject {
  const lines = jsonLines(text);
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
}

/** JSON of a transcript. */
export function readLines(path: string): readonly JsonObject[] {
  return jsonLines(readFileSync(path, "utf8"));
}

/** Whether a process is alive; one that nobody has waited for yet is not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // gone
  }
}
