import { type AlertRules, channelsFor } from "./alert-rules.ts";
import type { StoredIncident } from "./incident-context.ts";

/** Names of the channels that are to be told of an incident. Of its own end a channel would hear when it is back. */
export function channelsOf(incident: StoredIncident, rules: Pick<AlertRules, "routes">): readonly string[] {
  const channels = channelsFor(rules, incident);
  return incident.cause === "gone_channel"
    ? channels.filter((channel) => channel !== incident.window)
    : channels;
}
