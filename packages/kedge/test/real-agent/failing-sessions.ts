/**
 * Runs one-shot sessions of the real agent that all fail, in a namespace without a network but loopback: `ip` brings that up before this
 * starts. Reads a {@link Plan} as JSON from standard input and prints one {@link Ended} a line.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { startModelApi } from "../../src/model-api/index.ts";
import { FAILURE_ROWS, type FailureRow } from "./failure-rows.ts";

/** What is to be run. */
export interface Plan {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sessions: readonly { readonly id: string; readonly row: string; readonly cwd: string }[];
  /** How many run at a time. */
  readonly width: number;
  /** Processes that do nothing but turn in circles. */
  readonly burners: number;
}

/** How a session ended. */
export interface Ended {
  readonly id: string;
  readonly row: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Of the result that the agent prints; null when it printed none. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly stderr: string;
}

/** A session that does not end by itself fails the test. */
const LIMIT_MS = 180_000;

const plan = JSON.parse(await text(process.stdin)) as Plan;
const burners = Array.from({ length: plan.burners }, () =>
  spawn("/bin/sh", ["-c", "while :; do :; done"], { stdio: "ignore" }),
);
const waiting = plan.sessions.values();
await Promise.all(
  Array.from({ length: plan.width }, async () => {
    for (const session of waiting) process.stdout.write(`${JSON.stringify(await run(session))}\n`);
  }),
);
for (const burner of burners) burner.kill("SIGKILL");

async function run({ id, row: name, cwd }: Plan["sessions"][number]): Promise<Ended> {
  const row = FAILURE_ROWS.find((each) => each.name === name);
  if (!row) throw new Error(`no row "${name}"`);
  await using place = await openPlace(row);
  const args = ["-p", "do the work", "--session-id", id, "--output-format", "json"];
  const child = spawn(plan.program, args, {
    cwd,
    env: { ...plan.env, ANTHROPIC_BASE_URL: place.url, ...row.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const ending = new Promise<Pick<Ended, "exitCode" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const [stdout, stderr, how] = await Promise.all([text(child.stdout), text(child.stderr), ending]);
  return { id, row: name, ...how, result: readResult(stdout), stderr: stderr.slice(0, 2_000) };
}

function readResult(stdout: string): Ended["result"] {
  try {
    return JSON.parse(stdout) as Ended["result"];
  } catch {
    return null; // the test says what it expected
  }
}

/** Where the agent finds the API: a real one that fails, or a place where there is none. */
async function openPlace({ api }: FailureRow): Promise<{ url: string } & AsyncDisposable> {
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  if (api === "nowhere") return { url: `http://127.0.0.1:${await freePort()}`, ...nothing };
  if (api === "no name") return { url: "http://api.kedge.invalid", ...nothing };
  const server = await startModelApi(api === "no TLS" ? {} : api);
  const close = server[Symbol.asyncDispose].bind(server);
  const url = api === "no TLS" ? server.url.replace("http:", "https:") : server.url;
  return { url, [Symbol.asyncDispose]: close };
}

/** A port of which nobody listens. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
