import {
  type AddressRule,
  guardLookup,
  type HttpAnswer,
  portOf,
  postOnce,
  proxyVariables,
  RefusedAddressError,
  refuseAddress,
} from "../net/index.ts";
import { firstLine, type HandlerEnding, type HttpHandler, judgeTarget } from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { isAllowedUrl } from "./http-allowed-urls.ts";
import { fillHeaders, type HeaderRule } from "./http-headers.ts";
import { answered, failed, runLimited, type Tally } from "./limited-run.ts";

const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

/**
 * What `http` handlers of one source may do.
 *
 * `env` also says which proxy is used (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in lower case too), as Node's agents read it.
 * Whoever names the proxy reads what goes through it, so no file of a project should be able to set these.
 */
export interface HttpPolicy extends AddressRule, HeaderRule {
  /** Once given, a URL must match one entry; an empty list allows none. */
  readonly allowedUrls?: readonly string[] | undefined;
  /** Bytes of an answer that are kept; default 32 MiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * Posts the hook input to the URL of an `http` handler. Any 2xx is an answer, its body read as UTF-8 whatever its type says;
 * everything else is a failure, which by itself blocks nothing. Never rejects, never follows a redirect, and leaves no
 * connection behind. The time limit covers the whole exchange.
 *
 * The name is resolved once, all its addresses are judged, and the connection goes to one of them. Behind a proxy only the
 * URL is judged: the proxy resolves the name, and what it reaches is up to the proxy.
 *
 * @source Claude Code hooks reference, "HTTP hooks"; recorded behaviour for statuses, redirects and headers
 */
export function runHttp(handler: HttpHandler, run: HandlerRun, policy: HttpPolicy): Promise<RunReport> {
  return runLimited("http", run, (signal, tally) => exchange(handler, run, policy, { signal, tally }));
}

async function exchange(
  handler: HttpHandler,
  run: HandlerRun,
  policy: HttpPolicy,
  { signal, tally }: { readonly signal: AbortSignal; readonly tally: Tally },
): Promise<HandlerEnding> {
  const target = judgeTarget(handler.url);
  if (!target.ok) return failed("http", `not sent: expected ${target.expected}. ${target.reason}`);
  const { url } = target;
  const refusal = refuseUrl(handler.url, url, policy);
  if (refusal !== null) return failed("http", `not sent: ${refusal}`);
  const filled = fillHeaders(handler, policy);
  if (!filled.ok) return failed("http", filled.message);
  const proxyEnv = proxyVariables(policy.env);
  try {
    const headers = withOwnHeaders(filled.headers);
    const lookup = guardLookup(portOf(url), policy);
    const maxBytes = policy.maxBytes ?? DEFAULT_MAX_BYTES;
    const onBytes = (count: number): void => {
      tally.outputBytes += count;
    };
    const post = { url, headers, body: run.inputBytes, lookup, proxyEnv, maxBytes, onBytes };
    return endingOf(await postOnce(post, signal));
  } catch (error) {
    return failed("http", describeFailure(error));
  }
}

function refuseUrl(text: string, url: URL, policy: HttpPolicy): string | null {
  if (policy.allowedUrls && !isAllowedUrl(text, url, policy.allowedUrls))
    return "the URL matches no entry of allowedHttpHookUrls";
  return refuseAddress(url.hostname, portOf(url), policy);
}

/** The handler's own headers win, but for the encoding: an answer that has to be unpacked has no known size. */
function withOwnHeaders(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const hasType = Object.keys(own).some((name) => name.toLowerCase() === "content-type");
  return {
    ...(hasType ? {} : { "content-type": "application/json" }),
    ...own,
    "accept-encoding": "identity",
  };
}

function endingOf({ status, encoding, text, isCut }: HttpAnswer): HandlerEnding {
  if (status >= 300 && status <= 399) return failed("http", `HTTP ${status}: redirects are never followed`);
  if (status < 200 || status > 299) return failed("http", `HTTP ${status}`);
  if (encoding !== "identity") {
    return failed("http", `the answer is encoded as ${firstLine(encoding, 40)}, which was not asked for`);
  }
  return { ...answered("http", text), ...(isCut ? { isStdoutCut: true } : {}) };
}

/** Codes only: messages of the network may quote URLs, and URLs may hold secrets. */
function describeFailure(error: unknown): string {
  if (error instanceof RefusedAddressError) return `not sent: ${error.message}`;
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return `the request failed: ${typeof code === "string" ? code : "no answer"}`;
}
