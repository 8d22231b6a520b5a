/** What kind of address a URL of an `http` handler names, judged by its text alone. */
export type AddressKind = "public" | "name" | "loopback" | "private" | "link_local" | "metadata";

export type TargetJudgement =
  | { readonly ok: true; readonly url: URL; readonly kind: AddressKind }
  | { readonly ok: false; readonly expected: string; readonly reason: string };

/** Below this, a loopback port belongs to a system service, never to a hook. */
const FIRST_USER_PORT = 1_024;

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
  if (kind === "metadata" || kind === "link_local") {
    return {
      ok: false,
      expected: "another address",
      reason: "Link-local and metadata addresses are refused in every source.",
    };
  }
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

/** The kind of a host as the URL parser writes it: a name, dotted decimals, or IPv6 in brackets. */
export function addressKind(host: string): AddressKind {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  if (name === "metadata.google.internal") return "metadata";
  if (name.startsWith("[")) return ipv6Kind(name.slice(1, -1));
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(name);
  return parts ? ipv4Kind(parts.slice(1).map(Number)) : "name";
}

function ipv4Kind(bytes: readonly number[]): AddressKind {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a === 127 || a === 0) return "loopback";
  if (a === 169 && b === 254)
    return c === 169 && d === 254 ? "metadata" : c === 170 ? "metadata" : "link_local";
  if (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128)
  )
    return "private";
  return "public";
}

function ipv6Kind(text: string): AddressKind {
  const words = expandIpv6(text);
  if (!words) return "metadata"; // Unreadable in brackets: nothing is sent there.
  const embedded = embeddedIpv4(words);
  if (embedded) return ipv4Kind(embedded);
  const [first = 0, second = 0] = words;
  if (words.slice(0, 7).every((word) => word === 0) && (words[7] ?? 0) <= 1) return "loopback";
  if (first === 0xfd00 && second === 0x0ec2) return "metadata";
  if ((first & 0xffc0) === 0xfe80) return "link_local";
  return (first & 0xfe00) === 0xfc00 ? "private" : "public";
}

/** IPv4 inside of IPv6: mapped and compatible (::/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16), Teredo (2001::/32). */
function embeddedIpv4(words: readonly number[]): number[] | null {
  const [w0 = 0, w1 = 0, w2 = 0, , , w5 = 0, w6 = 0, w7 = 0] = words;
  const isZeroTo5 = words.slice(0, 5).every((word) => word === 0);
  if (isZeroTo5 && (w5 === 0xffff || (w5 === 0 && w6 !== 0))) return bytesOf(w6, w7);
  if (w0 === 0x64 && w1 === 0xff9b) return bytesOf(w6, w7);
  if (w0 === 0x2002) return bytesOf(w1, w2);
  if (w0 === 0x2001 && w1 === 0) return bytesOf(w6 ^ 0xffff, w7 ^ 0xffff);
  return null;
}

function bytesOf(high: number, low: number): number[] {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}

function expandIpv6(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) =>
    half === "" ? [] : half.split(":").map((word) => Number.parseInt(word, 16)),
  );
  const gap = 8 - head.length - tail.length;
  const words =
    halves.length === 2 ? [...head, ...new Array<number>(Math.max(gap, 0)).fill(0), ...tail] : head;
  return words.length === 8 && words.every((word) => word >= 0 && word <= 0xffff) ? words : null;
}
