import type { JsonObject } from "../../protocol/index.ts";

/** A rule that would allow calls like this one; null where only a rule that is too wide would. */
export function suggestRule(toolName: string, input: JsonObject): string | null {
  if (toolName === "Bash") {
    const command = String(input.command);
    // Exactly this command: what a wider rule would cover is not known here.
    return /[()*\n]/.test(command) ? null : `Bash(${command})`;
  }
  const path = input.file_path ?? input.path;
  return typeof path === "string" && /^\/[^()*?[\]]+$/.test(path) ? `${toolName}(/${path})` : null;
}
