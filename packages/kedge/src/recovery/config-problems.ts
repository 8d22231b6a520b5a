import { type ConfigIssue, type ConfigProblem, createProblem } from "../config/index.ts";

/**
 * Makes problems of issues, one for each unknown key.
 *
 * @param reasonOf what follows the message of an issue
 */
export function toProblems(
  issues: readonly ConfigIssue[],
  reasonOf: (issue: ConfigIssue) => string = () => "",
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const messages = issue.message.split("\n");
      return issue.keys.map((key, index) =>
        createProblem([...issue.path, key], messages[index] ?? issue.message),
      );
    }
    if (issue.code === "invalid_key") {
      const [first] = issue.issues;
      return [createProblem(issue.path, keyMessage(first) ?? "expected another key")];
    }
    const meant = issue.code === "invalid_union" ? meantIssues(issue.errors) : undefined;
    if (meant !== undefined)
      return toProblems(
        meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        reasonOf,
      );
    return [createProblem(issue.path, issue.message + reasonOf(issue))];
  });
}

/** The issues of the way to write a value that was meant: one whose type it has, and rather one of whose keys it has no others. */
function meantIssues(ways: readonly (readonly ConfigIssue[])[]): readonly ConfigIssue[] | undefined {
  const fitting = ways.filter(isOfType);
  return fitting.find((issues) => !issues.some(({ code }) => code === "unrecognized_keys")) ?? fitting[0];
}

/** Whether a value is of the type that one way to write it has, so that its issues are the ones to tell. */
function isOfType(issues: readonly ConfigIssue[]): boolean {
  return !issues.some(
    (issue) =>
      issue.path.length === 0 &&
      (issue.code === "invalid_type" || (issue.code === "invalid_union" && !issue.errors.some(isOfType))),
  );
}

/** Of a key that is `*` or a name, the words on the name. */
function keyMessage(issue: ConfigIssue | undefined): string | undefined {
  return issue?.code === "invalid_union" ? issue.errors.at(-1)?.[0]?.message : issue?.message;
}
