/** A session of the host against a real model API on loopback, in temporary folders, with hooks of real processes. */
import { existsSync, readFileSync } from "node:fs";
import { afterEach } from "vitest";
import {
  createSdkClient,
  createSession,
  type HostEvent,
  type Session,
  type SessionOptions,
} from "../../src/host/index.ts";
import {
  type ModelApi,
  type RecordedRequest,
  type Scenario,
  startModelApi,
} from "../../src/model-api/index.ts";
import { isJsonObject, type JsonObject } from "../../src/protocol/index.ts";
import { type EnginePlaces, makePlaces, SETTINGS_FILES } from "./engine-places.ts";

export interface HostWorld extends EnginePlaces {
  readonly api: ModelApi;
  /** What sessions of this world told, all of them. */
  readonly events: HostEvent[];
  readonly base: SessionOptions;
  /** Opens a session, which is closed after the test. */
  open(more?: Partial<SessionOptions>): Promise<Session>;
  /** Writes hooks, and whatever else, into a settings file. */
  settings(source: keyof typeof SETTINGS_FILES, value: unknown): void;
  /** A command that appends its input to the log of its name, then does as the script says. */
  hook(name: string, script?: string): { readonly type: "command"; readonly command: string };
  /** Inputs that a hook of that name got, in order. */
  inputs(name: string): readonly JsonObject[];
  /** Requests of messages, in order. */
  requests(): readonly RecordedRequest[];
  /** What was asked, by the number of the request. */
  asked(index: number): Asked;
  /** All text in a request that no model said. */
  said(index: number): string;
  eventsOf<Type extends HostEvent["type"]>(type: Type): readonly Extract<HostEvent, { type: Type }>[];
}

/** The body of a request, as far as tests look at it. */
interface Asked {
  readonly model: string;
  readonly system: readonly { readonly text: string; readonly cache_control?: object }[];
  readonly messages: readonly { readonly role: string; readonly content: readonly JsonObject[] }[];
  readonly tools: readonly { readonly name: string }[];
}

const open: { session: Session[]; api: ModelApi[] } = { session: [], api: [] };
afterEach(async () => {
  for (const session of open.session.splice(0)) await session.close();
  for (const api of open.api.splice(0)) await api.close();
});

/** Retries that take no time worth speaking of. */
export const QUICK = { firstDelayMs: 2, maxDelayMs: 4 } as const;

/** Starts an API with a scenario, and makes what sessions need. */
export async function makeHost(scenario: Scenario = {}): Promise<HostWorld> {
  const places = makePlaces();
  const api = await startModelApi(scenario);
  open.api.push(api);
  const events: HostEvent[] = [];
  const base: SessionOptions = {
    projectDir: places.project,
    homeDir: places.home,
    stateDir: places.state,
    env: places.options.env ?? {},
    client: createSdkClient({ apiKey: "test-key", baseUrl: api.url }),
    retries: { ...QUICK, maxRetries: 0 },
    hooks: { managedDir: places.managed, trust: "project" },
    onEvent: (event) => void events.push(event),
    isOneShot: true,
  };
  const requests = (): readonly RecordedRequest[] =>
    api.requests.filter(({ path }) => path === "/v1/messages");
  return {
    ...places,
    ...{ api, events, base, requests },
    async open(more = {}) {
      const session = await createSession({ ...base, ...more });
      open.session.push(session);
      return session;
    },
    settings: (source, value) => void places.write(SETTINGS_FILES[source], value),
    hook(name, script = "") {
      const log = places.at(`${name}.inputs`);
      return { type: "command", command: `cat >>'${log}'; ${script}` };
    },
    inputs(name) {
      const log = places.at(`${name}.inputs`);
      if (!existsSync(log)) return [];
      return readFileSync(log, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as JsonObject);
    },
    asked(index) {
      const body = requests()[index]?.body;
      if (body === undefined)
        throw new Error(`expected a request ${index}, got ${requests().length} requests`);
      return body as unknown as Asked;
    },
    said: (index) => saidIn(requests()[index]),
    eventsOf: (type) =>
      events.filter((event): event is Extract<HostEvent, { type: typeof type }> => event.type === type),
  };
}

/** A settings file with one group for an event. */
export function hooksFor(event: string, ...handlers: readonly object[]): { readonly hooks: object } {
  return { hooks: { [event]: [{ hooks: handlers }] } };
}

/** All text in a request that no model said. */
function saidIn(request: RecordedRequest | undefined): string {
  const body = request?.body;
  if (!isJsonObject(body) || !Array.isArray(body.messages)) return "";
  return body.messages
    .filter((message) => isJsonObject(message) && message.role === "user")
    .flatMap((message) => (Array.isArray(message.content) ? message.content : [{ text: message.content }]))
    .map((block) => String(block.text ?? block.content ?? ""))
    .join("\n");
}
