import { cleanText, firstLine } from "../../protocol/index.ts";
import type { Core } from "../core.ts";
import { BUILT_IN_COMMANDS, type BuiltInCommand } from "./built-in.ts";

/** Skills that are listed; more are counted. */
const MAX_SKILLS = 100;

/** `/help`: the commands of the session, then the skills and commands that files bring. */
export const helpCommand: BuiltInCommand = {
  name: "help",
  description: "this text",
  run: async ({ core }) => ({ ok: true, text: helpText(core) }),
};

function helpText({ skills }: Core): string {
  const own = BUILT_IN_COMMANDS.map(({ name, argumentHint, description }) => ({
    typed: typed(name, argumentHint),
    description,
  }));
  const typable = skills.all().filter(({ isForUser, name }) => isForUser && !isBuiltIn(name));
  const listed = typable.slice(0, MAX_SKILLS).map(({ name, argumentHint, description }) => ({
    typed: typed(name, argumentHint),
    description: firstLine(description, 80),
  }));
  const left = typable.length - listed.length;
  const rows = [...own, ...listed];
  const width = Math.min(30, Math.max(...rows.map((row) => row.typed.length)));
  const lines = rows.map((row) => cleanText(`  ${row.typed.padEnd(width)}  ${row.description}`).trimEnd());
  return [...lines, ...(left > 0 ? [`  … and ${left} more`] : [])].join("\n");
}

function typed(name: string, argumentHint = ""): string {
  return `/${name}${argumentHint === "" ? "" : ` ${firstLine(argumentHint, 40)}`}`;
}

function isBuiltIn(name: string): boolean {
  return BUILT_IN_COMMANDS.some((command) => command.name === name);
}
