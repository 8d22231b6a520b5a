import { createHash } from "node:crypto";
import type { FailedTurn } from "../agents/index.ts";
import { isJsonObject, type JsonObject, ownValue } from "../protocol/index.ts";
import { agentPid } from "./agent-pid.ts";
import type { Evidence } from "./evidence.ts";
import type { SpoolFile } from "./spool/spool.ts";
import { MAX_INSTANT_MS } from "./verdict-clean.ts";

/** What one witness says, with where and how the session ran. */
export interface WitnessRecord {
  /** Of what it says: the same words from the same source have the same. */
  readonly id: string;
  readonly evidence: Evidence;
  readonly session: SessionFacts;
}

/** Where and how a session ran, as far as a witness knows. */
export interface SessionFacts {
  /** Working directory; empty where nobody said. */
  readonly projectDir: string;
  /** Key of the account that pays, as `accountKey` makes it; or `env:NAME` of a credential that stands in a variable and that we do not have. */
  readonly account?: string;
  readonly permissionMode?: string;
  readonly transcriptPath?: string;
  readonly gitHead?: string;
  /** Number of the agent's process. */
  readonly pid?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
}

/** Characters of an id that an agent gives. */
const MAX_ID = 200;

/** What came of reading a record. */
export type WitnessReading =
  | { readonly ok: true; readonly witness: WitnessRecord }
  /** Why it says nothing, for people. */
  | { readonly ok: false; readonly why: string };

/** The event that an entry is for, and who then speaks. */
const ENTRIES = {
  failure: { event: "StopFailure", witness: "stop_failure_hook" },
  end: { event: "SessionEnd", witness: "session_end_hook" },
  start: { event: "SessionStart", witness: "session_start_hook" },
  canary: { event: "StopFailure", witness: "canary" },
} as const;

/**
 * Reads the record of a hook entry: StopFailure's says that a turn failed, the others what session there is. Published descriptions have
 * other names for two fields; both are read (D13).
 */
export function readHookWitness(file: Omit<SpoolFile, "bytes">, seenAtMs: number): WitnessReading {
  const { record, name, atMs } = file;
  const { input, agent, facts } = record;
  const { event, witness } = ENTRIES[record.witness];
  const sessionId = idOf(input, "session_id");
  if (sessionId === undefined)
    return { ok: false, why: "its hook input has no session_id, or one that is no id" };
  const own = textOf(input, "hook_event_name") ?? event;
  if (own !== event) return { ok: false, why: `it is of the event ${own.slice(0, 40)}, not of ${event}` };
  const session: SessionFacts = {
    projectDir: (facts.project?.[0] ?? "") || (textOf(input, "cwd") ?? ""),
    ...optional("permissionMode", textOf(input, "permission_mode")),
    ...optional("transcriptPath", textOf(input, "transcript_path")),
    ...optional("gitHead", facts.git?.[0]),
    ...optional("pid", agentPid(facts)),
  };
  const evidence: Evidence = {
    ...{ witness, atMs: Math.min(atMs, seenAtMs), seenAtMs, agent, sessionId },
    ...optional("promptId", idOf(input, "prompt_id")),
    ...optional("subagent", subagentOf(input)),
    ...(witness === "stop_failure_hook" ? failureFacts(input) : {}),
    ...optional("endReason", witness === "session_end_hook" ? textOf(input, "reason") : undefined),
    ...ownHostFacts(ownValue(input, "kedge")),
  };
  return { ok: true, witness: { id: name, evidence, session } };
}

/** What the agent says of the failure, by the names of the wire and by those of published descriptions. */
function failureFacts(input: JsonObject): Partial<Evidence> {
  return {
    ...optional("kind", textOf(input, "error") ?? textOf(input, "error_type")),
    ...optional("message", textOf(input, "last_assistant_message") ?? textOf(input, "error_message")),
    ...optional("details", detailsOf(ownValue(input, "error_details"))),
  };
}

/** Details are a text so far; what else comes is kept as JSON. */
function detailsOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return (typeof value === "string" ? value : JSON.stringify(value, onlyExact)).toWellFormed();
}

