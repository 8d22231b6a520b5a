import type { WatchedPath } from "./file-content.ts";
import { changesOfContent, changesOfDefinition, type TrustChange } from "./trust-changes.ts";
import {
  defineHandler,
  type HandlerDefinition,
  hashHandler,
  type TrustContext,
  type TrustSubject,
} from "./trust-hash.ts";
import type { TrustRecord } from "./trust-record.ts";
import { reasonOf, type Unread } from "./trust-records.ts";

/**
 * - `managed`: an administrator configured it; it always runs
 * - `trusted`: the user did, or decided so for exactly this content
 * - `modified`: it was trusted in this project in another form, or with other content; it does not run
 * - `untrusted`: nobody decided yet; it does not run
 * - `unknown`: what says so could not be read; it does not run, and that is a failure, for it may be a gate that was trusted
 */
export type TrustState = "managed" | "trusted" | "modified" | "untrusted" | "unknown";

/** Whether one handler may run. */
export interface TrustJudgement {
  readonly subject: TrustSubject;
  readonly state: TrustState;
  /** Which handler it is; missing when its source alone decides. */
  readonly definition?: HandlerDefinition;
  /** What decided; of a `modified` handler what was trusted before. */
  readonly record?: TrustRecord;
  /** Of a `modified` handler: what differs now. */
  readonly changes: readonly TrustChange[];
  /** Of an `unknown` handler: what failed; one line. */
  readonly failure?: string;
  /** Of a `trusted` handler with a record: what to look at to see that it still is the same. */
  readonly watched: readonly WatchedPath[];
  /** When its files were looked at, epoch ms. */
  readonly judgedAt: number;
}

/** Whether a handler needs a decision of the user's: where it comes from says so. */
export function needsDecision(subject: TrustSubject, isUserTrusted: boolean): boolean {
  switch (subject.source) {
    case "managed":
    case "flag":
    case "memory":
      return false;
    case "local":
    case "project":
      return true;
    case "user":
    case "plugin":
    case "skill":
    case "agent":
      return subject.isFromProject || !isUserTrusted;
  }
}

/** What the handlers of one project are judged by. */
export interface Evidence {
  readonly context: TrustContext;
  /** Real path of the project. */
  readonly project: string;
  readonly records: readonly TrustRecord[];
  readonly unread: readonly Unread[];
  readonly isUserTrusted: boolean;
  /** Epoch ms. */
  readonly judgedAt: number;
}

/** Judges handlers together: a record that fits one exactly is no earlier form of another. In the order given. */
export async function judgeHandlers(
  subjects: readonly TrustSubject[],
  evidence: Evidence,
): Promise<readonly TrustJudgement[]> {
  const { context, project, records, unread, isUserTrusted, judgedAt } = evidence;
  const asking = subjects.map((subject) => ({
    subject,
    definition: needsDecision(subject, isUserTrusted)
      ? defineHandler(subject, { ...context, realProject: project })
      : null,
  }));
  const ids = new Set(asking.map(({ definition }) => definition?.id));
  const former = records.filter((record) => !ids.has(record.id));
  const judgements: TrustJudgement[] = [];
  for (const { subject, definition } of asking) {
    if (!definition) {
      const state = subject.source === "managed" ? "managed" : "trusted";
      judgements.push({ subject, state, changes: [], watched: [], judgedAt });
      continue;
    }
    const record = records.find((each) => each.id === definition.id);
    const missed = unread.find(({ id }) => id === undefined || id === definition.id);
    const found = record
      ? await byContent(record, subject, context)
      : missed
        ? unknown(missed.why)
        : byDefinition(former, definition);
    judgements.push({ subject, definition, judgedAt, ...found });
  }
  return judgements;
}

type Finding = Omit<TrustJudgement, "subject" | "definition" | "judgedAt">;

async function byContent(
  record: TrustRecord,
  subject: TrustSubject,
  context: TrustContext,
): Promise<Finding> {
  try {
    const now = await hashHandler(subject, context);
    if (now.hash === record.hash) return { state: "trusted", record, changes: [], watched: now.watched };
    return { state: "modified", record, changes: changesOfContent(now, record), watched: [] };
  } catch (error) {
    return unknown(reasonOf(error));
  }
}

function unknown(failure: string): Finding {
  return { state: "unknown", failure, changes: [], watched: [] };
}

/** Takes the record of what probably was this handler before: the same one elsewhere in its file, or another in its place. */
function byDefinition(former: TrustRecord[], definition: HandlerDefinition): Finding {
  const inFile = former.filter((record) => record.file === definition.file);
  const record =
    inFile.find((each) => each.key === definition.key) ??
    inFile.find((each) => each.path === definition.path);
  if (!record) return { state: "untrusted", changes: [], watched: [] };
  former.splice(former.indexOf(record), 1);
  return { state: "modified", record, changes: changesOfDefinition(definition, record), watched: [] };
}
