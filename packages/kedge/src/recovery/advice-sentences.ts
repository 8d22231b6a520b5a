import type { KnownCause } from "./verdict.ts";

/**
 * What can be done about a failure.
 *
 * - `wait_until_reset`: park until the verdict's reset and some jitter, then wake one session first
 * - `wait_without_time`: park, say that the end is not known, and look again by hand or by the policy's schedule
 * - `retry_with_backoff`: resume the same session after a growing delay, within a small budget
 * - `retry_once`: resume once, carefully, and keep the raw evidence
 * - `one_fresh_process`: resume once in a new process, which reads its credentials anew
 * - `use_fallback_model`: go on with the model that the policy names for this
 * - `stop_account`: stop all work on the credential
 * - `stop_session`: stop this session, and no other
 * - `fork_or_rewind`: go on from a copy of the session before the damage
 * - `compact_or_split`: make the request smaller: compact the history, or split the task
 * - `new_session`: start anew, with a summary or from the launch manifest
 * - `continue_smaller`: go on and ask for smaller steps, twice at most
 * - `end_and_resume`: end the process, check what it has done, and resume
 * - `resume`: resume, and have it check what is already done
 * - `inspect_transcript`: find out from the transcript how far it came, then decide
 * - `ask_person`: tell a person and wait
 * - `nothing`: leave it
 */
export type Action =
  | "wait_until_reset"
  | "wait_without_time"
  | "retry_with_backoff"
  | "retry_once"
  | "one_fresh_process"
  | "use_fallback_model"
  | "stop_account"
  | "stop_session"
  | "fork_or_rewind"
  | "compact_or_split"
  | "new_session"
  | "continue_smaller"
  | "end_and_resume"
  | "resume"
  | "inspect_transcript"
  | "ask_person"
  | "nothing";

/** One piece of advice. */
export interface AdviceRow {
  readonly action: Action;
  readonly otherwise?: Action;
  readonly sentence: string;
}

