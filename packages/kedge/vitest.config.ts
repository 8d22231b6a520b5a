import { defineConfig } from "vitest/config";
import LongFirst from "./test/support/long-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "../../scripts/test/**/*.test.ts"],
    // Tests start real programs and judge what is left of them, so each file has a process of its own.
    pool: "forks",
    // Many of them wait for programs: more at once than there are cores, and not so many that programs are late. In full, some of them keep
    // the processors busy for a purpose.
    maxWorkers: process.env.KEDGE_FULL === "1" ? 3 : 4,
    sequence: { sequencer: LongFirst },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // What is waited for comes from programs: the default, 1 s, is less than a busy machine may stand still.
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ["test/support/leaks.ts"],
    reporters: ["default", "./test/support/reporter.ts"],
  },
});
