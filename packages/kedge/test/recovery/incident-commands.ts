/** All that can happen to incidents and to those who tell of them, as plain data that fast-check makes and shrinks. */
import type { Cause } from "../../src/recovery/verdict.ts";
import fc from "../support/fast-check.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./incident-world.ts";

/** Some that explain others, some that others explain, each reach, one of which nobody is told, and one of a later version. */
const CAUSES: readonly Cause[] = [
  ...["plan_window", "plan_window", "billing", "model_limit", "overload", "server", "connection"],
  ...["stall", "unknown", "model_not_found", "poisoned", "interrupted", "lost_writes", "a_later_cause"],
];

/** What a receiver does with a message. */
export const MANNERS = ["up", "down", "loses_answer", "refuses", "gone", "hangs"] as const;

const of = (limit: number): fc.Arbitrary<number> => fc.nat({ max: limit - 1 });
const one = <Type extends string>(type: Type) => ({ type: fc.constant(type) });

/** Which one of those that there are: a number that is taken modulo. */
const some = { which: fc.nat({ max: 1_000 }) };

const said = fc.record({
  cause: fc.constantFrom(...CAUSES),
  session: of(6).map((at) => `s${at}`),
  account: fc.constantFrom("name:a", "name:a", "name:b", null),
  project: fc.constantFrom("site", "site", "shop"),
  model: fc.option(fc.constantFrom("opus", "haiku"), { nil: undefined }),
  window: fc.option(fc.constantFrom("five_hour", "seven_day"), { nil: undefined }),
  /** How long ago it happened that is heard of now. */
  agoMs: fc.constantFrom(0, 0, 0, SECOND, 2 * MINUTE, HOUR),
  resetMs: fc.option(fc.constantFrom(MINUTE, 5 * HOUR, 3 * DAY), { nil: undefined }),
  isSubagent: fc.constantFrom(false, false, false, true),
  costUsd: of(64).map((sixteenths) => sixteenths / 16),
});

export const commands = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ ...one("fail"), said: fc.array(said, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ ...one("rejudge"), ...some, said }) },
  { weight: 1, arbitrary: fc.record({ ...one("retract"), ...some }) },
  {
    weight: 5,
    arbitrary: fc.record({
      ...one("prove"),
      session: of(7).map((at) => `s${at}`),
      account: fc.constantFrom("name:a", "name:a", "name:b", null),
      model: fc.option(fc.constantFrom("opus", "haiku"), { nil: undefined }),
      agoMs: fc.constantFrom(0, 0, SECOND, 2 * MINUTE),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...one("workOver"), ...some }) },
  { weight: 2, arbitrary: fc.record({ ...one("escalate"), ...some }) },
  { weight: 1, arbitrary: fc.record({ ...one("acknowledge"), ...some }) },
  { weight: 1, arbitrary: fc.record({ ...one("resolve"), ...some }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...one("silence"),
      ...some,
      by: fc.constantFrom("incident", "account", "cause", "project"),
      forMs: fc.constantFrom(MINUTE, HOUR, 5 * DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...one("unsilence"), ...some }) },
  {
    weight: 14,
    arbitrary: fc.record({
      ...one("pass"),
      ms: fc.constantFrom(
        SECOND,
        31 * SECOND,
        31 * SECOND,
        MINUTE,
        6 * MINUTE,
        6 * MINUTE,
        HOUR,
        5 * HOUR,
        DAY,
        4 * DAY,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...one("setClock"),
      byMs: fc.constantFrom(-SECOND, -HOUR, HOUR, -3_650 * DAY, 3_650 * DAY),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...one("receive"),
      channel: of(2),
      as: fc.constantFrom("up", "up", "up", ...MANNERS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...one("answer"), ...some }) },
  { weight: 1, arbitrary: fc.record({ ...one("serve"), channel: of(2), isServed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ ...one("retry"), channel: of(2) }) },
  { weight: 1, arbitrary: fc.record({ ...one("restart"), process: of(2) }) },
);

/** One thing that happens. */
export type Command = typeof commands extends fc.Arbitrary<infer Each> ? Each : never;

/** What a made-up failure says, with the time as a distance. */
export type SaidAgo = typeof said extends fc.Arbitrary<infer Each> ? Each : never;
