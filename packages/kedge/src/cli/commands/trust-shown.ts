import type { TrustEntry, TrustReview } from "../../engine/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";
import type { CalledHandlers } from "../called-handlers.ts";
import { toWire } from "../to-wire.ts";

/** Everything that a yes would trust. */
export interface Shown {
  readonly reviews: readonly TrustReview[];
  /** As `kedge hooks list` has them. */
  readonly ids: ReadonlyMap<TrustEntry | undefined, string>;
  /** What a text of a skill or a command runs or permits. */
  readonly wishes: CalledHandlers["wishes"];
  /** Those that the project sets, which are trusted with every handler of it. */
  readonly variables: Readonly<Record<string, string>>;
}

type Kind = "handler" | "server" | "runs" | "permits";

function kindOf(entry: TrustEntry, wishes: Shown["wishes"]): Kind {
  if (entry.event === "McpServer") return "server";
  if (!wishes.has(entry)) return "handler";
  return entry.handler.type === "function" ? "permits" : "runs";
}

/** For people: numbered, with everything that is trusted, and words that nobody can resolve before it runs. */
export function asText(shown: Shown): string {
  const { variables, reviews, wishes } = shown;
  const names = Object.entries(variables).map(([name, value]) => `   ${name}=${JSON.stringify(value)}`);
  const head = names.length === 0 ? [] : ["They run with these variables, which the project sets:", ...names];
  const rest = reviews.flatMap((review, at) => reviewLines(review, at + 1, wishes));
  return escapeKeepingLines([...head, ...rest].join("\n"));
}

function reviewLines({ judgement, content }: TrustReview, number: number, wishes: Shown["wishes"]): string[] {
  const { entry } = judgement.subject;
  const files = content.files.map(
    ({ path, state, target }) =>
      `   file ${path}${target === undefined ? "" : ` -> ${target}`} (${state.replace("_", " ")})`,
  );
  const unresolved = content.unresolved.map((word) => `   unknown before it runs: ${word}`);
  const state = judgement.state === "modified" ? " (changed since it was trusted)" : "";
  const own = [
    `${headOf(entry, judgement.subject.source, wishes)}${state}`,
    ...bodyOf(entry, wishes).split("\n"),
  ];
  return [`${number}. ${own.join("\n   ")}`, ...files, ...unresolved];
}

function headOf(entry: TrustEntry, source: string, wishes: Shown["wishes"]): string {
  const place = `${entry.file} ${entry.path}`;
  const matcher = entry.matcher === undefined ? "" : ` ${JSON.stringify(entry.matcher)}`;
  switch (kindOf(entry, wishes)) {
    case "server":
      return `MCP server ${JSON.stringify(entry.event === "McpServer" ? entry.handler.name : "")}, ${source}, ${place}: ${
        entry.handler.type === "stdio" ? "a program with your rights, outside of any sandbox" : "an address"
      }`;
    case "runs":
      return `A text runs this when it is loaded, as far as permissions let it:${matcher}, ${entry.file}`;
    case "permits":
      return `A text permits this without asking, until the turn ends:${matcher}, ${entry.file}`;
    case "handler":
      return `${entry.event}${matcher}, ${source}, ${place}`;
  }
}

/** As it stands in its file. Values of a server's variables are the project's own text: nothing is filled in yet. */
function bodyOf(entry: TrustEntry, wishes: Shown["wishes"]): string {
  if (entry.event !== "McpServer" && wishes.has(entry)) {
    const { handler } = entry;
    if (handler.type === "function") return handler.name;
    // Further lines are set in, so that none of them looks like one of ours.
    if (handler.type === "command") return `$ ${handler.command.replaceAll("\n", "\n  ")}`;
  }
  return JSON.stringify(wireForm(entry), null, 2);
}

function wireForm(entry: TrustEntry): object {
  if (entry.event !== "McpServer") return toWire(entry.handler);
  const { name: _, ...server } = entry.handler;
  return server;
}

/** The same for programs. */
export function asJson({ reviews, ids, wishes, variables }: Shown): object {
  return {
    variables,
    asking: reviews.map(({ judgement, content }) => {
      const { entry, source } = judgement.subject;
      const { file, path, matcher, event } = entry;
      return {
        id: ids.get(entry) ?? "",
        kind: kindOf(entry, wishes),
        trust: judgement.state,
        ...{ event, source, file, path },
        ...(matcher === undefined ? {} : { matcher }),
        ...(entry.event === "McpServer" ? { name: entry.handler.name } : {}),
        definition: wireForm(entry),
        files: content.files,
        unresolved: content.unresolved,
      };
    }),
  };
}

/** What is asked about. */
export function nameOf({ reviews, wishes }: Shown): string {
  const kinds = new Set(reviews.map(({ judgement }) => kindOf(judgement.subject.entry, wishes)));
  const [only] = kinds;
  const name = kinds.size > 1 || only === undefined ? "thing" : NAMES[only];
  return reviews.length === 1 ? `this ${name}` : `these ${reviews.length} ${name}s`;
}

const NAMES: Readonly<Record<Kind, string>> = {
  handler: "handler",
  server: "MCP server",
  runs: "command",
  permits: "permission",
};

function escapeKeepingLines(text: string): string {
  return text.split("\n").map(escapeInvisible).join("\n");
}
