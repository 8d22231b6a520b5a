import type { NameVerdict } from "./secret-name.ts";
import { isIdentifier, isMessage, isReference, isWordy, looksSecret } from "./secret-value.ts";

const MIN_WEAK = 8;
/** Characters of a value that are looked at: what goes on longer is judged by its beginning. */
const MAX_JUDGED = 256;
const MIN_FAINT = 16;
const OTHER_SECRET_NAME = /pass|secret|token|pwd|credential/i;

/** Whether the quoted value of a name is a secret. */
export function judgeQuoted(whole: string, { proof }: NameVerdict, isClosed = true): boolean {
  const value = whole.slice(0, MAX_JUDGED);
  if (value.trim() === "" || isReference(value)) return false;
  if (proof !== "strong") return judgeWeak(value, proof);
  if (!isClosed) return looksSecret(value, 6);
  return value.length >= 3 && !isMessage(value);
}

/**
 * Whether a value without quotes is a secret. In code such a value is another name.
 *
 * @param isNamed the place itself says that this is a value: an option, a query, a variable of the environment
 * @param next the character after the value
 */
export function judgeBare(whole: string, { proof }: NameVerdict, isNamed: boolean, next: string): boolean {
  const value = whole.slice(0, MAX_JUDGED);
  if (isReference(value) || /[([{]/.test(next)) return false;
  if (isCode(value) && !isNamed) return false;
  if (proof !== "strong") return judgeWeak(value, proof);
  if (/^(?:~|[A-Za-z]:)?[\\/][\w.-]+[\\/]/.test(value) && !looksSecret(value, 6)) return false;
  if (/^[A-Za-z_$-]+$/.test(value)) {
    return isNamed ? value.length >= 4 && !isMessage(value) : value.length >= 6 && !isWordy(value);
  }
  if (/^\d+$/.test(value)) return value.length >= 6;
  if (/^[A-Za-z_]\w*$/.test(value) && OTHER_SECRET_NAME.test(value) && !isNamed) return false;
  return value.length >= 4 && /[A-Za-z0-9]/.test(value);
}

/** `name(`, `name)`, `name;`, `name.other`: a name of code and what follows it. */
function isCode(value: string): boolean {
  const name = /^([A-Za-z_$][\w$]*)[.()[\]{};,=?&|!]/.exec(value)?.[1];
  return name !== undefined && isWordy(name);
}

function judgeWeak(value: string, proof: NameVerdict["proof"]): boolean {
  if (/^\d+(?:\.\d+)?$/.test(value)) return false;
  if (proof === "weak") return looksSecret(value, MIN_WEAK) && !/[(){}]/.test(value);
  return looksSecret(value, MIN_FAINT) && !isIdentifier(value) && !/[(){}[\]<>;]/.test(value);
}
