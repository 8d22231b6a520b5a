/** A receiver of webhooks for the channels of a user's own policy, beside the world of work. */

import type { Scenario } from "../../src/model-api/index.ts";
import { isJsonObject, type JsonObject } from "../../src/protocol/index.ts";
import { serve, type TestServer } from "../support/http-server.ts";
import { makeWork, type Started, type WorkWorld } from "./work-world.ts";

/** One message as the webhook got it. */
interface ToldMessage {
  readonly type: string;
  readonly id: string;
  readonly title: string;
  readonly cause: string | null;
  readonly body: JsonObject;
}

export interface ToldWorld extends WorkWorld, AsyncDisposable {
  readonly receiver: TestServer;
  /** What was told so far. */
  told(): readonly ToldMessage[];
  /** Starts `kedge up`, and waits until it is. */
  up(args?: readonly string[]): Promise<Started>;
}

/** A policy that tells a webhook at once. */
export function tellingPolicy(url: string, more: object = {}): object {
  return {
    channels: { hook: { type: "webhook", url } },
    alerts: { group_wait: "0s", causes: { "*": { after: "0s" } } },
    ...more,
  };
}

/**
 * @param policy of the user, in which `URL` is the address of the receiver
 */
export async function makeTold(
  scenario: Scenario,
  policy: (url: string) => object = tellingPolicy,
): Promise<ToldWorld> {
  const receiver = await serve((response) => response.writeHead(204).end());
  const world = await makeWork(scenario);
  world.write("home/.config/kedge/kedge.yaml", policy(new URL("/hook", receiver.url).href), 0o600);
  return {
    ...world,
    get api() {
      return world.api;
    },
    receiver,
    told: () =>
      receiver.received.filter(({ target }) => target === "/hook").map(({ body }) => readMessage(body)),
    async up(args = []) {
      const up = world.start(["up", "--health", "0", ...args], { stdin: "" });
      await up.until("kedge 0.1.0 is up");
      return up;
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

function readMessage(text: string): ToldMessage {
  const body = JSON.parse(text) as JsonObject;
  const data = isJsonObject(body.data) ? body.data : {};
  const incident = isJsonObject(data.incident) ? data.incident : {};
  return {
    ...{ type: String(body.type), id: String(data.id), title: String(data.title), body },
    cause: typeof incident.cause === "string" ? incident.cause : null,
  };
}
