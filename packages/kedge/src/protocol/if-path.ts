/** Where the paths of a rule are anchored. Both are absolute, with forward slashes. */
export interface PathAnchors {
  readonly projectDir: string;
  readonly homeDir: string;
}

/** One segment of a path pattern: `**`, or a glob within one name. */
type Segment = "**" | readonly GlobPart[];
type GlobPart =
  | { readonly literal: string }
  | "any_run"
  | "any_one"
  | { readonly oneOf: string; readonly isNegated: boolean };

/** A path pattern ready to be asked. */
interface PathPattern {
  test(filePath: string, anchors: PathAnchors): boolean;
}

export type PathCompilation =
  | { readonly ok: true; readonly pattern: PathPattern }
  | { readonly ok: false; readonly message: string };

/**
 * Compiles the path of a rule such as `Edit(src/**)`.
 *
 * As in gitignore: without a slash inside, a pattern holds at any depth; a directory covers what is below it. `//x` is
 * absolute, `~/x` in the home directory, everything else in the project. Letters are compared without case, symbolic links by
 * their own name. There are no brace lists and no negations.
 *
 * @source Claude Code permissions reference, "Read and Edit rules"; recorded behaviour of `if`
 */
export function compilePathPattern(source: string): PathCompilation {
  const anchor = source.startsWith("//") ? "root" : source.startsWith("~/") ? "home" : "project";
  const relative =
    anchor === "root" ? source.slice(2) : anchor === "home" ? source.slice(2) : source.replace(/^\.\//, "/");
  // A leading ! was never seen to match, with or without a file on the other side.
  if (source.startsWith("!")) return { ok: true, pattern: { test: () => false } };
  const names = relative.replace(/(?<!\/)\/+$/, "").split("/");
  const isFloating = anchor === "project" && names.length === 1;
  const segments: Segment[] = [];
  for (const name of names.filter((each) => each !== "")) {
    const segment = name === "**" ? ("**" as const) : compileSegment(name.toLowerCase());
    if (segment === null) return { ok: false, message: `the [ in "${name}" is not closed` };
    segments.push(segment);
  }
  if (isFloating && segments[0] !== "**") segments.unshift("**");
  return {
    ok: true,
    pattern: {
      test(filePath, anchors) {
        const path = resolvePath(filePath, anchors);
        const base = anchor === "root" ? "/" : anchor === "home" ? anchors.homeDir : anchors.projectDir;
        const inside = relativeTo(path, base);
        // A pattern that floats in the project holds for files outside of it as well.
        const subject = inside ?? (anchor === "project" && segments[0] === "**" ? path : null);
        return subject !== null && matchSegments(segments, subject.split("/").filter(Boolean));
      },
    },
  };
}

/** An absolute path without `.`, `..`, doubled slashes or a leading `~`. */
function resolvePath(filePath: string, anchors: PathAnchors): string {
  const absolute = filePath.startsWith("~/")
    ? `${anchors.homeDir}/${filePath.slice(2)}`
    : filePath.startsWith("/")
      ? filePath
      : `${anchors.projectDir}/${filePath}`;
  const parts: string[] = [];
  for (const part of absolute.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`.toLowerCase();
}

function relativeTo(path: string, base: string): string | null {
  const folder = base.toLowerCase().replace(/\/+$/, "");
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** Whether the segments match the names, or a directory above them. Linear in both by keeping only the reachable states. */
function matchSegments(segments: readonly Segment[], names: readonly string[]): boolean {
  let reachable = skipStars(segments, new Set([0]));
  for (const name of names) {
    const next = new Set<number>();
    for (const at of reachable) {
      const segment = segments[at];
      // All segments used up: what matched is a directory above this name.
      if (segment === undefined) return true;
      if (segment === "**") next.add(at);
      else if (matchGlob(segment, name)) next.add(at + 1);
    }
    reachable = skipStars(segments, next);
  }
  return reachable.has(segments.length) && !endsWithOpenStar(segments, names);
}

/** `**` may stand for no name at all. */
function skipStars(segments: readonly Segment[], states: Set<number>): Set<number> {
  for (const at of states) if (segments[at] === "**") states.add(at + 1);
  return states;
}

/** `src/**` covers what is in src, not src itself. */
function endsWithOpenStar(segments: readonly Segment[], names: readonly string[]): boolean {
  return segments.at(-1) === "**" && segments.length > 1 && names.length < segments.length;
}

function compileSegment(name: string): readonly GlobPart[] | null {
  const parts: GlobPart[] = [];
  for (let at = 0; at < name.length; at++) {
    const char = name[at] ?? "";
    if (char === "*") {
      if (parts.at(-1) !== "any_run") parts.push("any_run");
    } else if (char === "?") parts.push("any_one");
    else if (char === "[") {
      const end = name.indexOf("]", at + 2);
      if (end < 0) return null;
      const isNegated = name[at + 1] === "!" || name[at + 1] === "^";
      parts.push({ oneOf: name.slice(at + (isNegated ? 2 : 1), end), isNegated });
      at = end;
    } else {
      const literal = char === "\\" ? (name[++at] ?? "") : char;
      const last = parts.at(-1);
      if (typeof last === "object" && "literal" in last)
        parts[parts.length - 1] = { literal: last.literal + literal };
      else parts.push({ literal });
    }
  }
  return parts;
}

/** Greedy matching with one step back to the last star: never more than glob × name steps. */
function matchGlob(parts: readonly GlobPart[], name: string): boolean {
  let at = 0;
  let part = 0;
  let starPart = -1;
  let starAt = 0;
  while (at < name.length || part < parts.length) {
    const current = parts[part];
    if (current === "any_run") {
      starPart = part++;
      starAt = at;
      continue;
    }
    const used = current === undefined ? -1 : matchPart(current, name, at);
    if (used >= 0) {
      at += used;
      part++;
    } else if (starPart >= 0 && starAt < name.length) {
      at = ++starAt;
      part = starPart + 1;
    } else return false;
  }
  return true;
}

/** Characters that a part takes at a place, or -1. */
function matchPart(part: Exclude<GlobPart, "any_run">, name: string, at: number): number {
  if (part !== "any_one" && "literal" in part)
    return name.startsWith(part.literal, at) ? part.literal.length : -1;
  const char = name[at];
  if (char === undefined) return -1;
  if (part === "any_one") return 1;
  return inClass(part.oneOf, char) === part.isNegated ? -1 : 1;
}

function inClass(members: string, char: string): boolean {
  for (let at = 0; at < members.length; at++) {
    const low = members[at] ?? "";
    const high = members[at + 1] === "-" ? members[at + 2] : undefined;
    if (high !== undefined) {
      if (char >= low && char <= high) return true;
      at += 2;
    } else if (char === low) return true;
  }
  return false;
}
