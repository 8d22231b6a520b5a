import type { SessionState } from "./core.ts";
import type { SessionOptions } from "./options.ts";
import { createPrograms } from "./permissions/programs.ts";
import { NO_RULES } from "./permissions/session-rules.ts";
import { newGuard } from "./stop-guard.ts";

/** The state of a session in which nothing has happened; settings may give it another mode and more directories. */
export function newState({ projectDir, addedDirs = [] }: SessionOptions): SessionState {
  return {
    ...{ cwd: projectDir, mode: "default", addedDirs: [...addedDirs], sessionRules: NO_RULES },
    ...{ promptId: null, lastTool: null, turnSignal: null, secondSignal: null, isEnding: false },
    nextInterrupt: new AbortController(),
    ...{
      guard: newGuard(),
      programs: createPrograms(),
      rules: [],
      instructions: new WeakMap(),
    },
    ...{ pending: [], denials: [], toldUntrusted: new Set() },
  };
}
