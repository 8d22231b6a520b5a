import { createServer } from "node:http";
import { type Clock, REAL_CLOCK } from "./clock.ts";
import { createListener } from "./listener.ts";
import { ModelApiError } from "./model-api-error.ts";
import { parseScenario } from "./parse-scenario.ts";
import { createRecorder, type RecordedRequest } from "./recorder.ts";
import type { Scenario } from "./scenario-schema.ts";
import { createServing } from "./serve-request.ts";

/** How a server is started. */
export interface ModelApiOptions {
  /** Default: any that is free. */
  readonly port?: number;
  /** For times in records, faults and limits; delays are always real. Default: the real time. */
  readonly clock?: Clock;
  /** Gets each record once, when its request has ended. It must not throw. */
  readonly onRequest?: (record: RecordedRequest) => void;
  /** How many records are kept, the latest ones. Default: 10,000. */
  readonly maxRecordedRequests?: number;
}

/** A server of the Messages API on loopback. */
export interface ModelApi extends AsyncDisposable {
  /** Without a slash at the end, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly port: number;
  /** The latest requests, in the order in which they came; it grows as they come, and each is filled in as it is answered. */
  readonly requests: readonly RecordedRequest[];
  /** How many requests came in all, those that are no longer kept included. */
  readonly requestCount: number;
  /** Ends all connections and waits at once. */
  close(): Promise<void>;
}

const DEFAULT_MAX_REQUESTS = 10_000;

/**
 * Starts a Messages API on 127.0.0.1 that answers from a script, and fails where that says so.
 *
 * @param scenario as it stands in a file; without any field each request gets the text `ok`
 * @throws {ModelApiError} `SCENARIO_INVALID`, `PORT_IN_USE`, `LISTEN_FAILED`
 * @source Claude API reference, "Messages", "Streaming Messages", "Errors" and "Rate limits"
 */
export async function startModelApi(
  scenario: Scenario = {},
  options: ModelApiOptions = {},
): Promise<ModelApi> {
  const checked = checkScenario(scenario);
  const recorder = createRecorder({ maxRequests: options.maxRecordedRequests ?? DEFAULT_MAX_REQUESTS });
  const running = new Set<Promise<void>>();
  let isClosed = false;
  // No time-out of its own: what happens to a connection is for the script to say.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  const listener = await createListener({
    port: options.port ?? 0,
    onConnection: (socket) => server.emit("connection", socket),
  });
  const serve = createServing(checked, {
    clock: options.clock ?? REAL_CLOCK,
    recorder,
    listener,
    onRequest: options.onRequest ?? (() => {}),
    isClosed: () => isClosed,
  });
  server.on("request", (request, response) => {
    const work = serve(request, response).finally(() => running.delete(work));
    running.add(work);
  });
  const close = async (): Promise<void> => {
    isClosed = true;
    await listener.close();
    await Promise.all(running);
  };
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    requests: recorder.requests,
    get requestCount() {
      return recorder.count;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checkScenario(value: Scenario): Scenario {
  const reading = parseScenario(value);
  if (reading.ok) return reading.scenario;
  const { problems } = reading;
  const list = problems.map(({ path, message }) => `${path === "" ? "the scenario" : path}: ${message}`);
  throw new ModelApiError("SCENARIO_INVALID", `expected a sound scenario, got problems. ${list.join(". ")}`, {
    problems,
  });
}
