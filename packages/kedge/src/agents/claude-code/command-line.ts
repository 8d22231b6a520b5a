import type { OptionShape } from "../sessions/argument-words.ts";
import type { CommandReading } from "../sessions/command.ts";
import { countProgramWords, type ProgramNames } from "../sessions/program-words.ts";
import { readArguments } from "../sessions/read-arguments.ts";
import { SESSION_SHAPES } from "../sessions/session-shapes.ts";

const NAMES: ProgramNames = {
  commands: ["claude"],
  packages: ["@anthropic-ai/claude-code"],
  script: /(?:^|\/)@anthropic-ai\/claude-code\/(?:cli\.[cm]?js|bin\/claude(?:\.exe)?)$/,
};

const ELSEWHERE = "the session does not run here";
const PICKS = "it is to be known beforehand which session it is";

/** Every flag of 2.1.329: those of its help, and others that it takes, told by what it says when their value is missing. */
const SHAPES: readonly OptionShape[] = [
  ...SESSION_SHAPES,
  { names: ["--model"], takes: "one", role: "model" },
  // Done again at a resume, they would undo what was done since.
  ...named("one", ["--resume-session-at", "--rewind-files"], { role: "once" }),
  ...named("nothing", ["--init", "--maintenance"], { role: "once" }),
  ...named("nothing", ["--no-session-persistence"], {
    refused: { code: "cannot_resume", why: "nothing is kept that could be gone on with" },
  }),
  {
    names: ["-w", "--worktree"],
    takes: "optional",
    refused: { code: "cannot_resume", why: "each start makes another worktree; run it inside of one" },
  },
  ...named("nothing", ["--tmux"], { refused: { code: "not_unattended", why: "it opens a terminal" } }),
  ...named("nothing", ["--bg", "--background", "--desktop", "--init-only"], {
    refused: { code: "not_a_session", why: ELSEWHERE },
  }),
  ...named("optional", ["--cloud", "--remote", "--teleport", "--remote-control"], {
    refused: { code: "not_a_session", why: ELSEWHERE },
  }),
  ...named("one", ["--sdk-url", "--environment"], { refused: { code: "not_a_session", why: ELSEWHERE } }),
  ...named("optional", ["--from-pr"], { refused: { code: "picks_a_session", why: PICKS } }),
  ...[
    ["-h", "--help"],
    ["-v", "--version"],
  ].map(
    (names): OptionShape => ({
      ...{ names, takes: "nothing" },
      refused: { code: "not_a_session", why: "it only prints something" },
    }),
  ),
  { names: ["-d", "--debug"], takes: "optional" },
  { names: ["-n", "--name"], takes: "one" },
  { names: ["-d2e", "--debug-to-stderr"], takes: "nothing" },
  { names: ["--allowedTools", "--allowed-tools"], takes: "many" },
  { names: ["--disallowedTools", "--disallowed-tools"], takes: "many" },
  ...named("many", ["--add-dir", "--betas", "--file", "--mcp-config", "--tools", "--channels"]),
  ...named("many", ["--dangerously-load-development-channels"]),
  ...named("optional", ["--prompt-suggestions"]),
  ...named("one", ["--agent", "--agents", "--append-system-prompt", "--append-system-prompt-file"]),
  ...named("one", ["--autocompact", "--debug-file", "--effort", "--fallback-model", "--json-schema"]),
  ...named("one", ["--max-budget-usd", "--max-turns", "--max-thinking-tokens", "--permission-mode"]),
  ...named("one", ["--permission-prompts", "--permission-prompt-tool", "--plugin-dir", "--plugin-url"]),
  ...named("one", ["--plugin-dir-no-mcp", "--prefill", "--remote-control-session-name-prefix"]),
  ...named("one", ["--setting-sources", "--settings", "--system-prompt", "--system-prompt-file"]),
  ...named("one", ["--system-prompt-snapshot", "--task-budget", "--teammate-mode", "--thinking"]),
  ...named("one", ["--workload", "--advisor", "--agent-id"]),
  ...named("nothing", ["--allow-dangerously-skip-permissions", "--dangerously-skip-permissions"]),
  ...named("nothing", ["--ax-screen-reader", "--bare", "--brief", "--chrome", "--no-chrome"]),
  ...named("nothing", ["--disable-slash-commands", "--enable-auth-status", "--enable-auto-mode"]),
  ...named("nothing", ["--exclude-dynamic-system-prompt-sections", "--forward-subagent-text", "--ide"]),
  ...named("nothing", ["--include-hook-events", "--include-partial-messages", "--replay-user-messages"]),
  ...named("nothing", ["--restricted", "--safe-mode", "--session-mirror", "--strict-mcp-config"]),
];

/** Words that begin something else when they come first. */
const SUBCOMMANDS: readonly string[] = [
  ...["agents", "attach", "auth", "auto-mode", "doctor", "gateway", "import", "install", "logs", "mcp"],
  ...["plugin", "plugins", "purge", "respawn", "rm", "setup-token", "stop", "kill", "ultrareview"],
  ...["update", "upgrade"],
];

function named(
  takes: OptionShape["takes"],
  names: readonly string[],
  more: Pick<OptionShape, "role" | "refused"> = {},
): readonly OptionShape[] {
  return names.map((name) => ({ names: [name], takes, ...more }));
}

/** Whether a command line starts Claude Code. */
export function startsClaudeCode(argv: readonly string[]): boolean {
  return countProgramWords(argv, NAMES) > 0;
}

/**
 * Reads a command line that starts Claude Code.
 *
 * @source `claude --help` of 2.1.329, and what it does with each form
 */
export function readClaudeCodeCommand(argv: readonly string[]): CommandReading {
  const count = countProgramWords(argv, NAMES);
  return readArguments(argv.slice(0, count), argv.slice(count), {
    ...{ agent: "claude-code", shapes: SHAPES, subcommands: SUBCOMMANDS },
    ...{ listsVerbosely: true, printsFailures: true },
  });
}
