import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, type ProblemList } from "./problems.ts";

/** A server that is a program, spoken with over its stdin and stdout. */
export interface StdioServer {
  readonly type: "stdio";
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Beside what every server gets. */
  readonly env: Readonly<Record<string, string>>;
}

/** A server at an address. `http` is Streamable HTTP. */
export interface RemoteServer {
  readonly type: "http" | "sse";
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An MCP server as it is configured: references such as `${NAME}` are not filled in yet. */
export type McpServer = StdioServer | RemoteServer;

/** An MCP server where it was configured, in the form of a hook there. */
export interface McpServerEntry {
  readonly event: "McpServer";
  /** A server has none. */
  readonly matcher?: never;
  readonly handler: McpServer;
  readonly file: string;
  /** Such as `mcpServers.github`. */
  readonly path: string;
  /** The plugin that brings it. */
  readonly plugin?: string;
}

/** Characters of a name: with those of a tool and what stands between, the API takes 128. */
const MAX_NAME = 100;

const NOT_STARTED = "The server is not started.";

/** Types of the wire, and what they are here. */
const TYPES: Readonly<Record<string, McpServer["type"]>> = {
  stdio: "stdio",
  http: "http",
  "streamable-http": "http",
  sse: "sse",
};

/**
 * Reads a map of MCP servers by name. One that cannot be used is reported, and takes no other with it (D1).
 *
 * @param value the map: what stands under `mcpServers`
 * @param options.path where it stands, such as `mcpServers`
 * @param options.prefix stands before every name: `plugin:<plugin>:` for those of a plugin
 * @source Claude Code MCP reference, "MCP configuration"; `type` may be missing where there is a command
 */
export function readMcpServers(
  value: JsonObject,
  options: { readonly path: string; readonly list: ProblemList; readonly prefix?: string },
): readonly McpServerEntry[] {
  const { path, list, prefix = "" } = options;
  return Object.keys(value).flatMap((key) => {
    const at = childPath(path, key);
    const name = `${prefix}${key}`;
    const handler = isUsableName(name, at, list) ? readServer(name, ownValue(value, key), at, list) : null;
    return handler ? [{ event: "McpServer", handler, file: list.file, path: at }] : [];
  });
}

/**
 * The name of a server or a tool as a part of `mcp__server__tool`.
 *
 * @source recorded names of Claude Code 2.1.329: a dash stays
 */
export function mcpNamePart(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, "_");
}

/** A name with two underscores would stand below that of another server, whose permission rules would cover it. */
function isUsableName(name: string, path: string, list: ProblemList): boolean {
  if (name !== "" && name.length <= MAX_NAME && !/^_|__|_$/.test(mcpNamePart(name))) return true;
  list.error({
    code: "unsafe_name",
    path,
    expected: `a name of at most ${MAX_NAME} characters, without two underscores in a row, and none at its ends`,
    value: name,
    effect: NOT_STARTED,
    advice: "Other characters than letters, digits and dashes count as underscores.",
  });
  return false;
}

function readServer(name: string, value: unknown, path: string, list: ProblemList): McpServer | null {
  if (!isJsonObject(value)) return refuse(list, path, 'an object such as {"command": "…"}', value);
  const { type: given = Object.hasOwn(value, "command") ? "stdio" : undefined } = value;
  const type = typeof given === "string" && Object.hasOwn(TYPES, given) ? TYPES[given] : undefined;
  if (type === undefined)
    return refuse(list, childPath(path, "type"), `one of ${Object.keys(TYPES).join(", ")}`, given);
  return type === "stdio"
    ? readStdio(name, value, path, list)
    : readRemote(type, { name, value, path, list });
}

function readStdio(name: string, value: JsonObject, path: string, list: ProblemList): StdioServer | null {
  const { command, args = [] } = value;
  if (typeof command !== "string" || command.trim() === "" || command.includes("\0"))
    return refuse(list, childPath(path, "command"), "a program", command);
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string" && !arg.includes("\0")))
    return refuse(list, childPath(path, "args"), "a list of strings", args);
  const env = readTexts(value, "env", path, list);
  return env && { type: "stdio", name, command, args, env };
}

function readRemote(
  type: RemoteServer["type"],
  { name, value, path, list }: { name: string; value: JsonObject; path: string; list: ProblemList },
): RemoteServer | null {
  const { url } = value;
  if (typeof url !== "string" || url.trim() === "")
    return refuse(list, childPath(path, "url"), "an address such as https://example.com/mcp", url);
  // A program that makes headers is not run, and without them the server would be asked as somebody else.
  if (value.headersHelper !== undefined)
    return refuse(list, childPath(path, "headersHelper"), "`headers` instead", value.headersHelper);
  const headers = readTexts(value, "headers", path, list);
  return headers && { type, name, url, headers };
}

/** A map of texts, whose values are never shown: they may be secret. */
function readTexts(
  value: JsonObject,
  key: "env" | "headers",
  path: string,
  list: ProblemList,
): Readonly<Record<string, string>> | null {
  const texts = ownValue(value, key) ?? {};
  const isSound = isJsonObject(texts) && Object.values(texts).every((text) => typeof text === "string");
  if (isSound) return texts as Readonly<Record<string, string>>;
  return refuse(list, childPath(path, key), "an object with strings", undefined, "something else");
}

function refuse(list: ProblemList, path: string, expected: string, value: unknown, came?: string): null {
  list.error({
    code: value === undefined && came === undefined ? "missing" : "wrong_type",
    ...{ path, expected, effect: NOT_STARTED },
    ...(came === undefined ? { value } : { came }),
  });
  return null;
}
