import type { JsonObject } from "../../protocol/index.ts";

/** The host of a URL, as rules name it. */
export function hostOf({ hostname }: URL): string {
  return hostname.toLowerCase().replace(/^\[|\]$|\.$/g, "");
}

/** The host that a call of WebFetch is about; null for an address that has none. */
export function webHostOf({ url }: JsonObject): string | null {
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  return parsed && parsed.hostname !== "" ? hostOf(parsed) : null;
}

/**
 * The hosts of a rule such as `WebFetch(domain:example.com)`: that one, or with `*.` in front all below it. Whole labels are compared, so
 * `ample.com` is another host. Null for a content that names none.
 */
export function parseDomainRule(content: string): ((host: string) => boolean) | null {
  const [, star, name] = /^domain:(\*\.)?((?:[\w-]+\.)*[\w-]+|[0-9a-f:.]+)$/i.exec(content) ?? [];
  if (name === undefined) return null;
  const wanted = name.toLowerCase();
  return star === undefined ? (host) => host === wanted : (host) => host.endsWith(`.${wanted}`);
}

/** The same of a rule that denies or asks: who names a host means what lies below it as well. */
export function parseStrictDomainRule(content: string): ((host: string) => boolean) | null {
  const holds = parseDomainRule(content);
  const below = parseDomainRule(content.replace(/^domain:(?!\*)/i, "domain:*."));
  return holds && ((host) => holds(host) || (below?.(host) ?? false));
}
