import type { PlainCommand } from "../permissions/plain-commands.ts";

/**
 * Whether settings exclude a line from the sandbox: every command of it has to be excluded, for what stands beside an excluded one would
 * leave with it. A line that nobody could take apart is not.
 *
 * @param patterns the first words of a command, as in `docker` or `docker compose`; ` *` and `:*` at the end say nothing more
 */
export function isExcluded(commands: readonly PlainCommand[] | null, patterns: readonly string[]): boolean {
  if (commands === null || commands.length === 0) return false;
  const beginnings = patterns.map(wordsOf).filter((words) => words.length > 0);
  return commands.every(({ words }) =>
    beginnings.some((beginning) => beginning.every((word, at) => words[at] === word)),
  );
}

function wordsOf(pattern: string): readonly string[] {
  const words = pattern
    .replace(/(?::\*|\s\*)$/, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  // A star anywhere else would mean more than whoever wrote it can see.
  return words.some((word) => word.includes("*")) ? [] : words;
}
