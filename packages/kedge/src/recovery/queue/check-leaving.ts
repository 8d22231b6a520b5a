import type { Redactor } from "../../redact/index.ts";
import { RecoveryError } from "../errors.ts";
import { checkBoolean, checkMs, checkName, checkObject, checkWhy } from "./check-input.ts";
import { type CheckedNews, checkLastNews } from "./check-news.ts";
import type { Leaving } from "./held-job.ts";
import { dueAt, type QueueTime } from "./queue-clock.ts";

/** What a holder said, which settles how its job goes on once the time is known. Everything here throws `JOB_INVALID`. */
type CheckedLeaving = (time: QueueTime) => Leaving;

/** A reason without secrets. */
export function checkWords(value: unknown, redactor: Redactor, where = "why"): string {
  // Redacted whole and then cut: half a secret is not recognised.
  return checkWhy(typeof value === "string" ? redactor.text(value) : value, where);
}

export function checkPark(given: unknown, redactor: Redactor): CheckedLeaving {
  const park = checkObject(given, "park");
  const untilMs = park.untilMs === null ? null : checkMs(park.untilMs, "park.untilMs");
  const owner = park.owner === undefined ? null : checkName(park.owner, "park.owner");
  if (untilMs === null && owner === null)
    throw new RecoveryError("JOB_INVALID", "Expected a park without an end to name its owner (park.owner)");
  const left = { ...report(park, redactor), state: "parked", outcome: "parked", isCharged: false } as const;
  return (time) => ({ ...left, due: untilMs === null ? null : dueAt(untilMs, time), owner });
}

export function checkRequeue(given: unknown, redactor: Redactor): CheckedLeaving {
  const requeue = checkObject(given, "requeue");
  const isCharged = checkBoolean(requeue.isCharged, "requeue.isCharged");
  const fromMs =
    requeue.notBeforeMs === undefined ? null : checkMs(requeue.notBeforeMs, "requeue.notBeforeMs");
  const left = { ...report(requeue, redactor), state: "queued", outcome: "requeued", isCharged } as const;
  return (time) => ({ ...left, due: dueAt(fromMs ?? time.nowMs, time), owner: null });
}

export function checkFinish(given: unknown, redactor: Redactor): CheckedLeaving {
  const finish = checkObject(given, "finish");
  const { state = "done" } = finish;
  if (state !== "done" && state !== "degraded" && state !== "cancelled")
    throw new RecoveryError(
      "JOB_INVALID",
      "Expected done, degraded or cancelled, got something else (finish.state)",
    );
  const isSilent = state === "done" && finish.why === undefined;
  const own = isSilent ? { news: checkLastNews(finish), why: null } : report(finish, redactor);
  return () => ended({ ...own, state, isCharged: state !== "cancelled" });
}

export function checkFail(given: unknown, redactor: Redactor): CheckedLeaving {
  const own = report(checkObject(given, "report"), redactor);
  return () => ended({ ...own, state: "failed", isCharged: true });
}

function ended(
  end: Pick<Leaving, "why" | "isCharged" | "news"> & {
    readonly state: "done" | "degraded" | "failed" | "cancelled";
  },
): Leaving {
  return { ...end, outcome: end.state, due: null, owner: null };
}

function report(
  given: Readonly<Record<string, unknown>>,
  redactor: Redactor,
): { readonly news: CheckedNews; readonly why: string } {
  return { news: checkLastNews(given), why: checkWords(given.why, redactor) };
}
