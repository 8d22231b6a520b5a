import { basename } from "node:path";
import type { SpoolRecord } from "./spool/spool-record.ts";

/** Programs that start others and wait for them. An agent is none of them, though it may start its handlers through one. */
const STARTERS: readonly string[] = [
  ...["sh", "ash", "bash", "dash", "fish", "ksh", "mksh", "zsh", "busybox", "cmd.exe"],
  ...["env", "nice", "nohup", "setsid", "sudo", "time", "timeout"],
];

/** Numbers of processes are below this on every system. */
const MAX_PID = 2 ** 31;

/**
 * The number of the agent's process, as a record of its hooks gives it.
 *
 * What the agent says itself counts. Else it is the parent of the entry, which may be a shell that ran it and is gone in the next moment: only
 * the record of a start has the command line of that parent, so only there it is known to be none. The other records of the session say
 * nothing then; what its start said stays.
 */
export function agentPid({ claude_pid: own, pid, argv, args }: SpoolRecord["facts"]): number | undefined {
  if (own !== undefined) return readPid(own[0]);
  // Where the command line could not be taken apart, its first word is the program all the same.
  const program = argv?.[0] ?? args?.[0]?.split(" ", 1)[0] ?? "";
  // The first shell of a login has a dash before its name.
  const name = basename(program).replace(/^-/, "");
  return name === "" || STARTERS.includes(name) ? undefined : readPid(pid?.[0]);
}

/** @returns undefined for what is no number of a process, and for the one that everything descends from */
function readPid(text = ""): number | undefined {
  const pid = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return pid > 1 && pid < MAX_PID ? pid : undefined;
}
