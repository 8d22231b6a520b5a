import type { LookupFunction } from "node:net";
import { describe, expect, test } from "vitest";
import { post } from "../support/http-handler.ts";
import { serve } from "../support/http-server.ts";

/** A resolver that gives these addresses, one list a time and the last one ever after, and counts how often it is asked. */
function resolver(...answers: readonly (readonly string[])[]): LookupFunction & { asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, _options, callback) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    const addresses = answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    setImmediate(() => callback(null, addresses));
  };
  return Object.assign(lookup, { asked });
}

/** What comes of posting to a name that resolves so; the port is that of a server that must not be reached by accident. */
async function postTo(addresses: readonly string[], { allowsLocal = true, host = "hooks.example" } = {}) {
  await using server = await serve((response) => response.end("{}"));
  const lookup = resolver(addresses);
  const url = `http://${host}:${server.port}/`;
  const { ending } = await post(url, { policy: { lookup, allowsLocal }, timeoutMs: 3_000 });
  return { ending, connections: server.connections, asked: lookup.asked, received: server.received };
}

describe("the address that a name resolves to is judged", () => {
  test.each([
    ...[["169.254.169.254"], ["169.254.0.1"], ["::ffff:169.254.169.254"], ["::ffff:a9fe:a9fe"]],
    ...[["fd00:ec2::254"], ["64:ff9b::a9fe:a9fe"], ["fe80::1%lo"], ["169.254.170.2"], ["100.100.100.200"]],
    ...[["224.0.0.1"], ["255.255.255.255"], ["ff02::1"], ["240.0.0.1"]],
    ...[
      ["127.0.0.1", "169.254.169.254"],
      ["169.254.169.254", "127.0.0.1"],
      ["127.0.0.1", "fd00:ec2::254"],
    ],
    ...[["localhost"], ["127.1"], ["2130706433"], ["hooks.example"], [""], ["::zz"]],
  ])("%s%s is refused wherever it is configured", async (...addresses) => {
    const { ending, connections, asked } = await postTo(addresses);
    expect(ending).toMatchObject({ type: "http", exitCode: null, stdout: "" });
    expect(ending.failure).toMatch(/^not sent: hooks\.example is not reached: it resolves to /);
    expect(connections).toBe(0);
    expect(asked).toEqual(["hooks.example"]);
  });

  test.each([
    ["127.0.0.1"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["0.0.0.0"],
    ["10.0.0.1"],
    ["192.168.1.1"],
    ["fd12::1"],
    ["100.64.0.1"],
  ])("%s is refused where local addresses are", async (address) => {
    const { ending, connections } = await postTo([address], { allowsLocal: false });
    expect(ending.failure).toMatch(/its source may not reach a (loopback|private) address$/);
    expect(connections).toBe(0);
  });

  test("none at all is refused", async () => {
    const { ending, connections } = await postTo([]);
    expect(ending.failure).toBe("not sent: hooks.example is not reached: it resolves to no address");
    expect(connections).toBe(0);
  });

  test("a loopback port below 1024 is refused after resolving too", async () => {
    for (const url of ["http://hooks.example/", "http://hooks.example:22/", "https://hooks.example/"]) {
      const { ending } = await post(url, { policy: { lookup: resolver(["127.0.0.1"]) } });
      expect(ending.failure).toContain("expected a loopback port from 1024");
    }
  });

  test("and the connection goes to that very address, with the name in the request", async () => {
    const { ending, asked, received } = await postTo(["127.0.0.1"]);
    expect(ending).toMatchObject({ exitCode: 0, stdout: "{}" });
    expect(asked).toEqual(["hooks.example"]);
    expect(received[0]?.headers.host).toMatch(/^hooks\.example:\d+$/);
  });

  test("a name that changes its address is judged each time", async () => {
    await using server = await serve((response) => response.end("{}"));
    const lookup = resolver(["127.0.0.1"], ["169.254.169.254"]);
    const url = `http://hooks.example:${server.port}/`;
    const first = await post(url, { policy: { lookup } });
    const second = await post(url, { policy: { lookup } });
    expect(first.ending.exitCode).toBe(0);
    expect(second.ending.failure).toContain("169.254.169.254");
    expect(server.connections).toBe(1);
  });

  test("a resolver that answers with one address, fails or throws ends in a report", async () => {
    await using server = await serve((response) => response.end("{}"));
    const url = `http://hooks.example:${server.port}/`;
    const single: LookupFunction = (_name, _options, callback) => callback(null, "127.0.0.1", 4);
    const failing: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error("SECRET"), { code: "ENOTFOUND" }), "");
    const throwing: LookupFunction = () => {
      throw new Error("SECRET");
    };
    expect((await post(url, { policy: { lookup: single } })).ending.exitCode).toBe(0);
    expect((await post(url, { policy: { lookup: failing } })).ending.failure).toBe(
      "the request failed: ENOTFOUND",
    );
    expect((await post(url, { policy: { lookup: throwing } })).ending.failure).toBe(
      "the request failed: no answer",
    );
  });

  test("localhost is resolved by the system and reached where local addresses are", async () => {
    await using server = await serve((response) => response.end("{}"));
    const url = `http://localhost:${server.port}/`;
    expect((await post(url)).ending).toMatchObject({ exitCode: 0 });
    expect((await post(url, { policy: { allowsLocal: false } })).ending.failure).toMatch(/^not sent: /);
    expect(server.connections).toBe(1);
  });
});

