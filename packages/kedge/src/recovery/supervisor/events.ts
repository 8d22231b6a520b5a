import type { AccountView } from "../governor/governor-api.ts";
import type { Plan } from "../policy/index.ts";
import type { JobState } from "../queue/job.ts";
import type { Verdict } from "../verdict.ts";
import type { Drift } from "./drift.ts";

/** Which job an event is of. */
interface OfJob {
  /** Key of the job. */
  readonly key: string;
  /** Epoch ms. */
  readonly atMs: number;
}

/** What a supervisor does, as it does it: for whoever shows it. */
export type SupervisorEvent =
  /** An attempt begins: the agent's process runs. */
  | (OfJob & {
      readonly type: "started";
      readonly attempt: number;
      readonly sessionId: string;
      readonly isResumed: boolean;
      /** It goes first, to find out whether a limit is gone. */
      readonly isCanary: boolean;
      readonly pid: number | null;
    })
  /** The model answered, or a tool did. */
  | (OfJob & { readonly type: "progress"; readonly answers: number; readonly toolResults: number })
  /** Its place is not as it was; with `stop` it waits for a person. */
  | (OfJob & { readonly type: "drift"; readonly drift: Drift })
  /** Something that people should know, and that stops nothing. */
  | (OfJob & { readonly type: "notice"; readonly words: string })
  /** An attempt failed: what it was, and what is done about it. */
  | (OfJob & {
      readonly type: "failed";
      readonly attempt: number;
      readonly failureId: string | null;
      readonly verdict: Verdict;
      readonly plan: Plan;
    })
  /** The job stands anew. */
  | (OfJob & {
      readonly type: "changed";
      readonly state: JobState;
      readonly why: string | null;
      /** Epoch ms: when it goes on; null where that is for a person, or over. */
      readonly dueMs: number | null;
    })
  /** Another process took the job over. */
  | (OfJob & { readonly type: "lost"; readonly words: string })
  /** An account was closed, opened or stopped. */
  | { readonly type: "account"; readonly atMs: number; readonly account: string; readonly view: AccountView };
