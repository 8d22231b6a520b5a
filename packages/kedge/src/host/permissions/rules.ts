import { compileIf, type JsonObject, type Rule, type ToolCall } from "../../protocol/index.ts";
import { isInside, reachedPath } from "../paths.ts";
import { isAboutSkill } from "../skills/skill-name.ts";
import { type FileRule, fileRule } from "./file-rule.ts";
import { type LineMeaning, NO_MEANING } from "./meant-by-line.ts";
import type { PlainCommand } from "./plain-commands.ts";
import { quoteWords } from "./quote-words.ts";
import { firstRuleBelow, type MeantTree } from "./rules-below.ts";
import { parseDomainRule, parseStrictDomainRule, webHostOf } from "./web-hosts.ts";

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
  /** Where that path leads, without links. */
  readonly reached: string | null;
  /** Of Bash: its commands, or null when the line is not plain. */
  readonly commands: readonly PlainCommand[] | null;
  /** Of Bash: what it may mean besides what its text says, for rules that refuse or ask. */
  readonly meaning: LineMeaning;
  /** Absolute. */
  readonly workingDirs: readonly string[];
  /** Whether a command only reads, and only where the session works. */
  readonly isHarmless: (command: PlainCommand) => Promise<boolean>;
}

/** Rules ready to be asked. Each answers with the text of the first rule that holds, or null. */
export interface Rules {
  denies(call: JudgedCall): Promise<string | null>;
  asks(call: JudgedCall): Promise<string | null>;
  allows(call: JudgedCall): Promise<string | null>;
  /** There is a rule that denies or asks. */
  readonly mayRefuse: boolean;
  /** Some files must not be read without somebody's word, or at all. */
  readonly limitsReading: boolean;
  /** The same of changing them. */
  readonly limitsWriting: boolean;
}

interface Compiled {
  readonly rule: Rule;
  readonly holds: (call: ToolCall) => boolean;
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
  const [allow, ask, deny] = [
    await Promise.all(
      texts.allow.map((rule) => webRule(rule, parseDomainRule) ?? compile(rule, () => false)),
    ),
    // What cannot be read may mean every call of its tool.
    await Promise.all(texts.ask.map(compileStrict)),
    await Promise.all(texts.deny.map(compileStrict)),
  ];
  const isCertain = await loadCertainty();
  return {
    denies: (call) => firstThatMayHold(deny, call),
    asks: (call) => firstThatMayHold(ask, call),
    allows: (call) =>
      call.name === "Bash" ? allowsLine(allow, call, isCertain) : firstThatHolds(allow, call),
    mayRefuse: ask.length + deny.length > 0,
    limitsReading: [...texts.ask, ...texts.deny].some(({ tool }) => tool === "Read"),
    limitsWriting: [...texts.ask, ...texts.deny].some(({ tool }) => tool === "Edit" || tool === "Write"),
  };
}

function compileStrict(rule: Rule): Compiled | Promise<Compiled> {
  const isOfTool: Compiled["holds"] = ({ toolName }) => toolName === rule.tool;
  return (
    webRule(rule, (content) => parseStrictDomainRule(content) ?? (() => true)) ??
    compile(rule, isOfTool, mayBeNamed)
  );
}

/** A rule about hosts; null for any other. As an `if` it was never seen to match, as a permission rule it is documented. */
function webRule(
  rule: Rule,
  parse: (content: string) => ((host: string) => boolean) | null,
): Compiled | null {
  const { tool, content = "" } = rule;
  if (tool !== "WebFetch" || content === "") return null;
  const meant = parse(content) ?? (() => false);
  return {
    rule,
    holds({ toolName, toolInput }) {
      const host = toolName === "WebFetch" ? webHostOf(toolInput) : null;
      return host !== null && meant(host);
    },
  };
}

async function compile(
  rule: Rule,
  unreadable: Compiled["holds"],
  isMeant: typeof isNamed = isNamed,
): Promise<Compiled> {
  const { tool, content, source } = rule;
  if (content === undefined || content === "")
    return { rule, holds: ({ toolName }) => isMeant(tool, toolName) };
  if (tool === "Agent" || tool === "Task")
    return { rule, holds: ({ toolName, toolInput }) => toolName === tool && agentOf(toolInput) === content };
  if (tool === "Skill")
    return {
      rule,
      holds: ({ toolName, toolInput }) => toolName === tool && isAboutSkill(content, toolInput),
    };
  const result = await compileIf(source);
  return { rule, holds: result.ok ? (call) => result.rule.test(call).runs : unreadable };
}

/** Whether a rule without brackets, or a name in a list of tools, is about a tool: by its name, or by that of its server, stars included. */
export function isNamed(tool: string, name: string): boolean {
  if (!tool.startsWith("mcp__")) return tool === name;
  const [first = "", ...rest] = tool.split("*");
  if (rest.length === 0) return name === tool || name.startsWith(`${tool}__`);
  // Only the star at the end is documented.
  return name.startsWith(first) && rest.every((part) => part === "");
}

/** The same for a rule that refuses or asks: a star at any other place stands for the rest of the name. */
function mayBeNamed(tool: string, name: string): boolean {
  const star = tool.indexOf("*");
  return isNamed(star < 0 ? tool : tool.slice(0, star + 1), name);
}

function agentOf({ subagent_type: type }: ToolCall["toolInput"]): unknown {
  return type ?? "general-purpose";
}

