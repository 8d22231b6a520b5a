import type { CommandArgument, SyntaxNode } from "unbash";
import { changesOf, type FileChange, pathsOf, readsOf } from "./known-commands.ts";

/** What a line does, as far as its text tells. */
interface LineDoings {
  readonly changes: readonly FileChange[];
  /** Files that are read. */
  readonly reads: readonly string[];
  /** The words of its commands, those inside of others too. */
  readonly commands: readonly (readonly string[])[];
  /** Folders that it goes to: its paths may be meant from there. */
  readonly folders: readonly string[];
}

/** Names what a line does: a net with holes, under lines that nobody is asked about. */
export type DoingReader = (line: string) => LineDoings;

/** Longer lines are not taken apart: every word of them counts. */
const MAX_LENGTH = 10_000;

/** Redirections that write. */
const WRITING: ReadonlySet<string> = new Set([">", ">>", ">|", ">&", "&>", "&>>", "<>"]);

/** Redirections that read. */
const READING: ReadonlySet<string> = new Set(["<", "<>"]);

/** What is changed after these may be named from where they lead. */
const MOVING: ReadonlySet<string> = new Set(["cd", "pushd"]);

/** Makes a reader for lines that are not plain; such as bypassed permissions, or a rule for all of Bash, let through. */
export async function loadDoingReader(): Promise<DoingReader> {
  const { parse, forEachChild } = await import("unbash");
  return (line) => {
    if (line.length > MAX_LENGTH) return wordsOf(line);
    const changes: FileChange[] = [];
    const reads: string[] = [];
    const commands: (readonly string[])[] = [];
    const folders: string[] = [];
    const visit = (node: SyntaxNode): void => {
      if (node.type === "Redirect" && WRITING.has(node.operator) && node.target)
        changes.push({ path: textOf(node.target), follows: true });
      if (node.type === "Redirect" && READING.has(node.operator) && node.target)
        reads.push(textOf(node.target));
      if (node.type === "Command" && node.name) {
        const words = [node.name, ...node.args].map(textOf);
        changes.push(...changesOf({ words }));
        reads.push(...readsOf({ words }));
        commands.push(words);
        if (MOVING.has(words[0] ?? "")) folders.push(...pathsOf({ words }));
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
    return { changes, reads, commands, folders };
  };
}

/** A word without its quotes; what the shell puts in place of a variable is not known. */
function textOf({ text, value }: CommandArgument): string {
  return typeof value === "string" ? value : text;
}

function wordsOf(line: string): LineDoings {
  const words = [...new Set(line.replace(/["'\\]/g, "").split(/[\s;&|<>(){}=`$]+/))];
  const changes = words.map((path) => ({ path, follows: false }));
  return { changes, reads: words, commands: [], folders: [] };
}
