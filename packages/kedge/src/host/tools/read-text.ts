import type { FileHandle } from "node:fs/promises";
import { systemWords } from "../files/system-words.ts";
import { versionOf } from "../files/version.ts";
import type { ReadText } from "../files/write-held.ts";

const MAX_BYTES = 10 * 1024 * 1024;

/** A text file as a tool reads it. */
export type FileReading = (ReadText & { readonly ok: true }) | NotRead;

/** Why a file was not read. */
export interface NotRead {
  readonly ok: false;
  readonly missing: boolean;
  readonly why: string;
}

/** Reads a regular text file; takes nothing that is not UTF-8. */
export async function readText(path: string, opened: () => Promise<FileHandle>): Promise<FileReading> {
  try {
    await using file = await opened();
    const stats = await file.stat({ bigint: true });
    if (stats.isDirectory()) return notRead(`${path} is a folder.`);
    if (!stats.isFile()) return notRead(`${path} is no regular file.`);
    if (stats.size > MAX_BYTES)
      return notRead(`${path} has ${stats.size} bytes; at most ${MAX_BYTES} are read. Use Grep or Bash.`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.readFile());
    return { ok: true, text, version: versionOf(stats) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return notRead(`${path} does not exist.`, true);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return notRead(`${path} is no text in UTF-8.`);
    return notRead(systemWords(path, error));
  }
}

/** A file that was not read. */
export function notRead(why: string, missing = false): NotRead {
  return { ok: false, missing, why };
}
