/**
 * Whether a value only says where the secret is, or that there is none: `$TOKEN`, `${{ secrets.TOKEN }}`, `<token>`,
 * `***`, `process.env.TOKEN`, `null`.
 */
export function isReference(value: string): boolean {
  return REFERENCE.test(value) || ELSEWHERE.test(value) || NO_VALUE.test(value);
}

const REFERENCE =
  /^(?:\$\{[^}]*\}?|\$[A-Za-z_]\w*|\$\(.*|\{\{.*|%\w+%|<.*|\*{2,}.*|[xX]{3,}|\.{3,}|…|-{3,}|•+|[[{(].*)$/s;
const ELSEWHERE =
  /^(?:process\.env|import\.meta|os\.(?:environ|getenv)|env[.[(]|ENV\[|secrets\.|vault:|op:\/\/|arn:aws|@Microsoft\.|!\w|your[-_ ]|my[-_](?:\w+[-_])?(?:password|secret|token|key)$)/i;
const NO_VALUE =
  /^(?:null|nil|none|undefined|true|false|yes|no|on|off|string|str|number|int|integer|bool|boolean|bytes|text|any|unknown|object|never|void|optional|required|redacted|hidden|masked|empty|unset|missing|invalid|incorrect|wrong|expired|changed|updated|set|ok|inherit|include|omit|same-origin|self|this|must|is|was|has|not|and|or|the|for|secretstr|readonly)[.,;!?]?$/i;

/**
 * Whether a value looks made by a machine: no blanks, long enough, and not made of words, of a path or of an address.
 *
 * @param minLength characters that it has at least
 */
export function looksSecret(value: string, minLength: number): boolean {
  if (value.length < minLength || /[^!-~]/.test(value) || value.includes("://")) return false;
  if (PATH.test(value) || /^[\w.\\/:-]{1,200}\.[a-z]{2,4}$/.test(value)) return false;
  return isUnspeakable(value) || !value.split(/[^A-Za-z0-9]+/).every(isWordy);
}

/** Whether a value begins as a path does; a key in base64 may begin with a slash as well. */
export function isPath(value: string): boolean {
  return PATH.test(value);
}

/** Whether letters of both cases and digits stand together with more consonants in a row than a word has. */
function isUnspeakable(value: string): boolean {
  return (
    /[b-df-hj-np-tv-xz]{5}/i.test(value) && /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value)
  );
}

const PATH =
  /^(?:(?:~|\.{1,2}|[A-Za-z]:)[\\/]|\/(?:home|Users|root|etc|run|var|tmp|usr|opt|mnt|srv|dev|proc|private|app|work|data)\/)/;

const NAME =
  /^(?:[a-z]+|[A-Z]+|[a-z]?[A-Z]{0,4}[a-z]{2,}(?:[A-Z]{1,4}[a-z]{2,})*[A-Z]{0,4})\d{0,4}$|^(?:\d{1,6}[a-z]{0,3}|[a-z]\d{1,2}[a-z])$/;

/** Whether letters and digits can be a word, a name in camelCase, or a number. */
export function isWordy(part: string): boolean {
  if (part.length < 4 || /^\d{1,14}$/.test(part)) return true;
  return NAME.test(part) && part.length <= 44 && countCaseChanges(part) <= part.length * 0.34;
}

function countCaseChanges(word: string): number {
  let changes = 0;
  for (let at = 1; at < word.length; at += 1) {
    if ((word.charCodeAt(at) & 0x20) !== (word.charCodeAt(at - 1) & 0x20)) changes += 1;
  }
  return changes;
}

/** Whether a value is a UUID, or words and a hash, as the keys of caches are. */
export function isIdentifier(value: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return true;
  const parts = value.split(/[^A-Za-z0-9]+/);
  return (
    parts.some((part) => /^[A-Za-z]{3,}\d{0,3}$/.test(part)) &&
    parts.every((part) => isWordy(part) || HASH.test(part))
  );
}

const HASH = /^[0-9a-f]{7,128}$/;

/** Whether a quoted text after the name of a password is a label or a message for people. */
export function isMessage(value: string): boolean {
  if (/^[\p{L}\s_.:*'-]*$/u.test(value) && /pass|secret|token|\bkey\b|pwd|code/i.test(value)) return true;
  if (!/\s/.test(value.trim())) return false;
  return (
    /[.!?:…]$|\$\{|\{\w*\}|%s/.test(value) ||
    /\b(?:password|secret|token|key|enter|your|must|please|invalid)\b/i.test(value)
  );
}
