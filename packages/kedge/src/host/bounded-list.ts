import { cleanForModel, firstLine } from "../protocol/index.ts";

/** Characters of one line; of all lines together. */
const MAX_LINE = 400;
const MAX_LIST = 12_000;
/** Names that are listed without a description. */
const MAX_NAMES = 200;

/** Names with what they are for, as a model reads them: in order as long as there is room, then names alone, then how many are left. */
export function boundedList(
  items: readonly { readonly name: string; readonly description: string }[],
): string {
  const lines: string[] = [];
  const bare: string[] = [];
  let room = MAX_LIST;
  for (const { name, description } of items) {
    const line = cleanForModel(`- ${name}: ${firstLine(description.replace(/\s+/g, " "), MAX_LINE)}`);
    room -= line.length;
    if (room >= 0) lines.push(line);
    else bare.push(name);
  }
  if (bare.length === 0) return lines.join("\n");
  const left = bare.length - MAX_NAMES;
  const more = left > 0 ? `, and ${left} more` : "";
  return [...lines, `Also: ${bare.slice(0, MAX_NAMES).join(", ")}${more}`].join("\n");
}
