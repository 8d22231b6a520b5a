/** What these commands need of the room of recovery. */
export {
  type AccountRule,
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
  readPolicy,
  withoutFallback,
} from "../../recovery/index.ts";
