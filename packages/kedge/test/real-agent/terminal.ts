/** The real agent at a terminal, in a world in which it is run offline: what is typed, and what waits in its state folder. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { missing } from "../support/requires.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import { CLAUDE, NEEDS_WORLD, openRealWorld, type RealWorld, until } from "./real-world.ts";

const python = missing(["python3"]);
/** For a `describe` that needs such a terminal. */
export const NEEDS_TERMINAL = {
  skip: NEEDS_WORLD.skip || python !== undefined,
  meta: { skipReason: [NEEDS_WORLD.meta.skipReason, python].filter((each) => each).join("; ") },
};

export interface TerminalWorld extends AsyncDisposable {
  readonly world: RealWorld;
  readonly stateDir: string;
  /** Starts the agent, and waits until it takes what is typed. */
  open(): Promise<void>;
  /** Types a line and sends it off. */
  type(line: string): Promise<void>;
  /** Closes the terminal, and waits until its agent has ended. */
  close(): Promise<void>;
  /** Names in the folder of waits. */
  names(): readonly string[];
  /** The words of all wakes that are counted. */
  tries(): readonly string[];
  /** Whether a waiter is at work. */
  isWaiting(): boolean;
}

/** @param policy the user's own */
export async function openTerminal(policy: string): Promise<TerminalWorld> {
  const world = await openRealWorld();
  const base = join(world.project, "..");
  const at = (...names: readonly string[]): string => join(base, ...names);
  prepareHome(at("home"), world.project);
  mkdirSync(at("home/.config/kedge"), { recursive: true });
  writeFileSync(at("home/.config/kedge/kedge.yaml"), policy);
  const installed = await world.kedge(["install", "claude-code", "--wake", "--yes"]);
  if (installed.exitCode !== 0) throw new Error(installed.stderr);
  const waits = at("state/waits");
  const screen = (): string => (existsSync(at("screen")) ? readFileSync(at("screen"), "utf8") : "");
  let running: ReturnType<RealWorld["start"]> | null = null;
  const names = (): readonly string[] => (existsSync(waits) ? readdirSync(waits).sort() : []);
  const close = async (): Promise<void> => {
    running?.kill("SIGTERM");
    await running?.done;
    running = null;
  };
  return {
    ...{ world, stateDir: at("state"), close, names },
    async open() {
      writeFileSync(at("keys"), "");
      const driver = join(import.meta.dirname, "terminal.py");
      const command = ["python3", driver, at("keys"), at("screen"), CLAUDE];
      running = world.start(command, { TERM: "xterm-256color" });
      await until("the agent's prompt", () => screen().includes("for agents"));
      await sleep(1_000);
    },
    async type(line) {
      appendFileSync(at("keys"), line);
      // What comes in one piece with the line end is pasted, and not sent off.
      await sleep(1_000);
      appendFileSync(at("keys"), "\r");
    },
    tries: () =>
      names()
        .filter((name) => name.endsWith(".tries"))
        .flatMap((name) => readFileSync(join(waits, name), "utf8").split("\n"))
        .filter((line) => line !== "")
        .map((line) => line.split(" ")[1] ?? ""),
    isWaiting: () =>
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .some((pid) => commandOf(pid).includes(at("state/intake/kedge-wake"))),
    async [Symbol.asyncDispose]() {
      await close();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** What an agent asks for when it is started for the first time is answered already. */
function prepareHome(home: string, project: string): void {
  const approved = ["sk-ant-test-key-of-no-account".slice(-20)];
  const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true, allowedTools: [] };
  writeFileSync(
    join(home, ".claude.json"),
    JSON.stringify({
      ...{ hasCompletedOnboarding: true, lastOnboardingVersion: CLAUDE_CODE_VERSION, numStartups: 5 },
      ...{
        theme: "dark",
        customApiKeyResponses: { approved, rejected: [] },
        projects: { [project]: trusted },
      },
    }),
  );
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
