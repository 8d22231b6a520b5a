import { holdPath } from "../files/held-path.ts";
import { absolutePath } from "../paths.ts";
import { readGranted } from "./granted-file.ts";
import { boundResult, refuse, type Tool } from "./tool.ts";

const MAX_LINES = 2_000;
const MAX_LINE_LENGTH = 2_000;

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
    await using held = await holdPath(filePath);
    const reading = await readGranted(filePath, held, context.mayOpen);
    if (!reading.ok) return refuse(reading.why);
    context.seen.set(filePath, reading.version);
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

function numbered(lines: readonly string[], startLine: number): string {
  return lines
    .map((line, index) => {
      const cut = line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…`.toWellFormed() : line;
      return `${String(startLine + index).padStart(6)}\t${cut}`;
    })
    .join("\n");
}
