import type { IncomingMessage, ServerResponse } from "node:http";
import { answerCountTokens, answerMessages, type MessagesParts } from "./answer-messages.ts";
import type { Clock } from "./clock.ts";
import { digestCredential, readCredential, visibleHeaders } from "./credentials.ts";
import { type Exchange, send, sendError } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import { createLimiter } from "./limiter.ts";
import type { Listener } from "./listener.ts";
import { createModels } from "./models.ts";
import type { OpenRecord, RecordedRequest, Recorder } from "./recorder.ts";
import { type BodyReading, readBody } from "./request-body.ts";
import type { Scenario } from "./scenario-schema.ts";
import { createScript } from "./script.ts";

/** What requests are served with. */
export interface ServingOptions {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly listener: Pick<Listener, "refuse" | "use">;
  readonly onRequest: (record: RecordedRequest) => void;
  /** Whether the server is being closed. */
  readonly isClosed: () => boolean;
}

type Body = BodyReading & { readonly key: string | undefined };

const DEFAULT_SEED = 1;
const WELCOME = "Kedge model API: a Messages API that answers from a script. Ask POST /v1/messages.\n";

/**
 * Makes what serves one request after another by a scenario.
 *
 * @returns serves one request to its end and records it; rejects only when `onRequest` throws
 */
export function createServing(
  scenario: Scenario,
  options: ServingOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, recorder, listener } = options;
  const { seed = DEFAULT_SEED } = scenario;
  const parts = createParts(scenario, seed, options);
  return async (request, response) => {
    const controller = new AbortController();
    response.on("error", () => {}).on("close", () => controller.abort());
    const release = listener.use(request.socket);
    try {
      const body = await readBody(request);
      if (!body) return;
      const key = readCredential(request.headers);
      const idPart = writeIdPart(seed, recorder.count + 1);
      const record = createRecord({ request, key, index: recorder.count + 1, atMs: clock.now(), idPart });
      recorder.add(record, body.bytes);
      const headers = { "request-id": record.requestId };
      const exchange = { request, response, record, clock, signal: controller.signal, headers, idPart };
      await settle(exchange, answer(exchange, { ...body, key }, { parts, scenario }), options.isClosed);
      record.endedAtMs = clock.now();
      options.onRequest(record);
    } finally {
      release();
    }
  };
}

function createParts(scenario: Scenario, seed: number, { clock, listener }: ServingOptions): MessagesParts {
  let number = 0;
  return {
    models: createModels({ ids: scenario.models, isStrict: scenario.strict_models === true }),
    faults: createFaults(scenario.faults ?? [], seed),
    limiter: createLimiter({ limits: scenario.limits ?? [], clock }),
    script: createScript(scenario),
    startedAtMs: clock.now(),
    nextNumber: () => ++number,
    refuse: listener.refuse,
  };
}

/** Notes how an answer ended that did not come to its end, and answers for a mistake of our own. */
async function settle(exchange: Exchange, work: Promise<void>, isClosed: () => boolean): Promise<void> {
  const { record, signal, response } = exchange;
  try {
    await work;
  } catch (error) {
    if (signal.aborted) {
      record.outcome = isClosed() ? "closed" : "closed_by_client";
      return;
    }
    record.outcome = "failed";
    const message = `Kedge failed to answer: ${error instanceof Error ? error.message : String(error)}`;
    if (response.headersSent) response.destroy();
    else await sendError(exchange, 500, { message }).catch(() => response.destroy());
  }
}

async function answer(
  exchange: Exchange,
  body: Body,
  { parts, scenario }: { parts: MessagesParts; scenario: Scenario },
): Promise<void> {
  const { method, path } = exchange.record;
  if (path === "/" && (method === "GET" || method === "HEAD"))
    return send(exchange, 200, { text: WELCOME, contentType: "text/plain; charset=utf-8" });
  if (body.isTooLarge) return sendError(exchange, 413);
  const { key } = body;
  const isAccepted = key !== undefined && (scenario.keys?.includes(key) ?? true);
  if (!isAccepted) return sendError(exchange, 401, { message: describeRefusal(exchange) });
  if (method === "POST" && path === "/v1/messages")
    return answerMessages(exchange, { text: body.text, key }, parts);
  if (method === "POST" && path === "/v1/messages/count_tokens")
    return answerCountTokens(exchange, body.text, parts.models);
  if (method === "GET" && path === "/v1/models") return parts.models.list(exchange);
  const id = method === "GET" ? /^\/v1\/models\/([^/]+)$/.exec(path)?.[1] : undefined;
  if (id !== undefined) return parts.models.show(exchange, id);
  return sendError(exchange, 404, { message: `Not found: ${method} ${path}` });
}

function describeRefusal({ request }: Exchange): string {
  if (request.headers.authorization !== undefined) return "Invalid bearer token";
  return request.headers["x-api-key"] === undefined ? "x-api-key header is required" : "invalid x-api-key";
}

/** Ids are counted, so that a scenario gives the same ones each time. */
function writeIdPart(seed: number, index: number): string {
  return `${seed.toString(16).padStart(8, "0")}${index.toString(16).padStart(8, "0")}`;
}

function createRecord(of: {
  readonly request: IncomingMessage;
  readonly key: string | undefined;
  readonly index: number;
  readonly atMs: number;
  readonly idPart: string;
}): OpenRecord {
  const { request, key } = of;
  return {
    index: of.index,
    atMs: of.atMs,
    method: request.method ?? "",
    path: readPath(request.url ?? "/"),
    headers: visibleHeaders(request.headers),
    body: undefined,
    key: key === undefined ? undefined : digestCredential(key),
    model: undefined,
    stream: false,
    inputTokens: 0,
    requestId: `req_${of.idPart}`,
    outcome: "pending",
  };
}

/** The path of a target: without a query, and without the host that a proxy's client puts before it. */
function readPath(target: string): string {
  const [path = "/"] = target.replace(/^https?:\/\/[^/]*/i, "").split(/[?#]/, 1);
  try {
    return decodeURIComponent(path) || "/";
  } catch {
    return path; // half an escape is no escape
  }
}
