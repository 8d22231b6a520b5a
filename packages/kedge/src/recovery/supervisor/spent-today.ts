import { startOfDay } from "../policy/index.ts";
import type { SupervisorPorts } from "./ports.ts";

/** US dollars that an account has cost since the day began in the policy's zone; nothing is counted where no limit asks for it. */
export async function spentToday(
  account: string,
  { queue, policy, now }: Pick<SupervisorPorts, "queue" | "policy" | "now">,
): Promise<number> {
  const isLimited =
    policy.money.accountDayUsd !== null ||
    Object.values(policy.accounts).some((rule) => rule.dayUsd !== undefined);
  return isLimited ? queue.spent({ account, sinceMs: startOfDay(policy, now()) }) : 0;
}
