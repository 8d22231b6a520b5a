import { writeFile } from "node:fs/promises";
import type { ChildEnding, ChildOptions, ChildProcesses } from "../../platform/index.ts";
import { findBash } from "../find-program.ts";
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
 * Makes a command ready to start, in the sandbox where the call is to run in it. What cannot be confined then is not started at all.
 *
 * @param options.preparation what its shell does first
 * @param options.folderFile where its shell says in which folder it ended; made here, so that nothing else can stand there
 * @param options.output file for all that it prints
 */
export async function startCommand(
  command: string,
  context: ToolContext,
  options: {
    readonly cwd: string;
    readonly preparation: string;
    readonly folderFile?: string;
    readonly output?: string;
  },
): Promise<CommandStart> {
  const { sandbox, env, envFile, temporaryDir, workingDirs } = context;
  const { cwd, preparation, folderFile, output } = options;
  const text = await shortCommand(command, sandbox?.temporaryDir ?? temporaryDir);
  const args = bashArguments(text, preparation, envFile);
  const bash = await findBash(env.PATH, workingDirs);
  if (sandbox === null) return { ok: true, child: { file: bash, args, cwd, env }, release: async () => {} };
  if (folderFile !== undefined) await writeFile(folderFile, "", { flag: "wx", mode: 0o600 });
  return sandbox.confine({
    ...{ command: [bash, ...args], cwd, env },
    files: [
      { path: envFile, isWritable: false },
      ...(folderFile === undefined ? [] : [{ path: folderFile, isWritable: true }]),
    ],
    ...(output === undefined ? {} : { output }),
  });
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
