export const OUTPUT_FORMATS = ["text", "json", "stream-json"] as const;
export const INPUT_FORMATS = ["text", "stream-json"] as const;

/** Options of `kedge agent`, as the command line has them. */
export interface AgentOptions {
  readonly print?: boolean;
  readonly outputFormat: (typeof OUTPUT_FORMATS)[number];
  readonly inputFormat: (typeof INPUT_FORMATS)[number];
  readonly verbose?: boolean;
  readonly includeHookEvents?: boolean;
  readonly settings?: string;
  readonly settingSources?: string;
  readonly pluginDir?: readonly string[];
  readonly mcpConfig?: readonly string[];
  readonly strictMcpConfig?: boolean;
  readonly permissionMode?: string;
  readonly dangerouslySkipPermissions?: boolean;
  readonly allowedTools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  readonly agents?: string;
  readonly addDir?: readonly string[];
  readonly model?: string;
  readonly fallbackModel?: string;
  readonly maxBudgetUsd?: string;
  readonly prices?: string;
  readonly maxTurns?: string;
  readonly maxStopContinuations?: string;
  readonly sessionId?: string;
  readonly resume?: string | true;
  readonly continue?: boolean;
  readonly forkSession?: boolean;
  readonly resumeSessionAt?: string;
  readonly appendSystemPrompt?: string;
  readonly debugFile?: string;
  readonly trustProject?: boolean;
  readonly init?: boolean;
  readonly initOnly?: boolean;
  readonly maintenance?: boolean;
}
