import http from "node:http";
import { connect, type LookupFunction } from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../support/certificate.ts";
import { post } from "../support/http-handler.ts";
import { serve, type TestServer } from "../support/http-server.ts";

const OPENS = "HTTP/1.1 200 Connection established\r\n\r\n";

/** A proxy that forwards whole URLs, opens tunnels to loopback whatever the name, and notes both. */
async function startProxy({ tunnelAnswer = OPENS }: { readonly tunnelAnswer?: string | null } = {}) {
  const tunnels: string[] = [];
  const proxy = await serve((response, received) => {
    const { pathname, port } = new URL(received.target);
    const { method } = received;
    const headers = { "content-length": received.body.length, "x-proxied": "yes" };
    const upstream = http.request(
      { host: "127.0.0.1", port, path: pathname, method, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502);
        answer.pipe(response);
      },
    );
    upstream.end(received.body);
  });
  proxy.server.on("connect", (request, socket) => {
    tunnels.push(request.url ?? "");
    if (tunnelAnswer !== OPENS) {
      if (tunnelAnswer !== null) socket.write(tunnelAnswer);
      return void socket.resume().on("end", () => socket.end());
    }
    const upstream = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write(OPENS);
      upstream.pipe(socket).pipe(upstream);
    });
    socket.on("close", () => upstream.destroy()).on("error", () => upstream.destroy());
    upstream.on("close", () => socket.destroy()).on("error", () => socket.destroy());
  });
  return { proxy, tunnels };
}

function proxyUrl({ port }: TestServer): string {
  return `http://127.0.0.1:${port}`;
}

