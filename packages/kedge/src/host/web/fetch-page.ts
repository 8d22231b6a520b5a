import type { LookupFunction } from "node:net";
import {
  type AddressRule,
  getOnce,
  guardLookup,
  type HttpDocument,
  portOf,
  RefusedAddressError,
  refuseAddress,
} from "../../net/index.ts";
import { firstLine, judgeTarget } from "../../protocol/index.ts";
import { hostOf } from "../permissions/web-hosts.ts";

/** What fetching needs besides the address. */
export interface FetchParts {
  readonly userAgent: string;
  readonly proxyEnv: Readonly<Record<string, string>>;
  /** Whether the user lets pages be fetched from a host on this machine or in its network. */
  readonly allowsLocal: (host: string) => Promise<boolean>;
  /** Resolves names; default the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** What came of fetching a page. */
export type Fetched =
  | { readonly type: "page"; readonly url: URL; readonly document: HttpDocument }
  /** To another host, to which nobody has agreed yet. */
  | { readonly type: "redirect"; readonly status: number; readonly from: URL; readonly to: URL }
  | { readonly type: "refused"; readonly why: string };

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches a page: with GET, without cookies, credentials or anything else of the session. Each address is judged after it was resolved, and
 * connected to as it was judged; redirects on the same host are followed and judged again, others are given back.
 *
 * Behind a proxy only the URL is judged: the proxy resolves the name, and what it reaches is up to the proxy.
 */
export async function fetchPage(address: URL, parts: FetchParts): Promise<Fetched> {
  const deadline = AbortSignal.timeout(parts.timeoutMs);
  const signal = AbortSignal.any([parts.signal, deadline]);
  let url = address;
  try {
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const step = await fetchStep(url, parts, signal);
      if (step.type !== "redirect") return step;
      if (!isSameHost(step.from, step.to)) return step;
      url = step.to;
    }
    return refused(`it redirects more than ${MAX_REDIRECTS} times`);
  } catch (error) {
    if (parts.signal.aborted) return refused("the call was interrupted");
    if (deadline.aborted) return refused(`it took longer than ${parts.timeoutMs / 1_000} s`);
    return refused(inWords(error));
  }
}

async function fetchStep(address: URL, parts: FetchParts, signal: AbortSignal): Promise<Fetched> {
  const target = judgeTarget(address.href);
  if (!target.ok) return refused(`expected ${target.expected}. ${target.reason}`);
  const rule: AddressRule = {
    allowsLocal: await parts.allowsLocal(hostOf(target.url)),
    lookup: parts.lookup,
  };
  const url = rule.allowsLocal ? target.url : upgraded(target.url);
  const refusal = refuseAddress(url.hostname, portOf(url), rule);
  if (refusal !== null) return refused(refusal);
  const document = await getOnce(
    {
      ...{ url, proxyEnv: parts.proxyEnv, maxBytes: parts.maxBytes },
      headers: { accept: "text/markdown, text/html, text/*;q=0.9, */*;q=0.1", "user-agent": parts.userAgent },
      lookup: guardLookup(portOf(url), rule),
    },
    signal,
  );
  const { status, headers } = document;
  if (REDIRECTS.has(status)) return redirected(url, status, headers.location);
  if (status < 200 || status > 299) return refused(`the server answers with status ${status}`);
  return { type: "page", url, document };
}

function redirected(from: URL, status: number, location: string | undefined): Fetched {
  const to = location === undefined ? null : URL.parse(location, from);
  return to ? { type: "redirect", status, from, to } : refused(`it redirects (${status}) to no address`);
}

/** Plain HTTP is read and changed by whoever stands between; a port of its own says that somebody means it. */
export function upgraded(url: URL): URL {
  if (url.protocol !== "http:" || url.port !== "") return url;
  const safe = new URL(url);
  safe.protocol = "https:";
  return safe;
}

/** Another port is another server. HTTP and HTTPS on their usual ports are the same one. */
function isSameHost(from: URL, to: URL): boolean {
  return from.host === to.host;
}

function refused(why: string): Fetched {
  return { type: "refused", why };
}

function inWords(error: unknown): string {
  if (error instanceof RefusedAddressError) return error.message;
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code === "string") return `the connection failed: ${code}`;
  return error instanceof Error ? firstLine(error.message, 200) : "the connection failed";
}
