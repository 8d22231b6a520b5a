import { join } from "node:path";
import { readPrivateFile } from "../../platform/index.ts";
import type { AddressRule, SecretRef } from "../policy/channel.ts";
import type { Delivery } from "./delivery.ts";

/** Where secrets are looked up. */
export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** A secret, or why there is none: one line that names the reference, and never holds any of the secret. */
export type SecretReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly why: string };

const MAX_BYTES = 8 * 1024;

/** Reads a secret where the policy says that it stands. It is read for each message, so that a new one counts at once. */
export async function readSecret(ref: SecretRef, { env, homeDir }: SecretPlaces): Promise<SecretReading> {
  if ("env" in ref) {
    const value = Object.hasOwn(env, ref.env) ? env[ref.env]?.trim() : undefined;
    return value ? { ok: true, value } : { ok: false, why: `the variable ${ref.env} is not set` };
  }
  const path = ref.file.startsWith("~/") ? join(homeDir, ref.file.slice(2)) : ref.file;
  const reading = await readPrivateFile(path, MAX_BYTES);
  if (!reading.ok) return { ok: false, why: `${ref.file}: expected a private file, got ${reading.came}` };
  const value = reading.text.trim();
  return value === "" ? { ok: false, why: `${ref.file} is empty` } : { ok: true, value };
}

/** Reads an address: as it stands in the policy, or where the policy says that it stands. */
export async function readAddress(rule: AddressRule, places: SecretPlaces): Promise<SecretReading> {
  return typeof rule === "string" ? { ok: true, value: rule } : await readSecret(rule, places);
}

/** A delivery that cannot be tried before somebody puts a secret where it belongs. */
export function missingSecret(why: string): Delivery {
  return { outcome: "retry", why: `not sent: ${why}` };
}
