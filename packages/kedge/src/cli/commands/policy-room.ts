/** What these commands need of the room of recovery. */
export {
  type Backoff,
  boundsOf,
  CAUSES,
  defaultPolicy,
  describeCause,
  formatDuration,
  isRuledCause,
  type KnownCause,
  neverWords,
  type Origins,
  type Policy,
  type PolicyAction,
  type PolicyProblem,
  readPolicy,
  withoutFallback,
} from "../../recovery/index.ts";
