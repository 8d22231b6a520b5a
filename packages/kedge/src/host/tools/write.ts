import { absolutePath } from "../paths.ts";
import { changeFile } from "./change-file.ts";
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
    const changed = await changeFile(filePath, context, () => ({ ok: true, content }));
    if (!changed.ok) return refuse(changed.why);
    const { before } = changed;
    return {
      ok: true,
      text: `${before === null ? "Made" : "Wrote"} ${filePath}.`,
      response: {
        type: before === null ? "create" : "update",
        filePath,
        content,
        structuredPatch: [],
        originalFile: before,
        userModified: false,
      },
    };
  },
};
