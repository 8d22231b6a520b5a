import { type AlertMessage, SOFT_KINDS } from "../incidents/alert-message.ts";
import type { ChannelRule } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { plainLines, writeWithin } from "./message-text.ts";
import { postMessage } from "./post-message.ts";
import { missingSecret, readSecret } from "./read-secret.ts";

/** All of a body stays below what a server takes for the message alone: a longer one would become an attached file. */
const MAX_BYTES = 4_000;

const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;
const TOKEN = /^[\x21-\x7e]{1,1024}$/;
const PRIORITIES = { critical: 5, warning: 4, info: 3 } as const;
const TAGS = { critical: "rotating_light", warning: "warning", info: "information_source" } as const;

/**
 * A message as ntfy takes it.
 *
 * @source https://docs.ntfy.sh/publish/, "Publish as JSON"
 */
export function ntfyBody(message: AlertMessage, topic: string): string {
  return writeWithin(message, MAX_BYTES, (short) => {
    const { kind, severity, title } = short;
    const isSoft = SOFT_KINDS.includes(kind);
    return JSON.stringify({
      topic,
      title: title || "Kedge",
      message: plainLines(short).join("\n") || title || "Kedge",
      priority: isSoft ? PRIORITIES.info : PRIORITIES[severity],
      tags: [kind === "resolve" ? "white_check_mark" : isSoft ? "eyes" : TAGS[severity]],
    });
  });
}

/** Publishes a message to a topic. */
export async function sendNtfy(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "ntfy" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const topic = await readSecret(rule.topic, attempt);
  if (!topic.ok) return missingSecret(topic.why);
  if (!TOPIC.test(topic.value))
    return { outcome: "refused", why: "not sent: expected a topic of 1 to 64 letters, digits, - and _" };
  const token = rule.token === null ? null : await readSecret(rule.token, attempt);
  if (token?.ok === false) return missingSecret(token.why);
  if (token !== null && !TOKEN.test(token.value))
    return { outcome: "refused", why: "not sent: expected a token in one word of ASCII" };
  const headers = {
    "content-type": "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token.value}` }),
  };
  return await postMessage({ url: rule.server, headers, body: ntfyBody(message, topic.value) }, attempt);
}
