import { createHmac } from "node:crypto";

/** What a receiver of Standard Webhooks checks. */
export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature"?: string;
}

const PREFIX = "whsec_";

/**
 * Signs a message by Standard Webhooks 1.0: HMAC-SHA256 of id, time and body, one signature for each secret, with a space between.
 *
 * @param secrets `whsec_` and base64, or base64 alone; without any the message is not signed
 * @param atMs epoch ms, of the try: receivers allow for some five minutes
 * @source https://github.com/standard-webhooks/standard-webhooks, specification
 */
export function signMessage(
  { id, body, atMs }: { readonly id: string; readonly body: string; readonly atMs: number },
  secrets: readonly string[],
): SignedHeaders {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    ...(signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") }),
  };
}

/** Whether a text can be a secret: base64 of 24 to 64 bytes, as the specification has it. */
export function isWebhookSecret(secret: string): boolean {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const bytes = Buffer.from(text, "base64").length;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && bytes >= 24 && bytes <= 64;
}
