import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes a minute or more by itself, or nearly; in full up to twenty. Begun last, one of them would run alone at the end; on a machine that
 * has never run the tests nothing else is known than how long the files are.
 */
const LONG: readonly string[] = [
  "real-agent/wake",
  "recovery/supervisor-crash",
  "conformance/replay",
  "cli/up",
  "recovery/supervisor-stopped",
  "recovery/supervisor-killed-run",
  "intake/wake-timer",
  "recovery/queue",
  "cli/batch-again",
  "rehearsal/throttled",
  "security/credentials",
  "real-agent/batch",
  "real-agent/run-failures",
  "real-agent/sessions",
  "host/sandbox/escapes",
  "examples/examples",
  "host/crash",
  "cli/demo",
  "rehearsal/sessions",
  "recovery/incident-simulation",
  "recovery/supervisor-many",
  // In full. What keeps all processors busy for its own purposes is not here: the others would wait for it.
  "recovery/queue-crash",
  "recovery/shared-governor-processes",
  "recovery/ingest-crash",
];

/** Begins with the test files that take longest. */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
