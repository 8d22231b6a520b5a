/** A mail server on loopback that speaks as much of SMTP as a submission takes (RFC 5321, 3207, 4954), and misbehaves where it is told. */
import type { Socket } from "node:net";
import tls from "node:tls";
import type { TestCertificate } from "../support/certificate.ts";
import { type SocketServer, serveSockets } from "../support/socket-server.ts";

export interface SmtpOptions {
  /** Replies in the place of the usual ones, by what is answered: `greeting`, `MAIL`, `RCPT`, `DATA`, `body`, `AUTH`. */
  readonly replies?: Readonly<Record<string, string>>;
  /** Offers STARTTLS with it; `isSecure`: speaks TLS from the first byte. */
  readonly certificate?: TestCertificate;
  readonly isSecure?: boolean;
  /** Offers a login. */
  readonly hasLogin?: boolean;
  /** Does this in place of speaking. */
  readonly connected?: (socket: Socket) => void;
}

export interface SmtpServer extends SocketServer {
  /** Lines that clients said before TLS, and over it. */
  readonly plain: readonly string[];
  readonly secured: readonly string[];
  /** Mails as they were sent, without the final dot. */
  readonly mails: readonly string[];
}

/** Starts a mail server. Disposing of it fails when a client has left a connection open. */
export async function serveSmtp(options: SmtpOptions = {}): Promise<SmtpServer> {
  const { certificate, isSecure = false, connected } = options;
  const said = { plain: [] as string[], secured: [] as string[], mails: [] as string[] };
  const server = await serveSockets((socket) => {
    if (connected) connected(socket);
    else if (isSecure && certificate) {
      // A greeting that waits for a handshake would keep a socket open whose client has gone.
      const secured = secure(socket, certificate).on("end", () => socket.destroy());
      secured.once("secure", () => speak(secured, said, { ...options, isSecured: true }));
      secured.resume();
    } else speak(socket, said, options);
  });
  return Object.assign(server, said);
}

function secure(socket: Socket, certificate: TestCertificate): Socket {
  const secured = new tls.TLSSocket(socket, { isServer: true, ...certificate });
  return secured.on("error", () => socket.destroy());
}

interface Said {
  readonly plain: string[];
  readonly secured: string[];
  readonly mails: string[];
}

interface Speech extends SmtpOptions {
  readonly isSecured?: boolean;
  readonly isGreeted?: boolean;
}

function speak(socket: Socket, said: Said, speech: Speech): void {
  const { replies = {}, certificate, hasLogin, isSecured = false, isGreeted = false } = speech;
  const lines = isSecured ? said.secured : said.plain;
  const reply = (what: string, usual: string): void =>
    void socket.write(`${Object.hasOwn(replies, what) ? replies[what] : usual}\r\n`);
  let rest = "";
  let isData = false;
  const read = (chunk: Buffer): void => {
    rest += chunk.toString();
    for (;;) {
      const end = rest.indexOf(isData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const line = rest.slice(0, end);
      rest = rest.slice(end + (isData ? 5 : 2));
      if (isData) {
        said.mails.push(line);
        isData = false;
        reply("body", "250 2.0.0 queued");
        continue;
      }
      lines.push(line);
      const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? "";
      if (verb === "EHLO") {
        const offers = [
          ...(certificate && !isSecured ? ["STARTTLS"] : []),
          ...(hasLogin ? ["AUTH PLAIN"] : []),
          "SIZE",
        ];
        socket.write(
          ["250-mail.example", ...offers.slice(0, -1).map((each) => `250-${each}`), "250 SIZE", ""].join(
            "\r\n",
          ),
        );
      } else if (verb === "STARTTLS" && certificate) {
        socket.write("220 go ahead\r\n");
        socket.off("data", read);
        speak(secure(socket, certificate), said, { ...speech, isSecured: true, isGreeted: true });
        return;
      } else if (verb === "AUTH") reply("AUTH", "235 2.7.0 welcome");
      else if (verb === "DATA") {
        reply("DATA", "354 go on");
        isData = !Object.hasOwn(replies, "DATA");
      } else if (verb === "QUIT") return void socket.end("221 bye\r\n");
      else reply(verb, "250 2.1.0 ok");
    }
  };
  socket.on("data", read);
  if (!isGreeted) reply("greeting", "220 mail.example ESMTP");
}
