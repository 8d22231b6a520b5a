import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isPassing } from "./passing-failure.ts";

export type TextReading =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /**
       * A socket is told apart: it stands in for a file that is missing, while commands of a session are confined. `failed` says nothing
       * of the file: the next try may succeed.
       */
      readonly reason: "missing" | "socket" | "not_a_file" | "too_large" | "unreadable" | "failed";
      /** One sentence for people. */
      readonly message: string;
    };

/**
 * Reads a regular file as UTF-8 without ever waiting for it: pipes, devices and folders are refused, and so is anything over
 * the limit. Invalid UTF-8 becomes U+FFFD; a byte order mark in front is dropped.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<TextReading> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENXIO") return { ok: false, reason: "socket", message: `${path} is no regular file` };
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return {
      ok: false,
      reason: isMissing ? "missing" : isPassing(error) ? "failed" : "unreadable",
      message: isMissing ? `${path} does not exist` : message,
    };
  }
  try {
    const refusal = refuse(path, await file.stat(), maxBytes);
    if (refusal) return refusal;
    return { ok: true, text: new TextDecoder().decode(await file.readFile()) };
  } catch (error) {
    return {
      ok: false,
      reason: isPassing(error) ? "failed" : "unreadable",
      message: error instanceof Error ? error.message : String(error),
    };
  } finally {
    await file.close();
  }
}

function refuse(path: string, stats: Stats, maxBytes: number): Exclude<TextReading, { ok: true }> | null {
  if (stats.isDirectory()) return { ok: false, reason: "not_a_file", message: `${path} is a folder` };
  if (!stats.isFile()) return { ok: false, reason: "not_a_file", message: `${path} is no regular file` };
  if (stats.size <= maxBytes) return null;
  return {
    ok: false,
    reason: "too_large",
    message: `${path} has ${stats.size} bytes, at most ${maxBytes} are read`,
  };
}
