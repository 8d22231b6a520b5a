import type { CommandNode, PipelineNode, Redirection, Word, WordPart } from "unbash";

/** One command of a line: its words after quoting, and whether a glob in them may become other words. */
export interface PlainCommand {
  readonly words: readonly string[];
  readonly hasGlob: boolean;
}

/** Arithmetic as it was written once, which shells still calculate, and the parser takes for text. */
const OLD_ARITHMETIC = "$[";

/** Takes a line apart into commands of which everything is known before it runs; null when it is not so plain. */
export type PlainReader = (line: string) => readonly PlainCommand[] | null;

/** Longer lines are not taken apart. */
const MAX_LENGTH = 10_000;

// Blanks that a shell does not take for such, and control characters: what people see is then not what runs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ODD = /[^\S \t\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

/** A tilde that a shell replaces by a folder, or may: at the beginning of a word, and behind `=` and `:`. */
const TILDE = /(?:^|[=:])~/;

/**
 * Makes a reader for lines that may run without approval. It takes lists, pipes and quoted text, and refuses everything else:
 * variables, substitutions, tildes, assignments, redirections into files, loops, functions, background. What it does not know for
 * certain needs somebody's word; it never guesses.
 */
export async function loadPlainReader(): Promise<PlainReader> {
  const { parse } = await import("unbash");
  return (line) => {
    if (line.length > MAX_LENGTH || ODD.test(line)) return null;
    try {
      const script = parse(line);
      if (script.errors && script.errors.length > 0) return null;
      const found: PlainCommand[] = [];
      for (const { command, background } of script.commands) {
        if (background) return null;
        for (const part of command.type === "AndOr" ? command.commands : [command]) {
          const own = readPipeline(part);
          if (!own) return null;
          found.push(...own);
        }
      }
      return found.length > 0 ? found : null;
    } catch {
      return null; // deeper than the parser goes
    }
  };
}

function readPipeline(node: PipelineNode): readonly PlainCommand[] | null {
  if (node.type === "Pipeline" && node.prefixes.some(({ type }) => type !== "Negation")) return null;
  const commands = (node.type === "Pipeline" ? node.commands : [node]).map(readCommand);
  return commands.every((command) => command !== null) ? commands : null;
}

function readCommand(node: CommandNode): PlainCommand | null {
  if (node.type !== "Command" || !node.name) return null;
  if (node.prefix.some(({ type }) => type === "Assignment")) return null;
  if (!node.redirects.every(isHarmless)) return null;
  const words: string[] = [];
  let hasGlob = false;
  for (const each of [node.name, ...node.args]) {
    if (each.type !== "Word" || !isPlainWord(each)) return null;
    const isGlob = each.parts?.some(({ type }) => type === "Glob") ?? false;
    // Which program that is depends on the files that there are.
    if (isGlob && words.length === 0) return null;
    hasGlob ||= isGlob;
    words.push(plainText(each));
  }
  return { words, hasGlob };
}

/** `2>&1` and `>/dev/null` write no file. */
function isHarmless(redirection: Redirection): boolean {
  // `{name}>` assigns a variable.
  if (redirection.type !== "Redirect" || redirection.descriptor?.type === "FileDescriptorVariable")
    return false;
  const target = redirection.target && isPlainWord(redirection.target) ? plainText(redirection.target) : null;
  if (redirection.operator === ">&") return target !== null && /^[12]$/.test(target);
  return [">", ">>", "&>"].includes(redirection.operator) && target === "/dev/null";
}

function isPlainWord({ text, parts }: Word): boolean {
  // Neither a line that goes on inside of a word, nor a tilde, of which the shell makes a path.
  if (text.includes("\\\n") || text.includes(OLD_ARITHMETIC) || TILDE.test(text)) return false;
  return parts?.every(isPlainPart) ?? true;
}

function isPlainPart(part: WordPart): boolean {
  if (part.type === "DoubleQuoted") return part.parts.every(isPlainPart);
  return part.type === "Literal" || part.type === "SingleQuoted" || part.type === "Glob";
}

function plainText(word: Word): string {
  return word.parts ? word.parts.map(textOfPart).join("") : word.value;
}

function textOfPart(part: WordPart): string {
  if (part.type === "DoubleQuoted") return part.parts.map(textOfPart).join("");
  return "value" in part && typeof part.value === "string" ? part.value : part.text;
}
