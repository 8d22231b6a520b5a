import type { ParsedScript, SyntaxNode, Word, WordPart } from "unbash";
import { clean, MARKS, PLUGIN_MARK, PROJECT_MARK, type WordCollector } from "./word-collector.ts";

/** Spellings of one word that are followed up. */
const MAX_SPELLINGS = 32;

/** Longer commands are split at blanks and punctuation instead of being parsed. */
const MAX_PARSED_LENGTH = 10_000;

/**
 * Collects the words of a shell command, as the shell splits it. What cannot be parsed, or is too long to be, is split at
 * blanks and punctuation.
 *
 * @param env variables that are set when the command runs
 */
export async function collectShellWords(
  command: string,
  env: Readonly<Record<string, string>>,
  collector: WordCollector,
): Promise<void> {
  const { parse, forEachChild } = await import("unbash");
  let script: ParsedScript | null = null;
  try {
    if (command.length <= MAX_PARSED_LENGTH) script = parse(command);
    if (script) new ShellWalker(collector, env, forEachChild).visit(script);
  } catch {
    script = null; // nested beyond the parser's stack: split below, like everything that cannot be parsed
  }
  if (!script || (script.errors && script.errors.length > 0)) collector.addText(command);
}

type ForEachChild = (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void;

/** Walks a whole script, substitutions and here-documents included, and collects its words. */
class ShellWalker {
  private readonly collector: WordCollector;
  private readonly forEachChild: ForEachChild;
  /** Values that variables have or get; all of them, because nobody knows which one counts where. */
  private readonly variables: Map<string, Spelling>;

  constructor(collector: WordCollector, env: Readonly<Record<string, string>>, forEachChild: ForEachChild) {
    this.collector = collector;
    const set = Object.entries(env).map(([name, value]) => [name, clean(value)] as const);
    this.variables = new Map(
      [...set, ...Object.entries(MARKS)].map(([name, value]) => [
        name,
        { spellings: [value], isKnown: true },
      ]),
    );
    this.forEachChild = forEachChild;
  }

  readonly visit = (node: SyntaxNode): void => {
    if (node.type === "Word") this.word(node);
    else if (node.type === "HereDocBody") this.collector.addText(node.text);
    else if (node.type === "Assignment" && node.value.type === "Word") {
      const before = this.variables.get(node.name);
      const value = this.spell(node.value);
      this.variables.set(node.name, before ? either(before, value) : value);
    }
    const isWritten = node.type === "Redirect" && node.operator.includes(">") && node.operator !== "<>";
    if (isWritten && node.target) this.forEachChild(node.target, this.visit);
    else this.forEachChild(node, this.visit);
  };

  private word(word: Word): void {
    const { spellings, isKnown } = this.spell(word);
    for (const each of spellings) this.collector.add(each);
    if (!isKnown) this.collector.unresolved.add(word.text);
  }

  private spell(word: Word): Spelling {
    return word.parts ? this.join(word.parts) : { spellings: [clean(word.value)], isKnown: true };
  }

  private join(parts: readonly WordPart[]): Spelling {
    let joined: Spelling = { spellings: [""], isKnown: true };
    for (const part of parts) {
      const next = this.part(part);
      joined = bound({
        spellings: joined.spellings.flatMap((front) => next.spellings.map((end) => front + end)),
        isKnown: joined.isKnown && next.isKnown,
      });
    }
    return joined;
  }

  private part(part: WordPart): Spelling {
    switch (part.type) {
      case "Literal":
      case "SingleQuoted":
      case "AnsiCQuoted":
        return { spellings: [clean(part.value)], isKnown: true };
      case "DoubleQuoted":
      case "LocaleString":
        return this.join(part.parts);
      case "SimpleExpansion":
        return this.variables.get(part.text.slice(1)) ?? UNKNOWN;
      case "ParameterExpansion": {
        const known = this.variables.get(part.parameter) ?? UNKNOWN;
        if (part.operation === undefined) return known;
        if (part.operation.type !== "Default") return { ...known, isKnown: false };
        // `${NAME:-./default}`: the one or the other.
        const other = this.spell(part.operation.operand);
        return {
          spellings: [...known.spellings, ...other.spellings],
          isKnown: known.isKnown && other.isKnown,
        };
      }
      case "CommandExpansion":
        return UNKNOWN;
      default:
        return { spellings: [part.text], isKnown: false };
    }
  }
}

interface Spelling {
  readonly spellings: readonly string[];
  readonly isKnown: boolean;
}

function either(one: Spelling, other: Spelling): Spelling {
  const spellings = [...new Set([...one.spellings, ...other.spellings])];
  return bound({ spellings, isKnown: one.isKnown && other.isKnown });
}

function bound(spelling: Spelling): Spelling {
  if (spelling.spellings.length <= MAX_SPELLINGS) return spelling;
  return { spellings: spelling.spellings.slice(0, MAX_SPELLINGS), isKnown: false };
}

/** What is unknown is mostly a folder, as in `$(git rev-parse --show-toplevel)/a.sh`: each known one is tried, and none. */
const UNKNOWN: Spelling = { spellings: [PROJECT_MARK, PLUGIN_MARK, ""], isKnown: false };
