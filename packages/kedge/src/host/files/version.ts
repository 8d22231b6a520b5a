import type { BigIntStats } from "node:fs";

/** Tells one state of a file from others: whoever writes to it changes that. Links and modes do not count. */
export type FileVersion = string;

export function versionOf({ mtimeNs, size }: Pick<BigIntStats, "mtimeNs" | "size">): FileVersion {
  return `${mtimeNs} ${size}`;
}
