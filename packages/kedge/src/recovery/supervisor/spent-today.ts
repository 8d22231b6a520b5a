import { type Policy, startOfDay } from "../policy/index.ts";
import { nextDay } from "../policy/wake-time.ts";
import { policyName } from "./account-name.ts";
import type { SupervisorPorts } from "./ports.ts";

type Ports = Pick<SupervisorPorts, "queue" | "policy" | "now">;

/** US dollars that an account has cost since the day began in the policy's zone; nothing is counted where no limit asks for it. */
export async function spentToday(account: string, { queue, policy, now }: Ports): Promise<number> {
  const isLimited =
    policy.money.accountDayUsd !== null ||
    Object.values(policy.accounts).some((rule) => rule.dayUsd !== undefined);
  return isLimited ? queue.spent({ account, sinceMs: startOfDay(policy, now()) }) : 0;
}

/** When an account has money again, in epoch ms; null while it has some. What still runs has not said what it costs. */
export async function moneylessUntil(account: string, ports: Ports): Promise<number | null> {
  const { policy, now } = ports;
  const dayUsd = dayLimit(account, policy);
  if (dayUsd === null) return null;
  return (await spentToday(account, ports)) < dayUsd ? null : nextDay(policy, now());
}

function dayLimit(account: string, { accounts, money }: Policy): number | null {
  const name = policyName(account, { accounts });
  return (name === undefined ? undefined : accounts[name]?.dayUsd) ?? money.accountDayUsd;
}
