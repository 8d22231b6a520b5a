/**
 * A Messages API on loopback that answers from a script and fails on purpose: for tests, demonstrations, rehearsals and
 * benchmarks.
 *
 * @module
 */
export type { Clock } from "./clock.ts";
export type { LimitHeaders } from "./limit-headers.ts";
export type { Limit, LimitWindow } from "./limit-schema.ts";
export { type Admission, createLimiter, type Limiter } from "./limiter.ts";
export { type ModelApi, type ModelApiOptions, startModelApi } from "./model-api.ts";
export { isModelApiError, ModelApiError, type ModelApiErrorCode } from "./model-api-error.ts";
export { parseScenario, type ScenarioReading } from "./parse-scenario.ts";
export type { Outcome, RecordedRequest } from "./recorder.ts";
export type { Condition, Fault, Route } from "./route-schema.ts";
export type { ScenarioProblem } from "./scenario-problems.ts";
export { type Scenario, scenarioJsonSchema } from "./scenario-schema.ts";
export type { Step } from "./step-schema.ts";
