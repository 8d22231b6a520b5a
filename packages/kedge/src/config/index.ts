/**
 * What is wrong with a file of configuration that a person wrote, in words that say what was expected, what came, and where.
 *
 * @module
 */
export {
  type ConfigIssue,
  type ConfigProblem,
  createProblem,
  describeIssue,
  didYouMean,
} from "./config-issues.ts";