describe("a URL is judged before anything is resolved", () => {
  test.each([
    ...["file:///etc/passwd", "http://[fd00:ec2::254]/", "http://0x7f.1:22/", "http://localhost.:379/"],
    ...["http://169.254.169.254/", "http://2852039166/", "http://user:SECRET@hooks.example/", "no URL"],
    ...["http://metadata.google.internal/", "http://[::ffff:169.254.169.254]:8080/", "http://127.0.0.1/"],
  ])("%s", async (url) => {
    const lookup = resolver(["127.0.0.1"]);
    const { ending } = await post(url, { policy: { lookup } });
    expect(ending.failure).toMatch(/^not sent: expected /);
    expect(ending.failure).not.toContain("SECRET");
    expect(lookup.asked).toEqual([]);
  });

  test.each([
    "http://127.0.0.1:8080/",
    "http://0x7f.1:8080/",
    "http://[::1]:8080/",
    "http://10.0.0.1/",
    "http://[fd12::1]/",
  ])("%s, where local addresses are refused", async (url) => {
    const { ending } = await post(url, { policy: { allowsLocal: false } });
    expect(ending.failure).toMatch(/^not sent: its source may not reach a (loopback|private) address$/);
  });
});

describe("redirects are never followed", () => {
  test.each([300, 301, 302, 303, 305, 307, 308])("%d", async (status) => {
    await using sink = await serve((response) => response.end('{"decision":"block"}'));
    await using server = await serve((response) => response.writeHead(status, { location: sink.url }).end());
    const { ending } = await post(server.url, { headers: { "X-Signature": "SECRET" } });
    expect(ending).toMatchObject({ exitCode: null, failure: `HTTP ${status}: redirects are never followed` });
    expect(sink.connections).toBe(0);
  });

  test("not even to where nobody may go", async () => {
    const location = "http://169.254.169.254/latest/meta-data/";
    await using server = await serve((response) => response.writeHead(301, { location }).end());
    expect((await post(server.url)).ending.failure).toBe("HTTP 301: redirects are never followed");
  });
});

describe("allowed URLs", () => {
  test("are asked before anything is resolved or sent", async () => {
    await using server = await serve((response) => response.end("{}"));
    const lists: readonly (readonly [list: readonly string[] | undefined, isSent: boolean])[] = [
      [undefined, true],
      [[], false],
      [["https://other.example/*"], false],
      [[`http://127.0.0.1:${server.port}`], true],
      [["https://other.example", "http://127.0.0.1:*/hook"], true],
      [["http://127.0.0.1:*/hoo"], false],
    ];
    for (const [allowedUrls, isSent] of lists) {
      const before = server.connections;
      const { ending } = await post(server.url, { policy: { allowedUrls } });
      expect(ending.failure).toBe(
        isSent ? undefined : "not sent: the URL matches no entry of allowedHttpHookUrls",
      );
      expect(server.connections - before).toBe(isSent ? 1 : 0);
    }
  });

  test("do not make a refused address an allowed one", async () => {
    const { ending } = await post("http://10.0.0.1/", { policy: { allowedUrls: ["*"], allowsLocal: false } });
    expect(ending.failure).toBe("not sent: its source may not reach a private address");
  });
});
