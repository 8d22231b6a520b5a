import type { IncidentContext } from "../incidents/incident-context.ts";
import { planRevived } from "../incidents/plan-untold.ts";
import type { Statements } from "../ledger/statements.ts";
import { type ChannelFacts, isConfiguredAnew, readChannelState, writeChannelState } from "./channel-state.ts";

/**
 * Begins anew with a channel that is configured otherwise than before: what was learnt of it holds no more, and what it could not be told of incidents
 * that are open still it is told now. Within a transaction.
 */
export function renewChannel(statements: Statements, channel: ChannelFacts, context: IncidentContext): void {
  if (!isConfiguredAnew(statements, channel)) return;
  writeChannelState(statements, { ...readChannelState(statements, channel), written_ms: context.nowMs });
  planRevived(statements, channel.name, context);
}
