import type {
  CommandNode,
  CompoundCommand,
  CompoundList,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  SyntaxNode,
  Word,
  WordPart,
} from "unbash";

/** Longer commands are not taken apart. */
const MAX_COMMAND_LENGTH = 10_000;

/** What a shell command consists of, as far as an `if` needs to know. */
export interface BashReading {
  /** Every simple command in it, as words joined with single blanks, quotes and assignments in front removed. */
  readonly commands: readonly string[];
  /**
   * - `exact`: the commands are all there is
   * - `partly_unknown`: words come from substitutions or unknown variables; rules that look beyond the first word run
   * - `open`: it cannot be taken apart with certainty; every rule runs
   */
  readonly certainty: "exact" | "partly_unknown" | "open";
}

/** Takes shell commands apart. */
export type BashReader = (command: string) => BashReading;

/** A rule for shell commands, such as the `rm *` of `Bash(rm *)`. */
export interface BashRule {
  test(reading: BashReading): boolean;
}

// Blanks that a shell does not take for such, and control characters, of which nobody knows what a shell makes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNCERTAIN = /[^\S \t\r\n]|[\x00-\x08\x0e-\x1f\x7f]/;

const OPEN: BashReading = { commands: [], certainty: "open" };

/**
 * Compiles what stands between the brackets of a `Bash(…)` rule: `x:*` and `x *` match `x` alone and with arguments, `*`
 * anywhere else any run of characters, everything else exactly.
 *
 * @source Claude Code permissions reference, "Bash rules"; recorded behaviour of `if`
 */
export function compileBashRule(content: string): BashRule {
  const glob = content.endsWith(":*") ? `${content.slice(0, -2)} *` : content;
  const matches = commandGlob(glob);
  // Recorded: with unknown words, only rules of one fixed first word and a star are still judged.
  const isOneWord = /^[^\s*]+ ?\*$/.test(glob);
  return {
    test(reading) {
      if (content === "*" || reading.certainty === "open") return true;
      return reading.commands.some(matches) || (reading.certainty === "partly_unknown" && !isOneWord);
    },
  };
}

function commandGlob(glob: string): (command: string) => boolean {
  const prefix = /^([^*]*) \*$/.exec(glob)?.[1];
  if (prefix !== undefined) return (command) => command === prefix || command.startsWith(`${prefix} `);
  if (!glob.includes("*")) return (command) => command === glob;
  const [first = "", ...rest] = glob.split("*");
  return (command) => command.startsWith(first) && matchRuns(command, first.length, rest);
}

