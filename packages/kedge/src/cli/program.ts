import { Command, Option } from "commander";
import { type AgentOptions, INPUT_FORMATS, OUTPUT_FORMATS } from "./agent-formats.ts";
import { addAlerts } from "./alert-program.ts";
import type { DispatchOptions } from "./commands/hooks-dispatch.ts";
import type { ExplainOptions } from "./commands/hooks-explain.ts";
import type { ListOptions } from "./commands/hooks-list.ts";
import type { TrustOptions } from "./commands/hooks-trust.ts";
import type { ModelApiOptions } from "./commands/model-api.ts";
import type { Context } from "./context.ts";
import { addIncidents } from "./incident-program.ts";
import { addInstall } from "./install-program.ts";
import type { SourceOptions } from "./open-engine.ts";
import { addPolicy } from "./policy-program.ts";
import type { ProgramResult } from "./program-result.ts";
import { addRecovery } from "./recovery-program.ts";
import { addUp } from "./up-program.ts";
import { version } from "./version.ts";
import { addWork } from "./work-program.ts";

/**
 * The command line: names, options and help of every command. What a command does is loaded only when it is called, so that
 * each loads what it needs and nothing else.
 */
export function createProgram(context: Context, result: ProgramResult): Command {
  const program = new Command("kedge")
    .description(
      "Runs the hooks of coding agents the same way everywhere, says why they did what they did, and runs sessions in which they hold.",
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
  addWork(program, context, result);
  addUp(program, context, result);
  addAgent(program, context, result);
  addInstall(program, context, result);
  addRecovery(program, context, result);
  addIncidents(program, context, result);
  addAlerts(program, context, result);
  addPolicy(program, context, result);
  addHooks(program, context, result);
  addModelApi(program, context, result);
  addProtocol(program, context, result);
  return program;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 something is wrong with what was looked at, 64 wrong call, 65 unusable file,
66 missing file, 70 an error in Kedge itself, 74 a file could not be written, 75 put aside for later,
130 interrupted.`;

function addAgent(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("agent")
    .description(
      "run an agent session on the Messages API, with hooks that hold; -p prints one answer and ends",
    )
    .argument("[prompt]", "what to do; with -p, standard input is added to it")
    .option("-p, --print", "print the answer and end, without asking anybody anything")
    .addOption(
      new Option("--output-format <format>", "of what -p prints: the answer, its result, or all that happens")
        .choices(OUTPUT_FORMATS)
        .default("text"),
    )
    .addOption(
      new Option("--input-format <format>", "stream-json takes prompts, one a line, until the input ends")
        .choices(INPUT_FORMATS)
        .default("text"),
    )
    .option("--verbose", "say more on standard error: tools and notices")
    .option("--include-hook-events", "with stream-json: two lines for each handler that ran")
    .option("-m, --model <id>", "model; default: ANTHROPIC_MODEL, the settings, else claude-sonnet-5-5")
    .option(
      "--fallback-model <id>",
      "asked for the rest of a turn in which the model is overloaded or missing",
    )
    .option("--max-budget-usd <amount>", "US dollars that this session may spend, by a table of prices")
    .option("--prices <file>", "prices of further models, or other ones: a JSON file, or JSON text")
    .option("--permission-mode <mode>", "default, plan, acceptEdits, auto, dontAsk or bypassPermissions")
    .option("--dangerously-skip-permissions", "the same as --permission-mode bypassPermissions")
    .option("--allowed-tools, --allowedTools <rules...>", 'rules that allow, such as "Bash(npm test)"')
    .option("--disallowed-tools, --disallowedTools <rules...>", "rules that deny; they win")
    .option("--add-dir <dir...>", "further folders to work in")
    .option("--agents <json>", 'further kinds of subagents: {"name": {"description": "…", "prompt": "…"}}')
    .option("--settings <file>", "further settings: a file, or JSON text")
    .option(
      "--setting-sources <list>",
      "settings files that are read, with commas between: user,project,local",
    )
    .option("--plugin-dir <dir...>", "plugin directories")
    .option("--mcp-config <file...>", "MCP servers: files, or JSON text")
    .option("--strict-mcp-config", "no MCP servers but those of --mcp-config")
    .option(
      "--trust-project",
      "run everything that the project configures, its settings before yours; for CI",
    )
    .option("--max-turns <n>", "requests that one prompt may take; default 200")
    .option("--max-stop-continuations <n>", "times that Stop hooks may make one task go on; default 8")
    .option("-r, --resume [id]", "go on with a session; without an id, the last one of this folder")
    .option("-c, --continue", "go on with the last session of this folder")
    .option("--fork-session", "with --resume or --continue: in a new session, the old one stays as it is")
    .option("--resume-session-at <id>", "with --fork-session: leave out what came after that message")
    .option("--session-id <uuid>", "id of the new session")
    .option("--append-system-prompt <text>", "further instructions")
    .option("--init", "run the Setup hooks first, with the trigger init")
    .option(
      "--init-only",
      "run the Setup and SessionStart hooks and end; 1 when a Setup hook failed or waits for trust",
    )
    .option("--maintenance", "run the Setup hooks first, with the trigger maintenance")
    .option("--debug-file <file>", "append everything that happens to a file, prompts and answers too")
    .addHelpText("after", AGENT_NOTES)
    .action(async (prompt: string | undefined, options: AgentOptions) => {
      const { runAgent } = await import("./commands/agent.ts");
      result.exitCode = await runAgent(prompt, options, context);
    });
}

const AGENT_NOTES = `
The credential is ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN; ANTHROPIC_BASE_URL names another address.
A prompt stands before options that take several values, or behind --. Input that is piped in is waited for; when
nothing of it comes within 3 seconds, the prompt goes without it.

Examples:
  kedge agent -p "Run the tests and fix what fails" --permission-mode acceptEdits --allowedTools "Bash(npm test)"
  git diff | kedge agent -p "Review this" --output-format json
  kedge agent --continue

Exits with 0 when the last turn ended well or a hook ended it (terminal_reason says so), 1 when it failed, 130 when
it was interrupted, 64 to 74 when it could not begin.`;

function addModelApi(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("model-api")
    .description("serve a scripted Messages API on this machine that fails on purpose")
    .argument(
      "[scenario]",
      "YAML or JSON file, - for standard input; without one every request is answered well",
    )
    .option("--port <n>", "port to listen on; default: one that is free")
    .option("--record <file>", "append every request to a file, one JSON object a line")
    .option("--check", "look at the scenario only")
    .option("--quiet", "print nothing for each request")
    .option("--json", "print each request as JSON")
    .action(async (file: string | undefined, options: ModelApiOptions) => {
      const { runModelApi } = await import("./commands/model-api.ts");
      result.exitCode = await runModelApi(file, options, context);
    });
}

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
    .argument(
      "[id...]",
      "the first characters of ids that `kedge hooks list` shows; without any, everything that asks",
    )
    .option("-y, --yes", "trust what is shown without asking")
    .option(...project, context.cwd)
    .option("--json", "print JSON and ask nothing; with --yes what was trusted")
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
