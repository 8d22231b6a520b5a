import { holdPath } from "../files/held-path.ts";
import { absolutePath } from "../paths.ts";
import { putGranted, readGranted } from "./granted-file.ts";
import { staleness } from "./seen.ts";
import { refuse, type Tool } from "./tool.ts";

export const writeTool: Tool = {
  definition: {
    name: "Write",
    description: "Writes a file, with all of its content. One that exists has to be read before.",
    input_schema: {
      type: "object",
      properties: {
        file_path: { type: "string", description: "Absolute path of the file." },
        content: { type: "string", description: "All of the new content." },
      },
      required: ["file_path", "content"],
    },
  },
  isParallel: false,
  async run(input, context) {
    const filePath = absolutePath(String(input.file_path), context);
    const content = String(input.content);
    await using held = await holdPath(filePath);
    const before = await readGranted(filePath, held, context.mayWrite);
    if (!before.ok && !before.missing) return refuse(before.why);
    if (before.ok) {
      const why = staleness(context, filePath, before.mtimeMs);
      if (why) return refuse(why);
    }
    const failure = await putGranted(filePath, held, content, context);
    if (failure) return failure;
    return {
      ok: true,
      text: `${before.ok ? "Wrote" : "Made"} ${filePath}.`,
      response: {
        type: before.ok ? "update" : "create",
        filePath,
        content,
        structuredPatch: [],
        originalFile: before.ok ? before.text : null,
        userModified: false,
      },
    };
  },
};
