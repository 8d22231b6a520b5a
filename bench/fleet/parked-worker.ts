/**
 * A supervisor with parked jobs, in a process of its own: `node parked-worker.ts FOLDER LOOKS`. After so many looks it writes one line of JSON:
 * its memory, and what a look costs.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";
import { openRoom } from "../../packages/kedge/test/recovery/supervise-room.ts";

const [folder = "", wanted = "60"] = process.argv.slice(2);
/** Looks after which everything is loaded. */
const WARM = 5;

let statements = 0;
for (const [owner, name] of [
  [StatementSync.prototype, "all"],
  [DatabaseSync.prototype, "exec"],
] as const) {
  const own = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
  Reflect.set(owner, name, function count(this: unknown, ...args: unknown[]) {
    statements++;
    return own.apply(this, args);
  });
}

await using room = await openRoom({ folder });
const stop = new AbortController();
let looks = 0;
let most = 0;
let warm = { statements: 0, cpuUs: 0 };
const cpuUs = (): number => process.cpuUsage().user + process.cpuUsage().system;
await room.supervise({
  stop: stop.signal,
  onStanding({ counts }) {
    looks++;
    if (counts.parked === 0) throw new Error("Expected parked jobs, found none");
    most = Math.max(most, process.memoryUsage.rss());
    if (looks === WARM) warm = { statements, cpuUs: cpuUs() };
    if (looks === Number(wanted)) stop.abort();
  },
});
const counted = looks - WARM;
const rssMiB = process.memoryUsage.rss() / 2 ** 20;
process.stdout.write(
  `${JSON.stringify({
    ...{ looks, rssMiB, mostRssMiB: most / 2 ** 20 },
    statementsPerLook: (statements - warm.statements) / counted,
    cpuMsPerLook: (cpuUs() - warm.cpuUs) / 1_000 / counted,
  })}\n`,
);
