/**
 * Receivers in a process of their own, so that nothing of what they do is counted as the sender's: says where they are, and, when asked, what
 * came to them.
 */
import {
  type BadReceiver,
  MISDEED_NAMES,
  misbehave,
} from "../../packages/kedge/test/recovery/alert-receivers.ts";
import { serve } from "../../packages/kedge/test/support/http-server.ts";

/** Where receivers are. */
export interface Addresses {
  readonly good: string;
  /** By name: those that misbehave, and as many that do not. */
  readonly bad: Readonly<Record<string, string>>;
  readonly fine: Readonly<Record<string, string>>;
}

/** What came. */
export interface Arrived {
  /** Ids of messages, in the order in which they came. */
  readonly good: readonly string[];
  /** Where redirects lead. */
  readonly trapped: number;
  /** The most that one connection to a bad receiver took, bytes. */
  readonly mostBytes: number;
}

const trap = await serve((response) => response.end());
const good = await serve((response) => response.end());
const bad: BadReceiver[] = [];
const fine: [string, string][] = [];
for (const name of MISDEED_NAMES) {
  bad.push(await misbehave(name, trap.url));
  fine.push([name, (await serve((response) => response.end())).url]);
}

process.on("message", () => {
  const arrived: Arrived = {
    good: good.received.map(({ headers }) => String(headers["webhook-id"])),
    trapped: trap.connections,
    mostBytes: Math.max(...bad.map(({ bytes, connections }) => bytes / Math.max(1, connections))),
  };
  process.send?.(arrived);
});
process.on("disconnect", () => process.exit());
const addresses: Addresses = {
  good: good.url,
  bad: Object.fromEntries(bad.map(({ name, url }) => [name, url])),
  fine: Object.fromEntries(fine),
};
process.send?.(addresses);
