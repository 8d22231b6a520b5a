import type { PolicyReading } from "./policy-reading.ts";

/**
 * Reads a policy out of a value that somebody wrote, with every default filled in; the result is deeply frozen.
 *
 * An unknown key is a problem, so that a mistyped one does not pass in silence, and so is whatever looks like a secret. It never fails,
 * whatever a parser of YAML or JSON gave. What it needs is loaded on the first call: commands without a policy start without it.
 *
 * @param value of the whole file; undefined and null are a file without content
 */
export async function readPolicy(value: unknown): Promise<PolicyReading> {
  const { parsePolicy } = await import("./parse-policy.ts");
  return parsePolicy(value);
}
