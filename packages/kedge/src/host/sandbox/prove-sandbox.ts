import { readlink } from "node:fs/promises";
import type { ChildProcesses } from "../../platform/index.ts";
import { bwrapArguments, type Confinement } from "./bwrap-arguments.ts";
import { prepareLaunch } from "./launch.ts";

const PROOF_MS = 20_000;

/** What came of the trial. */
export type Proof =
  | { readonly ok: true; readonly disablesNamespaces: boolean }
  | { readonly ok: false; readonly why: string };

/** Prints which namespaces it is in. */
const SCRIPT = 'for each in mnt net pid user; do readlink "/proc/self/ns/$each" || exit 1; done; echo kept';

/**
 * Runs a command that does nothing in the sandbox, and believes its namespaces only: a bubblewrap that just starts what it is given
 * confines nobody. An old bubblewrap does not know how to forbid further namespaces; the filter of system calls does that as well.
 */
export async function proveSandbox(
  confinement: Confinement,
  about: {
    readonly bwrap: string;
    readonly filter: Uint8Array | null;
    readonly children: ChildProcesses;
  },
): Promise<Proof> {
  const first = await tryOnce({ ...confinement, disablesNamespaces: true }, about);
  if (first === null) return { ok: true, disablesNamespaces: true };
  const second = await tryOnce({ ...confinement, disablesNamespaces: false }, about);
  return second === null ? { ok: true, disablesNamespaces: false } : { ok: false, why: second };
}

/** What went wrong; null for nothing. */
async function tryOnce(
  confinement: Confinement,
  { bwrap, filter, children }: Parameters<typeof proveSandbox>[1],
): Promise<string | null> {
  const launch = await prepareLaunch(["/bin/sh", "-c", SCRIPT], {
    ...{ bwrap, filter, dir: confinement.sessionDir },
    bwrapArguments: bwrapArguments(confinement),
  });
  try {
    const ending = await children.run({ ...launch.child, timeoutMs: PROOF_MS, maxOutputBytes: 16_384 });
    const { stdout, stderr, cause, exitCode, message } = ending;
    const lines = stdout.trim().split("\n");
    if (cause !== "exit" || exitCode !== 0 || lines.at(-1) !== "kept")
      return `${bwrap} does not work here: ${message ?? (stderr.trim() || `it ended with ${exitCode ?? cause}`)}`;
    const own = await ownNamespaces();
    const shared = own.find((each) => lines.includes(each));
    return shared === undefined ? null : `${bwrap} does not confine: what it runs shares ${shared}`;
  } finally {
    await launch.remove();
  }
}

function ownNamespaces(): Promise<readonly string[]> {
  return Promise.all(["mnt", "net", "pid", "user"].map((each) => readlink(`/proc/self/ns/${each}`)));
}
