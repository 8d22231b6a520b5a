/** A mail server as a URL names it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Without it, TLS is begun before anything is told, where that is asked for. */
  readonly isSecure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

/** Ports of submission, with and without TLS from the first byte (RFC 8314). */
const PORTS = { "smtps:": 465, "smtp:": 587 } as const;

/** Reads `smtps://user:password@host:port` or `smtp://…`; null for anything else. */
export function parseSmtpUrl(text: string): SmtpServer | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "smtps:" && url.protocol !== "smtp:") || url.hostname === "")
    return null;
  const isSecure = url.protocol === "smtps:";
  try {
    const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return {
      host: decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ""),
      port: url.port === "" ? PORTS[url.protocol] : Number(url.port),
      isSecure,
      auth: user === "" ? null : { user, pass },
    };
  } catch {
    // A percent sign that stands for nothing.
    return null;
  }
}
