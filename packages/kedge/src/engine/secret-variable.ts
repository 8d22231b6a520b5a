import { createRedactor, knownSecrets } from "../redact/index.ts";

const SECRET_NAME = /_(?:KEY|TOKEN|SECRET|PASSWORD)$|^(?:ANTHROPIC|AWS)_/i;

/**
 * Says whether a variable holds a secret: by its name, by what its value looks like, or because that value stands in another variable
 * of the environment that does. What is doubtful counts as secret, since what was sent cannot be taken back.
 */
export function isSecretVariable(name: string, env: Readonly<Record<string, string | undefined>>): boolean {
  if (SECRET_NAME.test(name)) return true;
  const value = env[name] ?? "";
  return createRedactor({ known: knownSecrets(env) }).text(value) !== value;
}
