import { stat } from "node:fs/promises";
import { absolutePath } from "../paths.ts";
import { compileGlob, newestFirst, walkFiles } from "./find-files.ts";
import { refuse, type Tool } from "./tool.ts";

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
  async run(input, context) {
    const root = absolutePath(String(input.path ?? "."), context);
    if (!(await isThere(root))) return refuse(`${root} does not exist.`);
    const isMeant = await compileGlob(String(input.pattern));
    if (!isMeant) return refuse(`The pattern cannot be read: ${String(input.pattern)}`);
    const found: string[] = [];
    for await (const file of walkFiles(root, context.signal))
      if (isMeant(file, root) && (await context.mayRead(file, root))) found.push(file);
    if (context.signal.aborted) return { ...refuse("The search was interrupted."), isInterrupt: true };
    const filenames = (await newestFirst(found)).slice(0, MAX_RESULTS);
    const truncated = found.length > filenames.length;
    const text = filenames.length === 0 ? "No file has such a name." : filenames.join("\n");
    return {
      ok: true,
      text: truncated
        ? `${text}\n(${found.length - filenames.length} more are left out; narrow the pattern)`
        : text,
      response: { filenames, numFiles: filenames.length, truncated },
    };
  },
};

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
