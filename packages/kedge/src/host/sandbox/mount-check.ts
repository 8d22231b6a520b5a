import { readTextFile } from "../../platform/index.ts";
import { isInside } from "../paths.ts";
import type { Confinement } from "./bwrap-arguments.ts";
import { shellPath } from "./launch.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * What runs first in the sandbox: it looks at every mount inside of what is written. What is mounted there is either empty, or the very place
 * that it is mounted on. Bubblewrap goes by paths: a command that runs beside can put a link into the way of one for a moment, and then something
 * that is hidden would be mounted where it is read. The list of mounts tells both places without asking for a path again.
 *
 * It sets variables, which could be some that the command gets, so it is a shell of its own.
 *
 * @source Linux proc_pid_mountinfo(5)
 */
const CHECK = `
( set -f; ids=
  while read -r id around dev root at rest; do
    eval "around_$id=\\$around dev_$id=\\$dev root_$id=\\$root at_$id=\\$at rest_$id=\\$rest"
    ids="$ids $id"
  done </proc/self/mountinfo
  [ -n "$ids" ] || exit 1
  for id in $ids; do
    eval "around=\\$around_$id dev=\\$dev_$id root=\\$root_$id at=\\$at_$id rest=\\$rest_$id"
    inside=
    for each in $1; do case $at in "$each"/*) inside=yes;; esac; done
    [ -n "$inside" ] || continue
    case " $2 " in *" $at "*) continue;; esac
    case $root in /) case $rest in *" - tmpfs "*) continue;; esac;; /null) continue;; esac
    eval "outer_dev=\\$dev_$around outer_root=\\$root_$around outer_at=\\$at_$around"
    [ "$dev $root" = "$outer_dev \${outer_root%/}\${at#"\${outer_at%/}"}" ] || exit 1
  done
) || { echo "sandbox: a folder was replaced while the sandbox was set up, so the command did not run" >&2; exit 125; }
shift 2; exec "$@"`;

/** The same command behind a look at what was mounted. */
export async function checked(
  command: readonly string[],
  { writable, shown, sockets, files, temporaryDir, sessionDir }: Confinement,
): Promise<readonly string[]> {
  const own = [...shown, ...(sockets ?? []), ...files.map(({ path }) => path), temporaryDir, sessionDir];
  const known = [...own.map(asMountPoint), ...(await mountPoints())];
  const roots = writable.map(asMountPoint);
  const inside = known.filter((path) => roots.some((root) => isInside(root, path)));
  const shell = shellPath();
  // Else it would begin with a file that a variable names.
  const options = shell.endsWith("bash") ? ["-p", "-c"] : ["-c"];
  return [shell, ...options, CHECK, "sandbox", roots.join(" "), inside.join(" "), ...command];
}

/** What is mounted on the machine anyway, as the list writes it. */
async function mountPoints(): Promise<readonly string[]> {
  const reading = await readTextFile("/proc/self/mountinfo", MAX_BYTES);
  return reading.ok ? reading.text.split("\n").flatMap((line) => line.split(" ")[4] ?? []) : [];
}

/** A path as the list of mounts writes it: without blanks, so that blanks can stand between several. */
function asMountPoint(path: string): string {
  return path.replace(/[ \t\n\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
