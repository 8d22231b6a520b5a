import type { Engine, ListedServer, McpCaller } from "../../engine/index.ts";
import { formatProblem, mcpNamePart } from "../../protocol/index.ts";
import type { HostEvent } from "../events.ts";
import type { Tool } from "../tools/tool.ts";
import { type ChosenTools, chooseTools } from "./choose-tools.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { Elicitation } from "./elicit.ts";
import { fillServer } from "./fill-server.ts";
import { MAX_TOOLS } from "./link.ts";
import { createMcpTool } from "./mcp-tool.ts";
import type { ElicitationAnswer, McpServerState, McpStatus } from "./ports.ts";
import { handlerText } from "./result-text.ts";
import { serverEnvironment } from "./server-environment.ts";
import { readDefinition, type ServerTool, toolName } from "./tool-definition.ts";

type Notice = Extract<HostEvent, { type: "notice" }>;

/** What MCP servers need of the session. */
export interface ServersParts {
  readonly engine: Pick<Engine, "servers" | "trust">;
  readonly projectDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly roots: () => readonly string[];
  /** Must not throw. */
  readonly elicit: (server: string, asked: Elicitation, signal: AbortSignal) => Promise<ElicitationAnswer>;
  readonly emit: (event: Notice) => void;
}

/** The MCP servers of one session. */
export interface McpServers {
  /** Tools of the servers that are connected, in configured order. */
  readonly tools: readonly Tool[];
  readonly states: readonly McpServerState[];
  /** For handlers of hooks. Nothing is connected for them before {@link McpServers.begin}, as recorded. */
  readonly caller: McpCaller;
  /** Resolves when every server is connected, or is not going to be. */
  readonly settled: Promise<void>;
  /** The session has begun: what is to be told of servers is told, first what happened before. */
  begin(): void;
  close(): Promise<void>;
  kill(): void;
}

/**
 * Reads which servers there are, and begins to connect those that may be. A server that fails ends nothing.
 *
 * @throws {HookError} as `Engine.servers`
 */
export async function openServers(parts: ServersParts): Promise<McpServers> {
  const { servers, problems } = await parts.engine.servers();
  const told = createTeller(parts.emit);
  for (const problem of problems)
    if (problem.severity === "error") told.tell("warning", formatProblem(problem));
  const ending = new AbortController();
  let chosen: ChosenTools = { tools: [], notice: null };
  let hasTold = false;
  const choose = (): void => {
    chosen = chooseTools(all.flatMap((server) => server.tools));
    // Once: a server may say without end that its list is another.
    if (chosen.notice !== null && !hasTold) told.tell("warning", chosen.notice);
    hasTold ||= chosen.notice !== null;
  };
  const all = servers.map((listed) => new SessionServer(listed, parts, { told, onTools: choose }));
  const settled = Promise.all(all.map((server) => server.open(ending.signal))).then(() => undefined);
  const connected = (name: string): SessionServer | undefined =>
    told.isOpen ? all.find((each) => each.isActive && each.name === name) : undefined;
  return {
    get tools() {
      return chosen.tools;
    },
    get states() {
      const taken = new Set(chosen.tools.map(({ definition }) => definition.name));
      return all.map(({ state }) => ({ ...state, tools: state.tools.filter((name) => taken.has(name)) }));
    },
    settled,
    caller: {
      isConnected: (name) => connected(name)?.state.status === "connected",
      async call({ server, tool, input, signal }) {
        const found = connected(server);
        if (!found) throw new Error(`the MCP server ${server} is not connected`);
        const result = await found.connection.call(tool, input, { by: "hook", signal });
        return { text: handlerText(result), isError: result.isError === true };
      },
    },
    begin: () => told.open(),
    async close() {
      ending.abort();
      await Promise.all(all.map(({ connection }) => connection.close()));
    },
    kill() {
      for (const { connection } of all) connection.kill();
    },
  };
}

interface Teller {
  readonly isOpen: boolean;
  tell(level: Notice["level"], text: string): void;
  open(): void;
}

/** Keeps what is to be told until somebody can hear it. */
function createTeller(emit: ServersParts["emit"]): Teller {
  const early: Notice[] = [];
  let isOpen = false;
  return {
    get isOpen() {
      return isOpen;
    },
    tell(level, text) {
      const notice = { type: "notice", level, text } as const;
      if (isOpen) emit(notice);
      else early.push(notice);
    },
    open() {
      isOpen = true;
      for (const notice of early.splice(0)) emit(notice);
    },
  };
}

