import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Headers that carry secrets; no record has them. */
const SECRET_HEADERS = ["authorization", "proxy-authorization", "x-api-key", "cookie"];

/** Reads the credential of a request: `x-api-key`, else a bearer token. */
export function readCredential(headers: IncomingHttpHeaders): string | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string" && key.trim() !== "") return key.trim();
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}

/** A mark by which a credential is known again, and which does not tell it. */
export function digestCredential(credential: string): string {
  return createHash("sha256").update(credential).digest("hex").slice(0, 8);
}

/** The headers of a request without those that carry secrets; one that came more than once is joined. */
export function visibleHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const visible: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !SECRET_HEADERS.includes(name)) visible[name] = [value].flat().join(", ");
  return visible;
}
