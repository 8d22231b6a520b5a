import { stat } from "node:fs/promises";
import { relative } from "node:path";
import { compileSearchPattern, MAX_PATTERN_LENGTH } from "./search-pattern.ts";

/** Says whether a file below a folder is meant. */
export type FileGlob = (file: string, root: string) => boolean;

/**
 * Compiles a glob, which without a slash holds at any depth: `*`, `?`, `[…]`, `{a,b}` and `**` for any folders. Names that begin with a
 * dot are meant only where the glob has that dot. Whatever the glob, a name is judged in linear time; null for one that cannot be read, or
 * that would take long all the same.
 */
export async function compileGlob(glob: string): Promise<FileGlob | null> {
  if (glob.length > MAX_PATTERN_LENGTH) return null;
  const own = glob.replace(/^(?:\.\/)+/, "");
  const regex = own.includes("/") ? toRegex(own) : `(?:${toRegex("**/")})${toRegex(own)}`;
  const compiled = await compileSearchPattern(regex);
  if (!compiled.ok) return null;
  return (file, root) => compiled.pattern.matcher(relative(root, file)).matches();
}

/** Behind a slash, or at the beginning, stars stand for no dot. */
const NO_DOT = "[^/.]";

function toRegex(glob: string): string {
  let text = "";
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const isFirst = at === 0 || glob[at - 1] === "/";
    const rest = glob.slice(at);
    const char = rest[0] ?? "";
    const folders = isFirst ? /^(?:\*\*\/)+/.exec(rest)?.[0] : undefined;
    const list = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest);
    if (folders !== undefined) {
      text += `(?:${NO_DOT}[^/]*/)*`;
      at += folders.length - 1;
    } else if (isFirst && rest === "**") {
      text += `${NO_DOT}[^/]*(?:/${NO_DOT}[^/]*)*`;
      at++;
    } else if (char === "*") text += isFirst ? firstStar(rest) : "[^/]*";
    else if (char === "?") text += isFirst ? NO_DOT : "[^/]";
    else if (list) {
      text += `[${list[1] ? "^/" : ""}${(list[2] ?? "").replace(/[\\[\]^&~]/g, "\\$&")}]`;
      at += list[0].length - 1;
    } else if (char === "{" && rest.includes("}")) {
      text += "(?:";
      depth++;
    } else if (char === "}" && depth > 0) {
      text += ")";
      depth--;
    } else if (char === "," && depth > 0) text += "|";
    else if (char === "\\" && rest.length > 1) text += literal(glob[++at] ?? "");
    else text += literal(char);
  }
  return text;
}

/** A star at the beginning of a name, which may stand for nothing, except in front of a dot. */
function firstStar(rest: string): string {
  return rest[1] === "." ? `${NO_DOT}[^/]*` : `(?:${NO_DOT}[^/]*)?`;
}

function literal(char: string): string {
  return /\w|[^\0-\x7f]/.test(char) ? char : `\\${char}`;
}

/** Paths with the one that changed last first. */
export async function newestFirst(files: readonly string[]): Promise<readonly string[]> {
  const times = await Promise.all(
    files.map(async (file) => ({
      file,
      at: await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  return times.sort((a, b) => b.at - a.at || (a.file < b.file ? -1 : 1)).map(({ file }) => file);
}
