import { HookError } from "./errors.ts";
import type { EngineOptions } from "./options.ts";
import type { Clock } from "./ports.ts";
import type { Source } from "./source.ts";
import type { TrustChange } from "./trust-changes.ts";
import { createTrustGate, type TrustGate } from "./trust-gate.ts";
import type { TrustContext, TrustEntry, TrustSubject } from "./trust-hash.ts";
import type { TrustJudgement } from "./trust-judge.ts";
import { createTrustStore, type TrustReview, type TrustStore } from "./trust-store.ts";

/** Whether a handler may run, and why. */
export type TrustVerdict =
  | { readonly mayRun: true; readonly state: "trusted"; readonly why: string }
  /** `unknown`: nobody can tell now, which is a failure of the handler and no decision of the user's. */
  | { readonly mayRun: false; readonly state: "untrusted" | "modified" | "unknown"; readonly why: string };

/** What a handler is judged with besides itself. */
interface TrustOccasion {
  /** Variables that the project sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it would run. */
  readonly cwd?: string;
}

/** Judges handlers of one project, and remembers what the user decides. */
export interface TrustKeeper {
  judge(entry: TrustEntry, source: Source, occasion: TrustOccasion): Promise<TrustVerdict>;
  /** What to show to the user before {@link TrustKeeper.accept}: exactly what would be trusted. */
  review(
    handlers: readonly { entry: TrustEntry; source: Source }[],
    occasion: TrustOccasion,
  ): Promise<readonly TrustReview[]>;
  /** Trusts what was reviewed. */
  accept(reviews: readonly TrustReview[]): Promise<void>;
  /** Whether the user trusts, or may trust, at least one handler of a file of the project: then its broken gates hold as well. */
  trustsAnyOf(file: string): Promise<boolean>;
  /** Takes trust back, of some handlers or of all of the project, and says of how many. */
  revoke(ids?: readonly string[]): Promise<number>;
  readonly store: TrustStore;
}

type ContentChange = Extract<TrustChange, { readonly part: "content" }>["what"];

/** What people are told; total, so that a new kind of change has words. */
const CHANGED: Readonly<Record<ContentChange, string>> = {
  changed: "changed",
  vanished: "is gone",
  appeared: "is new",
  unbound: "is another file in this folder",
};

/**
 * Makes a keeper for the project of an engine.
 *
 * @throws {HookError} `STATE_NOT_USABLE`
 */
export function createTrustKeeper(options: EngineOptions, clock: Clock): TrustKeeper {
  const store = openStore(options, clock);
  const judgements = new WeakMap<TrustEntry, TrustJudgement>();
  let gate: { key: string; gate: TrustGate; context: TrustContext } | null = null;

  const gateFor = (env: Readonly<Record<string, string>>): { gate: TrustGate; context: TrustContext } => {
    const key = JSON.stringify(env);
    if (gate?.key !== key) {
      const context = { projectDir: options.projectDir, homeDir: options.homeDir, env };
      gate = { key, context, gate: createTrustGate({ store, context }) };
    }
    return gate;
  };

  return {
    store,
    async judge(entry, source, { env, cwd }) {
      if (options.trust === "project")
        return {
          mayRun: true,
          state: "trusted",
          why: "everything of the project is trusted (--trust-project)",
        };
      const own = gateFor(env);
      let judgement = judgements.get(entry);
      if (!judgement) {
        judgement = (await store.judge([subjectOf(entry, source)], own.context)).judgements[0];
        if (!judgement) return untrusted("it could not be judged");
        judgements.set(entry, judgement);
      }
      const { state, changes, failure = "" } = await own.gate.check(judgement, cwd);
      if (state === "trusted" || state === "managed")
        return { mayRun: true, state: "trusted", why: "trusted as it is now" };
      if (state === "untrusted") return untrusted("the project brought it, and nobody has trusted it");
      if (state === "unknown")
        return { mayRun: false, state, why: `nobody can tell now whether it is trusted: ${failure}` };
      const first = changes[0];
      const what = first && "path" in first ? `${first.path} ${CHANGED[first.what]}` : "it changed";
      return { mayRun: false, state, why: `it was trusted, but ${what} since` };
    },
    async review(handlers, { env }) {
      const { context } = gateFor(env);
      const { judgements: judged } = await store.judge(
        handlers.map(({ entry, source }) => subjectOf(entry, source)),
        context,
      );
      return store.review(judged, context);
    },
    async accept(reviews) {
      await store.trust(reviews);
    },
    async trustsAnyOf(file) {
      if (options.trust === "project") return true;
      const { records, unread } = await store.list(options.projectDir);
      return unread.length > 0 || records.some((record) => record.file === file);
    },
    revoke: (ids) => store.untrust(options.projectDir, ids),
  };
}

function untrusted(why: string): TrustVerdict {
  return { mayRun: false, state: "untrusted", why };
}

function subjectOf(entry: TrustEntry, source: Source): TrustSubject {
  const { kind, isFromProject, plugin } = source;
  return { source: kind, isFromProject, entry, ...(plugin ? { pluginRoot: plugin.root } : {}) };
}

function openStore(options: EngineOptions, clock: Clock): TrustStore {
  try {
    return createTrustStore({ stateDir: options.stateDir, clock, version: options.version ?? "0" });
  } catch (cause) {
    throw new HookError("STATE_NOT_USABLE", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
