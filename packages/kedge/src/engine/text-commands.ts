import type { HookEntry, JsonObject } from "../protocol/index.ts";
import type { FrontmatterPlace } from "./frontmatter.ts";
import type { Source } from "./source.ts";

/** A piece of the text of a skill or a command. */
export type TextPiece =
  | { readonly type: "text"; readonly text: string }
  /** A command whose output stands here when the text is put into a conversation. */
  | { readonly type: "command"; readonly command: string };

/**
 * Takes the text of a skill or a command apart: `` !`command` `` at the beginning of a line or behind a blank, and blocks that are
 * fenced as `` ```! ``, are commands. Done before arguments are filled in, so that no argument becomes a command.
 *
 * @source Claude Code skills reference, "Inject dynamic context"
 */
export function splitText(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  const lines = text.split("\n");
  let plain: string[] = [];
  const flush = (more: readonly string[]): void => {
    if (plain.length > 0) pieces.push(...splitInline([...plain, ...more].join("\n")));
    plain = [];
  };
  // A fence that nothing closes is text, and so is every one behind it: each line is looked at once.
  const lastClose = lines.findLastIndex((line) => CLOSE.test(line));
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (!OPEN.test(line) || at >= lastClose) {
      plain.push(line);
      continue;
    }
    let end = at + 1;
    while (!CLOSE.test(lines[end] ?? "")) end++;
    flush([""]);
    pieces.push({ type: "command", command: lines.slice(at + 1, end).join("\n") });
    if (end < lines.length - 1) plain.push("");
    at = end;
  }
  flush([]);
  return pieces;
}

const OPEN = /^```![ \t]*\r?$/;
const CLOSE = /^```[ \t]*\r?$/;

function splitInline(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const found of text.matchAll(/(?<=^|\s)!`([^`\n]+)`/g)) {
    if (found.index > from) pieces.push({ type: "text", text: text.slice(from, found.index) });
    pieces.push({ type: "command", command: found[1] ?? "" });
    from = found.index + found[0].length;
  }
  if (from < text.length) pieces.push({ type: "text", text: text.slice(from) });
  return pieces;
}

/**
 * What the text of a skill or a command runs, and what its frontmatter permits, each as a handler: so it is shown, hashed and trusted
 * like one. Never added to an engine, in which it would run.
 *
 * @param about.dir what `${CLAUDE_SKILL_DIR}` stands for: files below it are bound by their content
 * @returns null when the text runs nothing and permits nothing
 */
export function textWishes(
  about: FrontmatterPlace & { readonly dir: string; readonly called: string },
  values: JsonObject,
  body: string,
): Source | null {
  const { kind, name, file, isFromProject, plugin, called, dir } = about;
  if (kind === "agent") return null; // the text of an agent is instructions, and its tools are judged call by call
  const common = { onFailure: "continue", isOnce: false } as const;
  const place = { event: "UserPromptExpansion", matcher: called, file: name } as const;
  const own = plugin ? { plugin: plugin.id } : {};
  const commands = splitText(body).flatMap((piece) => (piece.type === "command" ? [piece.command] : []));
  const entries: HookEntry[] = [...new Set(commands)].map((command) => ({
    ...{ ...place, ...own, path: "text, as it is loaded" },
    handler: {
      ...{ ...common, type: "command", background: "no", statusMessage: "a command in the text" },
      command: command.replaceAll("${CLAUDE_SKILL_DIR}", dir),
    },
  }));
  const permits = ["allowed-tools", "model"].flatMap((field) =>
    Object.hasOwn(values, field) ? [`${field}: ${JSON.stringify(values[field])}`] : [],
  );
  if (permits.length > 0)
    entries.push({
      ...{ ...place, ...own, path: "frontmatter, until the turn ends" },
      handler: { ...common, type: "function", name: permits.join("; "), call: () => undefined },
    });
  if (entries.length === 0) return null;
  return {
    ...{ kind: "skill", name, file, isFromProject, entries, broken: [], problems: [] },
    ...(plugin ? { plugin } : {}),
  };
}
