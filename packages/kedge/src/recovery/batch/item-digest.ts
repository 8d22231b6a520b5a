import { createHash } from "node:crypto";
import type { BatchItem } from "./batch.ts";

/** Goes into every digest, so that another way to make them makes others. */
const FORM = "kedge item 1";

/**
 * What an item is, as SHA-256 in hex: its prompt, directory, agent and account. Two runs that have one key with two digests do not mean
 * the same work. For an item whose prompt is in a file it counts what the file holds once that is in `prompt`, and its path before.
 */
export function itemDigest(item: Omit<BatchItem, "key" | "priority">): string {
  const { prompt, promptFile, directory, agent, account } = item;
  const said = prompt === null ? { file: promptFile } : { prompt };
  return createHash("sha256")
    .update(JSON.stringify([FORM, said, directory, agent, account]))
    .digest("hex");
}
