import { createHash } from "node:crypto";
import { connect, isIP, type Socket } from "node:net";
import { RefusedAddressError } from "../../net/index.ts";
import { addressKind } from "../../protocol/index.ts";
import { type AlertMessage, SOFT_KINDS } from "../incidents/alert-message.ts";
import type { ChannelRule } from "../policy/channel.ts";
import { type Attempt, endWords } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { judgeAddresses, type Refuses } from "./judge-addresses.ts";
import { cutTo, plainLines, writeWithin } from "./message-text.ts";
import { missingSecret, readAddress } from "./read-secret.ts";
import { parseSmtpUrl, type SmtpServer } from "./smtp-url.ts";

/** A subject is one line, and a header of at most 998 bytes. */
const MAX_SUBJECT = 200;
const MAX_BYTES = 20_000;

/** What a mail consists of besides its addresses. */
export interface EmailForm {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  /** What makes all mails of an incident one thread; null for what is of none. */
  readonly thread: string | null;
}

/** A message as a mail. The same message always has the same id, and all of an incident answer to the same one. */
export function emailForm(message: AlertMessage, from: string): EmailForm {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const { id, title, incident, severity, kind } = message;
  const subject = cutTo((title || "Kedge").replace(/[\p{Cc}\u2028\u2029]+/gu, " "), MAX_SUBJECT);
  const name = (parts: readonly string[]): string =>
    `<kedge.${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)}@${domain}>`;
  return {
    subject: SOFT_KINDS.includes(kind) || severity === "info" ? subject : `[${severity}] ${subject}`,
    text: writeWithin(
      message,
      MAX_BYTES,
      (short) => `${[short.title, "", ...plainLines(short)].join("\n")}\n`,
    ),
    messageId: name([id]),
    thread: incident === null ? null : name([incident.dedupKey, incident.id]),
  };
}

/** Sends a mail. The server is connected to at an address that was judged; without TLS nothing leaves this network. */
export async function sendEmail(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "email" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const address = await readAddress(rule.smtp, attempt);
  if (!address.ok) return missingSecret(address.why);
  const server = parseSmtpUrl(address.value);
  if (server === null) return { outcome: "refused", why: "not sent: expected an smtps or smtp URL" };
  const { signal } = attempt;
  let socket: Socket | undefined;
  try {
    // Only who sends mails loads what it takes.
    const { createTransport } = await import("nodemailer");
    socket = await open(server, attempt);
    const connection = socket;
    const transport = createTransport({
      ...transportOptions(server, socket),
      getSocket: (_options, callback) => callback(null, { connection }),
    });
    const { thread, ...form } = emailForm(message, rule.from);
    await transport.sendMail({
      ...form,
      from: { name: "Kedge", address: rule.from },
      to: [...rule.to],
      ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
      date: new Date(message.atMs),
      priority: message.severity === "critical" && !SOFT_KINDS.includes(message.kind) ? "high" : "normal",
      headers: { "Auto-Submitted": "auto-generated" },
      xMailer: false,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return { outcome: "delivered" };
  } catch (error) {
    return signal.aborted ? { outcome: "retry", why: endWords(signal) } : judgeError(error);
  } finally {
    // The mail is accepted or it is not: what a server says to a goodbye is not waited for.
    socket?.destroy();
  }
}

/** Kinds of addresses that nobody may name as a server. */
const refuses: Refuses = (kind) => kind === "metadata" || kind === "link_local" || kind === "special";

/** Connects. The signal ends the connection whatever is going on over it: the limits of a mail library begin again with each byte. */
function open({ host, port }: SmtpServer, { signal, lookup }: Attempt): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (isIP(host) !== 0 && refuses(addressKind(host), host))
      return reject(new RefusedAddressError("an address that is never reached"));
    const socket = connect({ host, port, lookup: judgeAddresses(refuses, lookup), signal });
    socket.once("connect", () => resolve(socket));
    // It stays: what goes wrong later is told by the library, and must not be thrown here as well.
    socket.on("error", reject);
  });
}

function transportOptions({ host, port, isSecure, auth }: SmtpServer, { remoteAddress = "" }: Socket) {
  const kind = addressKind(remoteAddress);
  const isNear = kind === "loopback" || (kind === "private" && auth === null);
  return {
    ...{ host, port, secure: isSecure, ...(auth === null ? {} : { auth }) },
    requireTLS: !isSecure && !isNear,
    // Its own name would be that of the machine.
    name: "[127.0.0.1]",
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), minVersion: "TLSv1.2" as const },
  };
}

/** Codes that say that it is this mail that is not taken. */
const OF_THE_MAIL: readonly unknown[] = ["EENVELOPE", "EMESSAGE"];

/** Numbers and codes only: texts of a server may quote addresses, and those of the library may quote the login. */
function judgeError(error: unknown): Delivery {
  if (error instanceof RefusedAddressError)
    return { outcome: "refused", why: "not sent: the server has an address that is not reached" };
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  if (code === "EAUTH") return { outcome: "retry", why: "the server did not accept the login" };
  if (typeof responseCode === "number") {
    const isFinal = responseCode >= 500 && OF_THE_MAIL.includes(code);
    return { outcome: isFinal ? "refused" : "retry", why: `SMTP ${responseCode}` };
  }
  const name = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : "no answer";
  return { outcome: "retry", why: `the mail was not sent: ${name}` };
}
