/** A namespace in which there is no network but loopback: what runs in it reaches nothing but this machine itself. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { missing } from "../support/requires.ts";

/** Root needs no namespace of users to have one of the network. */
const isRoot = process.geteuid?.() === 0;

export interface OfflineNamespace extends AsyncDisposable {
  /** Starts a program in it; its process is the program itself. */
  spawn(
    command: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ): ChildProcessWithoutNullStreams;
}

/** What a machine has to have for it. */
export function missingNamespace(): string | undefined {
  // `nsenter` is of the same package as `unshare`.
  return missing(["unshare", "ip"]);
}

/** Opens one, which lasts until it is disposed of and nothing runs in it any more. */
export async function openOfflineNamespace(): Promise<OfflineNamespace> {
  const rights = isRoot ? [] : ["--user", "--map-root-user"];
  const keeper = spawn("unshare", [
    ...rights,
    "--net",
    "sh",
    "-c",
    "ip link set lo up && echo up && exec cat",
  ]);
  const ended = once(keeper, "close");
  const [first] = await Promise.race([once(keeper.stdout, "data"), ended]);
  if (String(first).trim() !== "up") throw new Error(`no namespace: ${String(first)}`);
  const enter = [
    ...["--target", String(keeper.pid), "--net"],
    ...(isRoot ? [] : ["--user", "--preserve-credentials"]),
  ];
  return {
    spawn: (command, options) => spawn("nsenter", [...enter, "--", ...command], options),
    async [Symbol.asyncDispose]() {
      keeper.stdin.end();
      await ended;
    },
  };
}
