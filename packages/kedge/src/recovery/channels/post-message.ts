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
import { ATTEMPT_MS, type Delivery } from "./delivery.ts";

/** One message over HTTP. */
export interface MessagePost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a message is sent with. */
export interface PostPorts {
  /** Names the proxy, if there is one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Ends the try early. */
  readonly signal?: AbortSignal;
  /** Default {@link ATTEMPT_MS}. */
  readonly timeoutMs?: number;
}

/** Of an answer no more is read: nothing in it decides anything. */
const MAX_ANSWER_BYTES = 4_096;

/** Statuses that say that this message will never be taken. */
const NEVER: readonly number[] = [400, 413, 422];

/** The user has named the address, so that it may be one of this machine or of a private network. */
const RULE = { allowsLocal: true };

/**
 * Posts a message once: to the address that the URL means, judged before it is reached, within 15 seconds from the first byte to the last, and
 * without following a redirect. Never throws.
 */
export async function postMessage(post: MessagePost, ports: PostPorts): Promise<Delivery> {
  const target = judgeTarget(post.url);
  if (!target.ok)
    return { outcome: "refused", why: `not sent: expected ${target.expected}. ${target.reason}` };
  const { url, kind } = target;
  const port = portOf(url);
  const refusal = refuseAddress(url.hostname, port, RULE);
  if (refusal !== null) return { outcome: "refused", why: `not sent: ${refusal}` };
  if (url.protocol === "http:" && kind === "public")
    return { outcome: "refused", why: "not sent: expected https for an address that is not of this network" };
  const limit = AbortSignal.timeout(ports.timeoutMs ?? ATTEMPT_MS);
  const signal = ports.signal === undefined ? limit : AbortSignal.any([limit, ports.signal]);
  try {
    const answer = await postOnce(
      {
        url,
        headers: { ...post.headers, "accept-encoding": "identity", "user-agent": "kedge" },
        body: Buffer.from(post.body),
        lookup: guardLookup(port, RULE),
        proxyEnv: proxyVariables(ports.env),
        maxBytes: MAX_ANSWER_BYTES,
      },
      signal,
    );
    return judgeAnswer(answer, ports.now());
  } catch (error) {
    if (limit.aborted)
      return { outcome: "retry", why: `no answer within ${(ports.timeoutMs ?? ATTEMPT_MS) / 1_000} s` };
    return { outcome: "retry", why: describe(error) };
  }
}

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
    return "not sent: its name resolves to an address that is never reached";
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return `the request failed: ${typeof code === "string" ? code : "no answer"}`;
}
