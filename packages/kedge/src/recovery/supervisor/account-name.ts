import type { Policy } from "../policy/index.ts";

/** How keys of accounts begin that the policy names: see `accountKey`. */
const NAMED = "name:";

/** The name that an account has in the policy, by its key in the queue; undefined where it has none. */
export function policyName(account: string, { accounts }: Pick<Policy, "accounts">): string | undefined {
  const name = account.startsWith(NAMED) ? account.slice(NAMED.length) : undefined;
  return name !== undefined && Object.hasOwn(accounts, name) ? name : undefined;
}
