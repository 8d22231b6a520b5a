/** Endpoints that misbehave: each try ends within its limit, costs next to nothing, and says honestly what came of it. */
import type { LookupFunction, Socket } from "node:net";
import tls from "node:tls";
import { describe, expect, test } from "vitest";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { makeCertificate } from "../support/certificate.ts";
import { closedPort, serve } from "../support/http-server.ts";
import { OPENED, sendOnce, serveBytes, TEST, webhookTo } from "./channel-world.ts";

const PLAIN = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
const LIMIT = { timeoutMs: 600 };

/** What is sent to a server that answers so. */
async function sendTo(answer: (socket: Socket) => void, timeoutMs = 5_000): Promise<Delivery> {
  await using server = await serveBytes(answer);
  return await sendOnce(webhookTo(server.url), OPENED, { timeoutMs });
}

const DELIVERED: Delivery = { outcome: "delivered" };
const failed = (why: string): Delivery => ({ outcome: "retry", why });

describe("addresses", () => {
  test.each([
    ...[
      "http://169.254.169.254/latest",
      "http://[fd00:ec2::254]/",
      "http://2852039166/",
      "http://metadata.google.internal/",
    ],
    ...[
      "http://127.0.0.1:22/",
      "ftp://hooks.example/",
      "http://93.184.215.14/x",
      "https://u:hunter22@hooks.example/",
      "nothing",
    ],
    "s3cr3t-scheme:rest",
  ])("%s is refused before anything is sent, and not repeated", async (url) => {
    const delivery = await sendOnce({ type: "slack", url: { env: "WHERE" } }, OPENED, {
      env: { WHERE: url },
    });
    expect(delivery.outcome).toBe("refused");
    const { why } = delivery as Extract<Delivery, { why: string }>;
    expect(why).toMatch(/^not sent: /);
    for (const word of ["169.254", "hooks.example", "hunter22", "s3cr3t", "93.184"])
      expect(why).not.toContain(word);
  });

  test("without TLS a name is reached in this network only", async () => {
    await using server = await serve((response) => response.end());
    const lookupOf =
      (address: string): LookupFunction =>
      (_name, _options, callback) =>
        callback(null, [{ address, family: 4 }]);
    const send = (host: string, address: string) =>
      sendOnce(webhookTo(`http://${host}:${server.port}/`), OPENED, { lookup: lookupOf(address), ...LIMIT });
    expect(await send("hooks.example", "93.184.215.14")).toEqual(
      failed("not sent: its name resolves to an address that is not reached"),
    );
    expect(await send("own-machine", "127.0.0.1")).toEqual(DELIVERED);
    expect(await send("localhost", "127.0.0.1")).toEqual(DELIVERED);
  });
});

describe("servers that never come to an end", () => {
  test.each<[what: string, answer: (socket: Socket) => void]>([
    ["says nothing", () => {}],
    ["drips a head that never ends", (socket) => drip(socket, "HTTP/1.1 200 OK\r\nX: ", "x")],
    ["goes on promising", (socket) => drip(socket, "", "HTTP/1.1 100 Continue\r\n\r\n")],
  ])("one that %s is given up at the limit", async (_, answer) => {
    expect(await sendTo(answer, 600)).toEqual(failed("no answer in time"));
  });

  test("a body that drips and one of a gigabyte: with its first byte the message is delivered", async () => {
    expect(await sendTo((socket) => drip(socket, PLAIN, "x"))).toEqual(DELIVERED);
    const block = Buffer.alloc(1_048_576);
    let sent = 0;
    const flood = (socket: Socket): void => {
      socket.write(PLAIN);
      const more = (): void => {
        while (!socket.destroyed && sent < 1_000_000_000) {
          sent += block.length;
          if (!socket.write(block)) return void socket.once("drain", more);
        }
      };
      more();
    };
    expect(await sendTo(flood)).toEqual(DELIVERED);
    expect(sent).toBeLessThan(64 * 1_048_576);
  });

  test("a caller that no longer wants it ends the try at once", async () => {
    await using server = await serveBytes(() => stop.abort());
    const stop = new AbortController();
    const delivery = await sendOnce(webhookTo(server.url), OPENED, {
      signal: stop.signal,
      timeoutMs: 60_000,
    });
    expect(delivery).toEqual(failed("stopped before the end"));
  });

  test("one black hole among twenty holds up no other", async () => {
    await using hole = await serveBytes(() => {});
    await using fine = await serve((response) => response.end());
    const order: string[] = [];
    const all = Array.from({ length: 20 }, async (_, at) => {
      const delivery = await sendOnce(webhookTo(at === 7 ? hole.url : fine.url), OPENED, {
        timeoutMs: 4_000,
      });
      order.push(delivery.outcome);
    });
    await Promise.all(all);
    expect(order).toEqual([...Array<string>(19).fill("delivered"), "retry"]);
  });
});

