import {
  type CompiledIf,
  compileIf,
  type JsonObject,
  type Rule,
  type ToolCall,
} from "../../protocol/index.ts";
import { reachedPath } from "../paths.ts";
import type { PlainCommand } from "./plain-commands.ts";

/** Rules of all sources that count. */
export interface RuleTexts {
  readonly allow: readonly Rule[];
  readonly ask: readonly Rule[];
  readonly deny: readonly Rule[];
}

/** A call as rules see it. */
export interface JudgedCall {
  readonly name: string;
  readonly input: JsonObject;
  readonly projectDir: string;
  readonly homeDir: string;
  /** Absolute path that the call is about, if it is about one. */
  readonly path: string | null;
  /** Of Bash: its commands, or null when the line is not plain. */
  readonly commands: readonly PlainCommand[] | null;
  /** Whether a command only reads. */
  readonly isHarmless: (command: PlainCommand) => boolean;
}

/** Rules ready to be asked. Each answers with the text of the first rule that holds, or null. */
export interface Rules {
  denies(call: JudgedCall): Promise<string | null>;
  asks(call: JudgedCall): Promise<string | null>;
  allows(call: JudgedCall): Promise<string | null>;
}

interface Compiled {
  readonly rule: Rule;
  readonly test: CompiledIf;
}

/** A rule for one of these tools is about what it does, so it holds for all that do it. */
const SAME_DOING: Readonly<Record<string, readonly string[]>> = {
  Write: ["Write", "Edit"],
  Edit: ["Edit"],
  Read: ["Read"],
  Glob: ["Glob", "Read"],
  Grep: ["Grep", "Read"],
  Agent: ["Agent", "Task"],
};

/**
 * Compiles permission rules. Rules that deny or ask hold as soon as a call may be meant: of a line that cannot be taken apart with
 * certainty every Bash rule may be. A rule that allows holds only for what is certain.
 *
 * @source Claude Code permissions reference, "Permission rule syntax"
 */
export async function compileRules(texts: RuleTexts): Promise<Rules> {
  const [allow, ask, deny] = await Promise.all([texts.allow, texts.ask, texts.deny].map(compileAll));
  return {
    denies: (call) => firstThatMayHold(deny ?? [], call),
    asks: (call) => firstThatMayHold(ask ?? [], call),
    allows: (call) => firstThatHolds(allow ?? [], call),
  };
}

async function compileAll(rules: readonly Rule[]): Promise<readonly Compiled[]> {
  const compiled = await Promise.all(
    rules.map(async (rule) => {
      const result = await compileIf(rule.source);
      return result.ok ? [{ rule, test: result.rule }] : [];
    }),
  );
  return compiled.flat();
}

async function firstThatMayHold(rules: readonly Compiled[], call: JudgedCall): Promise<string | null> {
  const calls = (await meantCalls(call)).flat();
  const found = rules.find(
    ({ rule, test }) => isServerRule(rule, call.name) || calls.some((each) => test.test(each).runs),
  );
  return found?.rule.source ?? null;
}

async function firstThatHolds(rules: readonly Compiled[], call: JudgedCall): Promise<string | null> {
  if (call.name === "Bash") return allowsLine(rules, call);
  const calls = await meantCalls(call);
  const found = rules.find(
    ({ rule, test }) =>
      isServerRule(rule, call.name) || calls.some((byPath) => byPath.every((each) => test.test(each).runs)),
  );
  return found?.rule.source ?? null;
}

/** Every command of the line must be allowed by some rule, or only read. */
function allowsLine(rules: readonly Compiled[], call: JudgedCall): string | null {
  const own = rules.filter(({ rule }) => rule.tool === "Bash");
  const forAll = own.find(
    ({ rule }) => rule.content === undefined || rule.content === "*" || rule.content === "",
  );
  if (forAll) return forAll.rule.source;
  if (!call.commands) return null;
  let last: string | null = null;
  for (const command of call.commands) {
    // Quoted so that each word stays one: what was taken apart must not come apart differently.
    const line = command.words
      .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
      .join(" ");
    const toolCall: ToolCall = { ...call, toolName: "Bash", toolInput: { command: line } };
    const found = own.find(({ test }) => test.test(toolCall).runs);
    if (found) last = found.rule.source;
    else if (!call.isHarmless(command)) return null;
  }
  return last;
}

/**
 * The calls that a rule may be about, for each name under which the same is done: once by its own path, once by the path that is
 * reached. One of them all is enough to refuse; to allow, every path has to be meant under one name.
 */
async function meantCalls(call: JudgedCall): Promise<readonly (readonly ToolCall[])[]> {
  const { name, path, projectDir, homeDir, input } = call;
  const names = SAME_DOING[name] ?? [name];
  const reached = path === null ? null : await reachedPath(path);
  const paths = path === reached ? [path] : [path, reached];
  return names.map((toolName) =>
    paths.map((file) => ({
      toolName,
      toolInput: file === null ? input : { ...input, file_path: file },
      projectDir,
      homeDir,
    })),
  );
}

/** `mcp__server` stands for all tools of a server. */
function isServerRule({ tool, content }: Rule, name: string): boolean {
  return content === undefined && tool.startsWith("mcp__") && name.startsWith(`${tool}__`);
}
