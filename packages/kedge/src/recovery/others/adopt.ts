import { readCommand } from "../../agents/index.ts";
import type { FailureRow } from "../ledger/schema.ts";
import type { LaunchManifest } from "../manifest.ts";
import { accountKey } from "../policy/account-key.ts";
import { decide } from "../policy/decide.ts";
import type { Plan } from "../policy/plan.ts";
import type { ResumeRules } from "../policy/watch.ts";
import { readGitFacts } from "../supervisor/git-facts.ts";
import { firstProgress, storedProgress } from "../supervisor/job-progress.ts";
import type { LaunchContract } from "../supervisor/launch.ts";
import type { SupervisorPorts } from "../supervisor/ports.ts";
import { afterPlan, refusalOf } from "../supervisor/settle.ts";
import { spentToday } from "../supervisor/spent-today.ts";
import type { Verdict } from "../verdict.ts";

/** The jobs of sessions that Kedge did not start belong to this batch. */
export const OTHERS = "others";

/** What became of a session that stands still. */
export type Adoption =
  /** It is a job now, which goes on as its policy says. */
  | { readonly outcome: "adopted"; readonly failure: FailureRow; readonly key: string; readonly plan: Plan }
  /** Why it is left alone, in half a sentence for people. */
  | { readonly outcome: "left"; readonly failure: FailureRow; readonly why: string };

/** What taking sessions over needs. */
export interface AdoptionPorts {
  /** Its policy is the bounded one. */
  readonly supervisor: SupervisorPorts;
  readonly rules: ResumeRules;
  /** How a session was launched; null where nobody wrote it down. */
  readonly manifestOf: (sessionId: string) => Promise<LaunchManifest | null>;
}

/**
 * Makes a job of a session that ended with a failure, when the policy names its project and its cause: from then on it is like work that
 * Kedge began. Of one failure there is one job, however often this is called, and whoever was killed in between.
 *
 * @throws {RecoveryError} `LEDGER_NOT_USABLE`
 */
export async function adopt(failure: FailureRow, ports: AdoptionPorts): Promise<Adoption> {
  const { rules, supervisor } = ports;
  const left = (why: string): Adoption => ({ outcome: "left", failure, why });
  if (!rules.projects.some((name) => name === "*" || name === failure.project))
    return left("its project is not named in others.resume.projects");
  if (!rules.causes.includes(failure.cause))
    return left(`${failure.cause} is not named in others.resume.causes`);
  const manifest = await ports.manifestOf(failure.session_id);
  if (manifest === null) return left("nobody wrote down how it was launched");
  const reading = readCommand(manifest.argv);
  if (!reading.ok) return left("it is no headless session, or its command line is not known");
  const account = payerOf(failure, supervisor);
  if ("why" in account) return left(account.why);
  const { queue, governor, files, policy, children, env, now, random } = supervisor;
  const key = `other-${failure.id}`;
  if ((await queue.get(key)) !== null) return left("it is a job already");
  const verdict = JSON.parse(failure.verdict) as Verdict;
  const own = { account: account.key, sessionId: key };
  await governor.refused({ ...own, verdict: refusalOf(verdict) });
  const first = firstProgress(failure.session_id, failure.at_ms);
  const plan = decide(policy, {
    verdict,
    job: { attempts: 0, attemptsByCause: {}, startedMs: failure.at_ms, costUsd: 0, continues: 0 },
    account: {
      ...(account.name === undefined ? {} : { name: account.name }),
      costTodayUsd: await spentToday(account.key, supervisor),
    },
    ...{ nowMs: now(), random },
  });
  if (plan.notBeforeMs === null) {
    await supervisor.incidents.needsPerson(failure.id);
    return left(plan.why);
  }
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const place = await readGitFacts(manifest.cwd, { children, env: Object.fromEntries(set) });
  const progress = { ...first, isBegun: true, place };
  const title = `${manifest.agent} in ${failure.project}`;
  const launch: LaunchContract = {
    ...{ version: 1, id: key, title, atMs: now(), argv: manifest.argv, cwd: manifest.cwd, policyPath: null },
    envNames: manifest.envNames,
    begun: storedProgress(afterPlan({ progress, verdict, failureId: failure.id }, plan)),
    ...(account.name === undefined ? {} : { account: account.name }),
    ...(place === null ? {} : { git: place }),
  };
  await files.keepLaunch(launch);
  const { model } = reading.command;
  await queue.add([
    {
      ...{ key, batch: OTHERS, account: account.key, sessionKey: `session:${failure.session_id}` },
      payload: { title, ...(model === undefined ? {} : { model }) },
      notBeforeMs: plan.notBeforeMs,
    },
  ]);
  return { outcome: "adopted", failure, key, plan };
}

/** Whose credential a session is resumed with: the one that it had, or none. */
function payerOf(
  { account }: FailureRow,
  { policy, env }: SupervisorPorts,
): { readonly key: string; readonly name?: string } | { readonly why: string } {
  if (account === null) return { why: "nobody knows which account pays for it" };
  if (account.startsWith("env:"))
    return { why: `its credential was in ${account.slice(4)}, which is not set where Kedge runs` };
  const name = Object.keys(policy.accounts).find((each) => accountKey(policy, each, env) === account);
  if (name !== undefined) return { key: account, name };
  if (accountKey(policy, undefined, env) === account) return { key: account };
  return { why: "its account is another than that of this environment; name it in accounts" };
}
