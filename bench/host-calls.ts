/**
 * What stands around one call of a session: the guard, the sandbox, the judgement, held folders, the connection to an MCP server; and what a
 * session asks of files until its first request. Each figure is beside a floor that ran in turn with it.
 *
 * Sessions are measured as they are built, parts of one call from the sources, since the build shows only whole sessions. Ends with 1 when a
 * target is missed.
 */
import { buildAll } from "./host/build.ts";
import { benchGuardCost } from "./host/guard-cost.ts";
import { benchJudgeCost } from "./host/judge-cost.ts";
import { benchMcpCost } from "./host/mcp-cost.ts";
import { benchOpening } from "./host/opening.ts";
import { runParts } from "./host/run-parts.ts";
import { benchSandboxCost } from "./host/sandbox-cost.ts";
import { benchWriteCost } from "./host/write-cost.ts";

buildAll();
await runParts("host-calls", [
  benchGuardCost,
  benchSandboxCost,
  benchWriteCost,
  benchJudgeCost,
  async () => [await benchOpening()],
  async () => [await benchMcpCost()],
]);
