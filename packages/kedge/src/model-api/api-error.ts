/** The usual error type and words of a status. */
interface Usual {
  readonly type: string;
  readonly message: string;
}

/** @source Claude API reference, "Errors"; answers that gateways were seen to give for the rest */
const BY_STATUS: Readonly<Record<number, Usual>> = {
  400: { type: "invalid_request_error", message: "Invalid request" },
  401: { type: "authentication_error", message: "invalid x-api-key" },
  402: { type: "billing_error", message: "Your account has a billing problem." },
  403: {
    type: "permission_error",
    message: "Your API key does not have permission to use the specified resource.",
  },
  404: { type: "not_found_error", message: "Not found" },
  405: { type: "invalid_request_error", message: "Method Not Allowed" },
  408: { type: "timeout_error", message: "Request timed out" },
  409: { type: "conflict_error", message: "Conflict" },
  410: { type: "not_found_error", message: "Gone" },
  413: { type: "request_too_large", message: "Request exceeds the maximum size" },
  422: { type: "invalid_request_error", message: "Unprocessable entity" },
  429: {
    type: "rate_limit_error",
    message: "This request would exceed your account's rate limit. Please try again later.",
  },
  500: { type: "api_error", message: "Internal server error" },
  504: { type: "timeout_error", message: "Request timed out" },
  529: { type: "overloaded_error", message: "Overloaded" },
};

const SERVER_SIDE: Usual = { type: "api_error", message: "Internal server error" };
const CLIENT_SIDE: Usual = { type: "invalid_request_error", message: "Invalid request" };

/** Names that Node's table of reason phrases does not have. */
const PHRASES: Readonly<Record<number, string>> = {
  520: "Web Server Returned an Unknown Error",
  529: "Overloaded",
};

/** What an error says besides the usual. */
export interface ErrorWords {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
}

/** The error object of a status: what is given, and the usual for the rest. */
export function errorOf(status: number, words: ErrorWords): { type: string; message: string } {
  const usual = BY_STATUS[status] ?? (status >= 500 ? SERVER_SIDE : CLIENT_SIDE);
  const type = words.type ?? usual.type;
  // Words that belong to another type would contradict the one given.
  const said = type === usual.type ? usual : Object.values(BY_STATUS).find((each) => each.type === type);
  return { type, message: words.message ?? said?.message ?? type };
}

/** The body of an error, as the API writes it. */
export function errorBody(error: { type: string; message: string }, requestId: string): string {
  return JSON.stringify({ type: "error", error, request_id: requestId });
}

/** The reason phrase of a status that Node does not know; undefined for the others. */
export function phraseOf(status: number): string | undefined {
  return PHRASES[status];
}

/** A page as a gateway in front of the API sends it. */
export function gatewayPage(status: number, phrase: string): string {
  const title = `${status} ${phrase}`;
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>gateway</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}
