import { createHash } from "node:crypto";
import { join, normalize } from "node:path";
import { accountNamed, CREDENTIAL_VARIABLES, type Environment } from "./account-environment.ts";
import type { Policy } from "./policy.ts";

/** 48 bits: accounts of one ledger do not meet by chance, and nearly all of a credential is not in it. */
const DIGITS = 12;

/**
 * The key under which governor, queue and incidents know an account: `name:<name>` where the policy has one, else `key:<12 hex>`, a digest
 * of the address and the credential that an agent with this environment would use, or of the directory of its logins.
 *
 * The same credential has the same key in every process, on every machine, and after a state folder was lost: so there is no salt. None
 * is needed, since a credential has far more than 100 random bits: nobody finds it by trying, and of 48 bits it could not be told which
 * of many it was. A credential that can be guessed, such as the word that a proxy of one's own asks for, can be confirmed by its key.
 *
 * @param name as `accounts` of the policy has it; undefined: the account of `env`
 * @throws {RangeError} for a name that the policy does not have
 */
export function accountKey(policy: Policy, name: string | undefined, env: Environment): string {
  if (name !== undefined) {
    accountNamed(policy, name);
    return `name:${name}`;
  }
  const credential = CREDENTIAL_VARIABLES.map((variable) => env[variable]).find((value) => value);
  const parts = [env.ANTHROPIC_BASE_URL ?? "", credential ?? loginDirectory(env)];
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `key:${digest.slice(0, DIGITS)}`;
}

/** Where Claude Code keeps its logins. The same directory is the same account, however it is written. */
function loginDirectory({ CLAUDE_CONFIG_DIR, HOME }: Environment): string {
  return normalize(CLAUDE_CONFIG_DIR || join(HOME ?? "", ".claude")).replace(/(?<=.)\/+$/, "");
}
