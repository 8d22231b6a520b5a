import { isReference } from "./secret-value.ts";
import type { Span } from "./span.ts";

const MAX_COMMAND = 4096;
const COMMAND = /(?:curl|wget|httpie|xh)(?=[\s"'])/g;
// Between an option and its value: blanks, or the quotes and commas of a list of arguments.
const USER =
  /(?:^|[\s"'`,])(?:-u|-U|--user|--proxy-user)(?:[\s=]|\\*["'`],?){0,6}([^\s"'`:\\]{1,128}):([^\s"'`\\]{1,256})/g;

/** Finds the password of `curl -u user:password`, also as a list of arguments. */
export function findCurlPasswords(text: string, found: Span[]): void {
  if (!/-[uU]|-user/.test(text)) return;
  const command = new RegExp(COMMAND);
  for (let hit = command.exec(text); hit !== null; hit = command.exec(text)) {
    const end = endOfCommand(text, hit.index);
    for (const user of text.slice(hit.index, end).matchAll(USER)) {
      const password = user[2] ?? "";
      const stop = hit.index + user.index + user[0].length;
      if (!isReference(password))
        found.push({ start: stop - password.length, end: stop, kind: "curl-password" });
    }
    command.lastIndex = end;
  }
}

/** The end of the line, unless a backslash continues it. */
function endOfCommand(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_COMMAND);
  for (let at = text.indexOf("\n", from); at >= 0 && at < limit; at = text.indexOf("\n", at + 1)) {
    if (!/\\\r?$/.test(text.slice(Math.max(from, at - 2), at))) return at;
  }
  return limit;
}
