import type { Engine, ListedHandler, ListedServer, TrustReview } from "../../engine/index.ts";
import { askAtTerminal } from "../ask.ts";
import { listCalled } from "../called-handlers.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { engineOptions, openEngine, readServers, type SourceOptions } from "../open-engine.ts";
import { asJson, asText, nameOf, type Shown } from "./trust-shown.ts";

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
  const called = await listCalled(engine);
  const { servers } = await readServers(engine);
  const all = [...(await engine.list()), ...called.listed, ...servers];
  const asking = choose<ListedHandler | ListedServer>(all, ids).filter(
    ({ trust, entry }) => entry && trust !== "trusted" && trust !== "managed",
  );
  const { terminal } = context;
  const { projectEnv } = (await engine.state()).configuration;
  const hasHandlers = asking.some(({ entry }) => entry?.event !== "McpServer");
  const shown: Shown = {
    reviews: await review(engine, asking),
    ids: new Map(asking.map(({ entry, id }) => [entry, id])),
    wishes: called.wishes,
    variables: hasHandlers ? projectEnv : {},
  };
  const { reviews } = shown;
  if (options.json) {
    if (options.yes) await inState(() => engine.trust.accept(reviews));
    terminal.out(JSON.stringify({ isTrusted: options.yes === true, ...asJson(shown) }, null, 2));
    return options.yes || reviews.length === 0 ? EXIT.ok : EXIT.findings;
  }
  if (reviews.length === 0) {
    terminal.out("Nothing asks for trust.");
    return EXIT.ok;
  }
  terminal.out(asText(shown));
  const question = `Trust ${nameOf(shown)} as shown?`;
  if (!options.yes && !(await askAtTerminal(question, "Give --yes to trust what is shown.", context))) {
    terminal.err("kedge: nothing was trusted.");
    return EXIT.findings;
  }
  await inState(() => engine.trust.accept(reviews));
  terminal.out(`Trusted ${reviews.length}. A change of any of it asks again.`);
  return EXIT.ok;
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
  const called = await listCalled(engine);
  // What a text runs or permits is no handler: nothing dispatches it.
  const ofFiles = called.listed.filter(({ entry }) => entry && !called.wishes.has(entry));
  const known = new Map(choose([...(await engine.list()), ...ofFiles], ids).map((each) => [each.id, each]));
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
