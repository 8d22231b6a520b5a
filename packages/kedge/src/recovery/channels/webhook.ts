import type { AlertKind, AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelRule, SecretRef } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { writeWithin } from "./message-text.ts";
import { postMessage } from "./post-message.ts";
import { missingSecret, readAddress, readSecret } from "./read-secret.ts";
import { isWebhookSecret, signMessage } from "./standard-webhook.ts";

/** The specification asks for less than 20 kB. */
const MAX_BYTES = 19_999;

const EVENTS: Readonly<Record<AlertKind, string>> = {
  open: "incident.opened",
  update: "incident.updated",
  reminder: "incident.reminded",
  acknowledge: "incident.acknowledged",
  resolve: "incident.resolved",
  digest: "alerts.digest",
  test: "alerts.test",
};

/** Headers that Kedge writes itself, or that say how a message is framed: another value would break it or forge it. */
const OWN_HEADERS =
  /^(?:webhook-.*|proxy-.*|host|connection|keep-alive|upgrade|expect|te|trailer|transfer-encoding|content-.*|accept-encoding|user-agent)$/i;
/** What a header may hold. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The body of a webhook: the same for every try, below 20 kB.
 *
 * @source https://github.com/standard-webhooks/standard-webhooks, specification, "Payload structure"
 */
export function webhookBody(message: AlertMessage): string {
  return writeWithin(message, MAX_BYTES, ({ atMs, kind, lines, ...rest }) =>
    JSON.stringify({
      type: EVENTS[kind],
      timestamp: new Date(atMs).toISOString(),
      data: { ...rest, lines: lines.map(([label, words]) => ({ label, words })) },
    }),
  );
}

/** Sends a message to a webhook, signed with every secret that there is: while one is rotated, receivers know the old or the new one. */
export async function sendWebhook(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "webhook" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const url = await readAddress(rule.url, attempt);
  if (!url.ok) return missingSecret(url.why);
  const secrets = await readSecrets(rule.secrets, attempt);
  if ("outcome" in secrets) return secrets;
  const headers = await readHeaders(rule.headers, attempt);
  if ("outcome" in headers) return headers;
  const body = webhookBody(message);
  const signed = signMessage({ id: message.id, body, atMs: attempt.now() }, secrets.values);
  return await postMessage(
    { url: url.value, headers: { ...headers.values, ...signed, "content-type": "application/json" }, body },
    attempt,
  );
}

async function readSecrets(
  refs: readonly SecretRef[],
  attempt: Attempt,
): Promise<{ readonly values: readonly string[] } | Delivery> {
  const values: string[] = [];
  for (const [at, ref] of refs.entries()) {
    const secret = await readSecret(ref, attempt);
    if (!secret.ok) return missingSecret(secret.why);
    if (!isWebhookSecret(secret.value))
      return {
        outcome: "refused",
        why: `not sent: secret ${at + 1} is none: expected whsec_ and 24 to 64 bytes in base64`,
      };
    values.push(secret.value);
  }
  return { values };
}

async function readHeaders(
  refs: Readonly<Record<string, SecretRef>>,
  attempt: Attempt,
): Promise<{ readonly values: Readonly<Record<string, string>> } | Delivery> {
  const values: (readonly [string, string])[] = [];
  for (const [name, ref] of Object.entries(refs)) {
    if (OWN_HEADERS.test(name))
      return { outcome: "refused", why: `not sent: ${name} is set by Kedge itself` };
    const secret = await readSecret(ref, attempt);
    if (!secret.ok) return missingSecret(secret.why);
    if (!HEADER_VALUE.test(secret.value))
      return { outcome: "refused", why: `not sent: the value of ${name} cannot stand in a header` };
    values.push([name.toLowerCase(), secret.value]);
  }
  return { values: Object.fromEntries(values) };
}
