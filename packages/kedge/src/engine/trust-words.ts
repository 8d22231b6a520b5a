import type { CommandHandler, StdioServer } from "../protocol/index.ts";
import { collectShellWords } from "./shell-words.ts";
import { WordCollector } from "./word-collector.ts";

/** The words of a handler that may name files, and those of which that is not known before the handler runs. */
export interface HandlerWords {
  /** Words, and pieces of words; folders that are known later are marks. */
  readonly words: ReadonlySet<string>;
  /** Words with parts that only running the command tells: unknown variables, substitutions, patterns. As written. */
  readonly unresolved: readonly string[];
}

/**
 * Takes a command apart into every word that may name a file: with `args` each as it is, in shell form as the shell splits
 * it, in PowerShell and in what cannot be parsed at blanks and punctuation. Rather one word too many than one too few: a word
 * that names no file binds nothing. The targets of `>` are left out, because they are written and not run.
 *
 * @param env variables that are set for the handler; their values may name files too, as in `BASH_ENV=./a.sh`
 */
export async function readWords(
  handler: CommandHandler,
  env: Readonly<Record<string, string>>,
): Promise<HandlerWords> {
  const collector = new WordCollector();
  for (const value of Object.values(env)) collector.addText(value);
  if (handler.args) {
    for (const word of [handler.command, ...handler.args]) collector.addText(word);
  } else if (handler.shell === "powershell") collector.addText(handler.command);
  else await collectShellWords(handler.command, env, collector);
  return { words: collector.words, unresolved: [...collector.unresolved] };
}

/** A reference with what stands for it where the variable is not set. */
const DEFAULT = /\$\{[A-Za-z_]\w*:-([^}]*)\}/g;

/** Where none is closed any more, none is looked for: from each opening to the end, a long text would take hours. */
function withDefaults(text: string): string {
  const end = text.lastIndexOf("}") + 1;
  return text.slice(0, end).replace(DEFAULT, "$1") + text.slice(end);
}

/** The same of an MCP server: its program, its arguments and its variables, as written and with every default filled in. */
export function readServerWords({ command, args, env }: StdioServer): HandlerWords {
  const collector = new WordCollector();
  const texts = [command, ...args, ...Object.values(env)];
  for (const text of texts) {
    collector.addText(text);
    if (text.includes(":-")) collector.addText(withDefaults(text));
  }
  const unresolved = texts.filter((text) => /\$\{(?!CLAUDE_PLUGIN_ROOT\})/.test(text));
  return { words: collector.words, unresolved };
}
