import { holdPath } from "../files/held-path.ts";
import { absolutePath } from "../paths.ts";
import { putGranted, readGranted } from "./granted-file.ts";
import { staleness } from "./seen.ts";
import { refuse, type Tool } from "./tool.ts";

export const editTool: Tool = {
  definition: {
    name: "Edit",
    description:
      "Replaces a text in a file, which has to be read before. The text must stand there exactly once, or `replace_all` be true.",
    input_schema: {
      type: "object",
      properties: {
        file_path: { type: "string", description: "Absolute path of the file." },
        old_string: { type: "string", description: "What stands there now." },
        new_string: { type: "string", description: "What is to stand there." },
        replace_all: { type: "boolean", description: "Replaces every place. Default false." },
      },
      required: ["file_path", "old_string", "new_string"],
    },
  },
  isParallel: false,
  check: ({ old_string: before, new_string: after }) =>
    before === after ? "expected `new_string` to differ from `old_string`" : null,
  async run(input, context) {
    const filePath = absolutePath(String(input.file_path), context);
    const replaceAll = input.replace_all === true;
    await using held = await holdPath(filePath);
    const reading = await readGranted(filePath, held, context.mayWrite);
    if (!reading.ok) return refuse(reading.why);
    const stale = staleness(context, filePath, reading.mtimeMs);
    if (stale) return refuse(stale);
    if (input.old_string === "") return refuse("`old_string` is empty. Write makes new files.");
    const [oldString = "", newString = ""] = inLinesOf(reading.text, [input.old_string, input.new_string]);
    const places = reading.text.split(oldString).length - 1;
    if (places === 0) return refuse(`The text does not stand in ${filePath}.`);
    if (places > 1 && !replaceAll)
      return refuse(
        `The text stands ${places} times in ${filePath}. Give more of what is around it, or use replace_all.`,
      );
    // A function as replacement: `$` means nothing special in it.
    const text = replaceAll
      ? reading.text.replaceAll(oldString, () => newString)
      : reading.text.replace(oldString, () => newString);
    const failure = await putGranted(filePath, held, text, context);
    if (failure) return failure;
    const response = {
      filePath,
      oldString,
      newString,
      originalFile: reading.text,
      replaceAll,
      structuredPatch: [],
      userModified: false,
    };
    return { ok: true, text: `Changed ${filePath} in ${places} place${places === 1 ? "" : "s"}.`, response };
  },
};

/** Texts with the ends of lines that the file has: a model sees no carriage returns, and gives none. */
function inLinesOf(text: string, [before, after]: readonly unknown[]): readonly string[] {
  const own = [String(before), String(after)];
  if (!text.includes("\r\n") || text.includes(own[0] ?? "")) return own;
  return own.map((each) => each.replace(/\r?\n/g, "\r\n"));
}
