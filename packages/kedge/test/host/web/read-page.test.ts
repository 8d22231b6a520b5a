import { describe, expect, test } from "vitest";
import { upgraded } from "../../../src/host/web/fetch-page.ts";
import { htmlToText } from "../../../src/host/web/html-to-text.ts";
import { createPageCache } from "../../../src/host/web/page-cache.ts";
import { readPage } from "../../../src/host/web/read-page.ts";
import { threadMs } from "../../support/fuzz.ts";

const url = new URL("https://example.com/docs/page");
const toText = async (html: string) => (await htmlToText(html, url)).text;
const read = (body: string | Uint8Array, contentType: string) =>
  readPage(typeof body === "string" ? new TextEncoder().encode(body) : body, { contentType, url });

describe("HTML as text", () => {
  test.for([
    ["<title>T</title><h2>A  b</h2><p>one\n two</p>", "Title: T\n\n## A b\n\none two"],
    ["<ul><li>a</li><li>b<ol><li>c</ol></ul>", "- a\n\n- b\n\n  - c"],
    ['<a href="/x?a=1">go</a> <a href="javascript:alert(1)">no</a>', "[go](https://example.com/x?a=1) [no]"],
    ["<pre>a\n  b</pre>", "```\na\n  b\n```"],
    ["use <code>npm i</code>", "use `npm i`"],
    ["<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b\n\n| 1 | 2"],
    ['<img alt="a cat" src=x>', "[image: a cat]"],
    ["a &amp; b &lt;c&gt; &#x1F600;", "a & b <c> 😀"],
    ["<script>bad()</script><style>p{}</style>ok<noscript>no</noscript>", "ok"],
    ["<p hidden>secret</p><p style='Display : none'>secret</p>ok", "ok"],
    ["<div hidden><p>secret<b>er</b></p></div><p>ok</p>", "ok"],
    ["<p>never closed", "never closed"],
    ["", ""],
  ] as const)("%j", async ([html, text]) => {
    expect(await toText(html)).toBe(text);
  });

  test.for([
    ["deep", "<div>".repeat(100_000)],
    ["deep, and closed by the wrong names", "<b>".repeat(400).concat("</i>".repeat(250_000))],
    ["lists without end", "<ul><li>".repeat(50_000)],
    ["signs", "<".repeat(500_000)],
    ["comments that do not end", "<!--".repeat(200_000)],
    ["attributes", `<a ${"x=1 ".repeat(100_000)}>`],
    ["blanks", `<pre>${" ".repeat(300_000)}x</pre>`],
    ["lines", "<br>".repeat(200_000)],
  ] as const)("a page that is nothing but %s takes no time worth speaking of", async ([, html]) => {
    const began = threadMs();
    await htmlToText(html, url);
    expect(threadMs() - began).toBeLessThan(3_000);
  });

  test("what is too deep or too long is cut, and said to be", async () => {
    expect(await htmlToText(`before${"<i>".repeat(1_000)}after`, url)).toEqual({
      text: "before",
      isCut: true,
    });
    expect((await htmlToText(`<p>${"word ".repeat(90_000)}<p>more`, url)).isCut).toBe(true);
  });
});

describe("a page", () => {
  test.for([
    ["text/plain", "a\0b", "it is no text"],
    ["application/pdf", "%PDF", "it is application/pdf, and only text and HTML are read"],
    ["image/png", "x", "it is image/png, and only text and HTML are read"],
    ["application/octet-stream", "x", "it is application/octet-stream, and only text and HTML are read"],
  ] as const)("of type %s that is no text is not read", async ([type, body, why]) => {
    expect(await read(body, type)).toEqual({ ok: false, why });
  });

  test.for([
    ["application/json; charset=utf-8", '{"a":1}', '{"a":1}'],
    ["application/ld+json", "{}", "{}"],
    ["TEXT/HTML; Charset=UTF-8", "<p>x", "x"],
    ["", "<!doctype html><p>x", "x"],
    ["", "<p>x", "<p>x"],
  ] as const)("of type %j is read: %j", async ([type, body, text]) => {
    expect(await read(body, type)).toMatchObject({ ok: true, text });
  });

  const latin1 = Uint8Array.from([0x63, 0x61, 0x66, 0xe9]);
  test.for([
    ["what the server says", "text/plain; charset=iso-8859-1", latin1, "café"],
    [
      "a mark before what the server says",
      "text/plain; charset=latin1",
      Uint8Array.from([0xff, 0xfe, 0x61, 0]),
      "a",
    ],
    ["UTF-8 where the encoding is unknown", 'text/plain; charset="x-nonsense"', latin1, "caf\ufffd"],
  ] as const)("is decoded by %s", async ([, type, bytes, text]) => {
    expect(await read(bytes, type)).toMatchObject({ ok: true, text });
  });

  test("is decoded by what it says itself where the server says nothing", async () => {
    const html = Buffer.concat([Buffer.from('<meta charset="windows-1251"><p>'), Buffer.from([0xcf])]);
    expect(await read(html, "text/html")).toMatchObject({ text: "П" });
  });
});

describe("an address of plain HTTP", () => {
  test.for([
    ["http://example.com/a", "https://example.com/a"],
    ["http://example.com:80/a", "https://example.com/a"],
    ["http://example.com:8080/a", "http://example.com:8080/a"],
    ["https://example.com/a", "https://example.com/a"],
  ] as const)("%s becomes %s", ([from, to]) => {
    expect(upgraded(new URL(from)).href).toBe(to);
  });
});

describe("pages that were fetched", () => {
  test("are kept for 15 minutes, and not without end", () => {
    let now = 0;
    const cache = createPageCache(() => now);
    const page = { text: "x", isCut: false, bytes: 1, status: 200, url: "https://a/" };
    cache.set("https://a/", page);
    now = 15 * 60_000 - 1;
    expect(cache.get("https://a/")).toBe(page);
    now++;
    expect(cache.get("https://a/")).toBeNull();
    for (let index = 0; index < 40; index++) cache.set(`https://b/${index}`, page);
    expect([cache.get("https://b/0"), cache.get("https://b/39")]).toEqual([null, page]);
  });
});
