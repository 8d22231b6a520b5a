import type { FailureKind, JsonObject } from "../../protocol/index.ts";
import type { AnswerBlock, PromptBlock, Usage } from "../model/messages.ts";

/** What every entry has. The names are those that readers of agents' transcripts know. */
interface EntryFrame {
  readonly uuid: string;
  readonly parentUuid: string | null;
  readonly sessionId: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly cwd: string;
  readonly version: string;
  /** Of a subagent's transcript. */
  readonly agentId?: string;
}

/** What a person, a tool or a handler said to the model. */
interface UserEntry extends EntryFrame {
  readonly type: "user";
  readonly message: { readonly role: "user"; readonly content: readonly PromptBlock[] };
  readonly promptId?: string;
}

/** What the model said; or, flagged, how a request failed. */
interface AssistantEntry extends EntryFrame {
  readonly type: "assistant";
  readonly message: {
    readonly role: "assistant";
    readonly id: string;
    /** `<synthetic>` where no model said it. */
    readonly model: string;
    readonly content: readonly AnswerBlock[];
    readonly stop_reason: string | null;
    readonly usage: Usage;
  };
  readonly requestId?: string;
  readonly isApiErrorMessage?: true;
  readonly error?: FailureKind;
  readonly apiErrorStatus?: number;
}

/** Everything else that is worth keeping: how turns ended, what handlers did. */
interface SystemEntry extends EntryFrame {
  readonly type: "system";
  readonly subtype: string;
  readonly data: JsonObject;
}

/**
 * Subtype of the entry at which a conversation was compacted: its data has `messages`, with which it goes on. All of it is one line, so that
 * a process that dies has either the conversation before or the one behind.
 */
export const COMPACT_BOUNDARY = "compact_boundary";

/** One line of a transcript. */
export type Entry = UserEntry | AssistantEntry | SystemEntry;

/** An entry before it has a place in a transcript. */
export type EntryBody =
  | Omit<UserEntry, keyof EntryFrame>
  | Omit<AssistantEntry, keyof EntryFrame>
  | Omit<SystemEntry, keyof EntryFrame>;
