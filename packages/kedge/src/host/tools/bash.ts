import { randomUUID } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { type ChildEnding, readTextFile } from "../../platform/index.ts";
import type { JsonObject } from "../../protocol/index.ts";
import { isInside, reachedPath } from "../paths.ts";
import { explainRefusal } from "../sandbox/explain-refusal.ts";
import { guarded, watchInBackground } from "./guarded.ts";
import { quote } from "./shell-command.ts";
import { runStarted, startCommand } from "./start-command.ts";
import { boundResult, refuse, type Tool, type ToolContext, type ToolOutcome } from "./tool.ts";

/** Without `timeout`, and with the longest. */
const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 600_000;

/** Kept of each stream; a model gets far less. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

const INTERRUPTED = "The command was interrupted.";

/** Longer is the name of no folder. */
const MAX_FOLDER_BYTES = 8_192;

export const bashTool: Tool = {
  definition: {
    name: "Bash",
    description:
      "Runs a shell command. The working directory stays from call to call, other state of the shell does not; every call of a subagent begins in the working directory of the session. Standard input is empty. Output beyond 30,000 characters is cut in the middle.",
    input_schema: {
      type: "object",
      properties: {
        command: { type: "string", description: "The command." },
        timeout: {
          type: "number",
          description: "Milliseconds until it is ended; default 120000, at most 600000.",
        },
        description: { type: "string", description: "What it does, in five to ten words." },
        run_in_background: {
          type: "boolean",
          description: "Returns at once; BashOutput reads what it prints, KillShell ends it.",
        },
      },
      required: ["command"],
    },
  },
  isParallel: false,
  check(input) {
    const { command } = input;
    if (typeof command !== "string" || command.trim() === "") return "expected a command, got none";
    // Nobody sees them where a command is shown for approval.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return /[\x00-\x08\x0b-\x1f\x7f]/.test(command)
      ? "expected a command without control characters, got one with hidden ones"
      : null;
  },
  async run(input, context) {
    const command = String(input.command);
    if (input.run_in_background === true) return startInBackground(command, context);
    return guarded(context, () => runInForeground(command, readTimeout(input), context));
  },
};

/** The same for a session whose commands are confined; `letsOut` where somebody may permit one to run outside after all. */
export function confinedBashTool(letsOut: boolean): Tool {
  const { definition } = bashTool;
  const wish = {
    type: "boolean",
    description:
      "Asks for this command to run outside of the sandbox, which a rule or a person has to permit.",
  };
  const properties = {
    ...(definition.input_schema.properties as JsonObject),
    ...(letsOut ? { dangerouslyDisableSandbox: wish } : {}),
  };
  return {
    ...bashTool,
    definition: {
      ...definition,
      description: `${definition.description} Commands run in a sandbox: they write in the working directories and $TMPDIR only, not in what git, editors, shells and agents obey there, read no keys and logins, and reach no network but hosts that settings permit. A failure that names the sandbox is no mistake of the command: do not try to get around it, say what you need.`,
      input_schema: { ...definition.input_schema, properties },
    },
  };
}

