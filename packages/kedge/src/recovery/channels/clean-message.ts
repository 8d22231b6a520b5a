import { cleanText } from "../../protocol/index.ts";
import type { Redactor } from "../../redact/index.ts";
import type { AlertMessage } from "../incidents/alert-message.ts";
import { mapTexts } from "./message-text.ts";

const MAILBOX = /[^\s@<>()[\]"',;:]{1,64}@[^\s@<>()[\]"',;:]{1,255}\.[A-Za-z]{2,24}/g;
/** Two names or more after the root, or anything in a home or on a drive. The path of a URL is none. */
const FILE_PATH = /(?<![\w/:.\\-])(?:(?:\/[\w.@+-]+){2,}\/?|~\/[^\s"'`,;)]+|[A-Za-z]:\\[^\s"'`,;)]+)/g;

/**
 * A message as it may leave: each text one line without invisible characters, without secrets, and without addresses of people and paths,
 * which names of accounts and notes of people may hold. The same message always becomes the same one.
 */
export function cleanMessage(message: AlertMessage, redactor: Pick<Redactor, "text">): AlertMessage {
  return mapTexts(message, (text) => {
    // What is invisible goes first: it could stand in the middle of a secret.
    const line = cleanText(text).replace(/\s+/g, " ").trim();
    return redactor.text(line).replace(MAILBOX, "[address]").replace(FILE_PATH, "[path]");
  });
}
