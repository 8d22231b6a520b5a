/**
 * A fleet of sessions against the limits of its accounts, in a time of its own: how long until all work is done, and how many requests are
 * refused on the way, beside an admission that is never refused and beside what people do without a governor.
 *
 * Ends with 1 when a target is missed.
 */
import { median, table, writeResults } from "../support.ts";
import { type Fleet, type FleetRun, runFleet, type Scenario, type Strategy } from "./fleet.ts";
import { governed } from "./governed.ts";
import { measureParked } from "./parked.ts";
import { runReal } from "./real.ts";
import { MAIN, OTHERS } from "./scenarios.ts";
import { atReset, fixedInterval, fullJitter, omniscient } from "./strategies.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

interface Target {
  /** Times the makespan of the ideal. */
  readonly makespan: number;
  /** Refused requests for each useful one. */
  readonly wasted: number;
}

interface Summary {
  readonly median: number;
  readonly worst: number;
}

interface FleetResult {
  readonly scenario: string;
  readonly strategy: string;
  /** Seconds that the ideal takes. */
  readonly idealS: Summary;
  readonly makespan: Summary;
  readonly wasted: Summary;
  readonly must?: Target;
  readonly isMet?: boolean;
}

function summarise(values: readonly number[]): Summary {
  return { median: median(values), worst: Math.max(...values) };
}

function measure(
  scenario: Scenario,
  ideals: readonly FleetRun[],
  [strategy, create, must]: readonly [string, (fleet: Fleet) => Strategy, Target?],
): FleetResult {
  const runs = SEEDS.map((seed) => runFleet(scenario, seed, create));
  const makespan = summarise(
    runs.map((run, index) => run.makespanMs / (ideals[index]?.makespanMs ?? Number.NaN)),
  );
  const wasted = summarise(runs.map((run) => run.wasted / run.useful));
  const idealS = summarise(ideals.map((run) => run.makespanMs / 1_000));
  const result = { scenario: scenario.name, strategy, idealS, makespan, wasted };
  if (must === undefined) return result;
  return { ...result, must, isMet: makespan.worst <= must.makespan && wasted.worst <= must.wasted };
}

const results = [MAIN, ...OTHERS].flatMap((scenario) => {
  const ideals = SEEDS.map((seed) => runFleet(scenario, seed, omniscient));
  const must = scenario === MAIN ? { makespan: 1.1, wasted: 0.03 } : { makespan: 1.25, wasted: 0.08 };
  const strategies = [
    ["governor", (fleet: Fleet) => governed(fleet), must],
    ["full jitter", fullJitter],
    ["every 5 min", fixedInterval],
    ["all at the reset", atReset],
  ] as const;
  return strategies.map((strategy) => measure(scenario, ideals, strategy));
});

const times = ({ median: middle, worst }: Summary) => `${middle.toFixed(3)} (${worst.toFixed(3)}) ×`;
const share = ({ median: middle, worst }: Summary) =>
  `${(middle * 100).toFixed(1)} (${(worst * 100).toFixed(1)}) %`;
const rows = results.map(({ scenario, strategy, idealS, makespan, wasted, must, isMet }) => [
  scenario,
  strategy,
  idealS.median.toFixed(0),
  times(makespan),
  share(wasted),
  must === undefined ? "—" : `≤ ${must.makespan} ×, ≤ ${must.wasted * 100} %`,
  isMet === undefined ? "—" : isMet ? "yes" : "NO",
]);
console.log(`${SEEDS.length} seeds, median (worst)\n`);
console.log(table(["scenario", "strategy", "ideal s", "makespan", "wasted", "must", "met"], rows));

const parked = await measureParked();
const MOST_RSS_MIB = 120;
console.log(
  `\n${parked.jobs} parked jobs: ${parked.rssMiB.toFixed(0)} MiB after ${parked.looks} looks (must: ≤ ${MOST_RSS_MIB}), ` +
    `${parked.statementsPerLook.toFixed(1)} statements and ${parked.cpuMsPerLook.toFixed(1)} ms of a processor a look`,
);
const real = await runReal();
const shareOf = (value: number): string => `${(value * 100).toFixed(1)} %`;
console.log(
  `\n${real.scenario} in real time, ${real.done} done, ${real.starts} starts of ${real.startMs.toFixed(0)} ms\n`,
);
console.log(
  table(
    ["", "s", "of the ideal", "wasted"],
    [
      ["never refused, simulated", real.idealS.toFixed(1), "1.00 ×", shareOf(0)],
      [
        "governor, simulated",
        real.simulatedS.toFixed(1),
        `${(real.simulatedS / real.idealS).toFixed(2)} ×`,
        "—",
      ],
      [
        "the same with the time of starts",
        real.simulatedWithStartsS.toFixed(1),
        `${(real.simulatedWithStartsS / real.idealS).toFixed(2)} ×`,
        shareOf(real.simulatedWasted),
      ],
      [
        "measured",
        real.realS.toFixed(1),
        `${(real.realS / real.idealS).toFixed(2)} ×`,
        shareOf(real.realWasted),
      ],
    ],
  ),
);
console.log(`\nwrote ${writeResults("fleet", { seeds: SEEDS, results, parked, real })}`);
const missed = [
  ...results.filter(({ isMet }) => isMet === false).map(({ scenario }) => scenario),
  ...(parked.rssMiB <= MOST_RSS_MIB ? [] : ["memory of parked jobs"]),
  ...(real.done === 20 ? [] : ["real sessions"]),
];
if (missed.length > 0) {
  console.error(`\nmissed: ${missed.join(", ")}`);
  process.exitCode = 1;
}
