import type { ChildEnding } from "../../platform/index.ts";

/** What programs say when the sandbox is in their way; they may mean something else by it, so the line says no more than "may". */
const REFUSALS =
  /Read-only file system|EROFS|Operation not permitted|EPERM|Permission denied|EACCES|Device or resource busy|EBUSY|No such device or address|ENXIO|Network is unreachable|ENETUNREACH|Could not resolve|Temporary failure in name resolution|EAI_AGAIN|ENOTFOUND|Failed to connect|ECONNREFUSED|Connection refused/;

/**
 * One line for the model where a confined command failed by what sounds like the sandbox: without it, models look for the mistake elsewhere, or
 * try the same in other words.
 */
export function explainRefusal(
  { exitCode, stdout, stderr }: ChildEnding,
  about: { readonly workingDirs: readonly string[]; readonly domains: readonly string[] },
): string {
  if (stderr.startsWith("bwrap: ") && stdout === "")
    return "The sandbox could not be set up, so the command may not have run at all.";
  if (exitCode === 0 || !REFUSALS.test(stderr + stdout)) return "";
  return `This may be the sandbox: ${sandboxWords(about)}`;
}

/** What the sandbox lets commands do, in words. */
function sandboxWords({
  workingDirs,
  domains,
}: {
  readonly workingDirs: readonly string[];
  readonly domains: readonly string[];
}): string {
  const network =
    domains.length === 0
      ? "there is no network"
      : `only these hosts are reached, through a proxy: ${domains.join(", ")}`;
  return `commands write in ${workingDirs.join(", ")} and $TMPDIR only, not in what git, editors, shells and agents obey there (.git/hooks, .git/config, .claude, .vscode, .mcp.json and the like), and ${network}.`;
}
