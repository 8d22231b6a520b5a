import { createHash } from "node:crypto";
import type { AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelRule } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { writeWithin } from "./message-text.ts";
import { postMessage } from "./post-message.ts";
import { missingSecret, readSecret } from "./read-secret.ts";

/** Far below the 512 kB that an event may have: details are for people. */
const MAX_BYTES = 20_000;

/**
 * The events of a message, in the order in which they are sent: one, or for a test two, which leave nothing behind. A digest is none: what is over
 * wakes nobody, and nobody would close it.
 *
 * @source https://developer.pagerduty.com/docs/events-api-v2-overview
 */
export function pagerdutyBodies(message: AlertMessage, routingKey: string): readonly string[] {
  const { kind } = message;
  if (kind === "digest") return [];
  if (kind === "resolve" || kind === "acknowledge") return [event(message, routingKey, kind)];
  const trigger = event(message, routingKey, "trigger");
  return kind === "test" ? [trigger, event(message, routingKey, "resolve")] : [trigger];
}

/** Sends a message to a PagerDuty service. */
export async function sendPagerduty(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "pagerduty" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const key = await readSecret(rule.routingKey, attempt);
  if (!key.ok) return missingSecret(key.why);
  const headers = { "content-type": "application/json" };
  for (const body of pagerdutyBodies(message, key.value)) {
    const delivery = await postMessage({ url: rule.url, headers, body }, attempt);
    if (delivery.outcome !== "delivered") return delivery;
  }
  return { outcome: "delivered" };
}

function event(
  message: AlertMessage,
  routingKey: string,
  action: "trigger" | "acknowledge" | "resolve",
): string {
  return writeWithin(message, MAX_BYTES, (short) =>
    JSON.stringify({
      routing_key: routingKey,
      event_action: action,
      dedup_key: keyOf(message),
      ...(action !== "trigger" ? {} : { client: "Kedge", payload: payloadOf(short) }),
    }),
  );
}

function payloadOf({ title, severity, atMs, lines, command, incident }: AlertMessage): object {
  return {
    summary: title || "Kedge",
    // Which machine it is stays at home: a project and an account say more.
    source: "kedge",
    severity: incident === null ? "info" : severity,
    timestamp: new Date(atMs).toISOString(),
    ...(incident === null
      ? {}
      : {
          ...(incident.project ? { component: incident.project } : {}),
          group: incident.account,
          class: incident.cause,
        }),
    custom_details: {
      ...Object.fromEntries(lines),
      ...(command === null ? {} : { Command: command }),
      ...(incident === null
        ? {}
        : { Incident: incident.id, Failures: incident.failures, Sessions: incident.sessions }),
    },
  };
}

/** What is no incident has a key of its own, the same for every try. */
function keyOf({ id, kind, incident }: AlertMessage): string {
  if (incident !== null) return incident.dedupKey;
  return `kedge-${kind}-${createHash("sha256").update(id).digest("hex").slice(0, 24)}`;
}
