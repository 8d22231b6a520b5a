import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ChildEnding } from "../../platform/index.ts";
import type { JsonObject } from "../../protocol/index.ts";
import { isInside } from "../paths.ts";
import { boundResult, refuse, type Tool, type ToolContext, type ToolOutcome } from "./tool.ts";

/** Without `timeout`, and with the longest. */
const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 600_000;

/** Kept of each stream; a model gets far less. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs the command in its own shell: first what hooks export, then the command, at last the folder that it ended in. The command is an
 * argument, so nothing in it can end this frame, and `exit` runs the trap as well.
 */
export const SHELL_FRAME =
  'trap \'pwd -P >|"$2" 2>/dev/null\' EXIT; if [ -r "$3" ]; then . "$3"; fi; eval "$1"';

export const bashTool: Tool = {
  definition: {
    name: "Bash",
    description:
      "Runs a shell command. The working directory stays from call to call; other state of the shell does not. Standard input is empty. Output beyond 30,000 characters is cut in the middle.",
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
    return runInForeground(command, readTimeout(input), context);
  },
};

function readTimeout({ timeout }: JsonObject): number {
  const isUsable = typeof timeout === "number" && timeout > 0;
  return isUsable ? Math.min(timeout, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
}

async function runInForeground(
  command: string,
  timeoutMs: number,
  context: ToolContext,
): Promise<ToolOutcome> {
  const folderFile = join(context.temporaryDir, `cwd-${randomUUID()}`);
  const ending = await context.children.run({
    file: "bash",
    args: ["-c", SHELL_FRAME, "bash", command, folderFile, context.envFile],
    cwd: context.cwd,
    env: context.env,
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    signal: context.signal,
  });
  const moved = await followFolder(folderFile, context);
  return readEnding(ending, timeoutMs, moved);
}

/** Goes where the command went, within the working directories; says so where it may not. */
async function followFolder(folderFile: string, context: ToolContext): Promise<string> {
  let folder = "";
  try {
    folder = (await readFile(folderFile, "utf8")).replace(/\n$/, "");
    await rm(folderFile, { force: true });
  } catch {
    return ""; // the command was ended before its trap, or replaced it: the session stays where it is
  }
  if (folder === "" || folder === context.cwd) return "";
  if (context.workingDirs.some((dir) => isInside(dir, folder))) {
    context.moveTo(folder);
    return "";
  }
  return `The working directory is ${context.cwd} again: ${folder} is outside of where this session works.`;
}

function readEnding(ending: ChildEnding, timeoutMs: number, note: string): ToolOutcome {
  const { stdout, stderr } = ending;
  const output = [stdout.replace(/\n+$/, ""), stderr.replace(/\n+$/, "")].filter((part) => part !== "");
  const parts = note === "" ? output : [...output, note];
  switch (ending.cause) {
    case "start_failed":
      return refuse(`bash could not be started: ${ending.message}`);
    case "timeout":
      return refuse(boundResult([`Command timed out after ${timeoutMs / 1000} s`, ...parts].join("\n")));
    case "cancelled":
      return {
        ok: false,
        text: boundResult([...parts, "The command was interrupted."].join("\n")),
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

function startInBackground(command: string, context: ToolContext): ToolOutcome {
  const { children, env, cwd, envFile, shells } = context;
  const id = shells.start(command, { children, env, cwd, envFile });
  if (id === null) return refuse("Too many commands run in the background. End one with KillShell first.");
  return {
    ok: true,
    text: `The command runs in the background as ${id}. BashOutput reads what it prints.`,
    response: { stdout: "", stderr: "", interrupted: false, isImage: false, backgroundTaskId: id },
  };
}
