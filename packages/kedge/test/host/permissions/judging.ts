/** Judges calls in a temporary project, as the session does. */
import { join } from "node:path";
import { type Judgement, judgeCall } from "../../../src/host/permissions/judge.ts";
import { loadPlainReader } from "../../../src/host/permissions/plain-commands.ts";
import { createPrograms } from "../../../src/host/permissions/programs.ts";
import { createProtection } from "../../../src/host/permissions/protection.ts";
import { compileRules } from "../../../src/host/permissions/rules.ts";
import { ALL_PROTECTED, type Unprotected } from "../../../src/host/permissions/unprotected.ts";
import { type CommandPlace, OUTSIDE } from "../../../src/host/sandbox/command-place.ts";
import { OBEYED_IN_HOME } from "../../../src/host/sandbox/private-places.ts";
import type { JsonObject, PermissionMode, Rule } from "../../../src/protocol/index.ts";
import { parseRule } from "../../../src/protocol/index.ts";
import { type Files, makeScratch } from "../scratch.ts";

interface Rules {
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
}

interface JudgingOptions {
  readonly mode?: PermissionMode;
  readonly rules?: Rules;
  /** Below the folder; default the project. */
  readonly cwd?: string;
  readonly unprotected?: Unprotected;
  /** Default: that of the tests. */
  readonly path?: string;
  /** Default: outside of any sandbox. */
  readonly place?: CommandPlace;
}

export interface Judging {
  /** Holds `project`, `home` and whatever else is outside. */
  readonly folder: string;
  readonly project: string;
  judge(name: string, input: JsonObject, options?: JudgingOptions): Promise<Judgement>;
  bash(command: string, options?: JudgingOptions): Promise<Judgement["behavior"]>;
  file(name: string, path: string, options?: JudgingOptions): Promise<Judgement["behavior"]>;
}

export function makeJudging(files: Files = {}): Judging {
  const folder = makeScratch({ "project/": "", "home/": "", ...files });
  const project = join(folder, "project");
  const homeDir = join(folder, "home");
  const protection = createProtection({
    ...{ homeDir, folders: [join(folder, "state")], inHome: OBEYED_IN_HOME },
  });
  const programs = createPrograms();
  const judge: Judging["judge"] = async (name, input, options = {}) => {
    const { mode = "default", rules = {}, cwd, unprotected = ALL_PROTECTED, place = OUTSIDE } = options;
    const { path = process.env.PATH } = options;
    return judgeCall(
      {
        ...{ name, input, mode, projectDir: project, homeDir, workingDirs: [project], place },
        cwd: cwd === undefined ? project : join(folder, cwd),
      },
      {
        rules: await compileRules(parse(rules)),
        readPlain: await loadPlainReader(),
        places: await protection.places({ workingDirs: [project], unprotected }),
        doubtful: programs.at({ path, workingDirs: [project] }),
      },
    );
  };
  return {
    folder,
    project,
    judge,
    bash: async (command, options) => (await judge("Bash", { command }, options)).behavior,
    file: async (name, path, options) => {
      const field = name === "Glob" || name === "Grep" ? "path" : "file_path";
      return (await judge(name, { [field]: path }, options)).behavior;
    },
  };
}

function parse({ allow = [], ask = [], deny = [] }: Rules) {
  const toRules = (texts: readonly string[]): readonly Rule[] =>
    texts.map((text) => {
      const rule = parseRule(text);
      if (!rule) throw new Error(`${text} is no rule`);
      return rule;
    });
  return { allow: toRules(allow), ask: toRules(ask), deny: toRules(deny) };
}
