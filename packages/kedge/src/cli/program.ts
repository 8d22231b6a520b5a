import { Command } from "commander";
import type { DispatchOptions } from "./commands/hooks-dispatch.ts";
import type { ExplainOptions } from "./commands/hooks-explain.ts";
import type { ListOptions } from "./commands/hooks-list.ts";
import type { TrustOptions } from "./commands/hooks-trust.ts";
import type { Context } from "./context.ts";
import type { SourceOptions } from "./open-engine.ts";
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
  const project = ["-p, --project <dir>", "project directory, which paths in `if` are relative to"] as const;
  const settings = ["-s, --settings <file...>", "further settings: files, or JSON text", collect] as const;
  const plugins = ["--plugin-dir <dir...>", "plugin directories", collect] as const;
  const json = ["--json", "print JSON"] as const;

  hooks
    .command("list")
    .description("list every handler that is configured here: source, trust, active or why not")
    .option("-e, --event <event>", "only of one hook event")
    .option(...settings)
    .option(...plugins)
    .option(...project, context.cwd)
    .option("--trust-project", "treat everything of the project as trusted")
    .option(...json)
    .action(async (options: ListOptions) => {
      const { listHooks } = await import("./commands/hooks-list.ts");
      result.exitCode = await listHooks(options, context);
    });
  addSample(hooks.command("explain"))
    .description(
      "say which handlers an event would run, which not and why, and what their endings would mean; nothing is run",
    )
    .option(
      "-s, --settings <file...>",
      "only these: settings files, plugin.json or hooks/hooks.json; without it everything that is configured here",
      collect,
    )
    .option(...project, context.cwd)
    .option(...json)
    .addHelpText("after", EXPLAIN_EXAMPLES)
    .action(async (event: string, options: ExplainOptions) => {
      const { explainHooks } = await import("./commands/hooks-explain.ts");
      result.exitCode = await explainHooks(event, options, context);
    });
  addSample(hooks.command("dispatch"))
    .description("run the handlers of an event for real, and show what each did and the decision")
    .option(...settings)
    .option(...plugins)
    .option(...project, context.cwd)
    .option("--trust-project", "run the project's handlers without asking; for CI")
    .option(
      "--as <source>",
      "try the handlers as if they were configured elsewhere: managed, flag, local, project, user, plugin-dir, plugin, or all of them side by side",
    )
    .option(...json)
    .action(async (event: string, options: DispatchOptions) => {
      const { dispatchHooks } = await import("./commands/hooks-dispatch.ts");
      result.exitCode = await dispatchHooks(event, options, context);
    });
  hooks
    .command("trust")
    .description("show what the project wants to run, ask, and trust exactly that")
    .argument("[id...]", "handlers, by the first characters of their ids; without any, all that ask")
    .option("-y, --yes", "trust what is shown without asking")
    .option(...project, context.cwd)
    .action(async (ids: readonly string[], options: TrustOptions) => {
      const { trustHooks } = await import("./commands/hooks-trust.ts");
      result.exitCode = await trustHooks(ids, options, context);
    });
  hooks
    .command("untrust")
    .description("take back everything that was trusted in the project")
    .option(...project, context.cwd)
    .action(async (options: SourceOptions) => {
      const { untrustHooks } = await import("./commands/hooks-trust.ts");
      result.exitCode = await untrustHooks(options, context);
    });
  for (const how of ["disable", "enable"] as const) {
    hooks
      .command(how)
      .description(
        how === "disable"
          ? "switch single handlers off, whatever file configures them"
          : "switch them on again",
      )
      .argument("<id...>", "handlers, by the first characters of their ids in `kedge hooks list`")
      .option(...project, context.cwd)
      .action(async (ids: readonly string[], options: SourceOptions) => {
        const { switchHooks } = await import("./commands/hooks-trust.ts");
        result.exitCode = await switchHooks(how, ids, { options, context });
      });
  }
}

/** The options that describe the input of an event. */
function addSample(command: Command): Command {
  return command
    .argument("<event>", "hook event, such as PreToolUse; `kedge protocol events` lists them")
    .option("-t, --tool <name>", "tool of the call, such as Bash or mcp__server__tool")
    .option(
      "-i, --input <file>",
      "JSON of the tool's input, or of the whole hook input; - reads standard input",
    )
    .option("-v, --value <text>", "value that matchers are compared with, for events without a tool");
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
