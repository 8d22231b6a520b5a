import { compileCondition, type RequestFacts } from "./condition.ts";
import { draw } from "./draw.ts";
import { compileStep, type Reply } from "./reply.ts";
import type { Fault } from "./route-schema.ts";

/** A fault that hit a request. */
interface Hit {
  readonly name: string;
  readonly reply: Reply;
}

/** Faults, with how often each has hit. */
export interface Faults {
  /**
   * Finds the first fault that hits a request, and counts the hit.
   *
   * @param at.request number of the request to POST /v1/messages, from 1
   * @param at.elapsedMs since the start of the server
   */
  find(facts: RequestFacts, at: { request: number; elapsedMs: number }): Hit | undefined;
}

/** Makes the faults of a scenario; none has hit yet. */
export function createFaults(faults: readonly Fault[], seed: number): Faults {
  const all = faults.map((fault, index) => createFault(fault, index, seed));
  return {
    find: (facts, at) => {
      const found = all.find((fault) => fault.hits(facts, at));
      found?.count();
      return found && { name: found.name, reply: found.reply };
    },
  };
}

function createFault(fault: Fault, index: number, seed: number) {
  const fits = compileCondition(fault.when);
  const { from_request: first = 1, to_request: last = Number.POSITIVE_INFINITY } = fault;
  const { after_ms: after = Number.NEGATIVE_INFINITY, before_ms: before = Number.POSITIVE_INFINITY } = fault;
  let left = fault.times ?? Number.POSITIVE_INFINITY;
  return {
    name: fault.name ?? `faults[${index}]`,
    reply: compileStep(fault.reply),
    hits: (facts: RequestFacts, { request, elapsedMs }: { request: number; elapsedMs: number }): boolean =>
      left > 0 &&
      request >= first &&
      request <= last &&
      elapsedMs >= after &&
      elapsedMs <= before &&
      (fault.chance === undefined || draw(seed, index, request) < fault.chance) &&
      fits(facts),
    count: (): void => {
      left--;
    },
  };
}
