import { compileCondition, type FitsRequest, type RequestFacts } from "./condition.ts";
import { compileStep, OK_REPLY, type Reply } from "./reply.ts";
import type { AfterLast } from "./route-schema.ts";
import type { Scenario } from "./scenario-schema.ts";
import type { Step } from "./step-schema.ts";

/** The answer of a script to one request. */
interface Turn {
  /** Name of the route; `main` for the list at the top. */
  readonly route: string;
  /** Index of the step in its list; undefined where the list is used up. */
  readonly step: number | undefined;
  readonly reply: Reply;
}

/** Scripts with their positions. */
export interface Script {
  /** Takes one step of the script that a request belongs to. */
  next(facts: RequestFacts): Turn;
}

const EXHAUSTED = "The script of this server has no answer left.";

interface Line {
  readonly route: string;
  readonly fits: FitsRequest;
  take(): Turn;
}

/** Puts the scripts of a scenario at their beginning. */
export function createScript(scenario: Scenario): Script {
  const { routes = [], replies = [{ text: "ok" }], after_last: afterLast = "repeat" } = scenario;
  const lines = routes.map((route, index) =>
    createLine({
      route: route.name ?? `routes[${index}]`,
      fits: compileCondition(route.when),
      steps: route.replies,
      afterLast: route.after_last ?? afterLast,
    }),
  );
  const main = createLine({ route: "main", fits: () => true, steps: replies, afterLast });
  return { next: (facts) => (lines.find(({ fits }) => fits(facts)) ?? main).take() };
}

function createLine(options: {
  readonly route: string;
  readonly fits: FitsRequest;
  readonly steps: readonly Step[];
  readonly afterLast: AfterLast;
}): Line {
  const { route, fits, afterLast } = options;
  const steps = options.steps.map((step) => ({ reply: compileStep(step), times: step.times ?? 1 }));
  let index = 0;
  let taken = 0;
  return {
    route,
    fits,
    take: () => {
      const step = steps[index];
      if (!step) return { route, step: undefined, reply: afterLast === "ok" ? OK_REPLY : exhausted };
      const turn = { route, step: index, reply: step.reply };
      taken++;
      const isLast = index === steps.length - 1;
      if (taken >= step.times && !(isLast && afterLast === "repeat")) {
        index++;
        taken = 0;
      }
      return turn;
    },
  };
}

const exhausted: Reply = compileStep({ status: 500, message: EXHAUSTED });