function readTimeout({ timeout }: JsonObject): number {
  const isUsable = typeof timeout === "number" && timeout > 0;
  return isUsable ? Math.min(timeout, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
}

async function runInForeground(
  command: string,
  timeoutMs: number,
  context: ToolContext,
): Promise<ToolOutcome> {
  const { temporaryDir, children, signal } = context;
  const folderFile = join(temporaryDir, `cwd-${randomUUID()}`);
  const tellsFolder = `trap ${quote(`builtin pwd -P >|${quote(folderFile)} 2>/dev/null`)} EXIT`;
  const start = await startCommand(command, context, { preparation: tellsFolder, folderFile });
  if (!start.ok) return refuse(start.why);
  const limits = { maxOutputBytes: MAX_OUTPUT_BYTES, timeoutMs, signal };
  const ending = await runStarted(start, children, limits);
  const moved = await followFolder(folderFile, context);
  return readEnding(ending, timeoutMs, [cutNote(ending), moved, await sandboxNote(ending, context)]);
}

async function sandboxNote(ending: ChildEnding, { sandbox, workingDirs }: ToolContext): Promise<string> {
  if (sandbox === null) return "";
  const { allowedDomains: domains } = await sandbox.rules();
  return explainRefusal(ending, { workingDirs, domains });
}

/** Goes where the command went, within the working directories; says so where it may not. */
async function followFolder(folderFile: string, context: ToolContext): Promise<string> {
  const told = await readTextFile(folderFile, MAX_FOLDER_BYTES);
  await rm(folderFile, { force: true });
  // Without it the command was ended before its trap, or replaced it: the session stays where it is.
  const folder = told.ok ? told.text.replace(/\n$/, "") : "";
  // A command can write anything there: only a folder is gone to, by the way that leads to it.
  const isFolder = (await stat(folder).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder || !isAbsolute(folder) || folder !== (await reachedPath(folder))) return "";
  // The shell says where it is without links, so that is what it is compared with.
  if (folder === (await reachedPath(context.cwd))) return "";
  for (const dir of context.workingDirs)
    if (isInside(await reachedPath(dir), folder)) {
      return context.moveTo(folder)
        ? ""
        : `The working directory is ${context.cwd} again: every command of a subagent begins there.`;
    }
  return `The working directory is ${context.cwd} again: ${folder} is outside of where this session works.`;
}

function cutNote({ isStdoutCut, isStderrCut, stdoutBytes, stderrBytes }: ChildEnding): string {
  if (!isStdoutCut && !isStderrCut) return "";
  const bytes = isStdoutCut ? stdoutBytes : stderrBytes;
  return `It printed ${bytes} bytes, of which the first ${MAX_OUTPUT_BYTES} were kept.`;
}

/** A run of them is looked at from its first one only: from each, a million empty lines would take hours. */
function withoutLastLineBreaks(text: string): string {
  return text.replace(/(?<!\n)\n+$/, "");
}

function readEnding(ending: ChildEnding, timeoutMs: number, notes: readonly string[]): ToolOutcome {
  const { stdout, stderr } = ending;
  const output = [stdout, stderr].map(withoutLastLineBreaks).filter((part) => part !== "");
  const parts = [...output, ...notes.filter((note) => note !== "")];
  switch (ending.cause) {
    case "start_failed":
      return refuse(`bash could not be started: ${ending.message}`);
    case "timeout":
      return refuse(boundResult([`Command timed out after ${timeoutMs / 1000} s`, ...parts].join("\n")));
    case "cancelled":
      return {
        ok: false,
        text: boundResult([...parts, INTERRUPTED].join("\n")),
        isInterrupt: true,
      };
    case "signal":
      return refuse(boundResult([`Ended by ${ending.signal}`, ...parts].join("\n")));
    case "exit":
      if (ending.exitCode !== 0)
        return refuse(boundResult([`Exit code ${ending.exitCode}`, ...parts].join("\n")));
      return {
        ok: true,
        text: boundResult(parts.join("\n")) || "(no output)",
        response: {
          stdout: output.length > 0 ? stdout.replace(/\n$/, "") : "",
          stderr,
          interrupted: false,
          isImage: false,
        },
      };
  }
}

async function startInBackground(command: string, context: ToolContext): Promise<ToolOutcome> {
  const { children, shells, temporaryDir, sandbox, signal } = context;
  const output = join(temporaryDir, `${randomUUID()}.out`);
  // In the sandbox the file itself is out of reach: the command begins with it as its output.
  const preparation = sandbox ? "" : `exec >${quote(output)} 2>&1`;
  const onEnd = await watchInBackground(context);
  const start = await startCommand(command, context, { preparation, output }).catch((error: unknown) => {
    onEnd();
    throw error;
  });
  // Once it runs, no interrupt ends it; until then it may have waited for much to be looked through, and for other sessions.
  const isInterrupt = signal.aborted;
  const id = start.ok && !isInterrupt ? shells.start(command, { children, start, output, onEnd }) : null;
  if (start.ok && id !== null) return startedAs(id);
  if (start.ok) await start.release();
  onEnd();
  if (isInterrupt) return { ok: false, text: INTERRUPTED, isInterrupt };
  return refuse(
    start.ok ? "Too many commands run in the background. End one with KillShell first." : start.why,
  );
}

function startedAs(id: string): ToolOutcome {
  return {
    ok: true,
    text: `The command runs in the background as ${id}. BashOutput reads what it prints.`,
    response: { stdout: "", stderr: "", interrupted: false, isImage: false, backgroundTaskId: id },
  };
}
