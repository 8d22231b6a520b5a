import { createInterface, type Interface } from "node:readline/promises";
import {
  failureText,
  type HostEvent,
  type PermissionAsker,
  type PermissionQuestion,
  type Session,
} from "../host/index.ts";
import { cleanText } from "../protocol/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { EXIT } from "./command-error.ts";
import { inWords, openAgentSession } from "./commands/agent.ts";
import type { Context } from "./context.ts";
import type { Style } from "./terminal.ts";

const HELP = `Type a prompt and press Enter; a line that ends in \\ goes on in the next.
/help        this text
/mode NAME   permission mode: default, acceptEdits, plan, dontAsk, bypassPermissions
/exit        end the session (also Ctrl-D)
Ctrl-C       end the turn that runs; at the prompt, twice, the session`;

/** A conversation at the terminal, line by line. */
export async function talk(
  first: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const lines = createInterface({ input: process.stdin, output: process.stdout, historySize: 500 });
  const screen = createScreen(context);
  const asker = createAsker(lines, terminal.style);
  let session: Session;
  try {
    session = await openAgentSession(options, context, { asker, onEvent: screen.take });
  } catch (error) {
    lines.close();
    throw error;
  }
  terminal.out(
    terminal.style.faint(
      `kedge agent · ${session.model} · ${session.permissionMode} · session ${session.id}\n/help lists the commands.`,
    ),
  );
  try {
    await converse(first, { session, lines, context });
  } catch (error) {
    throw inWords(error);
  } finally {
    lines.close();
    await session.close("prompt_input_exit");
  }
  terminal.out(terminal.style.faint(`Go on with: kedge agent --resume ${session.id}`));
  return EXIT.ok;
}

interface Talk {
  readonly session: Session;
  readonly lines: Interface;
  readonly context: Context;
}

async function converse(first: string | undefined, talk: Talk): Promise<void> {
  const { session, lines } = talk;
  let isBusy = false;
  let isAskedToLeave = false;
  lines.on("SIGINT", () => {
    if (isBusy) session.interrupt();
    else if (isAskedToLeave) lines.close();
    else {
      isAskedToLeave = true;
      process.stdout.write("\nPress Ctrl-C again to end the session.\n");
      lines.prompt();
    }
  });
  let prompt: string | null = first ?? (await readPrompt(lines));
  while (prompt !== null) {
    isAskedToLeave = false;
    if (prompt.startsWith("/")) {
      if (!command(prompt, talk)) return;
    } else if (prompt.trim() !== "") {
      isBusy = true;
      await session.send(prompt);
      isBusy = false;
    }
    prompt = await readPrompt(lines);
  }
}

/** One prompt; null when there are no more. */
async function readPrompt(lines: Interface): Promise<string | null> {
  const parts: string[] = [];
  for (;;) {
    const line = await question(lines, parts.length === 0 ? "> " : "… ");
    if (line === null) return null;
    if (!line.endsWith("\\")) return [...parts, line].join("\n");
    parts.push(line.slice(0, -1));
  }
}

/** What is typed; null when the input ends. */
function question(lines: Interface, text: string, signal?: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const onClose = (): void => resolve(null);
    lines.once("close", onClose);
    lines
      .question(text, signal ? { signal } : {})
      .then(resolve, () => resolve(null))
      .finally(() => lines.off("close", onClose));
  });
}

/** @returns false when the session is to end */
function command(line: string, { session, context: { terminal } }: Talk): boolean {
  const [name, argument = ""] = line.trim().split(/\s+/, 2);
  switch (name) {
    case "/exit":
    case "/quit":
      return false;
    case "/mode": {
      const modes = ["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"] as const;
      const mode = modes.find((each) => each === argument);
      if (mode) session.permissionMode = mode;
      terminal.out(
        mode ? `Mode ${mode}.` : `There are: ${modes.join(", ")}. Now: ${session.permissionMode}.`,
      );
      return true;
    }
    case "/help":
      terminal.out(HELP);
      return true;
    default:
      terminal.out(`There is no command ${cleanText(name ?? "")}. /help lists them.`);
      return true;
  }
}

function createAsker(lines: Interface, style: Style): PermissionAsker {
  return {
    async ask(about, signal) {
      process.stdout.write(`\n${style.caution("?")} ${describeCall(about)}\n  ${style.faint(about.why)}\n`);
      const always =
        about.rule === undefined ? "" : `, a = always in this session (${cleanText(about.rule)})`;
      const answer = (await question(lines, `  y = yes, n = no${always}: `, signal))?.trim().toLowerCase();
      if (answer === "y" || answer === "yes") return { behavior: "allow", remembers: false };
      if (answer === "a" && about.rule !== undefined) return { behavior: "allow", remembers: true };
      return { behavior: "deny", message: "The user refused this call." };
    },
  };
}

/** A call as one or more lines; nothing in it reaches the terminal as a control sequence. */
function describeCall({ toolName, toolInput }: PermissionQuestion): string {
  const { command: line, file_path: path } = toolInput;
  const own = typeof line === "string" ? line : typeof path === "string" ? path : JSON.stringify(toolInput);
  return `${toolName}: ${cleanText(own)}`;
}

/** Shows what happens: the answer as it comes, a line for each tool, and what hooks say. */
function createScreen({ terminal }: Context): { take(event: HostEvent): void } {
  const { style } = terminal;
  let isInText = false;
  const line = (text: string): void => {
    if (isInText) process.stdout.write("\n");
    isInText = false;
    process.stdout.write(`${text}\n`);
  };
  return {
    take(event) {
      switch (event.type) {
        case "text":
          if (event.agent) return;
          isInText = true;
          process.stdout.write(cleanText(event.text));
          break;
        case "tool_started":
          line(
            style.faint(
              `${event.agent ? "  " : ""}· ${describeCall({ toolName: event.name, toolInput: event.input, why: "" }).split("\n")[0]}`,
            ),
          );
          break;
        case "tool_ended":
          if (event.isError)
            line(style.bad(`${event.agent ? "  " : ""}· ${event.name} failed or was refused`));
          break;
        case "notice":
          line(
            event.level === "warning"
              ? style.caution(cleanText(event.text))
              : style.faint(cleanText(event.text)),
          );
          break;
        case "retrying":
          line(
            style.caution(
              `${failureText(event.failure)} Trying again in ${(event.delayMs / 1000).toFixed(1)} s (${event.attempt} of ${event.maxRetries}).`,
            ),
          );
          break;
        case "hooks":
          for (const at of event.decision.unanswered)
            line(
              style.caution(`${event.trace.event} hook ${event.trace.runs[at]?.what ?? ""} gave no verdict`),
            );
          break;
        case "result":
          if (event.result.failure) line(style.bad(failureText(event.result.failure)));
          else if (event.result.terminalReason !== "completed")
            line(style.faint(`(${event.result.terminalReason})`));
          else if (isInText) line("");
          break;
        default: // shown by others
      }
    },
  };
}
