import { fileURLToPath } from "node:url";
import { digits, type Measurement, mustStayUnder } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { startApi } from "./model-api.ts";
import { type Take, takePairs } from "./pairs.ts";
import { bareSdkFile, COMMAND, runSession } from "./session-process.ts";

const ROUNDS = 11;
const MAX_MIB = 90;

const preload = fileURLToPath(new URL("./peak-memory.mjs", import.meta.url));

/** The most memory that `kedge agent -p` has until its end, beside a script with nothing but the SDK. */
export async function benchMemory(): Promise<Measurement> {
  await using api = await startApi({});
  await using workspace = createWorkspace();
  const ends = { ours: [] as number[], floor: [] as number[] };
  const take =
    (side: "ours" | "floor", args: readonly string[]): Take =>
    async () => {
      const report = await runSession(["--import", preload, ...args], workspace, { baseUrl: api.url });
      const { peakMiB, endMiB } = JSON.parse(report) as { peakMiB: number; endMiB: number };
      ends[side].push(endMiB);
      return peakMiB;
    };
  const { ours, floor } = await takePairs(
    { ours: take("ours", COMMAND), floor: take("floor", [bareSdkFile]) },
    ROUNDS,
  );
  const measurement: Measurement = {
    ...{ what: "memory of 1 session", unit: "MiB", ours: valuesOf(ours) },
    ...{ other: { what: "bare SDK", ...valuesOf(floor) }, ratio: ratioOf(ours, floor) },
    note: `largest RSS of the process (VmHWM); at its end ${digits(valuesOf(ends.ours).p50)} MiB, bare SDK ${digits(valuesOf(ends.floor).p50)}`,
  };
  return mustStayUnder(measurement, MAX_MIB);
}
