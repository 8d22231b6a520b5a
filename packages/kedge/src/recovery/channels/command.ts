import type { AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelRule } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { runProgram } from "./program.ts";
import { webhookBody } from "./webhook.ts";

/** What a program reads: one line of JSON, the same that a webhook gets. */
export function commandInput(message: AlertMessage): string {
  return `${webhookBody(message)}\n`;
}

/** "Try later", by the exit codes of `sysexits.h`. */
const EX_TEMPFAIL = 75;

/** Hands a message to a program. No shell reads anything; what the program prints is not looked at. */
export async function sendCommand(
  message: AlertMessage,
  rule: Extract<ChannelRule, { type: "command" }>,
  attempt: Attempt,
): Promise<Delivery> {
  const ending = await runProgram(rule.argv, commandInput(message), attempt);
  if ("missing" in ending) return { outcome: "retry", why: "the program could not be started" };
  if ("why" in ending) return { outcome: "retry", why: ending.why };
  const { exitCode } = ending;
  if (exitCode === 0) return { outcome: "delivered" };
  const later = exitCode === EX_TEMPFAIL ? ": try later" : "";
  return { outcome: "retry", why: `the program exited with ${exitCode}${later}` };
}
