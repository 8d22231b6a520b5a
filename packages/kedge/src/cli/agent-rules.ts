import { compileIf, parseRule } from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * Permission rules of a flag: one each, or several with commas or blanks between. A rule that cannot be read is an error, because one
 * that denies would be lost in silence; a tool that nobody knows is told.
 *
 * @throws {CommandError} for what is no rule
 */
export async function flagRules(
  flag: string,
  texts: readonly string[] | undefined,
  { terminal }: Context,
): Promise<readonly string[]> {
  const rules = (texts ?? []).flatMap(splitRules);
  for (const rule of rules) {
    if (!parseRule(rule))
      throw new CommandError(
        EXIT.usage,
        `Expected ${flag} to be rules such as Read or "Bash(npm test)", got ${JSON.stringify(rule)}.`,
      );
    const compiled = await compileIf(rule);
    if (!compiled.ok)
      terminal.err(`kedge: ${flag} ${JSON.stringify(rule)} fits no call: ${compiled.message}.`);
  }
  return rules;
}

/** Commas and blanks inside of brackets belong to the rule. */
function splitRules(text: string): string[] {
  const rules = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(char)) rules.push("");
    else rules.push(`${rules.pop() ?? ""}${char}`);
  }
  return rules.filter((rule) => rule !== "");
}
