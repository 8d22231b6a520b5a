/** What every engine of the job queue is held to: `testConformance("PostgreSQL", makeWorld)`. */
import { describe } from "vitest";
import { testClock } from "./queue-conformance-clock.ts";
import { testEnds } from "./queue-conformance-ends.ts";
import { testForget } from "./queue-conformance-forget.ts";
import { testInput } from "./queue-conformance-input.ts";
import { testJobs } from "./queue-conformance-jobs.ts";
import { testLeases } from "./queue-conformance-leases.ts";
import { testNews } from "./queue-conformance-news.ts";
import { testWanted } from "./queue-conformance-wanted.ts";
import { testInterleavings } from "./queue-interleavings.ts";
import type { MakeQueueWorld } from "./queue-world.ts";

export function testConformance(engine: string, makeWorld: MakeQueueWorld): void {
  describe(`the job queue in ${engine}`, () => {
    testJobs(makeWorld);
    testLeases(makeWorld);
    testEnds(makeWorld);
    testWanted(makeWorld);
    testNews(makeWorld);
    testForget(makeWorld);
    testClock(makeWorld);
    testInput(makeWorld);
    testInterleavings(makeWorld);
  });
}
