import { resolve } from "node:path";
import type { Finding, TraceConsideration } from "../engine/index.ts";
import { createPatternRunner } from "../platform/index.ts";
import {
  compileHandlers,
  type Handler,
  type HookEventName,
  type JsonObject,
  matchedValue,
  type Problem,
} from "../protocol/index.ts";
import type { Context } from "./context.ts";
import { loadHooks } from "./load-hooks.ts";
import { engineOptions, openEngine } from "./open-engine.ts";

/** One handler, and what would become of it. */
export interface ExplainedHandler {
  readonly outcome: TraceConsideration["outcome"];
  readonly why: string;
  /** How to call its source; missing when that is the file. */
  readonly source?: string;
  readonly file: string;
  readonly path: string;
  readonly matcher?: string;
  readonly handler?: Handler;
  /** Nobody could tell in time whether its matcher matches. */
  readonly isUndecided?: boolean;
  /** It cannot be used, and blocks all the same. */
  readonly closesGate?: boolean;
}

/** Everything that `kedge hooks explain` found out. */
export interface Explanation {
  readonly event: HookEventName;
  /** What matchers were compared with; null when nothing was given. */
  readonly value: string | null;
  /** What was looked at, for people. */
  readonly lookedAt: string;
  readonly handlers: readonly ExplainedHandler[];
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
}

interface Question {
  readonly event: HookEventName;
  readonly input: JsonObject;
  readonly project: string;
}

/** Explains the handlers of some files and nothing else; trust and switches do not come into it. */
export async function explainFiles(
  files: readonly string[],
  { event, input, project }: Question,
  context: Context,
): Promise<Explanation> {
  const loaded = await loadHooks(files, context.cwd);
  const index = await compileHandlers(loaded.entries, loaded.broken);
  await using runner = createPatternRunner();
  const selection = {
    event,
    input,
    projectDir: resolve(context.cwd, project),
    homeDir: context.homeDir,
    runner,
  };
  const { closed } = index.select(selection);
  const considered = index
    .consider(selection)
    .map(({ entry, ...each }): ExplainedHandler => ({ ...each, ...entry }));
  const broken = index.broken
    .filter((hook) => hook.event === event)
    .map(
      ({ problems: _problems, ...hook }): ExplainedHandler => ({
        ...hook,
        outcome: "broken",
        why: "it cannot be used",
        closesGate: closed.some((each) => each.path === hook.path && each.file === hook.file),
      }),
    );
  return {
    event,
    value: matchedValue(event, input) ?? null,
    lookedAt: files.join(", "),
    handlers: [...considered, ...broken].sort((one, other) => inFileOrder(one, other, files)),
    problems: [...loaded.problems, ...index.problems],
    findings: [],
  };
}

/** Explains everything that is configured for a project, with trust and switches. */
export async function explainProject(
  { event, input, project }: Question,
  context: Context,
): Promise<Explanation> {
  const settings = engineOptions({ project }, context);
  await using engine = await openEngine(settings);
  const state = await engine.state();
  const { closed } = state.index.select({
    event,
    input,
    projectDir: settings.projectDir,
    homeDir: settings.homeDir,
  });
  const handlers = (await engine.consider(event, input)).map(({ kind: _kind, ...each }): ExplainedHandler => {
    const entry = state.configuration.sources
      .flatMap((source) => source.entries)
      .find(({ file, path }) => file === each.file && path === each.path);
    const closesGate =
      each.outcome === "broken" && closed.some(({ file, path }) => file === each.file && path === each.path);
    return {
      ...each,
      ...(entry ? { handler: entry.handler } : {}),
      ...(entry?.matcher === undefined ? {} : { matcher: entry.matcher }),
      closesGate,
    };
  });
  return {
    event,
    value: matchedValue(event, input) ?? null,
    lookedAt: `the sources of ${settings.projectDir}`,
    handlers,
    problems: state.problems,
    findings: await engine.findings(),
  };
}

function inFileOrder(one: ExplainedHandler, other: ExplainedHandler, files: readonly string[]): number {
  const byFile = files.indexOf(one.file) - files.indexOf(other.file);
  return byFile || one.path.localeCompare(other.path, "en", { numeric: true });
}