describe("a proxy of the environment", () => {
  test.each(["HTTP_PROXY", "http_proxy"])(
    "%s gets the whole URL, and resolves the name itself",
    async (name) => {
      await using server = await serve((response) => response.end('{"systemMessage":"hi"}'));
      const { proxy } = await startProxy();
      await using _ = proxy;
      const lookup = () => {
        throw new Error("nobody resolves here");
      };
      const { ending } = await post(`http://hooks.example:${server.port}/hook`, {
        policy: { env: { [name]: proxyUrl(proxy) }, allowsLocal: false, lookup },
      });
      expect(ending).toMatchObject({ exitCode: 0, stdout: '{"systemMessage":"hi"}' });
      expect(proxy.received[0]).toMatchObject({ target: `http://hooks.example:${server.port}/hook` });
      expect(server.received[0]?.headers["x-proxied"]).toBe("yes");
    },
  );

  test.each<[env: Record<string, string>]>([
    [{ NO_PROXY: "*" }],
    [{ NO_PROXY: "127.0.0.1" }],
    [{ no_proxy: "other.example,127.0.0.1" }],
    [{ http_proxy: "socks5://127.0.0.1:1" }],
    [{ HTTP_PROXY: "", HTTPS_PROXY: "http://127.0.0.1:1" }],
  ])("%j goes around it", async (env) => {
    await using server = await serve((response) => response.end("{}"));
    const { proxy } = await startProxy();
    await using _ = proxy;
    const { ending } = await post(server.url, { policy: { env: { HTTP_PROXY: proxyUrl(proxy), ...env } } });
    expect(ending.exitCode).toBe(0);
    expect(server.connections).toBe(1);
    expect(proxy.connections).toBe(0);
  });

  test("does not open what the URL itself may not name", async () => {
    const { proxy } = await startProxy();
    await using _ = proxy;
    const env = { HTTP_PROXY: proxyUrl(proxy) };
    for (const url of ["http://169.254.169.254/", "http://127.0.0.1:8080/", "http://10.0.0.1/"]) {
      expect((await post(url, { policy: { env, allowsLocal: false } })).ending.failure).toMatch(/^not sent/);
    }
    expect(proxy.connections).toBe(0);
  });

  test("that is none, or has no sense, is a failure without its credentials", async () => {
    for (const proxy of [
      "http://user:SECRET@127.0.0.1:1",
      "http://SECRET:99999",
      "http://a%ZZ:SECRET@b",
      "http://a\nSECRET",
    ]) {
      const { ending } = await post("http://hooks.example/", { policy: { env: { HTTP_PROXY: proxy } } });
      expect(ending.failure).toMatch(/^the request failed: /);
      expect(ending.failure).not.toContain("SECRET");
    }
  });

  test("of this process is not used unasked", async () => {
    await using server = await serve((response) => response.end("{}"));
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    try {
      expect((await post(server.url)).ending.exitCode).toBe(0);
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });
});

describe("TLS", () => {
  const own = makeCertificate(["hooks.example"], ["127.0.0.1"]);
  const trusted = tls.getCACertificates("default");
  beforeAll(() => tls.setDefaultCACertificates([...trusted, own.cert]));
  afterAll(() => tls.setDefaultCACertificates(trusted));

  const loopback: LookupFunction = (_name, _options, callback) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }]);

  test("to a server with a certificate for its name", async () => {
    await using server = await serve((response) => response.end("{}"), { tls: own });
    const { ending } = await post(server.url);
    expect(ending).toMatchObject({ exitCode: 0, stdout: "{}" });
    const named = await post(`https://hooks.example:${server.port}/`, { policy: { lookup: loopback } });
    expect(named.ending).toMatchObject({ exitCode: 0 });
    expect(server.received[1]?.headers.host).toBe(`hooks.example:${server.port}`);
  });

  test("to any other is a failure, and nothing is sent", async () => {
    await using stranger = await serve((response) => response.end("{}"), {
      tls: makeCertificate([], ["127.0.0.1"]),
    });
    expect((await post(stranger.url)).ending.failure).toBe("the request failed: DEPTH_ZERO_SELF_SIGNED_CERT");
    await using server = await serve((response) => response.end("{}"), { tls: own });
    const other = await post(`https://other.example:${server.port}/`, { policy: { lookup: loopback } });
    expect(other.ending.failure).toBe("the request failed: ERR_TLS_CERT_ALTNAME_INVALID");
    expect([...stranger.received, ...server.received]).toEqual([]);
  });

  test("to an address that is refused is not begun", async () => {
    await using server = await serve((response) => response.end("{}"), { tls: own });
    const { ending } = await post(`https://hooks.example:${server.port}/`, {
      policy: { lookup: loopback, allowsLocal: false },
    });
    expect(ending.failure).toContain("its source may not reach a loopback address");
    expect(server.connections).toBe(0);
  });

  test("goes through the tunnel of a proxy, which sees neither path nor headers", async () => {
    await using server = await serve((response) => response.end("{}"), { tls: own });
    const { proxy, tunnels } = await startProxy();
    await using _ = proxy;
    const policy = { env: { HTTPS_PROXY: proxyUrl(proxy) }, allowsLocal: false };
    const { ending } = await post(`https://hooks.example:${server.port}/secret`, { policy });
    expect(ending).toMatchObject({ exitCode: 0, stdout: "{}" });
    expect(tunnels).toEqual([`hooks.example:${server.port}`]);
    expect(server.received[0]?.target).toBe("/secret");
  });

  test("a tunnel that is never opened is left at the time limit and on cancelling", async () => {
    const { proxy, tunnels } = await startProxy({ tunnelAnswer: null });
    await using _ = proxy;
    const policy = { env: { HTTPS_PROXY: proxyUrl(proxy) } };
    const late = await post("https://hooks.example/", { policy, timeoutMs: 200 });
    expect(late.ending).toMatchObject({ isTimedOut: true });
    const signal = AbortSignal.timeout(100);
    expect((await post("https://hooks.example/", { policy, signal })).ending).toMatchObject({
      isCancelled: true,
    });
    expect(tunnels).toHaveLength(2);
  });

  test.each([
    "HTTP/1.1 407 SECRET\r\n\r\n",
    "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    `HTTP/1.1 200 ${"x".repeat(100_000)}`,
  ])("a tunnel that is refused with %.12j is a failure", async (tunnelAnswer) => {
    const { proxy } = await startProxy({ tunnelAnswer });
    await using _ = proxy;
    const policy = { env: { HTTPS_PROXY: `http://user:SECRET@127.0.0.1:${proxy.port}` } };
    const { ending } = await post("https://hooks.example/", { policy });
    expect(ending.failure).toBe("the request failed: ERR_PROXY_TUNNEL");
  });
});
