import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { absolutePath } from "../paths.ts";
import { boundResult, refuse, type Tool, type ToolContext } from "./tool.ts";

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_LINES = 2_000;
const MAX_LINE_LENGTH = 2_000;

/** A text file as a tool reads it. */
export type FileReading =
  | { readonly ok: true; readonly text: string; readonly mtimeMs: number }
  | { readonly ok: false; readonly missing: boolean; readonly why: string };

/** Reads a regular text file; waits for no pipe, and takes nothing that is not UTF-8. */
export function readTextOf(path: string): Promise<FileReading> {
  return readText(path, () => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
}

/** The same of a file that is opened otherwise than by its path. */
export async function readText(path: string, opened: () => Promise<FileHandle>): Promise<FileReading> {
  try {
    await using file = await opened();
    const stats = await file.stat();
    if (stats.isDirectory()) return notRead(`${path} is a folder.`);
    if (!stats.isFile()) return notRead(`${path} is no regular file.`);
    if (stats.size > MAX_BYTES)
      return notRead(`${path} has ${stats.size} bytes; at most ${MAX_BYTES} are read. Use Grep or Bash.`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.readFile());
    return { ok: true, text, mtimeMs: stats.mtimeMs };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return notRead(`${path} does not exist.`, true);
    return notRead(code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? `${path} is no text in UTF-8.` : message);
  }
}

/** A file that was not read. */
export function notRead(why: string, missing = false): FileReading {
  return { ok: false, missing, why };
}

export const readTool: Tool = {
  definition: {
    name: "Read",
    description: "Reads a text file. Lines come with their numbers. Without a limit, the first 2,000 lines.",
    input_schema: {
      type: "object",
      properties: {
        file_path: { type: "string", description: "Absolute path of the file." },
        offset: { type: "number", description: "The first line to read, from 1." },
        limit: { type: "number", description: "How many lines." },
      },
      required: ["file_path"],
    },
  },
  isParallel: true,
  async run(input, context) {
    const filePath = absolutePath(String(input.file_path), context);
    const reading = await readTextOf(filePath);
    if (!reading.ok) return refuse(reading.why);
    markSeen(context, filePath, reading.mtimeMs);
    const lines = reading.text.split("\n");
    const startLine = Math.max(1, Math.floor(Number(input.offset ?? 1)) || 1);
    const limit = Math.max(1, Math.floor(Number(input.limit ?? MAX_LINES)) || MAX_LINES);
    const shown = lines.slice(startLine - 1, startLine - 1 + limit);
    if (reading.text === "") return { ok: true, text: "(the file is empty)", response: response([], "") };
    if (shown.length === 0)
      return refuse(`${filePath} has ${lines.length} lines; line ${startLine} is behind them.`);
    return {
      ok: true,
      text: boundResult(numbered(shown, startLine)),
      response: response(shown, shown.join("\n")),
    };

    function response(own: readonly string[], content: string): object {
      const file = { filePath, content, numLines: own.length, startLine, totalLines: lines.length };
      return { type: "text", file };
    }
  },
};

/** Notes that the model knows a file as it is now. */
export function markSeen({ seen }: Pick<ToolContext, "seen">, path: string, mtimeMs: number): void {
  seen.set(path, mtimeMs);
}

function numbered(lines: readonly string[], startLine: number): string {
  return lines
    .map((line, index) => {
      const cut = line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…`.toWellFormed() : line;
      return `${String(startLine + index).padStart(6)}\t${cut}`;
    })
    .join("\n");
}
