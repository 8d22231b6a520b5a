import { join } from "node:path";
import type { AccountRule, Policy } from "./policy.ts";

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the agent of an account gets. */
export interface AccountEnvironment {
  /** All of it, and nothing to be added to another environment: what was taken out is not in it. */
  readonly env: Record<string, string | undefined>;
  /** Names of variables of ours that the account needs and that are not set, or empty. An agent is not to be started without them. */
  readonly missing: readonly string[];
}

/** Credentials that stand in for each other: an agent that has several of them pays with one, and not always with the one meant. */
export const CREDENTIAL_VARIABLES = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
] as const;

/**
 * Makes the environment of an agent that works on an account, so that it has the credential of that account and no other one.
 *
 * Every variable that an account of the policy is taken from is taken out; then the mapping of the account is put in, with the values of
 * `env`, and `CLAUDE_CONFIG_DIR` where the account has one. Where the account has a credential or logins of its own, other credentials of
 * {@link CREDENTIAL_VARIABLES} are taken out, too: they would pay in its place. A variable that cannot be filled is absent, whatever
 * `env` has in its place.
 *
 * @param name as `accounts` of the policy has it; undefined: `env` as it is
 * @throws {RangeError} for a name that the policy does not have
 */
export function accountEnvironment(
  policy: Policy,
  name: string | undefined,
  env: Environment,
): AccountEnvironment {
  if (name === undefined) return { env: { ...env }, missing: [] };
  const account = accountNamed(policy, name);
  const wanted = wantedVariables(account, env);
  const dropped = new Set([
    ...Object.values(policy.accounts).flatMap((each) => Object.values(each.env)),
    ...(hasOwnCredential(account) ? CREDENTIAL_VARIABLES : []),
    ...wanted.map(({ target }) => target),
  ]);
  const kept = Object.entries(env).filter(([variable]) => !dropped.has(variable));
  const filled = wanted.flatMap(({ target, value }) => (value ? [[target, value] as const] : []));
  const missing = wanted.flatMap(({ source, value }) => (value ? [] : [source]));
  return { env: Object.fromEntries([...kept, ...filled]), missing: [...new Set(missing)] };
}

/**
 * The rule of an account.
 *
 * @throws {RangeError} for a name that the policy does not have
 */
export function accountNamed({ accounts }: Policy, name: string): AccountRule {
  const account = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
  if (account === undefined)
    throw new RangeError(`Expected an account of the policy, got ${JSON.stringify(name)}`);
  return account;
}

interface WantedVariable {
  /** As the agent gets it. */
  readonly target: string;
  /** What has to be set for it. */
  readonly source: string;
  readonly value: string | undefined;
}

function wantedVariables(account: AccountRule, env: Environment): readonly WantedVariable[] {
  const mapped = Object.entries(account.env).map(([target, source]) => ({
    ...{ target, source, value: env[source] },
  }));
  const { configDir } = account;
  if (configDir === undefined) return mapped;
  const value = configDir.startsWith("~/") ? env.HOME && join(env.HOME, configDir.slice(2)) : configDir;
  return [...mapped, { target: "CLAUDE_CONFIG_DIR", source: "HOME", value }];
}

function hasOwnCredential({ env, configDir }: AccountRule): boolean {
  return configDir !== undefined || CREDENTIAL_VARIABLES.some((variable) => Object.hasOwn(env, variable));
}
