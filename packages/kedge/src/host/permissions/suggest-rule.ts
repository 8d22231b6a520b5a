import { statSync } from "node:fs";
import { normalize } from "node:path";
import type { JsonObject } from "../../protocol/index.ts";
import { parseDomainRule, webHostOf } from "./web-hosts.ts";

/** Tools whose rules name a file. */
const OF_FILES: ReadonlySet<string> = new Set(["Read", "Write", "Edit"]);

/** A rule that would allow calls like this one; null where only a rule that is too wide would, or none. */
export function suggestRule(toolName: string, input: JsonObject): string | null {
  if (toolName === "Bash") {
    const command = String(input.command);
    // Exactly this command: what a wider rule would cover is not known here. Without content a rule covers every command.
    return /[()*\n]/.test(command) || command.trim() === "" ? null : `Bash(${command})`;
  }
  if (toolName === "WebFetch") {
    const host = webHostOf(input);
    return host !== null && parseDomainRule(`domain:${host}`) ? `WebFetch(domain:${host})` : null;
  }
  const path = input.file_path;
  if (!OF_FILES.has(toolName) || typeof path !== "string") return null;
  if (!/^\/[^()*?[\]\\]+$/.test(path) || normalize(path) !== path || path.endsWith("/")) return null;
  // The rule for a folder covers everything in it.
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? null : `${toolName}(/${path})`;
}