/** A rule for a command that there is not: where it holds, a line could not be taken apart with certainty, and every rule does. */
async function loadCertainty(): Promise<(call: ToolCall) => boolean> {
  const result = await compileIf("Bash(kedge:no:such:command)");
  return (call) => result.ok && !result.rule.test(call).runs;
}

async function firstThatMayHold(rules: readonly Compiled[], call: JudgedCall): Promise<string | null> {
  if (rules.length === 0) return null;
  const calls = meantCalls(call).flat();
  for (const { path, reached, touches } of call.meaning.files)
    calls.push(...meantCalls({ ...call, path, reached, name: touches }).flat());
  for (const command of call.meaning.spelt) calls.push({ ...call, toolName: "Bash", toolInput: { command } });
  const found = rules.find(({ holds }) => calls.some(holds))?.rule;
  const { trees } = call.meaning;
  if (found || trees.length === 0) return found?.source ?? null;
  const [Read, Write] = [fileRules(rules, call, "Read"), fileRules(rules, call, "Write")];
  return (await firstRuleBelow(trees, { Read, Write }))?.source ?? null;
}

/** Rules about files, as they are asked about what is in folders. Those about all files have been asked before. */
function fileRules(
  rules: readonly Compiled[],
  { projectDir, homeDir }: JudgedCall,
  touches: MeantTree["touches"],
): readonly (FileRule & Pick<Rule, "source">)[] {
  const anchors = { projectDir, homeDir };
  const own = rules.filter(({ rule }) => rule.content && SAME_DOING[touches]?.includes(rule.tool));
  return own.map(({ rule, holds }) => ({
    source: rule.source,
    ...fileRule(rule, {
      anchors,
      holds: (path) => holds({ toolName: rule.tool, toolInput: { file_path: path }, ...anchors }),
    }),
  }));
}

async function firstThatHolds(rules: readonly Compiled[], call: JudgedCall): Promise<string | null> {
  const calls = meantCalls(call);
  const found = rules.find(({ holds }) => calls.some((byPath) => byPath.every(holds)));
  if (!found || !isAnchoredHere(found.rule) || (await isInWorkingDirs(call)))
    return found?.rule.source ?? null;
  return firstThatHolds(
    rules.filter(({ rule }) => !isAnchoredHere(rule)),
    call,
  );
}

/** Tools whose rules are about paths. */
const PATH_TOOLS: ReadonlySet<string> = new Set(["Edit", "Glob", "Grep", "Read", "Write"]);

/** Whether a rule is about files of the project, by a path that is neither absolute nor in the home folder. */
function isAnchoredHere({ tool, content = "" }: Rule): boolean {
  return PATH_TOOLS.has(tool) && content !== "" && !/^(?:\/\/|~\/)/.test(content);
}

/** A pattern that holds at any depth permits nothing outside of where the session works: to refuse, it holds everywhere. */
async function isInWorkingDirs({ path, reached, workingDirs }: JudgedCall): Promise<boolean> {
  const dirs = [...workingDirs, ...(await Promise.all(workingDirs.map(reachedPath)))];
  return [path, reached].every((each) => each === null || dirs.some((dir) => isInside(dir, each)));
}

/** Every command of the line must be allowed by some rule, or only read. */
async function allowsLine(
  rules: readonly Compiled[],
  call: JudgedCall,
  isCertain: (call: ToolCall) => boolean,
): Promise<string | null> {
  const own = rules.filter(({ rule }) => rule.tool === "Bash");
  const forAll = own.find(
    ({ rule }) => rule.content === undefined || rule.content === "*" || rule.content === "",
  );
  if (forAll) return forAll.rule.source;
  if (!call.commands) return null;
  let last: string | null = null;
  for (const command of call.commands) {
    const toolCall: ToolCall = {
      ...call,
      toolName: "Bash",
      toolInput: { command: quoteWords(command.words) },
    };
    const found = isCertain(toolCall)
      ? own.find(({ rule, holds }) => isSpeltOut(rule, command) && holds(toolCall))
      : undefined;
    if (found) last = found.rule.source;
    else if (!(await call.isHarmless(command))) return null;
  }
  return last;
}

/** Rules are compared with words joined by blanks, so a blank inside of a word must not stand for the end of one. */
function isSpeltOut({ content = "" }: Rule, { words: [name = "", ...args] }: PlainCommand): boolean {
  const isWhole = (word: string): boolean => word !== "" && !/\s/.test(word);
  return isWhole(name) && (content.includes("*") || args.every(isWhole));
}

/** The call by which a file is read, for whoever has to know whether rules let it be. */
export function readingOf(
  { path, reached }: { readonly path: string; readonly reached: string },
  { projectDir, homeDir }: Pick<JudgedCall, "projectDir" | "homeDir">,
): JudgedCall {
  const input = { file_path: path };
  const nothing = { commands: null, meaning: NO_MEANING, workingDirs: [], isHarmless: async () => false };
  return { name: "Read", input, path, reached, projectDir, homeDir, ...nothing };
}

/**
 * The calls that a rule may be about, for each name under which the same is done: once by its own path, once by the path that is
 * reached. One of them all is enough to refuse; to allow, every path has to be meant under one name.
 */
function meantCalls(call: JudgedCall): readonly (readonly ToolCall[])[] {
  const { name, path, reached, projectDir, homeDir, input } = call;
  const names = SAME_DOING[name] ?? [name];
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
