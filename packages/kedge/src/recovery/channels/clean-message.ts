import { cleanText } from "../../protocol/index.ts";
import type { Redactor } from "../../redact/index.ts";
import type { AlertMessage } from "../incidents/alert-message.ts";
import { mapTexts } from "./message-text.ts";

const MAILBOX = /[^\s@<>()[\]"',;:]{1,64}@[^\s@<>()[\]"',;:]{1,255}\.\p{L}{2,24}/gu;
/**
 * What is in a home, on a drive or on another machine; and two names or more after the root. Of a URL only that of a file is one: what
 * follows a host does not begin after a blank, a quote or a colon. Where it ends only quotes can say, if there are blanks in it.
 */
const FILE_PATH = new RegExp(
  [
    /(?<=")(?:file:\/|~?\/|[A-Za-z]:[\\/]|\\\\)[^"]{2,}(?=")/u,
    /(?<=')(?:file:\/|~?\/|[A-Za-z]:[\\/]|\\\\)[^']{2,}(?=')/u,
    /\bfile:\/[^\s"'`,;)]+/u,
    /(?<![\p{L}\p{N}])[A-Za-z]:[\\/](?!\/)[^\s"'`,;)]+/u,
    /(?<![\p{L}\p{N}\\])\\\\[^\s"'`,;)\\]+\\[^\s"'`,;)]+/u,
    /(?<![\p{L}\p{N}_/.\\~-])~\/[^\s"'`,;)]+/u,
    /(?<![\p{L}\p{N}_/.\\~-])(?:\/[\p{L}\p{M}\p{N}_.@+-]+){2,}\/?/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/**
 * A message as it may leave: each text one line without invisible characters, without secrets, and without addresses of people and paths,
 * which names of accounts and notes of people may hold. The same message always becomes the same one.
 */
export function cleanMessage(message: AlertMessage, redactor: Pick<Redactor, "text">): AlertMessage {
  const clean = mapTexts(message, (text) => {
    // What is invisible goes first: it could stand in the middle of a secret.
    const line = cleanText(text).replace(/\s+/g, " ").trim();
    return redactor.text(line).replace(MAILBOX, "[address]").replace(FILE_PATH, "[path]");
  });
  // An id ends with the name of its channel, which somebody has chosen.
  return { ...clean, id: redactor.text(message.id) };
}
