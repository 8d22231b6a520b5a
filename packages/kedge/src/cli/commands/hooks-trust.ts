import type { Engine, ListedHandler, ListedServer, TrustEntry, TrustReview } from "../../engine/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { parseFrontmatterYaml } from "../frontmatter-yaml.ts";
import { engineOptions, openEngine, readServers, type SourceOptions } from "../open-engine.ts";
import { toWire } from "../to-wire.ts";

/** Options of the command. */
export interface TrustOptions extends SourceOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `kedge hooks trust [ID…]`: shows what the project wants to run, asks, and trusts exactly that. */
export async function trustHooks(
  ids: readonly string[],
  options: TrustOptions,
  context: Context,
): Promise<number> {
  await using engine = await openEngine(engineOptions({ ...options, trustProject: false }, context));
  await addDefinitions(engine);
  const { servers } = await readServers(engine);
  const asking = choose<ListedHandler | ListedServer>([...(await engine.list()), ...servers], ids).filter(
    ({ trust, entry }) => entry && (trust === "untrusted" || trust === "modified"),
  );
  const { terminal } = context;
  if (asking.length === 0) {
    terminal.out("Nothing asks for trust.");
    return EXIT.ok;
  }
  const reviews = await review(engine, asking);
  const { projectEnv } = (await engine.state()).configuration;
  const hasHandlers = asking.some(({ entry }) => entry?.event !== "McpServer");
  if (hasHandlers && Object.keys(projectEnv).length > 0) terminal.out(variablesText(projectEnv));
  for (const [at, each] of reviews.entries()) terminal.out(reviewText(each, at + 1));
  const question = `Trust ${nameOf(reviews)} as shown?`;
  if (!options.yes && !(await askAtTerminal(question, "Give --yes to trust what is shown.", context))) {
    terminal.err("kedge: nothing was trusted.");
    return EXIT.findings;
  }
  await inState(() => engine.trust.accept(reviews));
  terminal.out(`Trusted ${reviews.length}. A change of any of it asks again.`);
  return EXIT.ok;
}

/** Skills, commands and agents of the project ask as well: for their hooks, and for what their texts run and permit. */
async function addDefinitions(engine: Engine): Promise<void> {
  const { files } = await engine.definitions(parseFrontmatterYaml);
  for (const { isFromProject, hooks, wishes } of files)
    for (const source of [hooks, wishes]) if (isFromProject && source) engine.addSource(source);
}

/** `kedge hooks untrust`: takes back everything that was trusted in the project. */
export async function untrustHooks(options: SourceOptions, context: Context): Promise<number> {
  await using engine = await openEngine(engineOptions(options, context));
  const count = await inState(() => engine.trust.revoke());
  context.terminal.out(count === 0 ? "Nothing was trusted here." : `Took trust back from ${count}.`);
  return EXIT.ok;
}

/** `kedge hooks disable ID…` and `enable ID…`: switch single handlers off and on, whatever file configures them. */
export async function switchHooks(
  how: "disable" | "enable",
  ids: readonly string[],
  { options, context }: { options: SourceOptions; context: Context },
): Promise<number> {
  await using engine = await openEngine(engineOptions(options, context));
  const known = new Map(choose(await engine.list(), ids).map((each) => [each.id, each]));
  const chosen = [...known.values()].flatMap(({ entry, origin }) =>
    entry ? [{ entry, source: origin }] : [],
  );
  const managed = chosen.find(({ source }) => source.kind === "managed");
  if (managed)
    throw new CommandError(
      EXIT.usage,
      `expected a handler of yours, got one of ${managed.source.name}: managed handlers cannot be switched off.`,
    );
  const { disabled } = await engine.state();
  const changed = await inState(async () => {
    if (how === "enable") return disabled.enable(chosen);
    await disabled.disable(chosen);
    return chosen.length;
  });
  context.terminal.out(
    how === "disable"
      ? `Switched ${changed} off. \`kedge hooks enable\` switches on again.`
      : `Switched ${changed} on.`,
  );
  return EXIT.ok;
}

