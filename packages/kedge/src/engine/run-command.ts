import { mkdir } from "node:fs/promises";
import type { ChildEnding, ChildProcesses } from "../platform/index.ts";
import type { CommandHandler, HandlerEnding } from "../protocol/index.ts";
import { commandLine } from "./command-line.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import type { PluginPlace } from "./source.ts";

/** What a command handler needs besides its run. */
export interface CommandSurroundings {
  readonly children: ChildProcesses;
  /** Current working directory of the session. */
  readonly cwd: string;
  readonly projectDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly plugin?: PluginPlace;
  /** A signal that is aborted only when `children` are closed, which ends the run as well: nobody need listen to it. */
  readonly endedWithChildren?: AbortSignal;
}

/** Bytes that are kept of each stream; more is read and dropped. Texts for people and models are far shorter. */
const MAX_OUTPUT_BYTES = 3 * 1024 * 1024;

/** Runs a command handler as a process of its own, with the hook input on stdin. Never rejects. */
export async function runCommand(
  handler: CommandHandler,
  run: HandlerRun,
  around: CommandSurroundings,
): Promise<RunReport> {
  const line = commandLine(handler, around);
  if (!line.ok) {
    return {
      ending: { type: "command", exitCode: null, failure: line.message, stdout: "", stderr: "" },
      durationMs: 0,
      outputBytes: 0,
    };
  }
  // The data folder of a plugin is made when something may want it, not when the plugin is installed.
  if (around.plugin)
    await mkdir(around.plugin.dataDir, { recursive: true, mode: 0o700 }).catch(() => undefined);
  const ended = await around.children.run({
    file: line.file,
    args: line.args,
    cwd: around.cwd,
    env: around.env,
    stdin: run.inputBytes,
    timeoutMs: run.timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...(run.signal === around.endedWithChildren ? {} : { signal: run.signal }),
  });
  return {
    ending: toEnding(ended),
    durationMs: ended.durationMs,
    outputBytes: ended.stdoutBytes + ended.stderrBytes,
    ...(ended.survivors.length > 0 ? { survivors: ended.survivors } : {}),
  };
}

function toEnding(ended: ChildEnding): HandlerEnding {
  const { exitCode, signal, stdout, stderr, isStdoutCut } = ended;
  return {
    type: "command",
    exitCode,
    signal,
    stdout,
    stderr,
    isStdoutCut,
    ...(ended.cause === "timeout" ? { isTimedOut: true } : {}),
    ...(ended.cause === "cancelled" ? { isCancelled: true } : {}),
    ...(ended.cause === "start_failed" ? { failure: ended.message ?? "it could not be started" } : {}),
  };
}
