import type { Source } from "../engine/index.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import type { ContextGauge } from "./compaction/gauge.ts";
import type { AgentPlace } from "./events.ts";
import type { Grants } from "./grants.ts";
import type { Message, PromptBlock } from "./model/messages.ts";
import type { SeenFiles } from "./tools/seen.ts";
import type { Tool } from "./tools/tool.ts";
import { callsOf, withResults } from "./transcript/read-transcript.ts";
import type { Transcript } from "./transcript/transcript.ts";

/** One conversation with the model: that of the session, or that of a subagent. */
export interface Conversation {
  /** Of a subagent. */
  readonly agent?: AgentPlace;
  readonly model: string;
  readonly system: string;
  readonly tools: readonly Tool[];
  readonly messages: Message[];
  /** How full the context is. */
  readonly gauge: ContextGauge;
  readonly transcript: Transcript;
  /** What it has read or written: what others did is not known here. */
  readonly seen: SeenFiles;
  /** Until the turn ends. */
  readonly grants: Grants;
  /** Hooks of the skills that were loaded here, by their files. */
  readonly skillHooks: Map<string, { readonly source: Source | null; readonly remove: () => void }>;
  /** Of a subagent: what its permission mode is made of. */
  readonly mode?: Pick<AgentDefinition, "permissionMode" | "mayWiden">;
  /** What handlers get as `transcript_path`, subagents' too. */
  readonly mainTranscriptPath: string;
}

/** Adds what a person, a tool or a handler says, and keeps it. */
export async function say(
  conversation: Conversation,
  content: readonly PromptBlock[],
  promptId?: string | null,
): Promise<void> {
  if (content.length === 0) return;
  const { messages } = conversation;
  const last = messages.at(-1);
  // A turn that was ended in the middle leaves calls without results, which the API refuses.
  const whole = last?.role === "assistant" ? withResults(callsOf(last.content), content) : content;
  const message = { role: "user", content: whole } as const;
  // One message for what comes without an answer between: a turn that failed leaves its prompt behind.
  if (last?.role === "user")
    messages[messages.length - 1] = { role: "user", content: [...last.content, ...whole] };
  else messages.push(message);
  await conversation.transcript.append({
    type: "user",
    message,
    ...(promptId ? { promptId } : {}),
  });
}
