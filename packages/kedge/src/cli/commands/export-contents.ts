import { countOf, numberWords } from "../../recovery/index.ts";
import type { Terminal } from "../terminal.ts";
import { wrapText } from "../text-width.ts";
import { type Fact, layOutFacts } from "./explain-layout.ts";
import type { Bundle } from "./export-bundle.ts";

/** What a bundle holds, for whoever has to say whether it may leave. */
export function contentsText(bundle: Bundle, text: string, terminal: Terminal): string {
  const { failure, witnesses, versions, environment, redactions } = bundle;
  const known = Object.entries(failure).filter(([, value]) => value !== null);
  const facts: readonly Fact[] = [
    ["failure", [`${countOf(known.length, "field")}: ${known.map(([name]) => name).join(", ")}`]],
    ["witnesses", witnesses.map(witnessWordsOf)],
    [
      "versions",
      [
        Object.entries(versions)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ],
    ],
    ["environment", [environmentWords(environment)]],
    ["redacted", [redactionWords(redactions)]],
    ["size", [countOf(Buffer.byteLength(text), "byte")]],
  ];
  const title = wrapText(`The bundle about ${String(failure.id)} holds`, terminal.width).map(
    terminal.style.strong,
  );
  return [
    ...title,
    layOutFacts(facts, terminal),
    "",
    ...layOutNote(
      "`message` and `text` are what the agent and the API wrote. There are no prompts, no inputs and outputs of tools, no folders.",
      terminal,
    ),
  ].join("\n");
}

function witnessWordsOf({ who, said }: Readonly<Record<string, unknown>>): string {
  return `${String(who)}: ${Object.keys(said ?? {}).join(", ")}`;
}

function environmentWords(names: readonly string[]): string {
  return names.length === 0
    ? "no name"
    : `${countOf(names.length, "name")} without ${names.length === 1 ? "its value" : "their values"}: ${names.join(", ")}`;
}

function redactionWords(redactions: Readonly<Record<string, number>>): string {
  const kinds = Object.entries(redactions);
  return kinds.length === 0
    ? "nothing looked like a secret"
    : kinds.map(([kind, count]) => `${numberWords(count)} × ${kind}`).join(", ");
}

function layOutNote(note: string, terminal: Terminal): readonly string[] {
  return layOutFacts([["note", [note]]], terminal).split("\n");
}
