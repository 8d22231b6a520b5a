/**
 * `kedge` as real processes that run the real Claude Code against a real model API, in temporary folders and in a namespace that reaches
 * nothing but loopback.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecordedRequest, Scenario } from "../../src/model-api/index.ts";
import { isJsonObject, type JsonObject } from "../../src/protocol/index.ts";
import { type KedgeRun, MAIN } from "../cli/run-kedge.ts";
import { claudeCodeFolder, claudeCodeProgram, missingClaudeCode } from "./claude-code.ts";
import { missingNamespace, openOfflineNamespace } from "./offline-namespace.ts";

/** The program of the real agent. */
export const CLAUDE = claudeCodeProgram(claudeCodeFolder());

const reason = [missingNamespace(), missingClaudeCode()].filter((each) => each !== undefined).join("; ");
/** For a `describe` that needs such a world. */
export const NEEDS_WORLD = { skip: reason !== "", meta: { skipReason: reason } };

/** Pauses of a second or two in place of minutes. */
export const FAST = '"*": { backoff: { base: 1s, cap: 2s } }';

/** What Kedge tells a session that it wakes. */
export const NUDGE = "This session was stopped by a failure that was not its own, and is woken now.";

/** What did not come within this time never does, ms. */
const PATIENCE_MS = 90_000;

export interface RealWorld extends AsyncDisposable {
  /** Where the agent works. */
  readonly project: string;
  /** Key for a job; no other world has it. */
  readonly key: string;
  /** Writes a file into the project. @returns its path */
  write(name: string, text: string): string;
  /** The text of a file of the project; empty when there is none. */
  read(name: string): string;
  /** Serves a scenario, always at the same address; whatever served there before is ended. */
  serve(scenario: Scenario): Promise<void>;
  /** Requests to the model since the last `serve` that have ended. */
  requests(): readonly RecordedRequest[];
  start(command: readonly string[], env?: NodeJS.ProcessEnv): RunningProcess;
  /** Starts `kedge …`. */
  startKedge(args: readonly string[], env?: NodeJS.ProcessEnv): RunningProcess;
  /** Runs `kedge …` to its end. */
  kedge(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<KedgeRun>;
  /** What `kedge … --json` says. */
  json<T>(args: readonly string[]): Promise<T>;
  /** The texts of all transcripts of the agent, by session. */
  transcripts(): Readonly<Record<string, string>>;
}

/** A process that is under way. */
interface RunningProcess {
  kill(signal: NodeJS.Signals): void;
  readonly done: Promise<KedgeRun>;
}

export async function openRealWorld(): Promise<RealWorld> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-real-world-")));
  const at = (name: string): string => join(folder, name);
  const project = at("project");
  for (const dir of [project, at("home")]) mkdirSync(dir);
  const space = await openOfflineNamespace();
  const env: Record<string, string> = {
    ...{ PATH: process.env.PATH ?? "", HOME: at("home"), KEDGE_STATE_DIR: at("state") },
    ...{ ANTHROPIC_API_KEY: "sk-ant-test-key-of-no-account", CLAUDE_CODE_MAX_RETRIES: "0" },
    ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    // Whatever a killed process leaves behind is found by it.
    KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK ?? "",
  };
  const start: RealWorld["start"] = (command, more = {}) => {
    const child = space.spawn(command, { cwd: project, env: { ...env, ...more } });
    child.stdin.end();
    return { kill: (signal) => void child.kill(signal), done: ended(child) };
  };
  const startKedge: RealWorld["startKedge"] = (args, more) => start([process.execPath, MAIN, ...args], more);
  const kedge: RealWorld["kedge"] = (args, more) => startKedge(args, more).done;
  let api: { readonly url: string; readonly close: () => Promise<void> } | null = null;
  let served = 0;
  return {
    ...{ project, key: randomBytes(6).toString("hex"), start, startKedge, kedge },
    write(name, text) {
      const path = join(project, name);
      writeFileSync(path, text);
      return path;
    },
    read: (name) => textOf(join(project, name)),
    async serve(scenario) {
      await api?.close();
      served += 1;
      // A session that goes on with the next server must not meet an id of a call once more.
      writeFileSync(at("scenario.json"), JSON.stringify({ ...scenario, seed: served }));
      const port = api === null ? "0" : new URL(api.url).port;
      const options = ["--quiet", "--port", port, "--record", at(`requests-${served}`)];
      const command = [process.execPath, MAIN, "model-api", at("scenario.json"), ...options];
      const child = space.spawn(command, { cwd: folder, env });
      const done = ended(child);
      const [url] = await Promise.race([once(child.stdout, "data"), done.then(({ stderr }) => [stderr])]);
      const close = async (): Promise<void> => {
        child.kill("SIGTERM");
        await done;
      };
      api = { url: String(url).trim(), close };
      env.ANTHROPIC_BASE_URL = api.url;
    },
    requests: () =>
      jsonLines(textOf(at(`requests-${served}`)))
        .map((line) => line as unknown as RecordedRequest)
        .filter(({ path }) => path === "/v1/messages"),
    async json<T>(args: readonly string[]) {
      const { stdout, stderr } = await kedge([...args, "--json"]);
      if (stdout === "") throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
    transcripts() {
      const dir = at("home/.claude/projects");
      const names = existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: "utf8" }) : [];
      const files = names.filter((name) => /[0-9a-f-]{36}\.jsonl$/.test(name));
      return Object.fromEntries(files.map((name) => [name.slice(-42, -6), textOf(join(dir, name))]));
    },
    async [Symbol.asyncDispose]() {
      await api?.close();
      await space[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Expected ${what}, waited in vain.`);
    await sleep(20);
  }
}

/** What the user, tools included, and the model said in a request, one line a block; what the agent adds by itself is left out. */
export function saidIn({ body }: RecordedRequest): readonly string[] {
  const messages = isJsonObject(body) && Array.isArray(body.messages) ? body.messages : [];
  return messages.filter(isJsonObject).flatMap(({ role, content }) => {
    if (role !== "user" && role !== "assistant") return [];
    const blocks = Array.isArray(content) ? content.filter(isJsonObject) : [{ type: "text", text: content }];
    return blocks.map(blockWords).filter((words) => !words.startsWith("<system-reminder>"));
  });
}

function blockWords({ type, text, content, name }: JsonObject): string {
  if (type === "tool_use") return `call ${name}`;
  if (type !== "tool_result") return String(text).trim();
  return `result ${typeof content === "string" ? content : JSON.stringify(content)}`.trim();
}

/** All whole lines; the last one may still be under way. */
export function jsonLines(text: string): readonly JsonObject[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonObject);
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<KedgeRun> {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  child.stdin.on("error", () => {}); // it ended before it read everything
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...text };
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
