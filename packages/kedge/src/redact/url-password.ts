import { isReference, looksSecret } from "./secret-value.ts";
import type { Span } from "./span.ts";

const MAX_USER_INFO = 1024;
const DATABASE =
  /(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse|cockroachdb|cassandra|nats|ldaps?|jdbc:\w{1,16})(?:\+\w{1,16})?$/i;
const AUTHORITY = /[^\s"'`<>\\/?#@]/;

/** Finds the passwords of URLs (`https://user:password@host`); a lone user is taken when it looks like a token. */
export function findUrlPasswords(text: string, found: Span[]): void {
  let sign = -1;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at)) {
    at += 3;
    // most addresses have no user, and looking for the next `@` once serves all before it
    if (sign < at) sign = text.indexOf("@", at);
    if (sign < 0) return;
    if (sign > at + MAX_USER_INFO) continue;
    const span = readUserInfo(text, at);
    if (span === undefined) continue;
    found.push({
      ...span,
      kind: DATABASE.test(text.slice(Math.max(0, at - 40), at - 3)) ? "database-password" : "url-password",
    });
    at = span.end;
  }
}

function readUserInfo(text: string, from: number): { start: number; end: number } | undefined {
  const limit = Math.min(text.length, from + MAX_USER_INFO);
  let colon = -1;
  let at = from;
  let end = -1;
  for (; at < limit; at += 1) {
    const char = text.charAt(at);
    if (char === "@") end = at;
    else if (char === ":" && colon < 0) colon = at;
    else if (!AUTHORITY.test(char)) break;
  }
  // a password may hold a slash that nobody encoded, a port may not
  if (
    end < 0 &&
    colon > from &&
    /[/?#]/.test(text.charAt(at)) &&
    !/^\d{0,5}$/.test(text.slice(colon + 1, at))
  ) {
    end = findAt(text, at, limit);
  }
  if (end <= from) return undefined;
  const hasPassword = colon > 0 && colon < end;
  const start = hasPassword ? colon + 1 : from;
  const secret = text.slice(start, end);
  if (secret === "" || isReference(secret)) return undefined;
  return hasPassword || looksSecret(secret, 16) ? { start, end } : undefined;
}

function findAt(text: string, from: number, limit: number): number {
  for (let at = from; at < limit; at += 1) {
    const char = text.charAt(at);
    if (char === "@") return at;
    if (!AUTHORITY.test(char) && !/[/?#]/.test(char)) return -1;
  }
  return -1;
}
