import type { Assignment, Command, Statement, Word, WordPart } from "unbash";

/**
 * Reads what hooks leave for later commands, such as `export PATH="$PATH:./node_modules/.bin"`.
 *
 * @param text what a shell runs
 * @param env variables that the shell begins with, `PWD` among them
 * @returns PATH as it is behind the text: undefined where there is none, null where only running the text would tell
 */
export type PathReader = (
  text: string,
  env: Readonly<Record<string, string | undefined>>,
) => string | null | undefined;

/** What a variable holds; null when nobody knows. */
type Variables = (name: string) => string | null | undefined;

type Assigned = ReadonlyMap<string, string | null>;

/** Longer texts are not taken apart. */
const MAX_LENGTH = 100_000;

// A line that goes on in the next one, wherever it is broken; a backslash at the very end; arithmetic as it was written once.
const ODD = /\\(?:\n|$)|\$\[/;

/** Commands that give variables values. */
const SETTERS = new Set(["export", "declare", "typeset"]);

/** Names of variables, and what else changes nothing of what is assigned. */
const WITHOUT_VALUE = /^(?:[A-Za-z_]\w*|-x)$/;

/** Variables whose values come from the shell itself. */
const SHELLS_OWN =
  /^(?:OLDPWD|BASH.*|SHELLOPTS|S?RANDOM|SECONDS|EPOCH.*|LINENO|E?UID|PPID|SHLVL|_|DIRSTACK|FUNCNAME|GROUPS|HOST.*|MACHTYPE|OSTYPE|OPT.*|PIPESTATUS)$/;

/**
 * Makes a reader that knows assignments of texts and of other variables. Any other command may change PATH, and is not guessed at.
 */
export async function loadPathReader(): Promise<PathReader> {
  const { parse } = await import("unbash");
  return (text, env) => {
    if (text.length > MAX_LENGTH || ODD.test(text)) return null;
    try {
      const { commands, errors } = parse(text);
      if (errors && errors.length > 0) return null;
      let assigned: Assigned = new Map();
      for (const statement of commands) {
        const assignments = assignmentsOf(statement);
        if (assignments === null) return null;
        const after = new Map(assigned);
        // `export A=1 B=$A` gives B what A was before; without `export`, what it is now.
        const variables = look(assignments.isAtOnce ? assigned : after, env);
        for (const each of assignments.all) after.set(each.name, meaningOf(each, variables));
        assigned = after;
      }
      return look(assigned, env)("PATH");
    } catch {
      return null; // deeper than the parser goes
    }
  };
}

function look(assigned: Assigned, env: Readonly<Record<string, string | undefined>>): Variables {
  return (name) => (assigned.has(name) ? assigned.get(name) : env[name]);
}

/** What a statement assigns; null when it does anything else. */
function assignmentsOf({
  command,
  background,
}: Statement): { readonly all: readonly Assignment[]; readonly isAtOnce: boolean } | null {
  if (background || command.type !== "Command" || command.redirects.length > 0) return null;
  const all: Assignment[] = [];
  for (const each of [...command.prefix, ...setBy(command)]) {
    if (each.type !== "Assignment" || isSeveral(each)) return null;
    all.push(each);
  }
  return { all, isAtOnce: command.name !== undefined };
}

/** Of `export A={a,b}$C` a shell makes several words, and takes what is in C for more of them. */
function isSeveral({ value }: Assignment): boolean {
  return value.type === "Word" && (value.parts?.some(({ type }) => type === "BraceExpansion") ?? false);
}

function setBy({ name, prefix, args }: Command): readonly (Assignment | Word)[] {
  if (name === undefined) return [];
  // With `A=1 export B=$A` it is the shell's affair what holds for how long.
  if (!SETTERS.has(name.text) || prefix.length > 0) return [name];
  return args.filter((each) => each.type === "Assignment" || !WITHOUT_VALUE.test(each.text));
}

function meaningOf({ value, append, index }: Assignment, variables: Variables): string | null {
  if (append || index !== undefined || value.type !== "Word") return null;
  const { parts = [{ type: "Literal", text: value.text, value: value.value }] } = value;
  const last = parts.length - 1;
  return joined(parts.map((part, at) => partOf(part, variables, { isFirst: at === 0, isLast: at === last })));
}

/** Where in its word a part stands. */
interface Position {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

const QUOTED: Position = { isFirst: false, isLast: false };

type Part = WordPart | { readonly type: "Literal"; readonly text: string; readonly value: string };

function partOf(part: Part, variables: Variables, position: Position): string | null {
  switch (part.type) {
    case "SingleQuoted":
    case "AnsiCQuoted":
      return part.value;
    case "DoubleQuoted":
      return joined(
        part.parts.map((each) => (each.type === "Literal" ? each.value : partOf(each, variables, QUOTED))),
      );
    case "Literal":
      return withHome(part, variables, position);
    case "SimpleExpansion":
      return variableOf(part.text.slice(1), variables);
    case "ParameterExpansion": {
      const isPlain = part.prefix === undefined && part.index === undefined && part.operation === undefined;
      return isPlain ? variableOf(part.parameter, variables) : null;
    }
    default:
      return null;
  }
}

/** A text without quotes: a tilde that begins a folder is the home. */
function withHome(
  { text, value }: { readonly text: string; readonly value: string },
  variables: Variables,
  { isFirst, isLast }: Position,
): string | null {
  if (!text.includes("~")) return value;
  const home = variables("HOME");
  // Beside quotes, escapes or variables, or with somebody's name, it means what only the shell knows.
  if (!home || text !== value || /(?:^|:)~[^/:]/.test(text)) return null;
  if ((text.startsWith("~") && !isFirst) || (/(?:^|:)~$/.test(text) && !isLast)) return null;
  return text.replaceAll(/(^|:)~/g, (_, before: string) => before + home);
}

function variableOf(name: string, variables: Variables): string | null {
  if (!/^[A-Za-z_]\w*$/.test(name) || SHELLS_OWN.test(name)) return null;
  const value = variables(name);
  return value === undefined ? "" : value;
}

function joined(texts: readonly (string | null)[]): string | null {
  return texts.includes(null) ? null : texts.join("");
}
