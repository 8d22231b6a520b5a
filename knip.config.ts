import type { KnipConfig } from "knip";
import { cliSource, libraryEntries, packageDir } from "./scripts/entries.ts";

const sources = [...libraryEntries().map((entry) => entry.source), cliSource];

export default {
  workspaces: {
    ".": {
      entry: ["scripts/*.ts", "scripts/test/*.test.ts", "bench/*/bench.ts", "bench/*.ts", "examples/**/*.ts"],
      project: ["scripts/**/*.ts", "bench/**/*.ts", "examples/**/*.ts"],
      // scripts/test.ts runs the first two by name. The others come with packages/kedge, and bench uses them as it does.
      ignoreDependencies: [
        ...["@arethetypeswrong/cli", "publint"],
        ...["@anthropic-ai/sdk", "@modelcontextprotocol/client", "kysely"],
      ],
      // bench/host uses it where it is there.
      ignoreBinaries: ["taskset"],
    },
    "packages/kedge": {
      // The index of a room is no entry unless it is a subpath: what no other room uses is dead.
      entry: [
        ...sources.map((path) => `${path.slice(packageDir.length + 1)}!`),
        "test/**/*.test.ts",
        "test/support/*.ts",
        "test/fixtures/**/*.{ts,js,mjs}",
      ],
      project: ["src/**/*.{ts,js}!", "test/**/*.ts"],
      // Of the system: coreutils, and what test/support/requires.ts asks for.
      ignoreBinaries: ["mkfifo", "nsenter", "prlimit", "script", "unshare"],
    },
  },
} satisfies KnipConfig;
