import { describe, expect, test } from "vitest";
import { suggestRule } from "../../../src/host/permissions/suggest-rule.ts";
import { webHostOf } from "../../../src/host/permissions/web-hosts.ts";
import { makeJudging } from "./judging.ts";

const { judge } = makeJudging();
const fetching = async (url: string, options: Parameters<typeof judge>[2]) =>
  (await judge("WebFetch", { url, prompt: "x" }, options)).behavior;

describe("rules about hosts", () => {
  test.for([
    ["WebFetch", "https://example.com/", "allow"],
    ["WebFetch(domain:example.com)", "https://example.com/a", "allow"],
    ["WebFetch(domain:Example.COM)", "https://EXAMPLE.com.:8443/a", "allow"],
    ["WebFetch(domain:example.com)", "https://www.example.com/", "ask"],
    ["WebFetch(domain:example.com)", "https://badexample.com/", "ask"],
    ["WebFetch(domain:example.com)", "https://example.com.evil.net/", "ask"],
    ["WebFetch(domain:example.com)", "https://evil.net/?domain:example.com", "ask"],
    ["WebFetch(domain:example.com)", "https://example.com@evil.net/", "ask"],
    ["WebFetch(domain:*.example.com)", "https://a.b.example.com/", "allow"],
    ["WebFetch(domain:*.example.com)", "https://example.com/", "ask"],
    ["WebFetch(domain:*.example.com)", "https://badexample.com/", "ask"],
    ["WebFetch(domain:127.0.0.1)", "http://127.0.0.1:8080/", "allow"],
    ["WebFetch(domain:127.0.0.1)", "http://2130706433:8080/", "allow"],
    ["WebFetch(domain:::1)", "http://[::1]:8080/", "allow"],
    ["WebFetch(domain:*)", "https://example.com/", "ask"],
    ["WebFetch(domain:exam*)", "https://example.com/", "ask"],
    ["WebFetch(example.com)", "https://example.com/", "ask"],
    ["Bash(*)", "https://example.com/", "ask"],
  ] as const)("%s allows %s: %s", async ([rule, url, behavior]) => {
    expect(await fetching(url, { rules: { allow: [rule] } })).toBe(behavior);
  });

  test.for([
    ["WebFetch(domain:example.com)", "https://example.com/", "deny"],
    ["WebFetch(domain:example.com)", "https://www.example.com/", "deny"],
    ["WebFetch(domain:example.com)", "https://badexample.com/", "allow"],
    ["WebFetch(domain:*.example.com)", "https://www.example.com/", "deny"],
    // What nobody can read may mean every page.
    ["WebFetch(example.com)", "https://other.net/", "deny"],
    ["WebFetch(domain:exam*)", "https://other.net/", "deny"],
  ] as const)("%s denies %s: %s", async ([rule, url, behavior]) => {
    expect(await fetching(url, { rules: { allow: ["WebFetch"], deny: [rule] } })).toBe(behavior);
  });

  test.for([
    ["default", "ask", "allow"],
    ["acceptEdits", "ask", "allow"],
    ["plan", "ask", "allow"],
    ["dontAsk", "ask", "allow"],
    ["bypassPermissions", "allow", "allow"],
  ] as const)("in mode %s a page is %s, and with a rule %s", async ([mode, without, withRule]) => {
    expect(await fetching("https://example.com/", { mode })).toBe(without);
    expect(await fetching("https://example.com/", { mode, rules: { allow: ["WebFetch"] } })).toBe(withRule);
  });

  test.for([
    ["https://example.com/a?b", "WebFetch(domain:example.com)"],
    ["http://[::1]:80/", "WebFetch(domain:::1)"],
    ["no address", null],
  ] as const)("the rule for %s is %s", ([url, rule]) => {
    expect(suggestRule("WebFetch", { url })).toBe(rule);
  });

  test("an address without a host has none", () => {
    expect([webHostOf({ url: "file:///a" }), webHostOf({ url: 7 }), webHostOf({})]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
