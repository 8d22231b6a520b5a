import { createRedactor, isSecretByName, type KnownSecret, knownSecrets } from "../redact/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS)$|^(?:ANTHROPIC|AWS)_/i;

/**
 * Says whether a variable holds a secret: by its name, by what its value looks like, or because that value stands in another variable
 * of the environment that does. What is doubtful counts as secret, since what was sent cannot be taken back.
 */
export function isSecretVariable(name: string, env: Environment): boolean {
  const value = env[name] ?? "";
  if (SECRET_NAME.test(name) || isSecretByName(name, value)) return true;
  return createRedactor({ known: secretsOf(env) }).text(value) !== value;
}

/** What everybody may know of a user and a machine: a password that stands there as well, such as the user's name, keeps nothing back. */
const ORDINARY = [
  ...["HOME", "PATH", "PWD", "OLDPWD", "USER", "LOGNAME", "USERNAME", "SHELL", "HOSTNAME", "TMPDIR"],
  ...["LANG", "TERM", "TZ", "EDITOR", "CI", "NODE_ENV"],
];

function secretsOf(env: Environment): readonly KnownSecret[] {
  const ordinary = ORDINARY.flatMap((name) => env[name] ?? []);
  return [...knownSecrets(env), ...shortSecrets(env)].filter(
    ({ value }) => !ordinary.some((text) => text.includes(value)),
  );
}

/** Passwords that are too short for {@link knownSecrets}. One that is a word or a number (`root`, `test`, `1234`) stands elsewhere by chance. */
function shortSecrets(env: Environment): readonly KnownSecret[] {
  return Object.entries(env).flatMap(([name, given = ""]) => {
    const value = given.trim();
    const isMixed = /^(?=.*[a-z])(?=.*[^a-z]).{4,7}$/is.test(value);
    return isMixed && isSecretByName(name, value) ? [{ name, value }] : [];
  });
}
