import type { SyntaxNode, Word } from "unbash";
import { isChanging, pathsOf } from "./known-commands.ts";

/** Names paths that a line changes, as far as its text tells: a net with holes, under lines that nobody is asked about. */
export type ChangeReader = (line: string) => readonly string[];

/** Longer lines are not taken apart: every word of them counts. */
const MAX_LENGTH = 10_000;

/** Redirections that write. */
const WRITING: ReadonlySet<string> = new Set([">", ">>", ">|", ">&", "&>", "&>>", "<>"]);

/** What is changed after these may be named from where they lead. */
const MOVING: ReadonlySet<string> = new Set(["cd", "pushd"]);

/** Makes a reader for lines that are not plain; such as bypassed permissions, or a rule for all of Bash, let through. */
export async function loadChangeReader(): Promise<ChangeReader> {
  const { parse, forEachChild } = await import("unbash");
  return (line) => {
    if (line.length > MAX_LENGTH) return wordsOf(line);
    const found: string[] = [];
    const visit = (node: SyntaxNode): void => {
      if (node.type === "Redirect" && WRITING.has(node.operator) && node.target)
        found.push(textOf(node.target));
      if (node.type === "Command" && node.name) {
        const words = [textOf(node.name), ...node.args.map(textOf)];
        if (isChanging({ words }) || MOVING.has(words[0] ?? "")) found.push(...pathsOf({ words }));
      }
      forEachChild(node, visit);
    };
    try {
      const script = parse(line);
      if (script.errors && script.errors.length > 0) return wordsOf(line);
      visit(script);
    } catch {
      return wordsOf(line); // deeper than the parser goes
    }
    return found;
  };
}

function textOf({ text }: Pick<Word, "text">): string {
  return text.replace(/["'\\]/g, "");
}

function wordsOf(line: string): readonly string[] {
  return line.replace(/["'\\]/g, "").split(/[\s;&|<>(){}=`$]+/);
}
