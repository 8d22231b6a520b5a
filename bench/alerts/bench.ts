/**
 * Telling a good receiver while eighteen others do the worst that a receiver can do. How long messages take from the instant at which they are
 * due stands beside a run in which the good one is alone; how far memory grows, beside one in which the others are as good as it is.
 *
 * Ends with 1 when a target is missed, a message is lost or told twice, a redirect is followed, or a gigabyte is read.
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { digits, type Measurement, mustStayUnder, toRow } from "../engine/measurement.ts";
import { median, percentile, table, writeResults } from "../support.ts";
import type { Addresses, Arrived } from "./receivers-child.ts";
import type { Told, Urls } from "./sender-child.ts";

const ROUNDS = 3;
const MAX_P99_MS = 2_000;
const MAX_GROWTH_MIB = 4;
/** Of what a receiver sends: nothing is read after the head, but systems have buffers of several MiB. */
const MAX_TAKEN_BYTES = 64 * 2 ** 20;

const receivers = fileURLToPath(new URL("./receivers-child.ts", import.meta.url));
const sender = fileURLToPath(new URL("./sender-child.ts", import.meta.url));

/** Who is told besides: nobody, receivers that misbehave, as many that do not. */
type Side = "none" | "bad" | "fine";

interface Run extends Told {
  readonly arrived: Arrived;
}

async function run(others: Side): Promise<Run> {
  const child = fork(receivers, { execArgv: [] });
  const exited = once(child, "exit");
  try {
    const [addresses] = (await once(child, "message")) as [Addresses];
    const urls: Urls = { good: addresses.good, ...(others === "none" ? {} : addresses[others]) };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--expose-gc", sender, JSON.stringify(urls)],
      { maxBuffer: 2 ** 26 },
    );
    child.send("arrived");
    const [arrived] = (await once(child, "message")) as [Arrived];
    return { ...(JSON.parse(stdout) as Told), arrived };
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

const runs: Readonly<Record<Side, Run[]>> = { none: [], bad: [], fine: [] };
for (let round = 0; round < ROUNDS; round++) {
  const sides = ["none", "bad", "fine"] as const;
  for (const side of round % 2 === 0 ? sides : sides.toReversed()) runs[side].push(await run(side));
}

interface Compared {
  readonly what: string;
  readonly unit: "ms" | "MiB";
  readonly of: (run: Run) => number;
  readonly beside: "none" | "fine";
}

/** One figure of all runs among bad receivers; its p95 is that of the worst run. */
function compare({ what, unit, of, beside }: Compared): Measurement {
  const [ours, other] = [runs.bad.map(of), runs[beside].map(of)];
  return {
    ...{ what, unit, ours: { p50: median(ours), p95: Math.max(...ours) } },
    other: {
      ...{ what: beside === "none" ? "alone" : "all good", p50: median(other), p95: Math.max(...other) },
    },
    ratio: median(ours.map((value, round) => value / Math.max(1, other[round] ?? 1))),
  };
}

/** Memory that is used for telling is used for good ones as well: what bad ones add to it is bounded. */
function mustGrowLittle(measurement: Measurement): Measurement {
  const { ours, other } = measurement;
  return { ...measurement, must: `≤ +${MAX_GROWTH_MIB} MiB`, isMet: ours.p50 - other.p50 <= MAX_GROWTH_MIB };
}

const took = { unit: "ms", beside: "none" } as const;
const grown = { unit: "MiB", beside: "fine" } as const;
const results: readonly Measurement[] = [
  compare({ ...took, what: "median from due to delivered", of: ({ tookMs }) => median(tookMs) }),
  mustStayUnder(
    compare({ ...took, what: "p99 from due to delivered", of: ({ tookMs }) => percentile(tookMs, 99) }),
    MAX_P99_MS,
  ),
  mustGrowLittle(compare({ ...grown, what: "growth of the heap", of: ({ heapMiB }) => heapMiB })),
  mustGrowLittle(compare({ ...grown, what: "growth of memory (largest RSS)", of: ({ peakMiB }) => peakMiB })),
];
console.log(table(["what", "p50", "worst", "beside", "ratio", "must", "met"], results.map(toRow)));
const mostBytes = Math.max(...runs.bad.map(({ arrived }) => arrived.mostBytes));
console.log(
  `\n${runs.bad.reduce((sum, { tries }) => sum + tries, 0)} tries at receivers that misbehave; ` +
    `of a gigabyte at most ${digits(mostBytes / 2 ** 20)} MiB were taken off its sender`,
);
console.log(`\nwrote ${writeResults("alerts", results)}`);

const missed = [
  ...results.filter(({ isMet }) => isMet === false).map(({ what }) => what),
  ...Object.values(runs)
    .flat()
    .flatMap(({ ids, arrived }) => [
      ...(ids.join() === arrived.good.join() ? [] : ["each message once, in order"]),
      ...(arrived.trapped === 0 ? [] : ["redirects"]),
      ...(arrived.mostBytes <= MAX_TAKEN_BYTES ? [] : ["bytes that were read"]),
    ]),
];
if (missed.length > 0) {
  console.error(`\nmissed: ${missed.join(", ")}`);
  process.exitCode = 1;
}
