/**
 * Runs sessions of the real agent through its adapter, in a namespace without a network but loopback. Reads a {@link RealPlan} as JSON from
 * standard input, and prints one {@link RealPlayed} a line.
 */
import { mkdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { readCommand } from "../../../src/agents/sessions/registry.ts";
import { resumeArgs, startArgs } from "../../../src/agents/sessions/session-arguments.ts";
import { type Scenario, startModelApi } from "../../../src/model-api/index.ts";
import { isJsonObject } from "../../../src/protocol/index.ts";
import { type Attempt, attempt } from "./attempt.ts";

/** One run within a play. */
export interface RealStep {
  /** `interrupt`: SIGTERM as soon as a request is sent. */
  readonly how: "start" | "resume" | "start and abort";
  readonly api: Scenario;
  readonly env?: Readonly<Record<string, string>>;
  readonly forkAs?: string;
}

export interface RealPlan {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly plays: readonly {
    readonly name: string;
    readonly sessionId: string;
    readonly cwd: string;
    readonly argv: readonly string[];
    readonly steps: readonly RealStep[];
  }[];
}

export interface RealPlayed {
  readonly name: string;
  readonly attempts: readonly Attempt[];
  /** The model, and all that users said, of each request. */
  readonly requests: readonly { readonly model: unknown; readonly said: string }[];
}

export const REAL_NUDGE = "Go on; check first what is done already.";

if (import.meta.main) {
  const plan = JSON.parse(await text(process.stdin)) as RealPlan;
  for (const play of plan.plays) process.stdout.write(`${JSON.stringify(await run(plan, play))}\n`);
}

async function run({ env, home }: RealPlan, play: RealPlan["plays"][number]): Promise<RealPlayed> {
  const { name, sessionId, cwd, argv, steps } = play;
  const reading = readCommand(argv);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const { command } = reading;
  mkdirSync(cwd, { recursive: true });
  const attempts: Attempt[] = [];
  const requests: RealPlayed["requests"][number][] = [];
  for (const step of steps) {
    await using api = await startModelApi(step.api);
    const { forkAs } = step;
    const resume = { sessionId, nudge: REAL_NUDGE, ...(forkAs === undefined ? {} : { forkAs }) };
    const stop = new AbortController();
    const timer = setInterval(() => {
      if (step.how === "start and abort" && api.requests.length > 0) stop.abort();
    }, 50);
    attempts.push(
      await attempt(command, {
        argv: step.how === "resume" ? resumeArgs(command, resume) : startArgs(command, { sessionId }),
        env: { ...env, ANTHROPIC_BASE_URL: api.url, ...step.env },
        ...{ cwd, sessionId: forkAs ?? sessionId, homeDir: home, stateDir: home, signal: stop.signal },
      }),
    );
    clearInterval(timer);
    for (const { path, body } of api.requests) if (path === "/v1/messages") requests.push(readRequest(body));
  }
  return { name, attempts, requests };
}

function readRequest(body: unknown): RealPlayed["requests"][number] {
  const { model, messages } = isJsonObject(body) ? body : {};
  const users = Array.isArray(messages) ? messages.filter(({ role }) => role === "user") : [];
  return { model, said: JSON.stringify(users) };
}
