import type { LookupFunction } from "node:net";
import { postMessage } from "../channels/post-message.ts";
import { readAddress } from "../channels/read-secret.ts";
import type { AddressRule } from "../policy/channel.ts";

/** What a ping says: it begins, it lives, it is not well. */
export type PingKind = "start" | "alive" | "fail";

/** How somebody outside is told that `kedge up` lives. */
export interface PingOptions {
  readonly url: AddressRule;
  /** Kedge's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly lookup?: LookupFunction;
}

const TIMEOUT_MS = 10_000;

/** What is added to the path of the address, as dead man's switches have it. */
const SUFFIXES: Readonly<Record<PingKind, string>> = { start: "/start", alive: "", fail: "/fail" };

/**
 * Tells it once. Never throws; nothing of the address, which may be a secret, is in what it returns.
 *
 * @returns why it was not told, in half a sentence; null when it was
 */
export async function ping(kind: PingKind, { url: rule, ...ports }: PingOptions): Promise<string | null> {
  const { env, homeDir, now, lookup } = ports;
  const address = await readAddress(rule, { env, homeDir });
  if (!address.ok) return address.why;
  const url = URL.parse(address.value);
  if (url === null) return "the address is no URL";
  url.pathname = `${url.pathname.replace(/\/$/, "")}${SUFFIXES[kind]}`;
  const attempt = { env, now, lookup, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const delivery = await postMessage({ url: url.href, headers: {}, body: "" }, attempt);
  return delivery.outcome === "delivered" ? null : delivery.why;
}
