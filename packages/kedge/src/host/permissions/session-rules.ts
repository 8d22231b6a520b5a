import { isJsonObject, type JsonObject, parseRule, type Rule } from "../../protocol/index.ts";

/** Rules that answers and handlers made, for as long as the session lasts. */
export type SessionRules = Readonly<Record<RuleBehavior, readonly Rule[]>>;

export type RuleBehavior = "allow" | "ask" | "deny";

export const NO_RULES: SessionRules = { allow: [], ask: [], deny: [] };

/** The same with more rules. */
export function addRules(rules: SessionRules, behavior: RuleBehavior, more: readonly Rule[]): SessionRules {
  return { ...rules, [behavior]: [...rules[behavior], ...more] };
}

/**
 * The rules after an update as PermissionRequest handlers ask for it: `addRules`, `replaceRules`, `removeRules`. What settings say is not
 * changed by it, so nothing that a file denies is allowed by taking a rule away. Null for any other update.
 *
 * @source Claude Code hooks reference, "PermissionRequest", `updatedPermissions`
 */
export function updateRules(rules: SessionRules, update: JsonObject): SessionRules | null {
  const { type, behavior, rules: given } = update;
  if (!isBehavior(behavior) || !Array.isArray(given)) return null;
  const meant = given.flatMap(toRule);
  if (type === "addRules") return addRules(rules, behavior, meant);
  if (type === "replaceRules") return { ...rules, [behavior]: meant };
  if (type !== "removeRules") return null;
  const isRemoved = ({ source }: Rule): boolean => meant.some((each) => each.source === source);
  return { ...rules, [behavior]: rules[behavior].filter((rule) => !isRemoved(rule)) };
}

function isBehavior(value: unknown): value is RuleBehavior {
  return value === "allow" || value === "ask" || value === "deny";
}

function toRule(value: unknown): readonly Rule[] {
  if (!isJsonObject(value) || typeof value.toolName !== "string") return [];
  const content = typeof value.ruleContent === "string" ? `(${value.ruleContent})` : "";
  const rule = parseRule(`${value.toolName}${content}`);
  return rule ? [rule] : [];
}