describe("statuses and broken connections", () => {
  test.each<[status: number, outcome: Delivery["outcome"]]>([
    ...([200, 201, 202, 204] as const).map((status) => [status, "delivered"] as [number, "delivered"]),
    ...([400, 413, 422] as const).map((status) => [status, "refused"] as [number, "refused"]),
    ...([302, 308, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504] as const).map(
      (status) => [status, "retry"] as [number, "retry"],
    ),
    [410, "gone"],
  ])("%d is %s", async (status, outcome) => {
    await using server = await serve((response) => response.writeHead(status).end());
    expect((await sendOnce(webhookTo(server.url), OPENED)).outcome).toBe(outcome);
  });

  test("a reset, a port without a server, and nonsense are tried again, and say nothing of the address", async () => {
    const port = await closedPort();
    const found = [
      await sendTo((socket) => socket.resetAndDestroy()),
      await sendTo((socket) => socket.end()),
      await sendTo((socket) => socket.end("220 mail.example ESMTP\r\n")),
      await sendOnce(webhookTo(`http://127.0.0.1:${port}/hook`), OPENED),
    ];
    expect(found.map((each) => ("why" in each ? each.why : ""))).toEqual([
      "the request failed: ECONNRESET",
      "the request failed: ECONNRESET",
      expect.stringMatching(/^the request failed: HPE_/),
      "the request failed: ECONNREFUSED",
    ]);
  });

  test("TLS that nobody vouches for, or that is none, delivers nothing; TLS that is trusted does", async () => {
    const own = makeCertificate([], ["127.0.0.1"]);
    await using server = await serve((response) => response.end(), { tls: own });
    const untrusted = await sendOnce(webhookTo(server.url), OPENED);
    expect(untrusted).toMatchObject({
      outcome: "retry",
      why: expect.stringMatching(/^the request failed: [A-Z_]+$/),
    });
    expect(server.received).toEqual([]);
    await using noTls = await serveBytes((socket) => socket.end("no TLS at all\r\n"));
    const broken = await sendOnce(webhookTo(noTls.url.replace("http:", "https:")), OPENED, {
      timeoutMs: 2_000,
    });
    expect(broken).toMatchObject({ outcome: "retry" });
    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([...trusted, own.cert]);
    try {
      expect(await sendOnce(webhookTo(server.url), OPENED)).toEqual(DELIVERED);
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });

  test("PagerDuty: a test is two requests, and the second is not sent where the first is refused", async () => {
    const env = { KEY: "R0utingKeyOfTheService0123456789" };
    const rule = (url: string) => ({ type: "pagerduty" as const, url, routingKey: { env: "KEY" } });
    await using server = await serve((response) => response.writeHead(202).end());
    expect(await sendOnce(rule(server.url), TEST, { env })).toEqual(DELIVERED);
    expect(server.received.map(({ body }) => JSON.parse(body).event_action)).toEqual(["trigger", "resolve"]);
    expect(server.received.every(({ body }) => JSON.parse(body).routing_key === env.KEY)).toBe(true);
    await using refusing = await serve((response) => response.writeHead(400).end());
    expect(await sendOnce(rule(refusing.url), TEST, { env })).toEqual({
      outcome: "refused",
      why: "HTTP 400",
    });
    expect(refusing.received).toHaveLength(1);
  });
});

/** Writes a beginning, and then a little every 20 ms for as long as somebody listens. */
function drip(socket: Socket, head: string, piece: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on("close", () => clearInterval(timer));
}
