/** Characters that may be filled in: a text with many placeholders and a long argument would end the process. */
const MAX_FILLED_LENGTH = 1024 * 1024;

/** Fills the placeholders of one skill, piece by piece. */
export interface Filler {
  fill(text: string): string;
  /** An argument stands somewhere now. */
  readonly hasPlaced: boolean;
  /** More would have been filled in than is; the rest became empty. */
  readonly isOver: boolean;
}

/**
 * Makes what fills `$ARGUMENTS` with all that was typed, `$ARGUMENTS[0]` and `$0` with the first word of it, and `${CLAUDE_…}` with what is
 * known by that name. A placeholder for which there is no word stays as it is, and so does one behind a backslash, without that. What was
 * filled in is never looked at again.
 *
 * @source Claude Code skills reference, "Available string substitutions": words count from 0
 */
export function createFiller(args: string, variables: Readonly<Record<string, string>>): Filler {
  const words = splitArguments(args);
  let left = MAX_FILLED_LENGTH;
  let hasPlaced = false;
  const spend = (text: string): string => {
    left -= text.length;
    return left < 0 ? "" : text;
  };
  const place = (found: string, text: string | undefined): string => {
    if (text === undefined) return found;
    hasPlaced = true;
    return spend(text);
  };
  return {
    fill: (text) =>
      text.replace(PLACEHOLDER, (found: string, name?: string, index?: string, position?: string) => {
        if (found.startsWith("\\")) return found.slice(1);
        if (name !== undefined) return Object.hasOwn(variables, name) ? spend(variables[name] ?? "") : found;
        const at = index ?? position;
        return place(found, at === undefined ? args : words[Number(at)]);
      }),
    get hasPlaced() {
      return hasPlaced;
    },
    get isOver() {
      return left < 0;
    },
  };
}

const PLACEHOLDER = /\\?\$(?:\{(CLAUDE_[A-Z_]+)\}|ARGUMENTS(?:\[(\d{1,3})\]|(?!\w))|(\d{1,3})(?!\w))/g;

/** Takes what was typed apart into words, as a shell does with quotes and backslashes; a quote that never ends goes to the end. */
export function splitArguments(text: string): readonly string[] {
  const words: string[] = [];
  for (const [piece] of text.matchAll(/(?:"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|\\[\s\S]?|[^\s"'\\])+/g))
    words.push(piece.replace(PART, unquote));
  return words;
}

const PART = /"((?:[^"\\]|\\[\s\S])*)(?:"|$)|'([^']*)(?:'|$)|\\([\s\S]?)/g;

function unquote(_: string, double?: string, single?: string, escaped?: string): string {
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, "$1");
  return single ?? escaped ?? "";
}
