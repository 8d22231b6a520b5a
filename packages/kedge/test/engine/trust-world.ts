/** A project and a user's state folder to judge trust in. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import type { TrustContext, TrustSubject } from "../../src/engine/trust-hash.ts";
import type { TrustState } from "../../src/engine/trust-judge.ts";
import { createTrustStore, type TrustStore } from "../../src/engine/trust-store.ts";
import type { CommandHandler, Handler, HookEntry } from "../../src/protocol/index.ts";

export interface World {
  readonly folder: string;
  readonly project: string;
  readonly stateDir: string;
  readonly context: TrustContext;
  readonly store: TrustStore;
  /** The time, for the store; starts far from that of the file system. */
  readonly clock: { time: number; now(): number };
  /** Writes a file of the project, and returns its path. */
  write(path: string, text: string): string;
  /** The state of one handler, judged anew. */
  stateOf(subject: TrustSubject, context?: TrustContext): Promise<TrustState>;
  /** Judges, reviews and trusts. */
  trust(subjects: readonly TrustSubject[], context?: TrustContext): Promise<void>;
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeWorld(): World {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge trust-")));
  made.push(folder);
  const project = join(folder, "project");
  const stateDir = join(folder, "state");
  mkdirSync(project);
  const context = { projectDir: project };
  const clock = { time: 4_000_000_000_000, now: () => clock.time };
  const store = createTrustStore({ stateDir, clock, version: "1.2.3" });
  return {
    folder,
    project,
    stateDir,
    context,
    store,
    clock,
    write(path, text) {
      const file = join(project, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    async stateOf(subject, where = context) {
      const { judgements } = await store.judge([subject], where);
      return judgements[0]?.state ?? "untrusted";
    },
    async trust(subjects, where = context) {
      const { judgements } = await store.judge(subjects, where);
      await store.trust(await store.review(judgements, where));
    },
  };
}

export function commandOf(command: string, more: Partial<CommandHandler> = {}): CommandHandler {
  return { type: "command", command, background: "no", onFailure: "continue", isOnce: false, ...more };
}

/** A handler of the project's settings. */
export function subjectOf(
  handler: string | Handler,
  more: Partial<Omit<TrustSubject, "entry">> & { readonly entry?: Partial<HookEntry> } = {},
): TrustSubject {
  const { entry, ...rest } = more;
  return {
    source: "project",
    isFromProject: true,
    ...rest,
    entry: {
      event: "PreToolUse",
      matcher: "Bash",
      handler: typeof handler === "string" ? commandOf(handler) : handler,
      file: ".claude/settings.json",
      path: "hooks.PreToolUse[0].hooks[0]",
      ...entry,
    },
  };
}
