import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { judgeTarget } from "../protocol/index.ts";

/** Where requests of one source may go. */
export interface AddressRule {
  /** Loopback and private addresses may be reached. Link-local, metadata and special ones never are. */
  readonly allowsLocal: boolean;
  /** Resolves names; default the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
}

/** An address that a request may not go to; the message is for people. */
export class RefusedAddressError extends Error {}

/** Why a host, as a URL or a resolver writes it, may not be reached through this port; null when it may. */
export function refuseAddress(host: string, port: number, rule: AddressRule): string | null {
  // Ports of system services, and what nobody may reach, are judged in one place: on the URL of the address itself.
  const bare = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const judgement = judgeTarget(`http://${bare.includes(":") ? `[${bare}]` : bare}:${port}/`);
  if (!judgement.ok) return `expected ${judgement.expected}. ${judgement.reason}`;
  const isLocal = judgement.kind === "loopback" || judgement.kind === "private";
  return isLocal && !rule.allowsLocal ? `its source may not reach a ${judgement.kind} address` : null;
}

/**
 * A `lookup` for sockets that gives out an address only after every address of the name was judged. A socket connects to
 * what it gives out and resolves nothing again, so the address that is judged is the one that is reached.
 */
export function guardLookup(port: number, rule: AddressRule): LookupFunction {
  const lookup: LookupFunction = rule.lookup ?? systemLookup;
  return (name, options, callback) => {
    const refuse = (error: Error): void => callback(error, "", 0);
    try {
      lookup(name, { ...options, all: true }, (error, found, family) => {
        if (error) return refuse(error);
        const addresses = typeof found === "string" ? [{ address: found, family: family ?? 0 }] : found;
        const problem = problemOf(addresses, port, rule);
        const first = addresses[0];
        if (problem !== null || !first) {
          const why = problem ?? "it resolves to no address";
          return refuse(new RefusedAddressError(`${name} is not reached: ${why}`));
        }
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    } catch (error) {
      // What a resolver throws here would otherwise be nobody's to catch.
      refuse(error instanceof Error ? error : new Error("the resolver failed"));
    }
  };
}

/** One bad address is enough: which of several is tried first is up to the network. */
function problemOf(addresses: readonly LookupAddress[], port: number, rule: AddressRule): string | null {
  for (const { address } of addresses) {
    // A resolver that answers with a name would have it resolved again, by nobody who judges.
    const problem = isIP(address) === 0 ? "no address" : refuseAddress(address, port, rule);
    if (problem !== null) return `it resolves to ${address}: ${problem}`;
  }
  return null;
}

/** The port that a URL of http or https means. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
