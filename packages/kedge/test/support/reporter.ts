import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** What `scripts/test.ts` reads after a run. Vitest's own JSON report lacks the reason of a skip. */
export interface TestReport {
  readonly tests: readonly {
    readonly name: string;
    readonly state: "passed" | "failed" | "skipped";
    /** Why it was skipped, when somebody said so. */
    readonly reason?: string;
    /** The first words of what a failed test found. */
    readonly failure?: string;
  }[];
  /** Failures outside of any test: a file that does not load, a hook that throws, an unhandled rejection. */
  readonly errors: readonly { readonly name: string; readonly message: string }[];
}

/** Writes a {@link TestReport} to the file that `KEDGE_TEST_REPORT` names; does nothing without it. */
export default class ReportFile implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message?: string }[]): void {
    const path = process.env.KEDGE_TEST_REPORT;
    if (!path) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()].map(describeTest));
    const errors = modules.flatMap((module) => [
      ...module.errors().map(({ message }) => ({ name: module.relativeModuleId, message })),
      ...[...module.children.allSuites()].flatMap((suite) =>
        suite.errors().map(({ message }) => ({ name: fullName(suite), message })),
      ),
    ]);
    for (const { message } of unhandled) errors.push({ name: "unhandled error", message: message ?? "" });
    writeFileSync(path, JSON.stringify({ tests, errors } satisfies TestReport));
  }
}

function describeTest(test: TestCase): TestReport["tests"][number] {
  const result = test.result();
  const name = fullName(test);
  if (result.state === "passed") return { name, state: "passed" };
  if (result.state === "failed") return { name, state: "failed", failure: result.errors[0]?.message ?? "" };
  // A test that is still pending was never reached, because the run was cut short.
  if (result.state === "pending") return { name, state: "failed" };
  const reason = result.note ?? skipReason(test) ?? (test.options.mode === "todo" ? "to do" : undefined);
  return { name, state: "skipped", ...(reason === undefined ? {} : { reason }) };
}

/** Looks for the reason that `describeWith` or `testWith` left on the test or on a suite around it. */
function skipReason(test: TestCase): string | undefined {
  let node: TestCase | TestSuite | TestModule = test;
  while (node.type !== "module") {
    const { skipReason: reason } = node.meta();
    if (reason !== undefined) return reason;
    node = node.parent;
  }
  return undefined;
}

function fullName(node: TestCase | TestSuite): string {
  return `${node.module.relativeModuleId} > ${node.fullName}`;
}
