import type { KnownCause } from "./verdict.ts";

/** A text of an agent or of the API that tells one cause from another of the same kind. */
export interface CauseText {
  readonly pattern: RegExp;
  readonly cause: KnownCause;
  /** What it amounts to, for the verdict's basis: "The transcript says …" */
  readonly says: string;
  readonly isTransient?: boolean;
}

/** Texts that tell what was wrong with a request, an account or a model. The first that fits wins. */
export const REQUEST_TEXTS: readonly CauseText[] = [
  {
    pattern:
      /tool use concurrency|duplicate tool_use id|`?tool_use`? ids? (?:were|was|must|found)|unexpected `?tool_use_id|`?tool_result`? block|`?tool_use`? blocks? .{0,40}without/i,
    cause: "poisoned",
    says: "that calls of tools and their results do not fit together",
  },
  {
    pattern:
      /thinking`? blocks?\b|`?signature`? in `?thinking|could not process (?:image|pdf|document)|\binvalid (?:image|base64)|corrupt(?:ed)? image/i,
    cause: "broken_content",
    says: "that a part of the history is not accepted",
  },
  {
    pattern:
      /prompt is too long|request too large|request exceeds the maximum|image was too large|image (?:exceeds|dimensions)|pdf too large|too many (?:pdf )?pages|maximum of \d{1,9} pdf pages|exceeds? the context window|input length and `?max_tokens/i,
    cause: "too_large",
    says: "that the request is too large",
  },
  {
    pattern:
      /safeguards flagged|content filtering policy|legal\/aup|violates? (?:our|the) usage policy|unable to respond to this request/i,
    cause: "refused",
    says: "that the request was refused",
  },
  {
    pattern:
      /disabled organi[sz]ation|organi[sz]ation has (?:been )?disabled|not allowed for this organi[sz]ation/i,
    cause: "organisation",
    says: "that the organisation does not allow it",
  },
  {
    pattern: /specified API usage limits|\bspend(?:ing)? (?:limit|cap)/i,
    cause: "spend",
    says: "that a spending limit is reached",
  },
  {
    pattern: /credit balance is too low|billing problem/i,
    cause: "billing",
    says: "that the account cannot pay",
  },
  {
    pattern:
      /not logged in|invalid api key|x-api-key|oauth token (?:has |was )?(?:been )?(?:revoked|expired)|failed to authenticate|please run \/login/i,
    cause: "auth",
    says: "that the credential is not accepted",
  },
  {
    pattern: /issue with the selected model|invalid model name/i,
    cause: "model_not_found",
    says: "that the model is not to be had",
  },
  {
    pattern: /output token maximum|reached its context window limit|answer was cut/i,
    cause: "cut_answer",
    says: "that the answer was cut",
  },
  {
    pattern: /tool call (?:could not be parsed|that could not be read)/i,
    cause: "malformed_answer",
    says: "that a tool call could not be read",
  },
  {
    pattern: /no conversation found/i,
    cause: "lost_session",
    says: "that there is no such session",
  },
];

/** Texts that tell how a server or the way to it failed; for failures that have no status. */
export const SERVER_TEXTS: readonly CauseText[] = [
  { pattern: /\boverloaded\b/i, cause: "overload", says: "that the API is overloaded" },
  {
    pattern:
      /\b(?:EPROTO|CERT_\w{1,40}|SELF_SIGNED\w{0,40}|\w{1,40}_CERT\w{0,40})\b|certificate|no secure connection/i,
    cause: "connection",
    says: "that no secure connection came about",
    isTransient: false, // a certificate or a proxy: it fails the same way until somebody mends it
  },
  {
    pattern:
      /\((?:E[A-Z]{3,20}|E[A-Z]{1,10}_[A-Z]{1,20}|UND_ERR\w{0,30}|StreamTruncated)\)|connection (?:dropped|refused|lost|error|to the api was lost|was closed)|socket hang up|other side closed|fetch failed|unable to connect|can't reach the api|could not be found; check|request timed out|took too long and was ended|no answer came|answer stalled/i,
    cause: "connection",
    says: "that the connection failed",
  },
  { pattern: /server error mid-response/i, cause: "server", says: "that the server failed in its answer" },
  {
    pattern: /empty or malformed response|JSON Parse error|Unexpected end of JSON|stream ended without/i,
    cause: "server",
    says: "that the answer could not be read",
  },
];

/** The first text that fits. */
export function findText(texts: readonly CauseText[], text: string | undefined): CauseText | undefined {
  return text === undefined ? undefined : texts.find(({ pattern }) => pattern.test(text));
}

const STATUS = /^(?:Failed to authenticate\. )?API Error: (?:(\d{3})\b|Request rejected \((\d{3})\))/i;

/** The status that a rendered text begins with, as in `API Error: 529 Overloaded`. */
export function readStatusText(text: string | undefined): number | undefined {
  const match = STATUS.exec(text ?? "");
  const status = Number(match?.[1] ?? match?.[2]);
  return status >= 400 && status <= 599 ? status : undefined;
}

/** The API's own words in a rendered text: what stands behind what the agent puts before it. */
export function bareText(text: string): string {
  return text.replace(STATUS, "").replace(/^[ ·]{1,3}/, "");
}
