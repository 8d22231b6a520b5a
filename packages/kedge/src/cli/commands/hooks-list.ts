import type { Finding, ListedHandler, ListedServer } from "../../engine/index.ts";
import { escapeInvisible, formatProblem, type Problem } from "../../protocol/index.ts";
import { type CalledHandlers, listCalled } from "../called-handlers.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { readEventName } from "../event-name.ts";
import { engineOptions, openEngine, readServers, type SourceOptions } from "../open-engine.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";
import { findingRows } from "./finding-rows.ts";

/** Options of the command. */
export interface ListOptions extends SourceOptions {
  readonly event?: string;
  readonly json?: boolean;
}

/** `kedge hooks list`: every handler that is configured for a project, with its source, its trust, and whether it is active. */
export async function listHooks(options: ListOptions, context: Context): Promise<number> {
  const event = options.event === undefined ? null : readEventName(options.event);
  const settings = engineOptions(options, context);
  await using engine = await openEngine(settings);
  const state = await engine.state();
  const isMeant = (each: ListedHandler): boolean => event === null || each.event === event;
  const handlers = (await engine.list()).filter(isMeant);
  const called = await listCalled(engine);
  const listing = await readServers(engine);
  const servers = event === null ? listing.servers : [];
  const problems = [...state.problems, ...listing.problems, ...called.problems];
  const findings = await engine.findings();
  const waiting = called.listed.filter(isMeant);
  const { terminal } = context;
  if (options.json)
    terminal.out(
      JSON.stringify(
        {
          ...{ handlers: handlers.map(asJson), servers: servers.map(serverAsJson) },
          ...{ waiting: waiting.map(asJson), problems, findings },
        },
        null,
        2,
      ),
    );
  else
    terminal.out(asText({ handlers, servers, waiting, wishes: called.wishes, problems, findings }, terminal));
  return problems.some(({ severity }) => severity === "error") || findings.length > 0
    ? EXIT.findings
    : EXIT.ok;
}

function asJson({ origin: _origin, entry, ...listed }: ListedHandler): object {
  return { ...listed, handler: entry?.handler ?? null };
}

/** Values of variables and headers may be secret: their names say what they are. */
function serverAsJson({ origin: _origin, entry, ...listed }: ListedServer): object {
  const { handler: server } = entry;
  const names =
    server.type === "stdio" ? { env: Object.keys(server.env) } : { headers: Object.keys(server.headers) };
  return { ...listed, type: server.type, ...names };
}

interface Listing {
  readonly handlers: readonly ListedHandler[];
  readonly servers: readonly ListedServer[];
  /** Handlers of skills, commands and agents, and what their texts run and permit: while those are in use. */
  readonly waiting: readonly ListedHandler[];
  readonly wishes: CalledHandlers["wishes"];
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
}

function asText(listing: Listing, terminal: Terminal): string {
  const { handlers, servers, waiting, wishes, problems, findings } = listing;
  const { style, width } = terminal;
  const rows = handlers.flatMap((listed) => handlerRows(listed, terminal));
  const active = handlers.filter(({ isActive }) => isActive).length;
  const parts = [
    handlers.length === 0
      ? "No handler is configured."
      : `${style.strong(`${active} of ${handlers.length} handlers are active`)}.\n${layOut(rows, { width })}`,
    section(
      "MCP servers",
      servers.flatMap((listed) => serverRows(listed, terminal)),
      terminal,
    ),
    section(
      "Of skills, commands and agents, while they are in use",
      waiting.flatMap((each) =>
        each.entry && wishes.has(each.entry) ? wishRows(each, terminal) : handlerRows(each, terminal),
      ),
      terminal,
    ),
    section("Not loaded", findingRows(findings), terminal),
    section(
      "Problems",
      problems.map((problem) => [
        style[problem.severity === "error" ? "bad" : "caution"](problem.severity),
        formatProblem(problem),
      ]),
      terminal,
    ),
    [...handlers, ...servers, ...waiting].some(
      ({ entry, trust }) => entry && trust !== "trusted" && trust !== "managed",
    )
      ? style.faint("`kedge hooks trust` shows what the project wants to run, and asks.")
      : "",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function section(title: string, rows: readonly Row[], { style, width }: Terminal): string {
  return rows.length === 0 ? "" : `${style.strong(title)}\n${layOut(rows, { width })}`;
}

function handlerRows(listed: ListedHandler, { style }: Terminal): Row[] {
  const mark = markOf(listed, style);
  const matcher =
    listed.matcher === undefined || listed.matcher === ""
      ? ""
      : ` ${escapeInvisible(JSON.stringify(listed.matcher))}`;
  const place = listed.source === listed.file ? listed.path : `${listed.file} ${listed.path}`;
  return [
    [mark, listed.id.slice(0, 6), `${style.strong(listed.event)}${matcher}  ${listed.what}`],
    ["", "", style.faint(`${listed.source}, ${place}; ${listed.why}.`)],
  ];
}

/** What a text runs or permits; the name by which the text is called stands in its matcher. */
function wishRows(listed: ListedHandler, { style }: Terminal): Row[] {
  const { id, what, matcher = "", source, path, why } = listed;
  const [, does = ""] = /^[a-z]+: (.*)$/.exec(what) ?? [];
  const verb = listed.entry?.handler.type === "function" ? "permits" : "runs";
  return [
    [markOf(listed, style), id.slice(0, 6), `${style.strong(`${matcher} ${verb}`)}  ${does}`],
    ["", "", style.faint(`${source}, ${path}; ${why}.`)],
  ];
}

function serverRows(listed: ListedServer, { style }: Terminal): Row[] {
  const { handler: server } = listed.entry;
  const names = Object.keys(server.type === "stdio" ? server.env : server.headers);
  const given =
    names.length === 0 ? "" : `; ${server.type === "stdio" ? "variables" : "headers"} ${names.join(", ")}`;
  const name = escapeInvisible(listed.name);
  return [
    [markOf(listed, style), listed.id.slice(0, 6), `${style.strong(name)}  ${listed.what}`],
    ["", "", style.faint(escapeInvisible(`${listed.source}, ${listed.path}${given}; ${listed.why}.`))],
  ];
}

function markOf(
  { isActive, trust }: Pick<ListedHandler, "isActive" | "trust">,
  style: Terminal["style"],
): string {
  return isActive ? style.good("active") : style.caution(trust === "modified" ? "changed" : "off");
}
