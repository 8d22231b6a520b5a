import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import {
  isModelApiError,
  type ModelApi,
  type RecordedRequest,
  type Scenario,
  type ModelApiOptions as ServerOptions,
  startModelApi,
} from "../../model-api/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Terminal } from "../terminal.ts";
import { readScenario } from "./model-api-file.ts";

/** Options of the command. */
export interface ModelApiOptions {
  /** As typed; 0 is any that is free. */
  readonly port?: string;
  /** File that gets one JSON line a request. */
  readonly record?: string;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly quiet?: boolean;
}

/** `kedge model-api`: serves a Messages API by a scenario until it is interrupted. Without a file it always answers "ok". */
export async function runModelApi(
  file: string | undefined,
  options: ModelApiOptions,
  context: Context,
): Promise<number> {
  const port = readPort(options.port);
  const scenario = file === undefined ? {} : await readScenario(file, context);
  const { terminal } = context;
  if (options.check) {
    terminal.out(`The scenario is sound: ${describeScenario(scenario)}.`);
    return EXIT.ok;
  }
  const interrupted = waitForInterrupt();
  const record =
    options.record === undefined ? undefined : await openRecord(resolve(context.cwd, options.record));
  const counts = new Map<string, number>();
  const onRequest = (request: RecordedRequest): void => {
    const result = describeResult(request);
    counts.set(result, (counts.get(result) ?? 0) + 1);
    record?.add(request);
    if (options.json) terminal.out(JSON.stringify(request));
    else if (!options.quiet) terminal.out(describeRequest(request));
  };
  try {
    await using api = await start(scenario, { port, onRequest });
    announce(api, options, terminal);
    await interrupted;
    await api.close();
    if (!options.quiet) terminal[options.json ? "err" : "out"](describeCounts(api.requestCount, counts));
  } finally {
    await record?.close();
  }
  return EXIT.ok;
}

function readPort(text = "0"): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CommandError(
    EXIT.usage,
    `expected a port from 0 to 65535 after --port, got ${JSON.stringify(text)}; 0 is any that is free.`,
  );
}

async function start(scenario: Scenario, options: ServerOptions): Promise<ModelApi> {
  try {
    return await startModelApi(scenario, options);
  } catch (error) {
    if (!isModelApiError(error)) throw error;
    const advice = "Choose another one with --port, or leave it out for any that is free.";
    throw new CommandError(EXIT.usage, `${error.message}. ${advice}`, { cause: error });
  }
}

/** Comes back on the first Ctrl-C or SIGTERM; a second one ends the process as usual. */
function waitForInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

/** Standard output of --json is for requests alone. */
function announce({ url }: ModelApi, { json, quiet }: ModelApiOptions, { out, err, style }: Terminal): void {
  const say = json ? err : out;
  if (quiet) {
    say(url);
    return;
  }
  say(`${style.strong(url)} answers until Ctrl-C.`);
  say(`export ANTHROPIC_BASE_URL=${url}`);
  say("export ANTHROPIC_API_KEY=any");
}

/** One request as a line: `#3 main claude-x stream 12 in -> 429 rate_limit_error retry-after 1`. */
function describeRequest(request: RecordedRequest): string {
  const { index, route, fault, limit, path, model, stream, inputTokens, outputTokens } = request;
  const isMessage = model !== undefined && path === "/v1/messages";
  const asked = isMessage
    ? [fault ?? (limit === undefined ? route : "limit"), model, stream ? "stream" : "", `${inputTokens} in`]
    : [request.method, path];
  const got = [
    describeResult(request),
    outputTokens === undefined ? "" : `${outputTokens} out`,
    limit ?? "",
    request.retryAfter === undefined ? "" : `retry-after ${request.retryAfter}`,
  ];
  const words = [`#${index}`, ...asked, "->", ...got];
  return escapeInvisible(words.filter((word) => word !== undefined && word !== "").join(" "));
}

/** What became of a request: its status, with its error, and how it ended where that is not in the status. */
function describeResult({ status, errorType, outcome }: RecordedRequest): string {
  const isTold = status !== undefined && (outcome === "answered" || outcome === "failed");
  return [status, errorType, isTold ? undefined : outcome].filter((word) => word !== undefined).join(" ");
}

function describeCounts(total: number, counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([result, count]) => `${count} x ${result}`);
  const requests = total === 1 ? "1 request" : `${total} requests`;
  return escapeInvisible(parts.length === 0 ? "No request came." : `${requests}: ${parts.join(", ")}.`);
}

function describeScenario({ replies = [], routes = [], faults = [], limits = [] }: Scenario): string {
  const parts = [
    [replies.length, "reply", "replies"],
    [routes.length, "route", "routes"],
    [faults.length, "fault", "faults"],
    [limits.length, "limit", "limits"],
  ] as const;
  return parts.map(([count, one, many]) => `${count} ${count === 1 ? one : many}`).join(", ");
}

/** A file of records; it holds what agents say, so nobody else may read it. */
async function openRecord(
  path: string,
): Promise<{ add(request: RecordedRequest): void; close(): Promise<void> }> {
  const file = await openForAppending(path);
  let last = Promise.resolve();
  return {
    // One line after the other, each whole; a failed one shows at the end.
    add: (request) => {
      const line = `${JSON.stringify(request)}\n`;
      last = last.then(() => file.appendFile(line));
      last.catch(() => {});
    },
    close: async () => {
      try {
        await last;
      } finally {
        await file.close();
      }
    },
  };
}

async function openForAppending(path: string): Promise<FileHandle> {
  try {
    return await open(path, "a", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(EXIT.noInput, `expected a file that can be written, got ${code} (${path}).`, {
      cause: error,
    });
  }
}
