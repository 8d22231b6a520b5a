import type { ApiAnswer } from "../../protocol/index.ts";

type Loss = Extract<ApiAnswer, { type: "connection" }>["reason"];

/** Codes of Node and of its HTTP client, each with what it means for a request. */
const BY_CODE: Readonly<Record<string, Loss>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  EACCES: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "no_first_byte",
  UND_ERR_BODY_TIMEOUT: "idle",
  ECONNRESET: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  EPROTO: "tls",
};

/** How deep an error may wrap another. */
const MAX_CAUSES = 8;

/** What an error of a connection was, and what to call it: its code, or its message. */
export function readConnectionLoss(error: unknown): { readonly reason: Loss; readonly detail: string } {
  let current = error;
  let detail = error instanceof Error ? error.message : String(error);
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    const code = codeOf(current);
    if (code !== undefined) {
      if (Object.hasOwn(BY_CODE, code)) return { reason: BY_CODE[code] as Loss, detail: code };
      // Every failure to verify a certificate has a code of its own.
      if (/^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/.test(code))
        return { reason: "tls", detail: code };
    }
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else current = current.cause;
    if (current instanceof Error && current.message !== "") detail = current.message;
  }
  return { reason: "reset", detail };
}

function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : undefined;
}
