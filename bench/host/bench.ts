/**
 * The session host's cost and its bounds, each figure beside a floor that ran in turn with it: a turn, one session in a process of its
 * own, many sessions in one process, and the model API that all of them are measured with.
 *
 * Builds packages/kedge/dist and measures that, which is what people get. Ends with 1 when a target is missed.
 */
import { buildAll } from "./build.ts";
import { benchManySessions } from "./many-sessions.ts";
import { benchManyStreams } from "./many-streams.ts";
import { benchMemory } from "./memory.ts";
import { runParts } from "./run-parts.ts";
import { benchStarting } from "./starting.ts";
import { benchTurnCost } from "./turn-cost.ts";

buildAll();
await runParts("host", [
  benchStarting,
  async () => [await benchMemory()],
  benchTurnCost,
  benchManySessions,
  benchManyStreams,
]);
