import { lazyNode } from "../platform/index.ts";
import {
  escapeInvisible,
  type McpServer,
  type McpServerEntry,
  mcpNamePart,
  type Problem,
} from "../protocol/index.ts";
import { type EngineState, placesOf } from "./engine-state.ts";
import type { EngineOptions } from "./options.ts";
import { stoppedByPolicy } from "./server-policy.ts";
import { readServerSources } from "./server-sources.ts";
import type { Source } from "./source.ts";
import type { TracePlace } from "./trace.ts";
import type { TrustKeeper, TrustVerdict } from "./trust-keeper.ts";

/** One configured MCP server, as people look at it. */
export interface ListedServer extends TracePlace {
  /** SHA-256 that names the server and what it is; the first characters are enough. */
  readonly id: string;
  /** As it is configured; one of a plugin is `plugin:<plugin>:<server>`. */
  readonly name: string;
  /** Its command line or its address, in a few words. */
  readonly what: string;
  readonly trust: "managed" | TrustVerdict["state"];
  readonly isActive: boolean;
  /** Why it may not be started; of one that may, why it is trusted. */
  readonly why: string;
  readonly entry: McpServerEntry;
  readonly origin: Source;
}

/** All configured servers in configured order, and what is wrong with their configuration. */
export interface ServerListing {
  readonly servers: readonly ListedServer[];
  readonly problems: readonly Problem[];
}

/** Lists every MCP server through the sources of hooks and the same trust. */
export async function listServers(
  state: EngineState,
  { options, trust }: { readonly options: EngineOptions; readonly trust: TrustKeeper },
): Promise<ServerListing> {
  const { sources: settings } = state.configuration;
  const sources = await readServerSources({
    ...placesOf(options, []),
    ...{ projectDir: options.projectDir, homeDir: options.homeDir },
    ...{ configs: options.mcpConfigs ?? [], isStrict: options.isMcpStrict ?? false },
    plugins: settings.filter(({ plugin }) => plugin !== undefined),
  });
  const servers: ListedServer[] = [];
  const names = new Map<string, string>();
  for (const { origin, entries } of sources)
    for (const entry of entries) {
      const { name } = entry.handler;
      // Two names that are one for the model and for permission rules are one.
      const taken = names.get(mcpNamePart(name));
      const listed = await judge(entry, origin, { taken, settings, trust });
      // What nobody has trusted takes no name of what somebody has.
      if (listed.isActive) names.set(mcpNamePart(name), origin.name);
      servers.push(listed);
    }
  return { servers, problems: sources.flatMap(({ origin }) => origin.problems) };
}

async function judge(
  entry: McpServerEntry,
  origin: Source,
  { taken, settings, trust }: { taken: string | undefined; settings: readonly Source[]; trust: TrustKeeper },
): Promise<ListedServer> {
  const { handler: server, file, path } = entry;
  const verdict = await trust.judge(entry, origin, { env: {} });
  const policy = stoppedByPolicy(server, { origin, settings });
  const off = taken === undefined ? policy && `switched off by ${policy}` : `${taken} has one of that name`;
  return {
    ...{ source: origin.name, kind: origin.kind, file, path },
    ...{ id: serverId(entry, origin), name: server.name, what: describeServer(server) },
    trust: origin.kind === "managed" ? "managed" : verdict.state,
    isActive: off === null && verdict.mayRun,
    why: off ?? (origin.isFromProject ? verdict.why : OWN_WHY),
    ...{ entry, origin },
  };
}

const OWN_WHY = "it is not of the project";

function serverId({ handler, event }: McpServerEntry, { kind, file }: Source): string {
  return lazyNode.crypto
    .createHash("sha256")
    .update(JSON.stringify([kind, file, event, handler]))
    .digest("hex");
}

/** A server in at most `limit` characters; those that do not show are escaped. */
function describeServer(server: McpServer, limit = 120): string {
  const what = server.type === "stdio" ? [server.command, ...server.args].join(" ") : server.url;
  const text = escapeInvisible(`${server.type}: ${what}`.replace(/\s+/g, " "));
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
