import { parse, resolve } from "node:path";
import { stampOf } from "./file-content.ts";
import type { TrustChange } from "./trust-changes.ts";
import { hashNamedFiles, isRelative, realPathOf } from "./trust-files.ts";
import { digest, readRoots, type TrustContext, wordsOf } from "./trust-hash.ts";
import type { TrustJudgement, TrustState } from "./trust-judge.ts";
import { reasonOf } from "./trust-records.ts";
import type { TrustStore } from "./trust-store.ts";

/** Whether a handler may run now. */
interface TrustAnswer {
  readonly state: TrustState;
  /** What differs from what was trusted; empty unless `modified`. */
  readonly changes: readonly TrustChange[];
  /** What failed; only when the state is `unknown`. */
  readonly failure?: string;
}

/** Asks again right before a handler runs, because its files and the user's mind may have changed since it was judged. */
export interface TrustGate {
  /**
   * Looks at the record and at the files, and reads them again only when one does not look the same. Between the answer and
   * the start of the handler a file can still change: run it at once.
   *
   * @param judgement as {@link TrustStore.judge} gave it
   * @param cwd where the handler will run. Elsewhere than in the project's folder, its relative words name other files, and
   *   it is `modified` when one of them is there with content that was not trusted.
   */
  check(judgement: TrustJudgement, cwd?: string): Promise<TrustAnswer>;
}

/**
 * File systems tell time in steps. A file that changed this short before it was read may change again, in the same step,
 * without looking different, so it is read anew until it is older. Two seconds is the coarsest step in use.
 */
const STEP_MS = 2_000;

/** Makes a gate for the handlers of one project. */
export function createTrustGate(options: {
  readonly store: TrustStore;
  readonly context: TrustContext;
}): TrustGate {
  const { store, context } = options;
  const latest = new WeakMap<TrustJudgement, TrustJudgement>();
  return {
    async check(judgement, cwd) {
      if (!judgement.definition) return { state: judgement.state, changes: [] };
      let current = latest.get(judgement) ?? judgement;
      if (!(await stillHolds(store, current, context))) {
        const { judgements } = await store.judge([judgement.subject], context);
        current = judgements[0] ?? { ...judgement, state: "untrusted" };
        latest.set(judgement, current);
      }
      const { state, changes, failure } = current;
      if (failure !== undefined) return { state, changes, failure };
      if (state !== "trusted" || cwd === undefined) return { state, changes };
      try {
        const unbound = await findUnbound(current, context, cwd);
        return unbound.length === 0 ? { state, changes } : { state: "modified", changes: unbound };
      } catch (error) {
        return { state: "unknown", changes: [], failure: reasonOf(error) };
      }
    },
  };
}

async function stillHolds(
  store: TrustStore,
  { state, record, watched, judgedAt }: TrustJudgement,
  context: TrustContext,
): Promise<boolean> {
  if (state !== "trusted" || !record || record.env !== digest(context.env ?? {})) return false;
  if (watched.some((each) => each.changedAt + STEP_MS > judgedAt)) return false;
  const isSameProject = realPathOf(context.projectDir).then((project) => project === record.project);
  const looks = watched.map(({ path, stamp }) =>
    stampOf(path).then(
      (now) => now.stamp === stamp,
      () => false, // judging anew says what that means
    ),
  );
  return (await Promise.all([...looks, isSameProject, store.holds(record)])).every(Boolean);
}

/** Files that relative words name from `cwd`, and whose content is not what was trusted. */
async function findUnbound(
  { subject, record }: TrustJudgement,
  context: TrustContext,
  cwd: string,
): Promise<readonly TrustChange[]> {
  const { project } = await readRoots(subject, context);
  const folder = (await realPathOf(cwd)) ?? resolve(cwd);
  if (folder === project) return [];
  const { words } = await wordsOf(subject, context.env ?? {});
  const relative = [...words].filter(isRelative);
  const { root } = parse(folder);
  const { files } = await hashNamedFiles(relative, { project: root }, folder);
  const trusted = new Set(record?.files.flatMap((file) => (file.state === "file" ? [file.hash] : [])));
  return files
    .filter((file) => file.state !== "missing" && !trusted.has(file.hash))
    .map((file) => ({ part: "content", path: root + file.path, what: "unbound" }));
}