/** A whole number that was too large to be read as it stood would be another one. */
function onlyExact(_: string, value: unknown): unknown {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? "a number too large to be kept"
    : value;
}

function subagentOf(input: JsonObject): Evidence["subagent"] {
  const id = idOf(input, "agent_id");
  const type = textOf(input, "agent_type");
  return id === undefined ? undefined : { id, ...optional("type", type) };
}

/** What Kedge's own host knows besides; an agent that has no such field says nothing here. */
function ownHostFacts(value: unknown): Partial<Evidence> {
  if (!isJsonObject(value)) return {};
  const lastTool = ownValue(value, "last_tool");
  const call =
    isJsonObject(lastTool) && typeof lastTool.name === "string"
      ? { name: lastTool.name, inputDigest: textOf(lastTool, "input_digest") ?? "" }
      : undefined;
  return {
    ...optional("status", numberOf(value, "status")),
    ...optional("errorType", textOf(value, "error_type")),
    ...optional("requestId", idOf(value, "request_id")),
    ...optional("model", idOf(value, "model")),
    ...optional("attempts", numberOf(value, "attempts")),
    ...optional("retryAfterMs", numberOf(value, "retry_after_ms")),
    ...optional("resetAtMs", numberOf(value, "resets_at_ms", MAX_INSTANT_MS)),
    ...optional("resetFrom", textOf(value, "reset_from")),
    ...optional("connection", textOf(value, "connection")),
    ...optional("lastTool", call),
  };
}

/** A failed turn of a transcript as a witness. */
export function readTranscriptWitness(
  turn: FailedTurn,
  about: {
    readonly agent: string;
    readonly sessionId: string;
    readonly seenAtMs: number;
    readonly session: SessionFacts;
  },
): WitnessRecord {
  const { agent, sessionId, seenAtMs, session } = about;
  const { atMs, error, status, errorType, requestId, message, model, version, lastTool } = turn;
  const [promptId, agentId] = [shortId(turn.promptId), shortId(turn.agentId)];
  return {
    id: transcriptId(turn, sessionId),
    evidence: {
      ...{ witness: "transcript", atMs: Math.min(atMs, seenAtMs), seenAtMs, agent, sessionId },
      ...optional("agentVersion", version),
      ...optional("promptId", promptId),
      ...optional("subagent", agentId === undefined ? undefined : { id: agentId }),
      ...optional("kind", error),
      ...optional("status", status),
      ...optional("errorType", errorType),
      ...optional("requestId", requestId),
      ...optional("message", message),
      ...optional("model", model),
      ...optional("lastTool", lastTool),
      ...optional("hasAnswerBefore", turn.hasAnswerBefore),
    },
    session: {
      ...session,
      ...optional("inputTokens", turn.inputTokens),
      ...optional("outputTokens", turn.outputTokens),
    },
  };
}

/**
 * Of the entry, wherever it stands: a session that was forked has the entries of the one before, which failed once. An entry without an id of
 * its own is known by what it says; a digest, because nothing of that has passed the redactor.
 */
function transcriptId({ entryId, atMs, requestId, message }: FailedTurn, sessionId: string): string {
  const own = entryId === undefined ? [sessionId, String(atMs), requestId, message] : [entryId];
  return `t_${createHash("sha256").update(JSON.stringify(own)).digest("hex").slice(0, 32)}`;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [k in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [k in Key]?: Value };
}

/** As long as it came: it is cut when no secret is in it any more, for half of one is not known as one. */
function textOf(value: JsonObject, key: string): string | undefined {
  const found = ownValue(value, key);
  return typeof found === "string" && found !== "" ? found.toWellFormed() : undefined;
}

function idOf(value: JsonObject, key: string): string | undefined {
  return shortId(textOf(value, key));
}

/** An id goes into keys and file names of others: it is short and has no odd characters. */
function shortId(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_ID && /^[\w.:/@+-]+$/.test(text) ? text : undefined;
}

/** A count, a duration or an instant: none of them is below 0, and none so large that it is no longer exact. */
function numberOf(value: JsonObject, key: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const found = ownValue(value, key);
  return typeof found === "number" && found >= 0 && found <= most ? found : undefined;
}
