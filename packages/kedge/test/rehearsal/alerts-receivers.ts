/** Receivers on loopback that take messages as the real ones do: a signed webhook, PagerDuty's Events API v2, and Slack's incoming webhook. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { type Received, serve } from "../support/http-server.ts";

/** A message at the webhook, whose signature was verified. */
export interface Told {
  /** Epoch ms, by the clock of the rehearsal: when it came. */
  readonly atMs: number;
  readonly id: string;
  /** Without `incident.` or `alerts.` in front. */
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  /** Words by their label. */
  readonly lines: Readonly<Record<string, string>>;
  readonly command: string;
  /** Of a digest without anything in it. */
  readonly incident: Readonly<Record<string, unknown>> & { readonly id: string; readonly dedupKey: string };
}

/** An event at PagerDuty. */
export interface Page {
  readonly event_action: "trigger" | "acknowledge" | "resolve";
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly severity: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

/** A message at Slack. */
interface Post {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: { readonly type: string; readonly text: string };
  }[];
}

/** All three, on one port. */
export interface Receivers extends AsyncDisposable {
  /** As they stand in a policy. */
  readonly channels: Readonly<Record<string, object>>;
  /** What the channels need to know that stands in no policy. */
  readonly env: Readonly<Record<string, string>>;
  readonly told: readonly Told[];
  readonly pages: readonly Page[];
  readonly posts: readonly Post[];
  /** All that came, byte for byte, but for the key by which PagerDuty knows its service. */
  readonly bodies: readonly string[];
}

const MAX_DEDUP_KEY = 255;
const MAX_SUMMARY = 1_024;
const MAX_SECTION = 3_000;
const MAX_BLOCKS = 50;

/**
 * Starts the receivers. Each refuses what the real one would; disposing of them fails when one had to.
 *
 * @param now epoch ms: the clock of the rehearsal
 * @param onTold called with each message before it is answered
 */
export async function startReceivers(now: () => number, onTold?: (told: Told) => void): Promise<Receivers> {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const routingKey = randomBytes(16).toString("hex");
  const [told, pages, posts, refused]: [Told[], Page[], Post[], string[]] = [[], [], [], []];
  const takes: Readonly<Record<string, (received: Received) => number>> = {
    "/hook": ({ body, headers }) => {
      const message = readTold(new Webhook(secret).verify(body, headers as Record<string, string>), now());
      told.push(message);
      onTold?.(message);
      return 204;
    },
    "/v2/enqueue": ({ body }) => {
      pages.push(readPage(JSON.parse(body), routingKey));
      return 202;
    },
    "/services/T0/B0/secret": ({ body }) => {
      posts.push(readPost(JSON.parse(body)));
      return 200;
    },
  };
  const server = await serve((response, received) => {
    try {
      const take = takes[received.target];
      if (take === undefined) throw new Error(`nobody listens at ${received.target}`);
      response.writeHead(take(received)).end();
    } catch (error) {
      refused.push(`${error}: ${received.body}`);
      response.writeHead(400).end();
    }
  });
  const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  return {
    channels: {
      hook: { type: "webhook", url: at("/hook"), secret: { env: "HOOK_SECRET" } },
      pager: { type: "pagerduty", url: at("/v2/enqueue"), routing_key: { env: "PAGER_KEY" } },
      slack: { type: "slack", url: { env: "SLACK_URL" } },
    },
    env: { HOOK_SECRET: secret, PAGER_KEY: routingKey, SLACK_URL: at("/services/T0/B0/secret") },
    ...{ told, pages, posts },
    get bodies() {
      return server.received.map(({ body }) => body.replace(`"routing_key":"${routingKey}"`, ""));
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      if (refused.length > 0) throw new Error(`Expected sound messages, got ${refused.join("\n")}`);
    },
  };
}

function readTold(body: unknown, atMs: number): Told {
  const { type, data } = body as { type: string; data: Omit<Told, "atMs" | "type" | "lines"> } & {
    data: { lines: readonly { label: string; words: string }[] };
  };
  return {
    ...data,
    incident: data.incident ?? { id: "", dedupKey: "" },
    ...{ atMs, type: type.slice(type.indexOf(".") + 1) },
    lines: Object.fromEntries(data.lines.map(({ label, words }) => [label, words])),
  };
}

/** @source https://developer.pagerduty.com/docs/send-alert-event */
function readPage(value: unknown, routingKey: string): Page {
  const page = value as Page & { readonly routing_key: string };
  const { event_action: action, dedup_key: key, payload } = page;
  if (page.routing_key !== routingKey) throw new Error("another service's routing key");
  if (!key || key.length > MAX_DEDUP_KEY) throw new Error("a dedup_key that is none");
  if (action === "resolve" || action === "acknowledge") return page;
  if (action !== "trigger" || payload === undefined) throw new Error("an event that is none");
  if (payload.summary === "" || payload.summary.length > MAX_SUMMARY) throw new Error("no summary");
  if (!["critical", "error", "warning", "info"].includes(payload.severity)) throw new Error("no severity");
  return page;
}

/** @source https://docs.slack.dev/reference/block-kit/blocks */
function readPost(value: unknown): Post {
  const post = value as Post;
  if (post.text === "" || post.blocks.length > MAX_BLOCKS) throw new Error("invalid_blocks");
  for (const { text } of post.blocks)
    if (text !== undefined && (text.text === "" || text.text.length > MAX_SECTION))
      throw new Error("invalid_blocks");
  return post;
}
