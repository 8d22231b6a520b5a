import { askedMounts } from "./asked-mounts.ts";
import { bwrapArguments, type Confinement } from "./bwrap-arguments.ts";
import { shellPath } from "./launch.ts";
import { asMountPoint, isWithin, readMountTable } from "./mount-table.ts";

/**
 * What runs first in the sandbox: it sees to it that everything that was asked for is mounted at its own point and is what it should be, that
 * nothing else is mounted in what is written, and that nothing else can be written. Bubblewrap goes by paths: a command that runs beside can put
 * a link into the way of one for a moment, or take away what is to be held. The list of mounts tells where everything came to be without asking
 * for a path again.
 *
 * Mounts are listed as they were made, so the search for each begins behind the one before. It sets variables, which could be some that the
 * command gets, so it is a shell of its own.
 *
 * @source Linux proc_pid_mountinfo(5)
 */
const CHECK = `
( set -f; count=$1 total=0; shift
  while read -r id around dev root at rest; do
    total=$((total + 1))
    case $rest in ro,*|"ro "*) flag=ro;; *) flag=rw;; esac
    type=\${rest#* - } type=\${type%% *}
    [ "$root" = / ] || type=
    eval "at_$total=\\$at flag_$total=\\$flag line_$total=\\"\\$at \\$dev \\$root \\$flag\\" empty_$total=\\"\\$at \\$type \\$flag\\" found_$total="
  done </proc/self/mountinfo
  [ "$total" -gt 0 ] || exit 1
  next=1
  while [ "$count" -gt 0 ]; do
    tries=$total
    while :; do
      [ "$tries" -gt 0 ] || exit 1
      this=$next next=$((next % total + 1)) tries=$((tries - 1))
      eval "line=\\$line_$this empty=\\$empty_$this found=\\$found_$this"
      [ -z "$found" ] || continue
      case $line in "$1"*) break;; esac
      case $empty in "$1"*) break;; esac
    done
    eval "found_$this=yes"; shift; count=$((count - 1))
  done
  while [ "$total" -gt 0 ]; do
    eval "at=\\$at_$total flag=\\$flag_$total found=\\$found_$total"; total=$((total - 1))
    [ -z "$found" ] || continue
    case " $2 " in *" $at "*) continue;; esac
    for each in $1; do case $at in "$each"|"$each"/*) exit 1;; esac; done
    [ "$flag" = rw ] || continue
    case $at in /dev|/dev/*|/proc|/proc/*) continue;; esac
    # What this user cannot reach, bubblewrap leaves as it is.
    [ ! -w "$(printf %b "$at")" ] || exit 1
  done
) || { echo "sandbox: a folder was replaced while the sandbox was set up, so the command did not run" >&2; exit 125; }
shift "$(($1 + 3))"; exec "$@"`;

/** The same command behind a look at what was mounted. */
export async function checked(
  command: readonly string[],
  confinement: Confinement,
): Promise<readonly string[]> {
  const { writable, inside } = confinement;
  const table = await readMountTable();
  const needed = inside.map(({ path }) => path);
  const asked = askedMounts(bwrapArguments(confinement), { writable, needed, table });
  const roots = writable.map(asMountPoint);
  const known = table.points.filter((point) => roots.some((root) => isWithin(root, point)));
  const shell = shellPath();
  // Else it would begin with a file that a variable names.
  const options = shell.endsWith("bash") ? ["-p", "-c"] : ["-c"];
  const lists = [String(asked.length), ...asked, roots.join(" "), known.join(" ")];
  return [shell, ...options, CHECK, "sandbox", ...lists, ...command];
}
