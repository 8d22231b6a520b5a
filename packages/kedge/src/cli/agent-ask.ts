import type { PermissionAsker, PermissionQuestion } from "../host/index.ts";
import { escapeInvisible } from "../protocol/index.ts";
import type { Typing } from "./agent-typing.ts";
import { callWords } from "./agent-words.ts";
import type { Style } from "./terminal.ts";

/** Lines of a file that are shown of what would be written. */
const MOST_LINES = 12;

/** Asks the person at the terminal about calls. Whatever is no clear yes is a no. */
export function createAsker(
  typing: Pick<Typing, "readAnswer">,
  put: (text: string) => void,
  style: Style,
): PermissionAsker {
  return {
    async ask(about, signal) {
      const { rule } = about;
      // Where the rule is long, it is exactly the call that is shown.
      const which = rule === undefined || rule.length > 60 ? "" : ` (${visible(rule)})`;
      const always = rule === undefined ? "" : `, a = always in this session${which}`;
      const answer = await typing.readAnswer(
        `  y = yes, n = no${always}: `,
        () => put(`${style.caution("?")} ${describe(about)}\n  ${style.faint(`(${visible(about.why)})`)}`),
        signal,
      );
      switch (answer?.trim().toLowerCase()) {
        case "y":
        case "yes":
          return { behavior: "allow", remembers: false };
        case "a":
        case "always":
          // Without a rule that is narrow enough it was not on offer.
          if (rule === undefined) break;
          return { behavior: "allow", remembers: true };
      }
      return { behavior: "deny", message: "The user refused this call." };
    },
  };
}

/** The call, with everything in it that counts. What would not show is shown, so that nobody says yes to what they cannot see. */
function describe({ toolName, toolInput }: PermissionQuestion): string {
  // What the fields of an MCP tool mean, its server says: none of them is shown in place of the others.
  const isOurs = !toolName.startsWith("mcp__");
  const { content, old_string: before, new_string: after } = isOurs ? toolInput : {};
  return [
    `${visible(toolName)}: ${visible(isOurs ? callWords(toolInput) : JSON.stringify(toolInput))}`,
    ...(typeof content === "string" ? excerpt("+", content) : []),
    ...(typeof before === "string" ? excerpt("-", before) : []),
    ...(typeof after === "string" ? excerpt("+", after) : []),
  ].join("\n  ");
}

function excerpt(sign: string, text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  const rest = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `${sign} ${visible(line)}`),
    ...(rest > 0 ? [`${sign} … and ${rest} more ${rest === 1 ? "line" : "lines"}`] : []),
  ];
}

/** Further lines are set in, so that no text looks like a question of ours. */
function visible(text: string): string {
  return escapeInvisible(text).replaceAll("\n", "\n    ");
}
