import { createHash } from "node:crypto";
import type { Cause, Scope, Verdict } from "../verdict.ts";

/** Of which incident a failure is one. */
export interface IncidentKey {
  /** What makes two failures the same incident. */
  readonly key: string;
  /** As in `Incident.account`. */
  readonly account: string;
}

/** What a failure is told apart by, besides its verdict. */
export interface FailureOrigin {
  /** Key of the account that pays; null where nobody knows. */
  readonly account: string | null;
  /** Last part of the project's path. */
  readonly project: string;
  readonly agentVersion: string | null;
  /** What the agent called it. */
  readonly agentKind: string | null;
}

/**
 * The incident that a failure is of: its account, its cause, and the window that refused.
 *
 * How far the cause reaches says what stands in the place of account and window: what a provider or a machine suffers is one incident,
 * whoever pays (of capacity, each model has its own); of what a session suffers by itself there is one for each project, since the same mistake strikes many sessions of a batch.
 * What nobody knows is one for each value and version of the agent. Never a session, a text or a time: it is the same for as long as the
 * incident lasts, and after all that knew of it was lost.
 */
export function incidentKey(
  { cause, scope, window, model }: Pick<Verdict, "cause" | "scope" | "window" | "model">,
  { account, project, agentVersion, agentKind }: FailureOrigin,
): IncidentKey {
  const payer = scope === "provider" || scope === "machine" ? scope : (account ?? "unknown");
  const part = partOf({ cause, scope, window, model }, { project, agentVersion, agentKind });
  return { key: JSON.stringify([payer, cause, ...part]), account: payer };
}

function partOf(
  {
    cause,
    scope,
    window = "",
    model = "",
  }: { cause: Cause; scope: Scope; window?: string | undefined; model?: string | undefined },
  { project, agentVersion, agentKind }: Omit<FailureOrigin, "account">,
): readonly string[] {
  if (cause === "unknown") return [agentKind ?? "", agentVersion ?? ""];
  if (cause === "overload") return [model];
  if (scope === "session") return [project];
  if (scope === "model") return [window, model];
  return scope === "account" ? [window] : [];
}

/**
 * The key under which other services know an incident: at most 32 letters, digits and dashes, and nothing to be read in it.
 *
 * @param ledgerId whose incident it is: what one machine has seen says nothing of another one, which may tell the same services
 */
export function dedupKey(key: string, ledgerId = ""): string {
  if (key.startsWith(FORGOTTEN)) return key.slice(FORGOTTEN.length, -END.length);
  const text = ledgerId === "" ? key : JSON.stringify([ledgerId, key]);
  return `kedge-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}

/** No account is called so. */
const FORGOTTEN = '["forgotten","';
const END = '"]';

/** A key in the place of one that holds words that are to be forgotten: other services know the incident by the same dedup key still. */
export function forgottenKey(key: string, ledgerId: string): string {
  return `${FORGOTTEN}${dedupKey(key, ledgerId)}${END}`;
}
