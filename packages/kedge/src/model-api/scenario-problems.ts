import { type ConfigIssue, type ConfigProblem, createProblem } from "../config/index.ts";

/** One thing that is wrong with a scenario: where, such as `replies[2].status`, what was expected, and what came. */
export type ScenarioProblem = ConfigProblem;

/** Makes problems of issues: one for each unknown key, and for a union those of the branch that was meant. */
export function toProblems(
  issues: readonly ConfigIssue[],
  above: readonly PropertyKey[] = [],
): ScenarioProblem[] {
  return issues
    .filter((issue) => !isOfMistypedKey(issue, issues))
    .flatMap((issue) => {
      const path = [...above, ...issue.path];
      if (issue.code === "unrecognized_keys") {
        const messages = issue.message.split("\n");
        return issue.keys.map((key, index) =>
          createProblem([...path, key], messages[index] ?? issue.message),
        );
      }
      if (issue.code === "invalid_key") return toProblems(issue.issues, path);
      if (issue.code !== "invalid_union") return [createProblem(path, issue.message)];
      const meant = issue.errors.filter((branch) => !branch.some(isOfOtherType));
      const [branch] = meant;
      if (branch !== undefined && meant.length === 1) return toProblems(branch, path);
      return [createProblem(path, joinBranches(issue.errors) ?? issue.message)];
    });
}

/** With a key mistyped, that a key is missing says nothing new. */
function isOfMistypedKey(issue: ConfigIssue, all: readonly ConfigIssue[]): boolean {
  const isSame = (other: ConfigIssue): boolean => other.path.join("\0") === issue.path.join("\0");
  return issue.code === "custom" && all.some((other) => other.code === "unrecognized_keys" && isSame(other));
}

/** A value of another type was not meant to be this branch. */
function isOfOtherType(issue: ConfigIssue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function joinBranches(branches: readonly (readonly ConfigIssue[])[]): string | undefined {
  const pattern = /^expected (.*), got (.*)$/s;
  const parts = branches.map(([first]) => pattern.exec(first?.message ?? ""));
  const wanted = parts.flatMap((part) => part?.[1] ?? []);
  return wanted.length === 0
    ? undefined
    : `expected ${wanted.join(" or ")}, got ${parts[0]?.[2] ?? "another"}`;
}
