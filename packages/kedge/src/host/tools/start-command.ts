import { writeFile } from "node:fs/promises";
import type { ChildEnding, ChildOptions, ChildProcesses } from "../../platform/index.ts";
import { findBash } from "../find-program.ts";
import { isPlainFolder } from "../paths.ts";
import type { LaunchedChild } from "../sandbox/launch.ts";
import { bashArguments, shortCommand } from "./shell-command.ts";
import type { ToolContext } from "./tool.ts";

/** How a command of the model is started, or why it is not. */
export type CommandStart =
  | {
      readonly ok: true;
      readonly child: LaunchedChild;
      /** Must be called when it has ended, or was not started after all. */
      release(): Promise<void>;
    }
  | { readonly ok: false; readonly why: string };

/**
 * Makes a command ready to start, in the sandbox where the call is to run in it. What cannot be confined then is not started at all, and
 * nothing is in another folder than the one of the call.
 *
 * @param options.preparation what its shell does first
 * @param options.folderFile where its shell says in which folder it ended; made here, so that nothing else can stand there
 * @param options.output file for all that it prints
 */
export async function startCommand(
  command: string,
  context: ToolContext,
  options: {
    readonly preparation: string;
    readonly folderFile?: string;
    readonly output?: string;
  },
): Promise<CommandStart> {
  const { sandbox, cwd, env, envFile, temporaryDir, workingDirs } = context;
  const { preparation, folderFile, output } = options;
  const text = await shortCommand(command, sandbox?.temporaryDir ?? temporaryDir);
  const args = bashArguments(text, preparation, envFile);
  const bash = await findBash(env.PATH, workingDirs);
  if (sandbox === null)
    return inItsFolder(cwd, { ok: true, child: { file: bash, args, cwd, env }, release: async () => {} });
  if (folderFile !== undefined) await writeFile(folderFile, "", { flag: "wx", mode: 0o600 });
  const start = await sandbox.confine({
    ...{ command: [bash, ...args], cwd, env },
    files: [
      { path: envFile, isWritable: false },
      ...(folderFile === undefined ? [] : [{ path: folderFile, isWritable: true }]),
    ],
    ...(output === undefined ? {} : { output }),
  });
  return inItsFolder(cwd, start);
}

/** Only now, for a person may have been asked since the line was judged, and much been looked through. */
async function inItsFolder(cwd: string, start: CommandStart): Promise<CommandStart> {
  if (!start.ok || (await isPlainFolder(cwd))) return start;
  await start.release();
  return { ok: false, why: `${cwd} is gone, or leads elsewhere: nothing was run.` };
}

/**
 * Runs it to its end, and gives back what it was started with. How it ended counts even when that fails: what is left of the sandbox then is
 * cleaned up behind this process.
 */
export async function runStarted(
  { child, release }: Extract<CommandStart, { ok: true }>,
  children: ChildProcesses,
  options: Omit<ChildOptions, keyof LaunchedChild>,
): Promise<ChildEnding> {
  try {
    return await children.run({ ...child, ...options });
  } finally {
    await release().catch(() => {});
  }
}
