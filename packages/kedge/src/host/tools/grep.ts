import { stat } from "node:fs/promises";
import { absolutePath } from "../paths.ts";
import { compileGlob, type FileGlob, walkFiles } from "./find-files.ts";
import { readTextOf } from "./read.ts";
import { boundResult, refuse, type Tool, type ToolContext } from "./tool.ts";

const MODES = ["files_with_matches", "content", "count"] as const;
const MAX_RESULTS = 250;

interface Found {
  readonly file: string;
  readonly lines: readonly { readonly at: number; readonly text: string }[];
}

export const grepTool: Tool = {
  definition: {
    name: "Grep",
    description: "Searches the content of files with a regular expression (RE2 syntax), line by line.",
    input_schema: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "The regular expression." },
        path: { type: "string", description: "File or folder. Default: the working directory." },
        glob: { type: "string", description: "Only in files of such names, such as `*.ts`." },
        output_mode: { type: "string", enum: MODES, description: "Default files_with_matches." },
        "-i": { type: "boolean", description: "Ignores the case of letters." },
        head_limit: { type: "number", description: "At most so many files or lines; default 250." },
      },
      required: ["pattern"],
    },
  },
  isParallel: true,
  async run(input, context) {
    // A pattern of a model may be any: this engine takes linear time for all of them.
    const { RE2JS } = await import("re2js");
    let expression: InstanceType<typeof RE2JS>;
    try {
      expression = RE2JS.compile(String(input.pattern), input["-i"] === true ? RE2JS.CASE_INSENSITIVE : 0);
    } catch (error) {
      return refuse(`The pattern cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const root = absolutePath(String(input.path ?? "."), context);
    const stats = await stat(root).catch(() => null);
    if (!stats) return refuse(`${root} does not exist.`);
    const isMeant = typeof input.glob === "string" ? await compileGlob(input.glob) : () => true;
    if (!isMeant) return refuse(`The glob cannot be read: ${String(input.glob)}`);
    const limit = Math.max(1, Math.min(Number(input.head_limit ?? MAX_RESULTS) || MAX_RESULTS, 10_000));
    const found: Found[] = [];
    let lines = 0;
    for await (const file of stats.isFile() ? [root] : filesIn(root, isMeant, context)) {
      const reading = await readTextOf(file);
      if (!reading.ok) continue; // binary, too large, or not ours
      const matching = reading.text
        .split(/\r?\n/)
        .map((text, index) => ({ at: index + 1, text }))
        .filter(({ text }) => expression.matcher(text).find());
      if (matching.length === 0) continue;
      found.push({ file, lines: matching });
      lines += matching.length;
      if ((input.output_mode === "content" ? lines : found.length) >= limit) break;
    }
    if (context.signal.aborted) return { ...refuse("The search was interrupted."), isInterrupt: true };
    const rows = rowsOf(found, input.output_mode).slice(0, limit);
    const response = {
      mode: input.output_mode ?? MODES[0],
      filenames: found.map(({ file }) => file),
      numFiles: found.length,
    };
    return { ok: true, text: boundResult(rows.join("\n")) || "Nothing matches.", response };
  },
};

async function* filesIn(root: string, isMeant: FileGlob, context: ToolContext): AsyncGenerator<string> {
  for await (const file of walkFiles(root, context.signal))
    if (isMeant(file, root) && (await context.mayRead(file, root))) yield file;
}

function rowsOf(found: readonly Found[], mode: unknown): readonly string[] {
  if (mode === "count") return found.map(({ file, lines }) => `${file}:${lines.length}`);
  if (mode !== "content") return found.map(({ file }) => file);
  return found.flatMap(({ file, lines }) => lines.map(({ at, text }) => `${file}:${at}:${text}`));
}