/** The pieces in order after `from`, the last one at the end: each is taken at its first place, so this is linear. */
function matchRuns(command: string, from: number, pieces: readonly string[]): boolean {
  let at = from;
  for (const [index, piece] of pieces.entries()) {
    if (index === pieces.length - 1) return command.length - piece.length >= at && command.endsWith(piece);
    const found = command.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

/**
 * Makes a reader of shell commands; the parser is loaded here, once.
 *
 * The reader remembers its last command, so one reader should serve many rules. It looks into lists, pipes, subshells, conditions, loops, substitutions and `xargs`. It does not look into quoted text,
 * `eval`, `bash -c`, `find -exec`, nor through wrappers such as `sudo` or `timeout`: a filter, not a boundary.
 */
export async function loadBashReader(): Promise<BashReader> {
  const { parse, forEachChild } = await import("unbash");
  const read: BashReader = (command) => {
    if (command.length > MAX_COMMAND_LENGTH || UNCERTAIN.test(command)) return OPEN;
    const reader = new Reader(forEachChild);
    try {
      reader.script(parse(command));
    } catch {
      // A command that overflows the parser's stack cannot be taken apart: the handler runs.
      return OPEN;
    }
    return reader.reading();
  };
  // All rules of one call look at the same command, and some commands take long to parse.
  let last: { command: string; reading: BashReading } | null = null;
  return (command) => {
    if (last?.command !== command) last = { command, reading: read(command) };
    return last.reading;
  };
}

type ForEachChild = (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void;

/** Walks one command. Whatever it does not know makes the reading open. */
class Reader {
  private readonly commands: string[] = [];
  private readonly variables = new Map<string, string>([["HOME", "$HOME"]]);
  private readonly forEachChild: ForEachChild;
  private isOpen = false;
  private hasUnknown = false;
  private statements = 0;

  constructor(forEachChild: ForEachChild) {
    this.forEachChild = forEachChild;
  }

  reading(): BashReading {
    if (this.isOpen) return OPEN;
    if (!this.hasUnknown) return { commands: this.commands, certainty: "exact" };
    // Recorded: an unknown word in a list of several commands opens every rule.
    return this.statements > 1 ? OPEN : { commands: this.commands, certainty: "partly_unknown" };
  }

  script(script: ParsedScript, isNested = false): void {
    if (script.errors && script.errors.length > 0) this.isOpen = true;
    this.list(script.commands, isNested);
  }

  private list(statements: readonly Statement[], isNested: boolean): void {
    for (const statement of statements) {
      const command = statement.command;
      for (const part of command.type === "AndOr" ? command.commands : [command])
        this.pipeline(part, isNested);
    }
  }

  private pipeline(node: PipelineNode, isNested: boolean): void {
    const commands = node.type === "Pipeline" ? node.commands : [node];
    const isTimed = node.type === "Pipeline" && node.prefixes.some((prefix) => prefix.type === "Time");
    for (const [index, command] of commands.entries()) {
      this.command(command, isNested, isTimed && index === 0 ? "time " : "");
    }
  }

  private command(node: CommandNode, isNested: boolean, front: string): void {
    if (!isNested) this.statements++;
    if (node.type === "Command") this.simple(node, front);
    else if (node.type === "Coproc" && node.body.type === "Command") this.simple(node.body, "coproc ");
    else if (node.type === "Redirected") {
      for (const each of node.redirects) this.redirection(each);
      this.compound(node.command, isNested);
    } else if (node.type === "Function" || node.type === "Coproc") this.isOpen = true;
    else this.compound(node, isNested);
  }

  private compound(node: CompoundCommand, isNested: boolean): void {
    if (node.type === "TestCommand") this.substitutions(node);
    const lists = listsOf(node);
    // Brace groups, for, case, select and (( )): recorded as open.
    if (!lists) this.isOpen = true;
    for (const each of lists ?? []) this.list(each.commands, isNested);
  }

  private simple(node: Extract<CommandNode, { type: "Command" }>, front: string): void {
    for (const each of node.redirects) this.redirection(each);
    const assigned = new Map<string, string>();
    for (const each of node.prefix) {
      if (each.type === "Assignment") this.assignment(each.value, (value) => assigned.set(each.name, value));
    }
    if (!node.name) {
      for (const [name, value] of assigned) this.variables.set(name, value);
      return;
    }
    const words = [this.word(node.name, true)];
    for (const each of node.args)
      words.push(each.type === "Word" ? this.word(each) : this.assignmentWord(each.text, each.value));
    this.commands.push(front + words.join(" "));
    if (front === "" && words[0] === "xargs") this.commands.push(commandOfXargs(words));
  }

  private assignment(value: Word | { readonly type: "ArrayValue" }, keep: (value: string) => void): void {
    if (value.type === "ArrayValue") {
      this.isOpen = true;
      return;
    }
    // What is assigned is judged as commands of its own; that it is unknown does not open the command it stands before.
    const before = this.hasUnknown;
    const text = this.word(value);
    if (!this.hasUnknown) keep(text);
    this.hasUnknown = before;
  }

  private assignmentWord(text: string, value: Word | { readonly type: "ArrayValue" }): string {
    if (value.type === "ArrayValue") this.isOpen = true;
    else this.word(value);
    return text;
  }

  private redirection(node: Redirection): void {
    if (node.type === "HereDoc") {
      if (!node.delimiter?.quoted) this.isOpen = true;
    } else if (node.target) this.word(node.target);
  }

  /** The text of a word after quoting. Notes what is unknown in it. */
  private word(word: Word, isName = false): string {
    // A line that goes on inside of a word was recorded as open.
    if (word.text.includes("\\\n")) this.isOpen = true;
    if (!word.parts) return word.value;
    const before = this.hasUnknown;
    this.hasUnknown = false;
    const text = word.parts.map((part) => this.part(part, false)).join("");
    // Nothing can be said of a command whose name is unknown.
    if (isName && this.hasUnknown) this.isOpen = true;
    this.hasUnknown ||= before;
    return text;
  }

  private part(part: WordPart, isQuoted: boolean): string {
    switch (part.type) {
      case "Literal":
      case "Glob":
      case "SingleQuoted":
        return part.value;
      case "DoubleQuoted":
        return part.parts.map((each) => this.part(each, true)).join("");
      case "SimpleExpansion":
        return this.variable(part.text, isQuoted);
      case "CommandExpansion":
        this.hasUnknown = true;
        if (part.script) this.script(part.script, true);
        else this.isOpen = true;
        return part.text;
      case "ArithmeticExpansion":
        this.substitutions(part);
        return part.text;
      default:
        // ${…}, $'…', $"…", <(…), extended globs and brace lists: recorded as open.
        this.isOpen = true;
        return part.text;
    }
  }

  private variable(text: string, isQuoted: boolean): string {
    const value = this.variables.get(text.slice(1));
    if (value !== undefined) return value;
    if (isQuoted) this.isOpen = true;
    else this.hasUnknown = true;
    return text;
  }

  /** Commands inside of `$(…)` anywhere below a node that is no command itself. */
  private substitutions(node: SyntaxNode): void {
    this.forEachChild(node, (child) => {
      if (child.type === "Script") this.script(child, true);
      else if (child.type === "Word") this.word(child);
      else this.substitutions(child);
    });
  }
}

/** The lists of commands that a compound command is made of; null for those that are not looked into. */
function listsOf(node: CompoundCommand): readonly CompoundList[] | null {
  switch (node.type) {
    case "Subshell":
      return [node.body];
    case "While":
      return [node.clause, node.body];
    case "If":
      return [
        node.clause,
        node.then,
        ...node.elif.flatMap((elif) => [elif.clause, elif.then]),
        ...(node.else ? [node.else] : []),
      ];
    case "TestCommand":
      return [];
    default:
      return null;
  }
}

/** Flags of xargs that take the next word. */
const XARGS_WITH_VALUE = /^-[adEILnPs]$/;

/** The command that xargs starts. */
function commandOfXargs(words: readonly string[]): string {
  let at = 1;
  while (words[at]?.startsWith("-")) at += XARGS_WITH_VALUE.test(words[at] ?? "") ? 2 : 1;
  return words.slice(at).join(" ");
}
