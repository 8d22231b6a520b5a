import { firstLine, type JsonObject } from "../../protocol/index.ts";
import { holdPath } from "../files/held-path.ts";
import { absolutePath } from "../paths.ts";
import { compileGlob, newestFirst } from "./find-files.ts";
import { grantedEntry } from "./granted-file.ts";
import { createSearchTime, INTERRUPTED, SEARCH_LIMIT_MS, timeNote } from "./search-time.ts";
import { refuse, type Tool, type ToolContext, type ToolOutcome } from "./tool.ts";
import { walkFiles } from "./walk-files.ts";

const MAX_RESULTS = 100;

export const globTool: Tool = {
  definition: {
    name: "Glob",
    description: "Finds files by their names, such as `src/**/*.ts`; the one that changed last comes first.",
    input_schema: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "The glob; `**` stands for any folders." },
        path: { type: "string", description: "Folder to look in. Default: the working directory." },
      },
      required: ["pattern"],
    },
  },
  isParallel: true,
  run: (input, context) => findByName(input, context, SEARCH_LIMIT_MS),
};

/** Finds files by their names, for at most so many milliseconds. */
export async function findByName(
  input: JsonObject,
  context: ToolContext,
  limitMs: number,
): Promise<ToolOutcome> {
  const path = absolutePath(String(input.path ?? "."), context);
  await using held = await holdPath(path);
  const granted = await grantedEntry(path, held, context.mayOpen);
  if (!granted.ok) return refuse(granted.why);
  const isMeant = await compileGlob(String(input.pattern));
  if (!isMeant)
    return refuse(
      `The pattern cannot be read, or takes too many steps: ${firstLine(String(input.pattern), 200)}`,
    );
  const time = createSearchTime(context.signal, limitMs);
  const found: string[] = [];
  const { entry, reached } = granted;
  for await (const { path: file } of walkFiles({ path, entry }, time))
    if (isMeant(file, path) && (await context.mayRead(file, { path, reached }))) found.push(file);
  if (context.signal.aborted) return INTERRUPTED;
  const filenames = (await newestFirst(found)).slice(0, MAX_RESULTS);
  const left = found.length - filenames.length;
  const parts = [
    filenames.length === 0 ? "No file has such a name." : filenames.join("\n"),
    left > 0 ? `(${left} more are left out; narrow the pattern)` : "",
    timeNote(time, limitMs),
  ];
  return {
    ok: true,
    text: parts.filter((part) => part !== "").join("\n"),
    response: { filenames, numFiles: filenames.length, truncated: left > 0 || time.isUp },
  };
}
