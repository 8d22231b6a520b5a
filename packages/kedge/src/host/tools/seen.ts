import type { ToolContext } from "./tool.ts";

/** Notes that the model knows a file as it is now. */
export function markSeen({ seen }: Pick<ToolContext, "seen">, path: string, mtimeMs: number): void {
  seen.set(path, mtimeMs);
}

/** Why a file may not be changed blindly; null when the model knows it as it is. */
export function staleness({ seen }: ToolContext, filePath: string, mtimeMs: number): string | null {
  const known = seen.get(filePath);
  if (known === undefined) return `${filePath} has not been read in this session. Read it first.`;
  return known === mtimeMs ? null : `${filePath} has changed since it was read. Read it again.`;
}
