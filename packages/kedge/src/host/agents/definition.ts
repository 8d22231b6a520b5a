/** A kind of subagent. */
export interface AgentDefinition {
  readonly name: string;
  /** When to use it; the model reads this. */
  readonly description: string;
  /** Instructions of the subagent. */
  readonly prompt: string;
  /** Names of its tools; missing: all but Agent. */
  readonly tools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  /** Missing or `inherit`: the session's. */
  readonly model?: string;
  readonly maxTurns?: number;
}