/** What is asked about: handlers, servers, or both. */
function nameOf(reviews: readonly TrustReview[]): string {
  const servers = reviews.filter(({ judgement }) => judgement.subject.entry.event === "McpServer").length;
  const handlers = reviews.length - servers;
  if (reviews.length === 1) return servers === 1 ? "this MCP server" : "this handler";
  if (servers === 0) return `these ${handlers} handlers`;
  const some = `${servers} MCP ${servers === 1 ? "server" : "servers"}`;
  if (handlers === 0) return `these ${some}`;
  return `${handlers === 1 ? "this handler" : `these ${handlers} handlers`} and ${some}`;
}

/** The handlers and servers whose ids begin so; all of them without ids. */
function choose<Listed extends Pick<ListedHandler, "id">>(
  listed: readonly Listed[],
  ids: readonly string[],
): readonly Listed[] {
  if (ids.length === 0) return listed;
  return ids.flatMap((id) => {
    const found = listed.filter((each) => id !== "" && each.id.startsWith(id.toLowerCase()));
    // One handler that is configured twice has one id.
    const count = new Set(found.map((each) => each.id)).size;
    if (count === 1) return found;
    const problem = count === 0 ? "no handler has it" : `${count} handlers have it`;
    throw new CommandError(
      EXIT.usage,
      `expected the first characters of one id, got "${id}": ${problem}. \`kedge hooks list\` shows them.`,
    );
  });
}

/** Changes what is remembered, and says why that cannot be done in the words of a command. */
async function inState<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    // Errors of the file system and of the state have a code; any other is a mistake in Kedge.
    if (!(error instanceof Error) || typeof Object(error).code !== "string") throw error;
    throw new CommandError(EXIT.data, `nothing could be remembered: ${error.message}`, { cause: error });
  }
}

async function review(
  engine: Engine,
  asking: readonly (ListedHandler | ListedServer)[],
): Promise<readonly TrustReview[]> {
  const subjects = asking.flatMap(({ entry, origin }) => (entry ? [{ entry, source: origin }] : []));
  const servers = subjects.filter(({ entry }) => entry.event === "McpServer");
  const handlers = subjects.filter(({ entry }) => entry.event !== "McpServer");
  const { projectEnv } = (await engine.state()).configuration;
  return [
    ...(await engine.trust.review(handlers, { env: projectEnv })),
    // Servers get no variables of the project's settings.
    ...(await engine.trust.review(servers, { env: {} })),
  ];
}

/** Variables that the project sets, which are trusted with every handler of it. */
function variablesText(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `   ${name}=${JSON.stringify(value)}`);
  return escapeKeepingLines(["They run with these variables, which the project sets:", ...lines].join("\n"));
}

/** Everything that is trusted with one handler besides variables: the handler itself, files, and words that nobody can resolve. */
function reviewText({ judgement, content }: TrustReview, number: number): string {
  const { entry, source } = judgement.subject;
  const shown = JSON.stringify(wireForm(entry), null, 2).split("\n").join("\n   ");
  const files = content.files.map(
    ({ path, state, target }) =>
      `   file ${path}${target === undefined ? "" : ` -> ${target}`} (${state.replace("_", " ")})`,
  );
  const unresolved = content.unresolved.map((word) => `   unknown before it runs: ${word}`);
  const state = judgement.state === "modified" ? " (changed since it was trusted)" : "";
  const matcher = entry.matcher === undefined ? "" : ` ${JSON.stringify(entry.matcher)}`;
  const lines = [
    `${number}. ${entry.event}${matcher}, ${source}, ${entry.file} ${entry.path}${state}`,
    `   ${shown}`,
    ...files,
    ...unresolved,
  ];
  return escapeKeepingLines(lines.join("\n"));
}

/** As it stands in its file. Values of a server's variables are the project's own text: nothing is filled in yet. */
function wireForm(entry: TrustEntry): object {
  if (entry.event !== "McpServer") return toWire(entry.handler);
  const { name: _, ...server } = entry.handler;
  return server;
}

function escapeKeepingLines(text: string): string {
  return text.split("\n").map(escapeInvisible).join("\n");
}
