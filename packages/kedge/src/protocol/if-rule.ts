import { BUILT_IN_TOOLS } from "./events/matchers.ts";
import { type BashReader, type BashReading, compileBashRule, loadBashReader } from "./if-bash.ts";
import { compilePathPattern, type PathAnchors } from "./if-path.ts";
import { describeValue } from "./problems.ts";

/** The call that an `if` is judged on. */
export interface ToolCall extends PathAnchors {
  readonly toolName: string;
  readonly toolInput: Readonly<Record<string, unknown>>;
}

/** Why a handler with an `if` runs or not. */
export interface IfAnswer {
  readonly runs: boolean;
  readonly why: string;
}

/** An `if` ready to be asked. */
export interface CompiledIf {
  /** For a rule that is readable and can never match. */
  readonly warning?: string;
  test(call: ToolCall): IfAnswer;
}

export type IfCompilation =
  | { readonly ok: true; readonly rule: CompiledIf }
  | { readonly ok: false; readonly message: string };

const FILE_TOOLS: Readonly<Record<string, string>> = {
  Edit: "file_path",
  Write: "file_path",
  Read: "file_path",
  NotebookEdit: "notebook_path",
};

/** A permission rule taken apart: `Bash(rm *)` is the tool Bash with the content `rm *`. */
export interface Rule {
  readonly tool: string;
  /** Missing when the rule has no brackets. */
  readonly content?: string;
  readonly source: string;
}

/** Takes a rule apart; null when it is none. Whether the tool exists is not looked at. */
export function parseRule(source: string): Rule | null {
  const parts = /^([A-Za-z_][\w*-]*)(?:\(([\s\S]*)\))?$/.exec(source);
  const tool = parts?.[1];
  if (tool === undefined) return null;
  return parts?.[2] === undefined ? { tool, source } : { tool, content: parts[2], source };
}

/**
 * Compiles the `if` of a handler: one permission rule, such as `Bash(git push *)`, `Edit(src/**)` or `mcp__srv__tool`.
 *
 * It is a filter, best effort, and no boundary: when a command cannot be taken apart, the handler runs. A rule that cannot
 * be read is an error here and not a handler that silently never runs (D9).
 *
 * @param loadReader gives the reader of shell commands; many rules can share one
 * @source Claude Code hooks reference, "Common fields"; recorded behaviour
 */
export async function compileIf(
  source: string,
  loadReader: () => Promise<BashReader> = loadBashReader,
): Promise<IfCompilation> {
  if (source === "") return { ok: true, rule: always("an empty `if` holds for every call") };
  const parts = /^([A-Za-z_][\w-]*)(?:\(([\s\S]*)\))?$/.exec(source);
  const tool = parts?.[1];
  if (tool === undefined)
    return { ok: false, message: "a rule is a tool name, or a tool name with one pair of brackets" };
  if (!isKnownTool(tool))
    return { ok: false, message: `no tool is named "${tool}"; names are compared with case` };
  const content = parts?.[2];
  if (content === undefined || content === "")
    return { ok: true, rule: forTool(tool, () => true, "any call of the tool") };
  if (tool === "Bash" || tool === "PowerShell")
    return { ok: true, rule: bashRule(tool, content, await loadReader()) };
  const field = FILE_TOOLS[tool];
  if (field !== undefined) return fileRule(tool, field, content);
  if (tool.startsWith("mcp__")) return { ok: true, rule: forTool(tool, () => content === "*", content) };
  return {
    ok: true,
    rule: {
      ...forTool(tool, () => false, content),
      warning: `a rule for ${tool} with brackets was never seen to match; use ${tool} alone`,
    },
  };
}

function isKnownTool(name: string): boolean {
  return /^mcp__[A-Za-z0-9_-]+$/.test(name) || BUILT_IN_TOOLS.some((tool) => tool === name);
}

function always(why: string): CompiledIf {
  return { test: () => ({ runs: true, why }) };
}

function forTool(tool: string, test: (call: ToolCall) => boolean, what: string): CompiledIf {
  return {
    test(call) {
      if (call.toolName !== tool)
        return { runs: false, why: `the \`if\` is about ${tool}, not ${describeValue(call.toolName)}` };
      const runs = test(call);
      return { runs, why: `the call ${runs ? "is" : "is not"} covered by ${what}` };
    },
  };
}

function bashRule(tool: string, content: string, read: BashReader): CompiledIf {
  const rule = compileBashRule(content);
  return {
    test(call) {
      if (call.toolName !== tool)
        return { runs: false, why: `the \`if\` is about ${tool}, not ${describeValue(call.toolName)}` };
      const command = call.toolInput.command;
      if (typeof command !== "string") return { runs: true, why: "the input has no command to look at" };
      const reading = read(command);
      const runs = rule.test(reading);
      return { runs, why: explainBash(content, reading, runs) };
    },
  };
}

function shown(command: string): string {
  return `\`${describeValue(command).slice(1, -1)}\``;
}

function explainBash(content: string, reading: BashReading, runs: boolean): string {
  if (reading.certainty === "open")
    return "the command cannot be taken apart with certainty, so the handler runs";
  const list = reading.commands.slice(0, 8).map(shown).join(", ") || "no command";
  if (!runs) return `${content} covers none of ${list}`;
  return reading.certainty === "exact"
    ? `${content} covers one of ${list}`
    : `${content} covers, or may cover, one of ${list}`;
}

function fileRule(tool: string, field: string, content: string): IfCompilation {
  const compiled = compilePathPattern(content);
  if (!compiled.ok) return compiled;
  const test = (call: ToolCall): boolean => {
    const path = call.toolInput[field];
    return typeof path !== "string" || compiled.pattern.test(path, call);
  };
  return { ok: true, rule: forTool(tool, test, content) };
}