const ADVICE =
  "`kedge hooks trust` shows what it runs and asks; --trust-project starts everything of the project.";

/** One configured server, with its connection and its tools. */
class SessionServer {
  readonly name: string;
  readonly isActive: boolean;
  readonly connection: Connection;
  tools: readonly Tool[] = [];
  private readonly listed: ListedServer;
  private readonly parts: ServersParts;
  private readonly told: Teller;
  private readonly said = new Set<string>();
  private readonly onTools: () => void;

  constructor(
    listed: ListedServer,
    parts: ServersParts,
    { told, onTools }: { readonly told: Teller; readonly onTools: () => void },
  ) {
    this.listed = listed;
    this.parts = parts;
    this.told = told;
    this.onTools = onTools;
    this.name = listed.name;
    this.isActive = listed.isActive;
    const { projectDir, env } = parts;
    const { handler: server } = listed.entry;
    const { plugin } = listed.origin;
    const own = plugin ? { CLAUDE_PLUGIN_ROOT: plugin.root, CLAUDE_PLUGIN_DATA: plugin.dataDir } : {};
    const rule = { env, own, withholdsSecrets: listed.origin.isFromProject };
    this.connection = createConnection({
      ...parts,
      placeOf: ({ env: given }) => ({ cwd: projectDir, env: serverEnvironment(env, { ...own, ...given }) }),
      prepare: async () => {
        const refusal = await this.refusal();
        return refusal === null ? fillServer(server, rule) : { ok: false, why: refusal };
      },
      elicit: (asked, signal) => parts.elicit(this.name, asked, signal),
      onTools: (tools, isCut) => this.takeTools(tools, isCut),
      onStatus: (status, why) => this.tellStatus(status, why),
    });
  }

  get state(): McpServerState {
    const { status, why } = this.connection;
    const tools = this.tools.map(({ definition }) => definition.name);
    return { name: this.name, status, why, tools: status === "connected" ? tools : [] };
  }

  open(signal: AbortSignal): Promise<void> {
    return this.connection.open(signal);
  }

  /** Why it must not be started now; null when it may be. Files may have changed since it was listed, and the user's mind. */
  private async refusal(): Promise<string | null> {
    const { isActive, why, entry, origin } = this.listed;
    if (!isActive) return why;
    const verdict = await this.parts.engine.trust.judge(entry, origin, {
      env: {},
      cwd: this.parts.projectDir,
    });
    return verdict.mayRun ? null : verdict.why;
  }

  private tellStatus(status: McpStatus, why: string): void {
    if (status === "connected") return;
    const { source, path, trust, isActive } = this.listed;
    const verb = status === "disabled" ? "is not started" : "is not connected";
    const isAsking = trust === "untrusted" || trust === "modified";
    const advice = isAsking ? ` ${ADVICE}` : "";
    // What somebody has switched off, or configured twice, is no news.
    this.tellOnce(
      isActive || isAsking ? "warning" : "info",
      `MCP server ${this.name} of ${source} (${path}) ${verb}: ${why}.${advice}`,
    );
  }

  private takeTools(found: readonly ServerTool[], isCut: boolean): void {
    const { kind } = this.listed;
    const server = { name: this.name, source: SOURCES[kind] ?? kind };
    const names = new Set<string>();
    const tools: Tool[] = [];
    for (const tool of found) {
      const reading = readDefinition(this.name, tool);
      const name = toolName(this.name, tool.name);
      if (!reading.ok) this.leaveOut(tool.name, reading.why);
      // Never one of another server: no name of a server has two underscores in a row, so where it ends is plain.
      else if (names.has(name)) this.leaveOut(tool.name, "another tool has that name");
      else tools.push(createMcpTool(reading.definition, tool.name, { connection: this.connection, server }));
      names.add(name);
    }
    this.tools = tools;
    this.onTools();
    if (isCut)
      this.tellOnce(
        "warning",
        `MCP server ${this.name} has more than ${MAX_TOOLS} tools; the rest is left out.`,
      );
  }

  private leaveOut(tool: string, why: string): void {
    // A server with a thousand such tools gets one line.
    const key = `left out: ${why}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    const name = mcpNamePart(tool).slice(0, 80);
    this.told.tell("warning", `A tool of the MCP server ${this.name} is left out (${name}): ${why}.`);
  }

  private tellOnce(level: Notice["level"], text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.told.tell(level, text);
  }
}

/** Where a server was configured, in the words of the wire. @source Claude Code MCP reference, scopes */
const SOURCES: Readonly<Record<string, string>> = { managed: "enterprise", flag: "dynamic" };
