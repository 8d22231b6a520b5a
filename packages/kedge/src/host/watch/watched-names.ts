import type { HookEntry } from "../../protocol/index.ts";

/** Characters that the name of a file may have on the systems that Kedge runs on. */
const MAX_NAME_LENGTH = 255;

/**
 * The names of files that matchers of FileChanged ask to watch in the working directory: each pattern, split at `|`. What is a regular
 * expression is taken as a name as well, as the real agent does; hardly a file is called so. Everything (`*`, no matcher) names nothing.
 *
 * @source Claude Code hooks reference, "FileChanged"
 */
export function watchedNames(entries: readonly Pick<HookEntry, "event" | "matcher">[]): readonly string[] {
  const patterns = entries.flatMap(({ event, matcher = "" }) => (event === "FileChanged" ? [matcher] : []));
  return [...new Set(patterns.flatMap((pattern) => pattern.split("|")).filter(isName))];
}

/** Whether a text is the name of one file, and leads to no other folder. */
function isName(text: string): boolean {
  const isBare = text !== "" && text !== "*" && text !== "." && text !== "..";
  return isBare && text.length <= MAX_NAME_LENGTH && !/[/\\\0]/.test(text);
}
