import { Command } from "commander";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/** Where a command leaves its exit code. */
export interface ProgramResult {
  exitCode: number;
}

/**
 * The command line: names, options and help of every command. What a command does is loaded only when it is called, so that
 * each loads what it needs and nothing else.
 */
export function createProgram(context: Context, result: ProgramResult): Command {
  const program = new Command("kedge")
    .description(
      "Runs the hooks of coding agents the same way everywhere, and says why they did what they did.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help on a command")
    .showHelpAfterError("Run the command with --help for its options.")
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.err(text.trimEnd().replace(/^error: /, "kedge: ")),
    })
    .exitOverride()
    .addHelpText("after", EXIT_CODES);
  addHooks(program, context, result);
  addProtocol(program, context, result);
  return program;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 something is wrong with what was looked at, 64 wrong call, 65 unusable file,
66 missing file, 70 an error in Kedge itself.`;

function addHooks(program: Command, context: Context, result: ProgramResult): void {
  const hooks = program.command("hooks").description("see what hooks do, and why");
  hooks
    .command("explain")
    .description(
      "say which handlers an event would run, which not and why, and what their endings would mean; nothing is run",
    )
    .argument("<event>", "hook event, such as PreToolUse; `kedge protocol events` lists them")
    .option(
      "-s, --settings <file...>",
      "settings file, plugin.json or hooks/hooks.json; several add up in the order given",
      collect,
    )
    .option("-t, --tool <name>", "tool of the call, such as Bash or mcp__server__tool")
    .option(
      "-i, --input <file>",
      "JSON of the tool's input, or of the whole hook input; - reads standard input",
    )
    .option("-v, --value <text>", "value that matchers are compared with, for events without a tool")
    .option("-p, --project <dir>", "project directory, which paths in `if` are relative to", context.cwd)
    .option("--json", "print one JSON object")
    .addHelpText("after", EXPLAIN_EXAMPLES)
    .action(async (event: string, options: Record<string, unknown>) => {
      const { explainHooks } = await import("./commands/hooks-explain.ts");
      result.exitCode = await explainHooks(event, options, context);
    });
}

const EXPLAIN_EXAMPLES = `
Examples:
  kedge hooks explain PreToolUse --settings .claude/settings.json --tool Bash --input call.json
  echo '{"command":"git push"}' | kedge hooks explain PreToolUse -s settings.json -t Bash -i -
  kedge hooks explain StopFailure --settings settings.json --value rate_limit
  kedge hooks explain Stop

Exits with 1 when a handler is broken or a matcher cannot fire.`;

function addProtocol(program: Command, context: Context, result: ProgramResult): void {
  const protocol = program.command("protocol").description("look at the hook protocol itself");
  protocol
    .command("events")
    .description("list the hook events, or show one")
    .argument("[name]", "hook event, such as Stop")
    .option("--json", "print JSON; for one event with the schemas of its input and output")
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { showEvents } = await import("./commands/protocol-events.ts");
      result.exitCode = showEvents(name, options, context);
    });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
