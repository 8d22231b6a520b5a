import { join, normalize } from "node:path";
import { CREDENTIAL_VARIABLES, type Environment } from "./account-environment.ts";
import { accountKey } from "./account-key.ts";
import type { Policy } from "./policy.ts";

/** What is known from outside of who pays for a session. */
export interface PaymentFacts {
  /** Names of variables with a credential that its agent had. */
  readonly credentials: readonly string[];
  /** Where its transcript lies: it says where its agent keeps its logins. */
  readonly transcriptPath?: string;
}

/** `<directory of the logins>/projects/<project>/<session>.jsonl`. */
const TRANSCRIPT = /^(.*)[\\/]projects[\\/][^\\/]+[\\/][^\\/]+\.jsonl$/;

/**
 * The key of the account that pays for a session that somebody else started, as {@link accountKey} makes it for one of ours; the same where it
 * can be told to be the same.
 *
 * What a variable holds nobody tells us: where ours is set it is taken to be the same, else the key is `env:` and its name. A login is known
 * by its directory, and has the name of the policy's account that has this directory.
 *
 * @param env of this process
 */
export function sessionAccount(
  { credentials, transcriptPath }: PaymentFacts,
  policy: Policy,
  env: Environment,
): string {
  const address = { ANTHROPIC_BASE_URL: env.ANTHROPIC_BASE_URL };
  const variable = CREDENTIAL_VARIABLES.find((name) => credentials.includes(name));
  if (variable !== undefined)
    return env[variable]
      ? accountKey(policy, undefined, { ...address, [variable]: env[variable] })
      : `env:${variable}`;
  const configDir = TRANSCRIPT.exec(transcriptPath ?? "")?.[1] ?? env.CLAUDE_CONFIG_DIR;
  const name = Object.keys(policy.accounts).find((each) =>
    isOf(policy.accounts[each]?.configDir, configDir, env),
  );
  return accountKey(policy, name, { ...address, HOME: env.HOME, CLAUDE_CONFIG_DIR: configDir });
}

function isOf(own: string | undefined, configDir: string | undefined, { HOME = "" }: Environment): boolean {
  if (own === undefined || configDir === undefined) return false;
  const whole = own.startsWith("~/") ? join(HOME, own.slice(2)) : own;
  return normalize(`${whole}/`) === normalize(`${configDir}/`);
}
