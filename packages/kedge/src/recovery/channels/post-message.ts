import {
  guardLookup,
  type HttpAnswer,
  portOf,
  postOnce,
  proxyVariables,
  RefusedAddressError,
  refuseAddress,
} from "../../net/index.ts";
import { judgeTarget, readRetryAfterMs } from "../../protocol/index.ts";
import { type Attempt, endWords } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { isOwnName, judgeAddresses, type Refuses } from "./judge-addresses.ts";

/** One message over HTTP. */
export interface MessagePost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Statuses that say that this message will never be taken. */
const NEVER: readonly number[] = [400, 413, 422];

/**
 * Posts a message once: to the address that the URL means, judged before it is reached, and without following a redirect. It lasts as
 * long as its signal allows. Never throws, and never says anything of the URL, which may be a secret.
 */
export async function postMessage(post: MessagePost, attempt: PostAttempt): Promise<Delivery> {
  const target = judgeTarget(post.url);
  if (!target.ok) return { outcome: "refused", why: `not sent: expected ${target.expected}` };
  const { url, kind } = target;
  const port = portOf(url);
  // The user has named the address, so that it may be one of this machine or of a private network.
  const refusal = refuseAddress(url.hostname, port, { allowsLocal: true });
  if (refusal !== null) return { outcome: "refused", why: `not sent: ${refusal}` };
  const isPlain = url.protocol === "http:";
  if (isPlain && kind === "public")
    return { outcome: "refused", why: "not sent: expected https for an address that is not of this network" };
  const { signal, lookup } = attempt;
  // A name of somebody else's domain is changed by that somebody: it must not become this machine, nor, without TLS, the world.
  const refuses: Refuses = (found, name) =>
    (found === "loopback" && !isOwnName(name)) || (isPlain && found === "public");
  const rule = { allowsLocal: true, lookup: judgeAddresses(refuses, lookup) };
  try {
    const answer = await postOnce(
      {
        url,
        headers: { ...post.headers, "accept-encoding": "identity", "user-agent": "kedge" },
        body: Buffer.from(post.body),
        lookup: guardLookup(port, rule),
        proxyEnv: proxyVariables(attempt.env),
        // The status decides. Who has said it took the message, even when the rest of the answer never comes.
        maxBytes: null,
      },
      signal,
    );
    return judgeAnswer(answer, attempt.now());
  } catch (error) {
    return { outcome: "retry", why: signal.aborted ? endWords(signal) : describe(error) };
  }
}

/** What {@link postMessage} needs of an attempt. */
export type PostAttempt = Pick<Attempt, "env" | "now" | "signal" | "lookup">;

/** What a status says of the message. */
function judgeAnswer({ status, headers }: HttpAnswer, nowMs: number): Delivery {
  if (status >= 200 && status <= 299) return { outcome: "delivered" };
  if (status === 410) return { outcome: "gone", why: "HTTP 410: the receiver wants nothing any more" };
  if (status >= 300 && status <= 399)
    return { outcome: "retry", why: `HTTP ${status}: a redirect, which is never followed` };
  if (NEVER.includes(status)) return { outcome: "refused", why: `HTTP ${status}` };
  const afterMs = readRetryAfterMs(headers, nowMs);
  return { outcome: "retry", why: `HTTP ${status}`, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Codes only: messages of the network may quote URLs, and URLs may be secrets. */
function describe(error: unknown): string {
  if (error instanceof RefusedAddressError)
    return "not sent: its name resolves to an address that is not reached";
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return `the request failed: ${typeof code === "string" ? code : "no answer"}`;
}
