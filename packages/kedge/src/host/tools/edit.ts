import type { JsonObject } from "../../protocol/index.ts";
import { absolutePath } from "../paths.ts";
import { changeFile, type NotChanged } from "./change-file.ts";
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
    const changed = await changeFile<Replaced>(filePath, context, (text) =>
      text === null ? notReplaced(`${filePath} does not exist.`) : replace(text, filePath, input),
    );
    if (!changed.ok) return refuse(changed.why);
    const { before, after } = changed;
    const { oldString, newString, places } = after;
    const response = {
      filePath,
      oldString,
      newString,
      originalFile: before,
      replaceAll: input.replace_all === true,
      structuredPatch: [],
      userModified: false,
    };
    return { ok: true, text: `Changed ${filePath} in ${places} place${places === 1 ? "" : "s"}.`, response };
  },
};

/** A text in which another was replaced. */
interface Replaced {
  readonly ok: true;
  readonly content: string;
  /** With the ends of lines of the file. */
  readonly oldString: string;
  readonly newString: string;
  readonly places: number;
}

function replace(text: string, filePath: string, input: JsonObject): Replaced | NotChanged {
  if (input.old_string === "") return notReplaced("`old_string` is empty. Write makes new files.");
  const [oldString = "", newString = ""] = inLinesOf(text, [input.old_string, input.new_string]);
  const places = text.split(oldString).length - 1;
  if (places === 0) return notReplaced(`The text does not stand in ${filePath}.`);
  if (places > 1 && input.replace_all !== true)
    return notReplaced(
      `The text stands ${places} times in ${filePath}. Give more of what is around it, or use replace_all.`,
    );
  // It stands there once, or every place is meant. A function as replacement: `$` means nothing special in it.
  const content = text.replaceAll(oldString, () => newString);
  return { ok: true, content, oldString, newString, places };
}

function notReplaced(why: string): NotChanged {
  return { ok: false, why };
}

/** Texts with the ends of lines that the file has: a model sees no carriage returns, and gives none. */
function inLinesOf(text: string, [before, after]: readonly unknown[]): readonly string[] {
  const own = [String(before), String(after)];
  if (!text.includes("\r\n") || text.includes(own[0] ?? "")) return own;
  return own.map((each) => each.replace(/\r?\n/g, "\r\n"));
}