/** What to do about each cause, when it is the first of its kind in the session. */
export const ADVICE: Readonly<Record<KnownCause, AdviceRow>> = {
  plan_window: {
    action: "wait_until_reset",
    sentence: "The plan's limit is used up. The work is parked until it resets; there is nothing to do.",
  },
  model_limit: {
    action: "use_fallback_model",
    otherwise: "wait_until_reset",
    sentence: "The limit for this model is used up. Go on with another model if you allow one, or wait.",
  },
  request_rate: {
    action: "retry_with_backoff",
    otherwise: "ask_person",
    sentence:
      "The key's requests or tokens per minute are used up. They refill by themselves: fewer sessions at a time help.",
  },
  server_throttle: {
    action: "retry_with_backoff",
    otherwise: "ask_person",
    sentence:
      "The server limits requests for now; it is not your limit. The session is tried again after a while, with fewer beside it.",
  },
  spend: {
    action: "stop_account",
    sentence:
      "A spending limit is reached. Work on this account has stopped; raise the limit, or wait for the next billing period.",
  },
  billing: {
    action: "stop_account",
    sentence: "The account cannot pay. Work on it has stopped; look at its balance and billing.",
  },
  auth: {
    action: "one_fresh_process",
    otherwise: "stop_account",
    sentence:
      "The login was not accepted. One new process tries it again, in case the credential was renewed.",
  },
  cloud_credential: {
    action: "one_fresh_process",
    otherwise: "stop_account",
    sentence: "The cloud platform gave no credentials. One new process asks for them again.",
  },
  organisation: {
    action: "stop_account",
    sentence:
      "The organisation is disabled, or does not allow this login. Work on this credential has stopped; use another, or ask its administrator.",
  },
  account_state: {
    action: "stop_account",
    sentence:
      "The provider holds the account, or wants it verified. Work on it has stopped; log in at the provider's site.",
  },
  overload: {
    action: "retry_with_backoff",
    otherwise: "use_fallback_model",
    sentence:
      "The API has no capacity for the model. It costs no quota; the session is tried again patiently.",
  },
  server: {
    action: "retry_with_backoff",
    otherwise: "ask_person",
    sentence:
      "The API failed. The session is tried again a few times; if only this one keeps failing, the session is the cause.",
  },
  connection: {
    action: "retry_with_backoff",
    otherwise: "ask_person",
    sentence:
      "The connection to the API failed. The session is tried again a few times; if it lasts, look at the network, VPN and proxy.",
  },
  poisoned: {
    action: "fork_or_rewind",
    otherwise: "new_session",
    sentence:
      "The session's history is broken and fails each time. Go on from a copy of it before the damage.",
  },
  broken_content: {
    action: "new_session",
    sentence:
      "The history holds a part that the API refuses each time. Start a new session with a summary of this one.",
  },
  too_large: {
    action: "compact_or_split",
    otherwise: "new_session",
    sentence: "The request is too large. Compact the session, or split the task or the files.",
  },
  refused: {
    action: "stop_session",
    sentence:
      "The request was refused for what it asks, and would be again. Put it in other words, or leave it.",
  },
  cut_answer: {
    action: "continue_smaller",
    otherwise: "ask_person",
    sentence: "The answer was too long and was cut. The session goes on in smaller steps.",
  },
  malformed_answer: {
    action: "retry_once",
    otherwise: "ask_person",
    sentence: "The model's tool calls could not be read. The session is tried once more.",
  },
  invalid_request: {
    action: "stop_session",
    sentence:
      "The API does not accept this request, and would not accept it again. Read its message, then change the request or its settings.",
  },
  model_not_found: {
    action: "use_fallback_model",
    otherwise: "stop_session",
    sentence: "The model does not exist for this account, or its name is wrong. Choose another one.",
  },
  lost_session: {
    action: "new_session",
    sentence: "The session that was to be resumed does not exist. The work starts anew in a new session.",
  },
  lost_writes: {
    action: "ask_person",
    sentence:
      "The agent could not write its transcript. Make room on the disk, or look at its rights, before going on.",
  },
  not_begun: {
    action: "ask_person",
    sentence:
      "The agent could not begin: its call, its settings or this machine keep it from it. Its last words say what to mend.",
  },
  dead_process: {
    action: "resume",
    otherwise: "ask_person",
    sentence:
      "The agent's process died in the middle of its turn. It can be resumed, and should check first what is already done.",
  },
  stall: {
    action: "end_and_resume",
    otherwise: "ask_person",
    sentence: "The session runs and gives no sign of life. End it, check what it has done, and resume it.",
  },
  lost_result: {
    action: "inspect_transcript",
    otherwise: "ask_person",
    sentence: "The process ended well, but its result is missing. The transcript tells how far it came.",
  },
  false_success: {
    action: "retry_once",
    otherwise: "ask_person",
    sentence:
      "The run reports success and has done nothing that can be seen. It is tried once more; look at the login if it stays so.",
  },
  degraded: {
    action: "ask_person",
    sentence:
      "The run ended well, but some of its calls were not permitted. Permit them, or check that the work is whole.",
  },
  interrupted: {
    action: "ask_person",
    otherwise: "resume",
    sentence: "The turn was ended from outside. If that was not meant, it can be resumed.",
  },
  stopped_by_policy: {
    action: "nothing",
    sentence: "A limit or a hook of yours ended the turn. There is nothing to repair.",
  },
  none: { action: "nothing", sentence: "Nothing failed." },
  unknown: {
    action: "retry_once",
    otherwise: "ask_person",
    sentence:
      "Nobody says what happened. The session is tried once more with care, and the evidence is kept.",
  },
};

/** Advice for what a cause alone does not tell. */
export const LATER: {
  readonly subagent: AdviceRow;
  readonly withoutTime: AdviceRow;
  readonly brokenConnection: AdviceRow;
  /** When one try has not helped. */
  readonly again: Readonly<Partial<Record<KnownCause, AdviceRow>>>;
} = {
  subagent: {
    action: "nothing",
    sentence: "A subagent failed, and its main session goes on. There is nothing to do.",
  },
  withoutTime: {
    action: "wait_without_time",
    otherwise: "ask_person",
    sentence:
      "A limit is used up, and nobody says credibly when it ends. The work is parked; have a look at the account.",
  },
  brokenConnection: {
    action: "ask_person",
    sentence:
      "No secure connection to the API came about. Look at certificates and proxies; trying again does not help.",
  },
  again: {
    auth: {
      action: "stop_account",
      sentence:
        "The login was not accepted in a new process either. Work on this credential has stopped; log in again.",
    },
    cloud_credential: {
      action: "stop_account",
      sentence: "The cloud platform gave no credentials again. Work on this account has stopped; renew them.",
    },
    unknown: {
      action: "ask_person",
      sentence:
        "The same failure came again, and trying once more will not help. Look at what the agent said.",
    },
  },
};
