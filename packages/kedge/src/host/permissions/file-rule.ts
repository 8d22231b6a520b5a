import { join } from "node:path";
import { fitsStars, type Rule } from "../../protocol/index.ts";
import { isInside } from "../paths.ts";

/** A rule about files, as it is asked about what is in a folder. */
export interface FileRule {
  /** Absolute. */
  holds(path: string): boolean;
  /** Whether it may be about something in folders of such a name. */
  entersFolder(name: string): boolean;
  /** Whether it may be about something in a folder. Absolute. */
  mayBeIn(folder: string): boolean;
}

/** Where the paths of rules begin. Absolute. */
interface Anchors {
  readonly projectDir: string;
  readonly homeDir: string;
}

/** The name of folders of installed packages: of those, each with thousands of files, patterns for any folder mean nothing. */
const PACKAGES = "node_modules";

export function fileRule(
  { content = "" }: Rule,
  { anchors, holds }: { readonly anchors: Anchors; readonly holds: FileRule["holds"] },
): FileRule {
  const written = content.toLowerCase();
  const anchor = anchorOf(content, anchors)?.toLowerCase() ?? null;
  const namesPackages = written.split("/").some(mayNamePackages);
  return {
    holds,
    entersFolder: (name) => name !== PACKAGES || namesPackages,
    mayBeIn: (folder) => anchor === null || isOnOneWay(anchor, folder.toLowerCase()),
  };
}

/** What everything that a rule is about is, or is in; null where that may be anywhere. */
function anchorOf(content: string, { projectDir, homeDir }: Anchors): string | null {
  const [base, path] = content.startsWith("//")
    ? ["/", content.slice(2)]
    : content.startsWith("~/")
      ? [homeDir, content.slice(2)]
      : [null, content.replace(/^\.\//, "/")];
  const names = path.split("/").filter((name) => name !== "");
  const floats = names[0] === "**" || !path.replace(/\/+$/, "").includes("/");
  if (base === null && floats) return null;
  const patternAt = names.findIndex((name) => /[*?[\\]/.test(name));
  return join(base ?? projectDir, ...(patternAt < 0 ? names : names.slice(0, patternAt)));
}

function isOnOneWay(one: string, other: string): boolean {
  return isInside(one, other) || isInside(other, one);
}

function mayNamePackages(name: string): boolean {
  return !/^\**$/.test(name) && fitsStars(PACKAGES, name.replace(/\[[^\]]*\]?|\?|\\./g, "*"));
}
