import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a process is started with. */
export interface LaunchedChild {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Closes what Kedge itself inherited and would pass on, opens what bubblewrap reads and writes, and the file that output goes to, and becomes
 * bubblewrap.
 * Options come from a file: the list of processes would show the environment to everybody, and arguments have a limit that many mounts reach.
 * A shell that is not bash knows no descriptor beyond 9.
 */
const LAUNCH = `
for each in /proc/self/fd/*; do
  each=\${each##*/}
  case $each in [3-9]) eval "exec $each>&-";; [1-9]*[0-9]) [ -z "$BASH_VERSION" ] || eval "exec $each>&-";; esac
done
exec 7<"$1" 8<"$2" 9>"$3" || exit 125
if [ -n "$4" ]; then exec >"$4" 2>&1 || exit 125; fi
shift 4; exec "$@"`;

/** Shells by their whole path: what PATH has may be the project's. */
const SHELLS = ["/bin/bash", "/usr/bin/bash", "/bin/sh"] as const;

/** The first of them that is there. */
export function shellPath(): string {
  return SHELLS.find((path) => existsSync(path)) ?? "/bin/sh";
}

/**
 * Writes what a confined start needs. Nothing of the command's own environment is there before the sandbox is: a library that it names would
 * be loaded outside.
 *
 * @param options.dir private to the session
 * @param options.info file in which bubblewrap says which namespace it made, before the command begins
 * @param options.output file for all that the command prints; without it, it prints to its parent
 */
export async function prepareLaunch(
  command: readonly string[],
  options: {
    readonly bwrap: string;
    readonly bwrapArguments: readonly string[];
    readonly filter: Uint8Array | null;
    readonly dir: string;
    readonly info?: string;
    readonly output?: string;
  },
): Promise<{ readonly child: LaunchedChild; remove(): Promise<void> }> {
  const { bwrap, bwrapArguments, filter, dir, info, output = "" } = options;
  const id = randomUUID();
  const [optionsFile, filterFile] = [join(dir, `sandbox-${id}`), join(dir, `filter-${id}`)];
  await writeFile(optionsFile, bwrapArguments.map((word) => `${word}\0`).join(""), {
    flag: "wx",
    mode: 0o600,
  });
  if (filter) await writeFile(filterFile, filter, { flag: "wx", mode: 0o600 });
  const files = [optionsFile, filter ? filterFile : "/dev/null", info ?? "/dev/null", output];
  const descriptors = [
    ...(filter ? ["--seccomp", "8"] : []),
    ...(info === undefined ? [] : ["--info-fd", "9"]),
  ];
  const own = [bwrap, "--args", "7", ...descriptors, "--"];
  return {
    child: {
      file: shellPath(),
      args: ["-c", LAUNCH, "sh", ...files, ...own, ...command],
      cwd: "/",
      env: {},
    },
    async remove() {
      await rm(optionsFile, { force: true });
      await rm(filterFile, { force: true });
    },
  };
}
