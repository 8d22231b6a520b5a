/** Calls tools in a temporary project, with real child processes. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "vitest";
import { newGauge } from "../../../src/host/compaction/gauge.ts";
import { holdPath } from "../../../src/host/files/held-path.ts";
import { createInTurn } from "../../../src/host/in-turn.ts";
import { absolutePath } from "../../../src/host/paths.ts";
import { grantCheck, readingCheck } from "../../../src/host/permissions/grant.ts";
import { createTaskList } from "../../../src/host/tasks/task-list.ts";
import { taskTools } from "../../../src/host/tasks/task-tools.ts";
import { createBackgroundShells } from "../../../src/host/tools/background-shells.ts";
import { bashTool } from "../../../src/host/tools/bash.ts";
import { editTool } from "../../../src/host/tools/edit.ts";
import { globTool } from "../../../src/host/tools/glob.ts";
import { grepTool } from "../../../src/host/tools/grep.ts";
import { readTool } from "../../../src/host/tools/read.ts";
import { bashOutputTool, killShellTool } from "../../../src/host/tools/shell-tools.ts";
import type { Tool, ToolContext, ToolOutcome } from "../../../src/host/tools/tool.ts";
import { writeTool } from "../../../src/host/tools/write.ts";
import { type ChildProcesses, createChildProcesses } from "../../../src/platform/index.ts";
import type { JsonObject } from "../../../src/protocol/index.ts";
import { type Files, makeScratch } from "../scratch.ts";

const TOOLS: readonly Tool[] = [
  ...[bashTool, bashOutputTool, killShellTool, readTool, writeTool, editTool, globTool, grepTool],
  ...taskTools,
];

/** No tool of this world says anything in it. */
const NO_CONVERSATION: ToolContext["conversation"] = {
  ...{ model: "", system: "", tools: [], messages: [], mainTranscriptPath: "" },
  ...{ grants: { rules: [], model: null }, skillHooks: new Map(), gauge: newGauge(), seen: new Map() },
  transcript: { path: "", append: async () => "", sync: async () => {}, close: async () => {} },
};

const opened: ChildProcesses[] = [];
afterEach(async () => {
  for (const children of opened.splice(0)) await children.close();
});

/** What holds a call to what was permitted. */
type Check = "mayOpen" | "mayWrite";

export interface ToolWorld {
  /** Holds `project`, `home`, `tmp` and whatever is outside. */
  readonly folder: string;
  readonly project: string;
  /** What the next call gets. */
  context: Omit<ToolContext, Check> & Partial<Pick<ToolContext, Check>>;
  call(name: string, input: JsonObject, more?: Partial<ToolContext>): Promise<ToolOutcome>;
  /** The text of a call that has to succeed. */
  text(name: string, input: JsonObject, more?: Partial<ToolContext>): Promise<string>;
  /** The text of a call that has to fail. */
  failure(name: string, input: JsonObject, more?: Partial<ToolContext>): Promise<string>;
  at(path: string): string;
}

export function makeToolWorld(files: Files = {}): ToolWorld {
  const folder = makeScratch({ "project/": "", "home/": "", ...files });
  const project = join(folder, "project");
  const temporaryDir = join(folder, "tmp");
  mkdirSync(temporaryDir);
  const children = createChildProcesses();
  opened.push(children);
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const call: ToolWorld["call"] = async (name, input, more = {}) => {
    const tool = TOOLS.find(({ definition }) => definition.name === name);
    if (!tool) throw new Error(`There is no tool ${name}`);
    const context = { ...world.context, ...more };
    // As after a judgement: what the path leads to now is permitted, and nothing protected is.
    const path = input.file_path ?? input.path ?? ".";
    await using held = await holdPath(absolutePath(String(path), context));
    const grant = { path: held.ok ? held.path : null, place: null };
    const checks = { mayOpen: readingCheck(grant), mayWrite: grantCheck(grant, async () => null) };
    return await tool.run(input, { ...checks, ...context });
  };
  const expecting =
    (ok: boolean): ToolWorld["text"] =>
    async (name, input, more) => {
      const outcome = await call(name, input, more);
      if (outcome.ok !== ok) throw new Error(`${name} was not expected to say: ${outcome.text}`);
      return outcome.text;
    };
  const world: ToolWorld = {
    ...{ folder, project, call, text: expecting(true), failure: expecting(false) },
    at: (path) => join(project, path),
    context: {
      ...{
        cwd: project,
        projectDir: project,
        homeDir: join(folder, "home"),
        workingDirs: [project],
        temporaryDir,
      },
      ...{ env, children, shells: createBackgroundShells(), toolUseId: "call", seen: new Map() },
      inTurn: createInTurn(),
      ...{ guard: null, mayChange: [], tellLater: () => {}, sandbox: null },
      envFile: join(temporaryDir, "env"),
      signal: new AbortController().signal,
      conversation: NO_CONVERSATION,
      mayRead: async () => true,
      tasks: createTaskList([], () => ({ append: async () => "" })),
      fire: () => Promise.reject(new Error("no tool here tells an event")),
      moveTo: (cwd) => {
        world.context = { ...world.context, cwd };
        return true;
      },
    },
  };
  return world;
}
