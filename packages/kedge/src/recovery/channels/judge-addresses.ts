import { type LookupAddress, lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { RefusedAddressError } from "../../net/index.ts";
import { type AddressKind, addressKind } from "../../protocol/index.ts";

/** Whether an address may not be reached under a name. */
export type Refuses = (kind: AddressKind, name: string) => boolean;

/** A `lookup` that gives out addresses only when all of a name may be reached. What it gives out is what is connected to. */
export function judgeAddresses(refuses: Refuses, lookup: LookupFunction = systemLookup): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found, family) => {
      if (error) return callback(error, "", 0);
      const addresses: LookupAddress[] =
        typeof found === "string" ? [{ address: found, family: family ?? 0 }] : found;
      const first = addresses[0];
      if (!first || addresses.some(({ address }) => refuses(addressKind(address), name)))
        return callback(new RefusedAddressError("an address that is never reached"), "", 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Whether a name is one of this machine: `localhost`, or one without a domain, as the hosts file has it. */
export function isOwnName(name: string): boolean {
  return !name.replace(/\.$/, "").includes(".") || addressKind(name) === "loopback";
}
