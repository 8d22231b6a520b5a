/** Mails as a server on loopback gets them: threads, TLS, logins, refusals, and servers that never come to an end. */
import type { LookupFunction, Socket } from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { parseSmtpUrl } from "../../src/recovery/channels/smtp-url.ts";
import { makeCertificate } from "../support/certificate.ts";
import { closedPort } from "../support/http-server.ts";
import { type SmtpOptions, serveSmtp } from "./channel-smtp-server.ts";
import { EVIL, OPENED, RESOLVED, sendOnce, TOKEN } from "./channel-world.ts";

const PASSWORD = "p%w0rd-9f8e7d6c";
const LOGIN = `ann:${encodeURIComponent(PASSWORD)}@`;
const own = makeCertificate(["mail.example"], ["127.0.0.1"]);
const foreign = makeCertificate(["other.example"], []);
const trusted = tls.getCACertificates();
beforeAll(() => tls.setDefaultCACertificates([...trusted, own.cert]));
afterAll(() => tls.setDefaultCACertificates(trusted));

const toLoopback: LookupFunction = (_name, { all }, callback) =>
  all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);

function send(smtp: string, message = OPENED, ports: Parameters<typeof sendOnce>[2] = {}): Promise<Delivery> {
  const rule = {
    type: "email",
    smtp: { env: "SMTP" },
    from: "kedge@ops.example",
    to: ["ops@ops.example", "b@ops.example"],
  } as const;
  return sendOnce(rule, message, { lookup: toLoopback, ...ports, env: { SMTP: smtp } });
}

async function sendTo(options: SmtpOptions, { timeoutMs = 5_000, login = "" } = {}): Promise<Delivery> {
  await using server = await serveSmtp(options);
  return await send(`smtp://${login}127.0.0.1:${server.port}`, OPENED, { timeoutMs });
}

