/** Endpoints that misbehave: each try ends within its limit, costs next to nothing, and says honestly what came of it. */
import type { LookupFunction, Socket } from "node:net";
import tls from "node:tls";
import { createGzip } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseHandlerOutput } from "../../src/protocol/index.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { type BadInput, readBadInputs } from "../security/generate-input.ts";
import { makeCertificate } from "../support/certificate.ts";
import { post } from "../support/http-handler.ts";
import { closedPort, serve } from "../support/http-server.ts";
import { OPENED, sendOnce, serveBytes, TEST, webhookTo } from "./channel-world.ts";

const PLAIN = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
const LIMIT = { timeoutMs: 600 };
const DAY_MS = 86_400_000;

/** What is sent to a server that answers so. */
async function sendTo(answer: (socket: Socket) => void, timeoutMs = 5_000): Promise<Delivery> {
  await using server = await serveBytes(answer);
  return await sendOnce(webhookTo(server.url), OPENED, { timeoutMs });
}

type Piece = { readonly text: string } | { readonly sleep_ms: number } | { readonly reset: true };
type WebRecipe =
  | { readonly gen: "gzip"; readonly zeros: number; readonly headers: string }
  | { readonly gen: "steps"; readonly steps: readonly Piece[] }
  | {
      readonly gen: "repeat";
      readonly prefix: string;
      readonly unit: string;
      readonly count: number;
      readonly suffix: string;
    };

/** Answers with the bytes of a row. */
function answerWith({ input }: BadInput, otherPort: number): (socket: Socket) => void {
  if (typeof input === "string")
    return (socket) => socket.end(input.replace("{{OTHER_PORT}}", String(otherPort)));
  const recipe = input as unknown as WebRecipe;
  switch (recipe.gen) {
    case "repeat":
      return (socket) => socket.end(recipe.prefix + recipe.unit.repeat(recipe.count) + recipe.suffix);
    case "gzip":
      return (socket) => {
        socket.write(`${recipe.headers}\r\n`);
        const zip = createGzip();
        zip.on("error", () => socket.destroy()).pipe(socket);
        const block = Buffer.alloc(1_048_576);
        let left = recipe.zeros;
        const feed = (): void => {
          if (socket.destroyed) return;
          if (left <= 0) {
            zip.end();
            return;
          }
          left -= block.length;
          zip.write(block, feed);
        };
        socket.on("close", () => zip.destroy());
        feed();
      };
    case "steps":
      return (socket) => {
        for (const piece of recipe.steps) {
          if ("text" in piece) socket.write(piece.text);
          // The bytes before it are to arrive, as they do when a machine in between gives up.
          else if ("reset" in piece) setTimeout(() => socket.resetAndDestroy(), 50);
        }
      };
  }
}

const DELIVERED: Delivery = { outcome: "delivered" };
const failed = (why: string): Delivery => ({ outcome: "retry", why });
const later = (afterMs: number): Delivery => ({ outcome: "retry", why: "HTTP 429", afterMs });
const redirect = (status: number): Delivery => failed(`HTTP ${status}: a redirect, which is never followed`);

/** What comes of each row; `web-018` has no bytes, and is tested below. */
const ROWS: Readonly<Record<string, Delivery>> = {
  "web-001": redirect(301),
  "web-002": redirect(307),
  "web-005": DELIVERED,
  "web-006": failed("no answer in time"),
  "web-007": DELIVERED,
  "web-008a": later(DAY_MS),
  "web-008b": failed("HTTP 429"),
  "web-008c": failed("HTTP 429"),
  "web-008d": failed("HTTP 429"),
  "web-008e": failed("HTTP 429"),
  "web-008f": later(DAY_MS),
  "web-008g": later(1_000),
  "web-008i": later(DAY_MS),
  "web-009": { outcome: "gone", why: "HTTP 410: the receiver wants nothing any more" },
  "web-010": DELIVERED,
  "web-012": DELIVERED,
  "web-013": failed("the request failed: HPE_HEADER_OVERFLOW"),
  "web-014": failed("the request failed: HPE_INVALID_CHUNK_SIZE"),
  "web-019": DELIVERED,
};

describe("rows of bad-inputs.json", () => {
  const rows = readBadInputs("webhook-response");

  test("every row is tested", () => {
    expect(rows.map(({ id }) => id).sort()).toEqual([...Object.keys(ROWS), "web-018"].sort());
  });

  test.each(rows.filter(({ id }) => id !== "web-018").map((row) => [row.id, row.expected, row] as const))(
    "%s: %s",
    async (id, _, row) => {
      await using other = await serve((response) => response.end());
      await using server = await serveBytes(answerWith(row, other.port));
      const isPagerduty = "channel" in row && row.channel === "pagerduty";
      const rule = isPagerduty
        ? { type: "pagerduty" as const, url: server.url, routingKey: { env: "KEY" } }
        : webhookTo(server.url);
      const before = process.memoryUsage().rss;
      const delivery = await sendOnce(rule, OPENED, {
        timeoutMs: id === "web-006" ? 600 : 10_000,
        env: { KEY: "0".repeat(32) },
      });
      if (id === "web-014") expect(delivery).toMatchObject({ outcome: "retry" });
      else expect(delivery).toEqual(ROWS[id]);
      expect([server.connections, other.connections]).toEqual([1, 0]);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576);
    },
  );

  test.each(["web-010", "web-012"])("%s: as the answer of an http hook it is no decision", async (id) => {
    const row = rows.find((each) => each.id === id) as BadInput;
    await using server = await serveBytes(answerWith(row, 0));
    const { ending } = await post(server.url);
    const result = parseHandlerOutput("PostToolUse", ending);
    expect(result).toMatchObject({ status: "failed", decision: "none" });
    expect(JSON.stringify(result)).not.toContain("alert(1)");
  });

  test("web-018: the address that was judged is the one that is connected to", async () => {
    await using server = await serve((response) => response.end());
    const asked: string[] = [];
    const answers = ["203.0.113.10", "127.0.0.1", "169.254.169.254"];
    const lookup: LookupFunction = (name, _options, callback) => {
      const address = answers[asked.push(name) - 1] ?? "";
      setImmediate(() => callback(null, [{ address, family: 4 }]));
    };
    const rule = webhookTo(`https://hooks.example:${server.port}/`);
    const first = await sendOnce(rule, OPENED, { lookup, ...LIMIT });
    expect(first).toMatchObject({ outcome: "retry" });
    expect(asked).toHaveLength(1);
    for (const _ of [2, 3])
      expect(await sendOnce(rule, OPENED, { lookup, ...LIMIT })).toEqual(
        failed("not sent: its name resolves to an address that is not reached"),
      );
    expect([asked.length, server.connections]).toEqual([3, 0]);
  });
});

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
