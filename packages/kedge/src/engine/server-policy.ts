import { fitsStars, isJsonObject, type JsonObject, type McpServer, ownValue } from "../protocol/index.ts";
import type { Source } from "./source.ts";

/** What `allowedMcpServers` and `deniedMcpServers` name: a server by its name, its program or its address. */
interface Condition {
  readonly key: "serverName" | "serverCommand" | "serverUrl";
  readonly value: unknown;
}

/**
 * The setting that keeps a server from being started; null when none does. What forbids counts from every source, but that of a project
 * for its own servers only: handlers of the user may call the others. What permits counts from managed settings alone.
 * `enabledMcpjsonServers` and `enableAllProjectMcpServers` permit nothing: a name says nothing about content.
 *
 * @param origin where the server is configured
 * @param settings sources with settings, all of them
 * @source Claude Code settings reference, "allowedMcpServers", "deniedMcpServers", "disabledMcpjsonServers"
 */
export function stoppedByPolicy(
  server: McpServer,
  { origin, settings }: { readonly origin: Source; readonly settings: readonly Source[] },
): string | null {
  for (const source of settings) {
    if (source.isFromProject && !origin.isFromProject) continue;
    const other = source.settings?.other ?? {};
    const off = ownValue(other, "disabledMcpjsonServers");
    if (origin.kind === "project" && Array.isArray(off) && off.includes(server.name))
      return `disabledMcpjsonServers of ${source.name}`;
    const denied = readConditions(other, "deniedMcpServers");
    // A list that nobody can read forbids rather than permits.
    if (denied === null || denied?.some((each) => covers(each, server)))
      return `deniedMcpServers of ${source.name}`;
    if (source.kind !== "managed") continue;
    const allowed = readConditions(other, "allowedMcpServers");
    if (allowed === null || (allowed && !isAllowed(allowed, server)))
      return `allowedMcpServers of ${source.name}`;
  }
  return null;
}

/** Where programs are listed, a program has to be one of them, and an address likewise; otherwise the name decides. */
function isAllowed(allowed: readonly Condition[], server: McpServer): boolean {
  const own = server.type === "stdio" ? "serverCommand" : "serverUrl";
  const narrower = allowed.filter(({ key }) => key === own);
  const deciding = narrower.length > 0 ? narrower : allowed.filter(({ key }) => key === "serverName");
  return deciding.some((each) => covers(each, server));
}

function covers({ key, value }: Condition, server: McpServer): boolean {
  switch (key) {
    case "serverName":
      return value === server.name;
    case "serverCommand":
      return (
        server.type === "stdio" && JSON.stringify(value) === JSON.stringify([server.command, ...server.args])
      );
    case "serverUrl":
      return server.type !== "stdio" && typeof value === "string" && fitsStars(server.url, value);
  }
}

/** Undefined where there is no such key; null for one that cannot be read whole. */
function readConditions(settings: JsonObject, key: string): readonly Condition[] | null | undefined {
  const value = ownValue(settings, key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return null;
  const conditions = value.map(readCondition);
  return conditions.every((each) => each !== null) ? conditions : null;
}

function readCondition(value: unknown): Condition | null {
  if (!isJsonObject(value)) return null;
  const known = (["serverName", "serverCommand", "serverUrl"] as const).find((key) =>
    Object.hasOwn(value, key),
  );
  return known === undefined ? null : { key: known, value: ownValue(value, known) };
}