const header = (mail: string | undefined, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(mail ?? "")?.[1]?.replace(/\r\n\s+/g, " ");

describe("mails", () => {
  test("all of an incident are one thread, each with an id of its own, the same for every try", async () => {
    await using server = await serveSmtp();
    for (const message of [OPENED, RESOLVED, OPENED])
      expect(await send(`smtp://127.0.0.1:${server.port}`, message)).toEqual({ outcome: "delivered" });
    const [first, second, again] = server.mails.map((mail) => ({
      id: header(mail, "Message-ID"),
      to: header(mail, "In-Reply-To"),
      all: header(mail, "References"),
    }));
    expect(first).toEqual(again);
    expect(first?.id).toMatch(/^<kedge\.[0-9a-f]{32}@ops\.example>$/);
    expect(second?.id).not.toBe(first?.id);
    expect([second?.to, second?.all]).toEqual([first?.to, first?.all]);
    expect(first?.to).toBe(first?.all);
    expect(server.mails[0]).toContain("Stopped: 40 sessions in shop");
    expect(header(server.mails[0], "Auto-Submitted")).toBe("auto-generated");
  });

  test("no name of the machine, no program's name, no secret, and no header that a message brought", async () => {
    await using server = await serveSmtp();
    expect(await send(`smtp://127.0.0.1:${server.port}`, EVIL)).toEqual({ outcome: "delivered" });
    expect(server.plain[0]).toBe("EHLO [127.0.0.1]");
    expect(server.plain.filter((line) => line.startsWith("RCPT"))).toHaveLength(2);
    const mail = server.mails[0] ?? "";
    expect(mail.slice(0, mail.indexOf("\r\n\r\n"))).not.toMatch(/^(?:Bcc|X-Mailer):/im);
    expect(mail).not.toContain(TOKEN);
    expect(mail).not.toContain("eve@");
    expect(header(mail, "Content-Type")).toMatch(/^text\/plain/);
  });
});

describe("TLS and logins", () => {
  test("TLS from the first byte: nothing is said before it", async () => {
    await using server = await serveSmtp({ certificate: own, isSecure: true, hasLogin: true });
    expect(await send(`smtps://${LOGIN}mail.example:${server.port}`)).toEqual({ outcome: "delivered" });
    expect(server.plain).toEqual([]);
    const login =
      server.secured.find((line) => line.startsWith("AUTH PLAIN "))?.slice("AUTH PLAIN ".length) ?? "";
    expect(Buffer.from(login, "base64").toString()).toBe(`\0ann\0${PASSWORD}`);
  });

  test("STARTTLS: the login and the mail come after it", async () => {
    await using server = await serveSmtp({ certificate: own, hasLogin: true });
    expect(await send(`smtp://${LOGIN}mail.example:${server.port}`)).toEqual({ outcome: "delivered" });
    expect(server.plain.map((line) => line.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
    expect(server.mails).toHaveLength(1);
  });

  test.each([
    ["from the first byte", true, "smtps"],
    ["by STARTTLS", false, "smtp"],
  ] as const)("a certificate for another name, %s: no mail and no login", async (_, isSecure, protocol) => {
    await using server = await serveSmtp({ certificate: foreign, isSecure, hasLogin: true });
    const delivery = await send(`${protocol}://${LOGIN}mail.example:${server.port}`);
    expect(delivery).toMatchObject({
      outcome: "retry",
      why: expect.stringMatching(/^the mail was not sent: E[A-Z]+$/),
    });
    expect([server.mails, server.secured]).toEqual([[], []]);
  });

  test("a server that speaks no TLS where it is expected gets nothing", async () => {
    await using server = await serveSmtp();
    const delivery = await send(`smtps://${LOGIN}127.0.0.1:${server.port}`, OPENED, { timeoutMs: 3_000 });
    expect(delivery).toMatchObject({ outcome: "retry" });
    expect(server.mails).toEqual([]);
  });
});

describe("what servers answer", () => {
  test.each<[what: string, reply: string, delivery: Delivery]>([
    ["RCPT", "550 5.1.1 no ops@ops.example here", { outcome: "refused", why: "SMTP 550" }],
    ["RCPT", "450 4.2.0 later", { outcome: "retry", why: "SMTP 450" }],
    ["MAIL", "553 5.1.8 no", { outcome: "refused", why: "SMTP 553" }],
    ["body", "554 5.7.1 spam", { outcome: "refused", why: "SMTP 554" }],
    ["body", "451 4.3.0 later", { outcome: "retry", why: "SMTP 451" }],
    ["greeting", "421 4.3.2 busy", { outcome: "retry", why: "SMTP 421" }],
    ["greeting", "554 no service", { outcome: "retry", why: "SMTP 554" }],
  ])("%s answered with %s", async (what, reply, delivery) => {
    expect(await sendTo({ replies: { [what]: reply } })).toEqual(delivery);
  });

  test("a login that is not accepted may be mended, and is not repeated", async () => {
    const delivery = await sendTo(
      { hasLogin: true, replies: { AUTH: `535 no ${PASSWORD}` } },
      { login: LOGIN },
    );
    expect(delivery).toEqual({ outcome: "retry", why: "the server did not accept the login" });
  });

  test.each<[what: string, options: SmtpOptions]>([
    ["says nothing", { connected: () => {} }],
    ["drips a greeting", { connected: (socket) => drip(socket, "2") }],
    ["drips lines of one", { connected: (socket) => drip(socket, "220-x\r\n") }],
    ["never takes the mail", { replies: { body: "250-wait" } }],
  ])("one that %s is given up at the limit", async (_, options) => {
    expect(await sendTo(options, { timeoutMs: 700 })).toEqual({ outcome: "retry", why: "no answer in time" });
  });

  test("a gigabyte of greeting is not read", async () => {
    let sent = 0;
    const block = Buffer.alloc(1_048_576, "2");
    const delivery = await sendTo({
      connected: (socket) => {
        const more = (): void => {
          if (socket.destroyed || sent >= 1_000_000_000) return;
          sent += block.length;
          socket.write(block, more);
        };
        more();
      },
    });
    expect(delivery.outcome).toBe("retry");
    expect(sent).toBeLessThan(64 * 1_048_576);
  });

  test("a hang-up, a reset and a port without a server are tried again", async () => {
    const found = [
      await sendTo({ connected: (socket) => socket.end() }),
      await sendTo({ connected: (socket) => socket.resetAndDestroy() }),
      await send(`smtp://127.0.0.1:${await closedPort()}`),
    ];
    for (const each of found)
      expect(each).toMatchObject({
        outcome: "retry",
        why: expect.stringMatching(/^the mail was not sent: E[A-Z]+$/),
      });
  });
});

describe("servers by address", () => {
  test.each([
    ["smtp://169.254.169.254"],
    ["smtps://[fd00:ec2::254]:465"],
    ["smtp://metadata.example"],
    ["https://mail.example"],
    ["mail.example"],
    ["smtp://ann:%zz@mail.example"],
  ])("%s is refused, in words that do not repeat it", async (smtp) => {
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: "169.254.169.254", family: 4 }]);
    const delivery = await send(smtp, OPENED, { lookup });
    expect(delivery).toMatchObject({ outcome: "refused", why: expect.stringMatching(/^not sent: /) });
    expect(JSON.stringify(delivery)).not.toMatch(/169|fd00|example|ann/);
  });

  test.each([
    ["smtps://mail.example", { host: "mail.example", port: 465, isSecure: true, auth: null }],
    [
      "smtp://a%40b:c%3Ad@mail.example:25",
      { host: "mail.example", port: 25, isSecure: false, auth: { user: "a@b", pass: "c:d" } },
    ],
    ["smtp://[::1]", { host: "::1", port: 587, isSecure: false, auth: null }],
    ["smtp:mail.example", null],
  ])("%s", (text, server) => expect(parseSmtpUrl(text)).toEqual(server));
});

/** Writes a little every 20 ms for as long as somebody listens. */
function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on("close", () => clearInterval(timer));
}
