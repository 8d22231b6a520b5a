import { isIP } from "node:net";

/** Whether a host may be reached, and as what. */
export type HostJudgement =
  | {
      readonly ok: true;
      /** As it is to be resolved or connected to. */
      readonly host: string;
      /** Settings name this very host, so it may be one of this machine. */
      readonly isNamed: boolean;
    }
  | { readonly ok: false; readonly why: string };

/** Letters, digits, hyphens and underscores in labels: nothing that two readers could take for two things. */
const NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Judges the host of a request by the domains that settings permit. Whole labels are compared; `*.example.com` means every name below
 * `example.com` and not that one itself. An address counts only where settings name it, however it is spelt.
 *
 * @param host as the client wrote it
 */
export function judgeHost(host: string, allowed: readonly string[]): HostJudgement {
  const name = readHost(host);
  // Nothing of a host that cannot be read is repeated: it may hold anything.
  if (name === null) return { ok: false, why: "the host is no name and no address" };
  for (const each of allowed) {
    const isBelow = each.startsWith("*.");
    const wanted = readHost(isBelow ? each.slice(2) : each);
    if (wanted === null) continue;
    if (!isBelow && wanted === name) return { ok: true, host: name, isNamed: true };
    if (isBelow && isIP(name) === 0 && name.endsWith(`.${wanted}`))
      return { ok: true, host: name, isNamed: false };
  }
  return { ok: false, why: `${name} is not among sandbox.network.allowedDomains` };
}

/** A name in small letters without the dot at its end, or an address in its usual spelling; null for anything else. */
function readHost(text: string): string | null {
  const lower = text.toLowerCase().replace(/\.$/, "");
  const bare = lower.replace(/^\[(.*)\]$/, "$1");
  // A zone is a device of this machine.
  if (bare.includes("%")) return null;
  if (isIP(bare) === 6) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  if (!NAME.test(lower)) return null;
  try {
    // `0x7f.1` and `2130706433` are addresses to whoever connects.
    return new URL(`http://${lower}/`).hostname;
  } catch {
    return null; // it looks like an address and is none
  }
}
