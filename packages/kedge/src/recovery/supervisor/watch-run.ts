import { type Observed, runSession, type SessionRun } from "../../agents/index.ts";
import type { ClaimedJob } from "../queue/job-runner.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { SupervisorPorts } from "./ports.ts";
import type { Prepared, Work } from "./prepare.ts";

/** What a run is started with. */
export interface RunOrder {
  readonly claimed: ClaimedJob;
  readonly work: Work;
  readonly prepared: Prepared;
  readonly keeper: LeaseKeeper;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isCanary: boolean;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** Between asking the agent to end and killing it, ms. */
  readonly graceMs: number;
}

/**
 * Runs the agent once, and tells the governor and whoever looks on how it gets on.
 *
 * Its process exists before it may begin: only when its mark is stored, and nobody else has got the job meanwhile, its program is let go. So a
 * supervisor that is killed or stopped at any point leaves nothing that its successor does not find.
 */
export async function watchRun(order: RunOrder, ports: SupervisorPorts): Promise<SessionRun> {
  const { claimed, work, prepared, keeper, signal, graceMs } = order;
  const { governor, incidents, policy, now, onEvent } = ports;
  const { job } = claimed;
  const of = { account: job.account, sessionId: job.key };
  const proofs = createProofs();
  // When the request began that is answered next, or a little before.
  let askedMs = now();
  const { sessionId, lastAnswerId, mark } = prepared.progress;
  const seen = { answers: 0, toolResults: 0 };
  const run = await runSession(work.command, {
    ...{ argv: withOwnProgram(prepared.argv, ports), cwd: work.launch.cwd, env: order.env, signal, graceMs },
    ...(prepared.stdin === undefined ? {} : { stdin: prepared.stdin }),
    ...(mark === null ? {} : { mark }),
    ...(lastAnswerId === undefined ? {} : { previousAnswerId: lastAnswerId }),
    ...(policy.stallAfterMs === null ? {} : { stallAfterMs: policy.stallAfterMs }),
    now,
    async beforeStart() {
      await keeper.keep(prepared.progress);
      await governor.started(of);
    },
    onStart: (pid) =>
      onEvent({
        ...{ type: "started", key: job.key, atMs: now(), attempt: job.claims, sessionId, pid },
        ...{ isResumed: prepared.isResumed, isCanary: order.isCanary },
      }),
    onObserved(observed: Observed) {
      const { answers, toolResults } = observed;
      if (answers === seen.answers && toolResults === seen.toolResults) return;
      const atMs = now();
      for (let count = seen.answers; count < answers; count++) proofs.add(() => governor.proof(of));
      if (answers > seen.answers) {
        const proof = { agent: work.adapter.name, sessionId, account: job.account, sinceMs: askedMs, atMs };
        const model = observed.model;
        proofs.add(() => incidents.prove({ ...proof, ...(model === undefined ? {} : { model }) }));
      }
      askedMs = atMs;
      Object.assign(seen, { answers, toolResults });
      onEvent({ type: "progress", key: job.key, atMs: now(), answers, toolResults });
    },
    onLine: (line) => ports.onLine?.(job.key, line),
    onStderr: (chunk) => ports.onStderr?.(job.key, chunk),
  });
  await proofs.settled();
  return run;
}

/** Tells one proof after the other. One that cannot be told is lost: it is only learnt from. */
function createProofs(): { add(tell: () => Promise<unknown>): void; settled(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    add(tell) {
      last = last.then(tell).then(
        () => {},
        () => {},
      );
    },
    settled: () => last,
  };
}

function withOwnProgram(argv: readonly string[], { ownProgram }: SupervisorPorts): readonly string[] {
  return argv[0] === "kedge" && ownProgram !== undefined ? [...ownProgram, ...argv.slice(1)] : argv;
}
