import type { CommandProblemCode } from "./command.ts";

/** What a flag means for whoever runs the command; without a role it is passed on. */
export type OptionRole =
  | "print"
  | "output"
  | "input"
  | "verbose"
  | "session_id"
  | "resume"
  | "continue"
  | "fork"
  | "model"
  | "once";

/** A flag that an agent knows. */
export interface OptionShape {
  /** All spellings: `-r`, `--resume`. */
  readonly names: readonly string[];
  /** `one` takes the next word, whatever it is; `optional` unless that looks like a flag; `many` goes on until one does. */
  readonly takes: "nothing" | "one" | "optional" | "many";
  readonly role?: OptionRole;
  /** With it, the command cannot be run unattended. */
  readonly refused?: { readonly code: CommandProblemCode; readonly why: string };
}

/** A part of a command line. */
export type ArgumentPart =
  | {
      readonly kind: "option";
      readonly shape: OptionShape;
      /** As it stood, without a value. */
      readonly flag: string;
      readonly words: readonly string[];
      readonly values: readonly string[];
      readonly isValueMissing: boolean;
    }
  /** A flag that we do not know, and the words behind it, of which nobody can say whose they are. */
  | { readonly kind: "unknown"; readonly flag: string; readonly words: readonly string[] }
  | { readonly kind: "word"; readonly word: string; readonly isBehindSeparator: boolean };

/**
 * Takes a command line apart as commander does, with which both agents read theirs: `--flag=value`, `-rVALUE`, `-pr VALUE`, options that
 * take several words until the next flag, and `--`, behind which all are words. A value that looks like a flag is one where a value must be.
 */
export function splitArguments(args: readonly string[], shapes: readonly OptionShape[]): ArgumentPart[] {
  const byName = new Map(shapes.flatMap((shape) => shape.names.map((name) => [name, shape] as const)));
  const parts: ArgumentPart[] = [];
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      for (const each of rest) parts.push({ kind: "word", word: each, isBehindSeparator: true });
      return parts;
    }
    if (!looksLikeFlag(word)) {
      parts.push({ kind: "word", word, isBehindSeparator: false });
      continue;
    }
    const shape = byName.get(word);
    parts.push(
      shape ? withValues(shape, word, rest) : (readJoined(word, byName, rest) ?? unknown(word, rest)),
    );
  }
  return parts;
}

/** A single dash is a word. */
function looksLikeFlag(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

/** A flag that stands for itself; its values are taken from `rest`. */
function withValues(shape: OptionShape, flag: string, rest: string[]): ArgumentPart {
  const values: string[] = [];
  const next = rest[0];
  const isTaken = shape.takes === "optional" ? next !== undefined && !looksLikeFlag(next) : true;
  if (shape.takes !== "nothing" && isTaken) values.push(...rest.splice(0, 1));
  while (shape.takes === "many" && rest[0] !== undefined && !looksLikeFlag(rest[0]))
    values.push(...rest.splice(0, 1));
  const isValueMissing = (shape.takes === "one" || shape.takes === "many") && values.length === 0;
  return { kind: "option", shape, flag, words: [flag, ...values], values, isValueMissing };
}

/** `--flag=value`, `-fvalue`, or several short flags in one word, of which the first is taken off. */
function readJoined(
  word: string,
  byName: ReadonlyMap<string, OptionShape>,
  rest: string[],
): ArgumentPart | undefined {
  const named = (shape: OptionShape, flag: string, value: string): ArgumentPart => ({
    ...{ kind: "option", shape, flag, words: [word], values: [value], isValueMissing: false },
  });
  const short = word.startsWith("--") ? undefined : byName.get(word.slice(0, 2));
  if (short) {
    const flag = word.slice(0, 2);
    if (short.takes !== "nothing") return named(short, flag, word.slice(2));
    rest.unshift(`-${word.slice(2)}`);
    return { kind: "option", shape: short, flag, words: [flag], values: [], isValueMissing: false };
  }
  const at = word.indexOf("=");
  const long = at > 2 ? byName.get(word.slice(0, at)) : undefined;
  return long && long.takes !== "nothing" ? named(long, word.slice(0, at), word.slice(at + 1)) : undefined;
}

function unknown(flag: string, rest: string[]): ArgumentPart {
  const words = [flag];
  while (!flag.includes("=") && rest[0] !== undefined && !looksLikeFlag(rest[0]))
    words.push(...rest.splice(0, 1));
  return { kind: "unknown", flag: flag.split("=", 1)[0] ?? flag, words };
}
