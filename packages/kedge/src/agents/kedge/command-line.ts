import type { OptionShape } from "../sessions/argument-words.ts";
import type { CommandReading } from "../sessions/command.ts";
import { countProgramWords, type ProgramNames } from "../sessions/program-words.ts";
import { readArguments } from "../sessions/read-arguments.ts";
import { SESSION_SHAPES } from "../sessions/session-shapes.ts";

const NAMES: ProgramNames = {
  commands: ["kedge"],
  packages: ["kedge"],
  script: /(?:^|\/)(?:kedge(?:\.[cm]?[jt]s)?|cli\/main\.[jt]s)$/,
};

/** The flags of `kedge agent`. */
const SHAPES: readonly OptionShape[] = [
  ...SESSION_SHAPES,
  { names: ["--resume-session-at"], takes: "one", role: "once" },
  { names: ["-m", "--model"], takes: "one", role: "model" },
  {
    names: ["-h", "--help"],
    takes: "nothing",
    refused: { code: "not_a_session", why: "it only prints something" },
  },
  {
    names: ["--init-only"],
    takes: "nothing",
    refused: { code: "not_a_session", why: "it only runs hooks" },
  },
  ...["--init", "--maintenance"].map((name) => ({ names: [name], takes: "nothing", role: "once" }) as const),
  { names: ["--allowed-tools", "--allowedTools"], takes: "many" },
  { names: ["--disallowed-tools", "--disallowedTools"], takes: "many" },
  ...["--add-dir", "--plugin-dir", "--mcp-config"].map((name) => ({ names: [name], takes: "many" }) as const),
  ...[
    ...["--permission-mode", "--agents", "--settings", "--setting-sources", "--max-turns"],
    ...["--max-stop-continuations", "--append-system-prompt", "--debug-file"],
    ...["--fallback-model", "--max-budget-usd", "--prices"],
  ].map((name) => ({ names: [name], takes: "one" }) as const),
  ...[
    ...["--include-hook-events", "--dangerously-skip-permissions", "--trust-project", "--strict-mcp-config"],
  ].map((name) => ({ names: [name], takes: "nothing" }) as const),
];

/** The words that start `kedge agent`, that last one counted; 0 when they start something else. */
function countWords(argv: readonly string[]): number {
  const count = countProgramWords(argv, NAMES);
  return count > 0 && argv[count] === "agent" ? count + 1 : 0;
}

/** Whether a command line starts a session of Kedge's own host. */
export function startsKedge(argv: readonly string[]): boolean {
  return countWords(argv) > 0;
}

/** Reads a command line that starts `kedge agent`. */
export function readKedgeCommand(argv: readonly string[]): CommandReading {
  const count = countWords(argv);
  return readArguments(argv.slice(0, count), argv.slice(count), {
    ...{ agent: "kedge", shapes: SHAPES, subcommands: [] },
    ...{ listsVerbosely: false, printsFailures: false },
  });
}
