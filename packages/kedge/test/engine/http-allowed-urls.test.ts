import { describe, expect, test } from "vitest";
import { isAllowedUrl } from "../../src/engine/http-allowed-urls.ts";
import { threadMs } from "../support/fuzz.ts";

function isAllowed(url: string, ...entries: readonly string[]): boolean {
  return isAllowedUrl(url, new URL(url), entries);
}

describe("an entry covers the whole URL", () => {
  test.each<[entry: string, url: string]>([
    ["https://hooks.example/a", "https://hooks.example/a"],
    ["https://hooks.example/a", "https://hooks.example/a#fragment"],
    ["https://hooks.example/a", "HTTPS://HOOKS.EXAMPLE:443/x/../a"],
    ["HTTPS://Hooks.Example:443/a", "https://hooks.example/a"],
    ["https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"],
    ["http://0x7f.1:8080/", "http://127.0.0.1:8080/"],
    ["https://hooks.example", "https://hooks.example/"],
    ["https://hooks.example", "https://hooks.example/any/path?query"],
    ["https://hooks.example/*", "https://hooks.example/any/path?query"],
    ["https://hooks.example/*/b", "https://hooks.example/a/x/y/b"],
    ["https://hooks.example/a?x=*", "https://hooks.example/a?x=1&y=2"],
    ["https://*.example/a", "https://hooks.example/a"],
    ["https://*.example", "https://a.b.example/c"],
    ["https://*/hook", "https://anywhere.example:8443/hook"],
    ["http://127.0.0.1:*", "http://127.0.0.1:8080/a"],
    ["http://[::1]:8080/*", "http://[0:0:0:0:0:0:0:1]:8080/a"],
    ["http*://hooks.example", "https://hooks.example/"],
    ["*://hooks.example/*", "http://hooks.example/a"],
    ["*", "https://anywhere.example/"],
    ["https://hooks.example/a*a", "https://hooks.example/aa"],
  ])("%s covers %s", (entry, url) => expect(isAllowed(url, "https://other.example", entry)).toBe(true));

  test.each<[entry: string, url: string]>([
    ["https://hooks.example/a", "https://hooks.example/ab"],
    ["https://hooks.example/a", "https://hooks.example/a?b"],
    ["https://hooks.example/a", "https://hooks.example/A"],
    ["https://hooks.example/", "https://hooks.example/a"],
    ["https://hooks.example", "http://hooks.example/"],
    ["https://hooks.example", "https://hooks.example:8443/"],
    ["https://hooks.example", "https://hooks.example.evil.example/"],
    ["https://hooks.example", "https://evilhooks.example/"],
    ["https://hooks.example/*", "https://hooks.example.evil.example/a"],
    ["https://*.example/*", "https://evil.invalid/x.example/a"],
    ["https://*.example", "https://evil.invalid/.example"],
    ["https://*.example", "https://evil.invalid/?.example"],
    ["https://*.example", "https://example/"],
    ["https://hooks.example:*", "https://hooks.example/"],
    ["https://hooks.example/a*a", "https://hooks.example/a"],
    ["hooks.example/*", "https://hooks.example/a"],
    ["*hooks.example/*", "https://evil.invalid/hooks.example/"],
    ["https://", "https://hooks.example/"],
    ["https://user@hooks.example", "https://hooks.example/"],
    ["https://good.example@hooks.example", "https://hooks.example/"],
    ["", "https://hooks.example/"],
    ["https://hooks.example/a\n", "https://hooks.example/a"],
    ["https://hooks.example/\ta", "https://hooks.example/a"],
    ["\u0000*", "https://hooks.example/a"],
    [".*", "https://hooks.example/a"],
    ["https://hooks?example/a", "https://hooks.example/a"],
  ])("%j does not cover %s", (entry, url) => expect(isAllowed(url, entry)).toBe(false));
});

test("an empty list covers nothing", () => expect(isAllowed("https://hooks.example/")).toBe(false));

test.each([
  "https://hooks.example/\n",
  "\thttps://hooks.example/",
  "https://hooks\n.example/",
  "https://hooks.example/\u0085",
])("%j has control characters, which no list covers", (url) =>
  expect(isAllowed(url, "*", "https://hooks.example")).toBe(false),
);

test("no entry takes long", () => {
  const startedAt = threadMs();
  const path = "a".repeat(50_000);
  expect(isAllowed(`https://hooks.example/${path}`, `https://hooks.example/${"*a".repeat(5_000)}*b`)).toBe(
    false,
  );
  expect(isAllowed(`https://hooks.example/${path}`, `https://${"*.".repeat(5_000)}x/`)).toBe(false);
  expect(threadMs() - startedAt).toBeLessThan(1_000);
});
