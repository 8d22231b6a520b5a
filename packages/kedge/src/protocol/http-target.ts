/** What kind of address a URL of an `http` handler names, judged by its text alone. */
export type AddressKind = "public" | "name" | "loopback" | "private" | "link_local" | "metadata" | "special";

export type TargetJudgement =
  | { readonly ok: true; readonly url: URL; readonly kind: AddressKind }
  | { readonly ok: false; readonly expected: string; readonly reason: string };

/** Below this, a loopback port belongs to a system service, never to a hook. */
const FIRST_USER_PORT = 1_024;

/** Where clouds hand out credentials to whoever asks from inside. */
const METADATA_NAMES = new Set(["metadata.google.internal", "metadata.goog", "instance-data"]);
const METADATA_IPV4 = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
]);

/** Kinds that are refused whoever configured them. */
const REFUSED: Readonly<Partial<Record<AddressKind, string>>> = {
  metadata: "Metadata addresses are refused in every source.",
  link_local: "Link-local addresses are refused in every source.",
  special: "It is no address of a single host.",
};

/**
 * Judges the URL of an `http` handler before anything is sent: scheme, credentials, and the address in any spelling
 * (decimal, hexadecimal, octal, short, mapped and translated IPv6). Link-local and metadata addresses are refused in every
 * source, and so are loopback ports below 1024. Names other than localhost must be judged again once resolved.
 */
export function judgeTarget(text: string): TargetJudgement {
  let url: URL;
  try {
    // The URL parser folds every IPv4 spelling into dotted decimals.
    url = new URL(text);
  } catch {
    return { ok: false, expected: "a URL", reason: "It cannot be read as one." };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { ok: false, expected: "an http or https URL", reason: `${url.protocol} is never used.` };
  }
  if (url.username !== "" || url.password !== "") {
    return {
      ok: false,
      expected: "a URL without credentials",
      reason: "Put them into a header that names a variable.",
    };
  }
  const kind = addressKind(url.hostname);
  const refusal = REFUSED[kind];
  if (refusal !== undefined) return { ok: false, expected: "another address", reason: refusal };
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (kind === "loopback" && port < FIRST_USER_PORT) {
    return {
      ok: false,
      expected: `a loopback port from ${FIRST_USER_PORT}`,
      reason: "Lower ones belong to system services.",
    };
  }
  return { ok: true, url, kind };
}

/**
 * The kind of a host as a URL or a resolver writes it: a name, dotted decimals, or IPv6 (with or without brackets, and with a
 * dotted tail). What looks like IPv6 and cannot be read is `special`.
 */
export function addressKind(host: string): AddressKind {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  if (METADATA_NAMES.has(name)) return "metadata";
  if (name.includes(":")) return ipv6Kind(name.replace(/^\[|\]$/g, ""));
  const bytes = dottedBytes(name);
  return bytes ? ipv4Kind(bytes) : "name";
}

function dottedBytes(text: string): readonly number[] | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const bytes = parts?.slice(1).map(Number);
  return bytes?.every((byte) => byte < 256) ? bytes : null;
}

function ipv4Kind(bytes: readonly number[]): AddressKind {
  const [a = 0, b = 0] = bytes;
  if (METADATA_IPV4.has(bytes.join("."))) return "metadata";
  if (a === 127 || a === 0) return "loopback";
  if (a === 169 && b === 254) return "link_local";
  if (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128)
  )
    return "private";
  return a >= 224 ? "special" : "public";
}

function ipv6Kind(text: string): AddressKind {
  const words = expandIpv6(text);
  if (!words) return "special";
  const embedded = embeddedIpv4(words);
  if (embedded) return ipv4Kind(embedded);
  const [first = 0, second = 0] = words;
  if (words.slice(0, 7).every((word) => word === 0)) return (words[7] ?? 0) <= 1 ? "loopback" : "special";
  const tail = words[7] ?? 0;
  if ((first === 0xfd00 && second === 0x0ec2) || (first === 0xfd20 && second === 0x00ce && tail === 0x254))
    return "metadata";
  if ((first & 0xff80) === 0xfe80) return "link_local"; // fe80::/10 and the old site-local fec0::/10
  if ((first & 0xff00) === 0xff00) return "special";
  return (first & 0xfe00) === 0xfc00 ? "private" : "public";
}

/** IPv4 inside of IPv6: compatible, mapped, SIIT, NAT64 (64:ff9b::/96), 6to4 (2002::/16), Teredo (2001::/32), ISATAP. */
function embeddedIpv4(words: readonly number[]): number[] | null {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0] = words;
  const isZeroTo4 = [w0, w1, w2, w3].every((word) => word === 0);
  const isMapped = w4 === 0 && (w5 === 0xffff || (w5 === 0 && w6 !== 0));
  if (isZeroTo4 && (isMapped || (w4 === 0xffff && w5 === 0))) return bytesOf(w6, w7);
  if ((w0 === 0x64 && w1 === 0xff9b) || ((w4 & 0xfdff) === 0 && w5 === 0x5efe)) return bytesOf(w6, w7);
  if (w0 === 0x2002) return bytesOf(w1, w2);
  if (w0 === 0x2001 && w1 === 0) return bytesOf(w6 ^ 0xffff, w7 ^ 0xffff);
  return null;
}

function bytesOf(high: number, low: number): number[] {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}

/** The eight words of an address, or null. A zone (`%eth0`) does not count; a dotted tail stands for two words. */
function expandIpv6(text: string): number[] | null {
  const plain = withoutDottedTail(text.replace(/%.*$/, ""));
  const halves = plain === null ? [] : plain.split("::");
  if (halves.length === 0 || halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":").map(word)));
  const given = [...head, ...tail];
  if (given.some(Number.isNaN) || (halves.length === 1 ? given.length !== 8 : given.length > 7)) return null;
  return halves.length === 1 ? head : [...head, ...new Array<number>(8 - given.length).fill(0), ...tail];
}

function withoutDottedTail(text: string): string | null {
  const at = text.lastIndexOf(":") + 1;
  if (!text.includes(".")) return text;
  const bytes = dottedBytes(text.slice(at));
  if (!bytes) return null;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${text.slice(0, at)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function word(text: string): number {
  return /^[0-9a-f]{1,4}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}
