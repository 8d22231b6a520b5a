// Generated from the tables of the protocol by `npm run generate`. Do not edit.



/**
 * What a SessionStart handler reads. A session begins, or is resumed, cleared, compacted or forked.
 */
export interface SessionStartInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "SessionStart";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * What began it.
   */
  source: string;
  /**
   * The model; seen headless only after a compaction.
   */
  model?: string;
  /**
   * The title, when there is one.
   */
  session_title?: string;
  /**
   * Seconds since the last answer; on resume and fork.
   */
  seconds_since_last_response?: number;
  /**
   * Tokens of the conversation; on resume and fork.
   */
  context_tokens?: number;
  /**
   * Whether the prompt cache has probably gone; on resume and fork.
   */
  prompt_cache_likely_expired?: boolean;
  /**
   * US dollars that filling the cache would cost; on resume and fork.
   */
  estimated_cache_write_usd?: number;
  [k: string]: unknown;
}

/**
 * What a SessionStart handler may answer.
 */
export interface SessionStartOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only SessionStart knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "SessionStart";
    /**
     * Stands before the first prompt; counts with exit 1 and 2 too.
     */
    additionalContext?: string;
    /**
     * Headless: becomes the first user turn; a given prompt follows.
     */
    initialUserMessage?: string;
    /**
     * Names the session; ignored after a clear or a compaction.
     */
    sessionTitle?: string;
    /**
     * Absolute paths that FileChanged watches.
     */
    watchPaths?: string[];
    /**
     * Skills and commands are looked up again afterwards.
     */
    reloadSkills?: boolean;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a Setup handler reads. One-time preparation was asked for (--init, --init-only, --maintenance).
 */
export interface SetupInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "Setup";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * What asked for it.
   */
  trigger: string;
  [k: string]: unknown;
}

/**
 * What a Setup handler may answer.
 */
export interface SetupOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only Setup knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "Setup";
    /**
     * Published as context; in recorded runs it never reached the model.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a UserPromptSubmit handler reads. A prompt was submitted; the model has not seen it.
 */
export interface UserPromptSubmitInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "UserPromptSubmit";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The text. Finished background tasks arrive here too, as XML.
   */
  prompt: string;
  /**
   * The title, when there is one.
   */
  session_title?: string;
  [k: string]: unknown;
}

/**
 * What a UserPromptSubmit handler may answer.
 */
export interface UserPromptSubmitOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only UserPromptSubmit knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "UserPromptSubmit";
    /**
     * Stands beside the prompt.
     */
    additionalContext?: string;
    /**
     * Names the session.
     */
    sessionTitle?: string;
    /**
     * With a block: the message to the user leaves the prompt out.
     */
    suppressOriginalPrompt?: boolean;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a UserPromptExpansion handler reads. A typed command is about to be expanded into a prompt.
 */
export interface UserPromptExpansionInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "UserPromptExpansion";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * What is expanded.
   */
  expansion_type: string;
  /**
   * Name of the command.
   */
  command_name: string;
  /**
   * What follows the name.
   */
  command_args: string;
  /**
   * Where the command comes from, such as projectSettings or plugin.
   */
  command_source: string;
  /**
   * The line as typed.
   */
  prompt: string;
  [k: string]: unknown;
}

/**
 * What a UserPromptExpansion handler may answer.
 */
export interface UserPromptExpansionOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only UserPromptExpansion knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "UserPromptExpansion";
    /**
     * Stands beside the expanded prompt.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PreToolUse handler reads. The model asked for a tool call that has not run.
 */
export interface PreToolUseInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PreToolUse";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The tool.
   */
  tool_name: string;
  /**
   * Input of the tool; file paths are absolute.
   */
  tool_input: {
    [k: string]: unknown;
  };
  /**
   * The call.
   */
  tool_use_id: string;
  /**
   * The MCP server of the tool.
   */
  mcp_server?: {
    /**
     * Name of the server.
     */
    name?: string;
    /**
     * Where the server was configured.
     */
    source?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PreToolUse handler may answer.
 */
export interface PreToolUseOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PreToolUse knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PreToolUse";
    /**
     * allow skips the prompt (not deny or ask rules, protected paths or plan mode); deny refuses; ask forces a prompt, headless a refusal; defer ends a headless run.
     */
    permissionDecision?: "allow" | "deny" | "ask" | "defer";
    /**
     * Of a denial for the model, of allow and ask for the user.
     */
    permissionDecisionReason?: string;
    /**
     * An object replaces the whole tool input; rules and protected paths judge it anew. Other types are ignored.
     */
    updatedInput?: {
      [k: string]: unknown;
    };
    /**
     * Stands by the tool result; kept when exit 2 blocks, dropped with defer.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PermissionRequest handler reads. A call needs a permission: a prompt, or headless a refusal, comes next.
 */
export interface PermissionRequestInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PermissionRequest";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The tool.
   */
  tool_name: string;
  /**
   * Input of the tool; file paths are absolute.
   */
  tool_input: {
    [k: string]: unknown;
  };
  /**
   * What the prompt would offer to remember.
   *
   * Items: One change to the permissions.
   */
  permission_suggestions?: {
    /**
     * What to change.
     */
    type: "addRules" | "replaceRules" | "removeRules" | "setMode" | "addDirectories" | "removeDirectories";
    /**
     * Where to keep it.
     */
    destination?: string;
    /**
     * Of the rule changes.
     *
     * Items: One rule.
     */
    rules?: {
      /**
       * The tool.
       */
      toolName: string;
      /**
       * What stands between the brackets of the rule.
       */
      ruleContent?: string;
      [k: string]: unknown;
    }[];
    /**
     * List that the rules belong to.
     */
    behavior?: "allow" | "deny" | "ask";
    /**
     * Of setMode; `manual` is an alias of `default`.
     */
    mode?: string;
    /**
     * Of the directory changes; absolute.
     */
    directories?: string[];
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/**
 * What a PermissionRequest handler may answer.
 */
export interface PermissionRequestOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PermissionRequest knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PermissionRequest";
    /**
     * Answers for the user. A deny rule still wins.
     */
    decision?: {
      /**
       * The answer.
       */
      behavior: "allow" | "deny";
      /**
       * allow: replaces the tool input; rules judge it anew.
       */
      updatedInput?: {
        [k: string]: unknown;
      };
      /**
       * allow: what to change for later.
       *
       * Items: One change to the permissions.
       */
      updatedPermissions?: {
        /**
         * What to change.
         */
        type:
          "addRules" | "replaceRules" | "removeRules" | "setMode" | "addDirectories" | "removeDirectories";
        /**
         * Where to keep it.
         */
        destination?: string;
        /**
         * Of the rule changes.
         *
         * Items: One rule.
         */
        rules?: {
          /**
           * The tool.
           */
          toolName: string;
          /**
           * What stands between the brackets of the rule.
           */
          ruleContent?: string;
          [k: string]: unknown;
        }[];
        /**
         * List that the rules belong to.
         */
        behavior?: "allow" | "deny" | "ask";
        /**
         * Of setMode; `manual` is an alias of `default`.
         */
        mode?: string;
        /**
         * Of the directory changes; absolute.
         */
        directories?: string[];
        [k: string]: unknown;
      }[];
      /**
       * deny: the text for the model.
       */
      message?: string;
      /**
       * deny: ends the run.
       */
      interrupt?: boolean;
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PermissionDenied handler reads. Auto mode refused a call.
 */
export interface PermissionDeniedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PermissionDenied";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The tool.
   */
  tool_name: string;
  /**
   * Input of the tool; file paths are absolute.
   */
  tool_input: {
    [k: string]: unknown;
  };
  /**
   * The call.
   */
  tool_use_id: string;
  /**
   * Why it was refused.
   */
  reason: string;
  [k: string]: unknown;
}

/**
 * What a PermissionDenied handler may answer.
 */
export interface PermissionDeniedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PermissionDenied knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PermissionDenied";
    /**
     * The model is told that it may try again.
     */
    retry?: boolean;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostToolUse handler reads. A tool call succeeded.
 */
export interface PostToolUseInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PostToolUse";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The tool.
   */
  tool_name: string;
  /**
   * Input of the tool; file paths are absolute.
   */
  tool_input: {
    [k: string]: unknown;
  };
  /**
   * Structured result of the tool.
   */
  tool_response: {
    [k: string]: unknown;
  };
  /**
   * The call.
   */
  tool_use_id: string;
  /**
   * Milliseconds that the tool took, without prompts and PreToolUse.
   */
  duration_ms?: number;
  /**
   * The MCP server of the tool.
   */
  mcp_server?: {
    /**
     * Name of the server.
     */
    name?: string;
    /**
     * Where the server was configured.
     */
    source?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostToolUse handler may answer.
 */
export interface PostToolUseOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PostToolUse knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PostToolUse";
    /**
     * Stands beside the result.
     */
    additionalContext?: string;
    /**
     * Replaces what the model sees; must have the shape of the tool's own output.
     */
    updatedToolOutput?: {
      [k: string]: unknown;
    };
    /**
     * As updatedToolOutput, which is preferred; MCP tools only.
     */
    updatedMCPToolOutput?: {
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostToolUseFailure handler reads. A tool call started and failed.
 */
export interface PostToolUseFailureInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PostToolUseFailure";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The tool.
   */
  tool_name: string;
  /**
   * Input of the tool; file paths are absolute.
   */
  tool_input: {
    [k: string]: unknown;
  };
  /**
   * The call.
   */
  tool_use_id: string;
  /**
   * What failed, 10,000 characters at most; for Bash its first line names the exit code.
   */
  error: string;
  /**
   * Whether it was aborted rather than failing by itself.
   */
  is_interrupt?: boolean;
  /**
   * Milliseconds that the tool took.
   */
  duration_ms?: number;
  /**
   * The MCP server of the tool.
   */
  mcp_server?: {
    /**
     * Name of the server.
     */
    name?: string;
    /**
     * Where the server was configured.
     */
    source?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostToolUseFailure handler may answer.
 */
export interface PostToolUseFailureOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PostToolUseFailure knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PostToolUseFailure";
    /**
     * Stands beside the error.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostToolBatch handler reads. All calls of one message of the model have ended; the model is next.
 */
export interface PostToolBatchInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PostToolBatch";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The calls.
   *
   * Items: One call.
   */
  tool_calls: {
    /**
     * The tool.
     */
    tool_name: string;
    /**
     * Input of the tool; file paths are absolute.
     */
    tool_input: {
      [k: string]: unknown;
    };
    /**
     * The call.
     */
    tool_use_id: string;
    /**
     * The text or blocks that the model gets, not the structured result.
     */
    tool_response: {
      [k: string]: unknown;
    };
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/**
 * What a PostToolBatch handler may answer.
 */
export interface PostToolBatchOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PostToolBatch knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PostToolBatch";
    /**
     * One text for the whole batch.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a MessageDisplay handler reads. Text of the assistant is about to be shown.
 */
export interface MessageDisplayInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "MessageDisplay";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The turn.
   */
  turn_id: string;
  /**
   * The message; not the id that the API gave it.
   */
  message_id: string;
  /**
   * Number of this piece, from 0.
   */
  index: number;
  /**
   * Whether this is the last piece of the message.
   */
  final: boolean;
  /**
   * The new whole lines; headless the entire message at once.
   */
  delta: string;
  [k: string]: unknown;
}

/**
 * What a MessageDisplay handler may answer.
 */
export interface MessageDisplayOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only MessageDisplay knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "MessageDisplay";
    /**
     * Shown in place of the text, headless results included; empty drops the message. Transcript and model keep the original.
     */
    displayContent?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a Notification handler reads. The agent tells its user something.
 */
export interface NotificationInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "Notification";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The text.
   */
  message: string;
  /**
   * What it is about.
   */
  notification_type: string;
  /**
   * Published, never observed.
   */
  title?: string;
  [k: string]: unknown;
}

/**
 * What a Notification handler may answer.
 */
export interface NotificationOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * Notification has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a SubagentStart handler reads. A subagent is starting.
 */
export interface SubagentStartInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "SubagentStart";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent.
   */
  agent_id: string;
  /**
   * Its type.
   */
  agent_type: string;
  [k: string]: unknown;
}

/**
 * What a SubagentStart handler may answer.
 */
export interface SubagentStartOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only SubagentStart knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "SubagentStart";
    /**
     * Stands before the subagent's first prompt.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a SubagentStop handler reads. A subagent has finished its answer.
 */
export interface SubagentStopInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "SubagentStop";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent.
   */
  agent_id: string;
  /**
   * Its type; may be empty.
   */
  agent_type: string;
  /**
   * Whether a handler already made this subagent go on.
   */
  stop_hook_active: boolean;
  /**
   * The subagent's own transcript.
   */
  agent_transcript_path: string;
  /**
   * The final text.
   */
  last_assistant_message: string;
  /**
   * Work that is still running.
   *
   * Items: One piece of work still running.
   */
  background_tasks: {
    /**
     * Id of the task.
     */
    id?: string;
    /**
     * shell, subagent, monitor, workflow, teammate, … (open list).
     */
    type?: string;
    /**
     * State of the task.
     */
    status?: string;
    /**
     * At most 1,000 characters.
     */
    description?: string;
    /**
     * Of a shell task, at most 1,000 characters.
     */
    command?: string;
    /**
     * Of a subagent.
     */
    agent_type?: string;
    /**
     * Of a monitor or MCP task.
     */
    server?: string;
    /**
     * Of a monitor or MCP task.
     */
    tool?: string;
    /**
     * Of a workflow.
     */
    name?: string;
    [k: string]: unknown;
  }[];
  /**
   * Scheduled wake-ups.
   *
   * Items: One scheduled wake-up.
   */
  session_crons: {
    /**
     * Id of the schedule.
     */
    id?: string;
    /**
     * Cron expression.
     */
    schedule?: string;
    /**
     * False for a single shot.
     */
    recurring?: boolean;
    /**
     * At most 1,000 characters.
     */
    prompt?: string;
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/**
 * What a SubagentStop handler may answer.
 */
export interface SubagentStopOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only SubagentStop knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "SubagentStop";
    /**
     * The subagent goes on with it, labelled as feedback.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a TaskCreated handler reads. A task is being created.
 */
export interface TaskCreatedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "TaskCreated";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The task.
   */
  task_id: string;
  /**
   * What it is about.
   */
  task_subject: string;
  /**
   * More about it.
   */
  task_description?: string;
  /**
   * Whose it is.
   */
  teammate_name?: string;
  /**
   * Deprecated.
   */
  team_name?: string;
  [k: string]: unknown;
}

/**
 * What a TaskCreated handler may answer.
 */
export interface TaskCreatedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * TaskCreated has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a TaskCompleted handler reads. A task is about to be closed as completed.
 */
export interface TaskCompletedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "TaskCompleted";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The task.
   */
  task_id: string;
  /**
   * What it is about.
   */
  task_subject: string;
  /**
   * More about it.
   */
  task_description?: string;
  /**
   * Whose it is.
   */
  teammate_name?: string;
  /**
   * Deprecated.
   */
  team_name?: string;
  [k: string]: unknown;
}

/**
 * What a TaskCompleted handler may answer.
 */
export interface TaskCompletedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * TaskCompleted has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a TeammateIdle handler reads. A teammate of an agent team is about to go idle.
 */
export interface TeammateIdleInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "TeammateIdle";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The teammate.
   */
  teammate_name: string;
  /**
   * Deprecated.
   */
  team_name?: string;
  [k: string]: unknown;
}

/**
 * What a TeammateIdle handler may answer.
 */
export interface TeammateIdleOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * TeammateIdle has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a Stop handler reads. The main agent has finished its answer.
 */
export interface StopInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "Stop";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Whether a Stop handler already made this turn go on; false again at the next prompt.
   */
  stop_hook_active: boolean;
  /**
   * The final text, when there is one.
   */
  last_assistant_message?: string;
  /**
   * Work that is still running.
   *
   * Items: One piece of work still running.
   */
  background_tasks: {
    /**
     * Id of the task.
     */
    id?: string;
    /**
     * shell, subagent, monitor, workflow, teammate, … (open list).
     */
    type?: string;
    /**
     * State of the task.
     */
    status?: string;
    /**
     * At most 1,000 characters.
     */
    description?: string;
    /**
     * Of a shell task, at most 1,000 characters.
     */
    command?: string;
    /**
     * Of a subagent.
     */
    agent_type?: string;
    /**
     * Of a monitor or MCP task.
     */
    server?: string;
    /**
     * Of a monitor or MCP task.
     */
    tool?: string;
    /**
     * Of a workflow.
     */
    name?: string;
    [k: string]: unknown;
  }[];
  /**
   * Scheduled wake-ups.
   *
   * Items: One scheduled wake-up.
   */
  session_crons: {
    /**
     * Id of the schedule.
     */
    id?: string;
    /**
     * Cron expression.
     */
    schedule?: string;
    /**
     * False for a single shot.
     */
    recurring?: boolean;
    /**
     * At most 1,000 characters.
     */
    prompt?: string;
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/**
 * What a Stop handler may answer.
 */
export interface StopOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only Stop knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "Stop";
    /**
     * The turn goes on with it, labelled as feedback.
     */
    additionalContext?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a StopFailure handler reads. The turn ended by an API failure, in place of Stop (in a subagent, of SubagentStop).
 */
export interface StopFailureInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "StopFailure";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Kind of failure (open list). `error_type` is read as an alias.
   */
  error: string;
  /**
   * More about it, rarely there. `error_message` is read as an alias.
   */
  error_details?: string;
  /**
   * The text of the failure as shown, not words of the model.
   */
  last_assistant_message?: string;
  /**
   * Facts of the failure, from Kedge's session host only.
   */
  kedge?: {
    /**
     * HTTP status of the last answer.
     */
    status?: number;
    /**
     * `error.type` of the API.
     */
    error_type?: string;
    /**
     * Id of the last request.
     */
    request_id?: string;
    /**
     * The model that was asked.
     */
    model?: string;
    /**
     * The model that was wanted, where another was asked in its place.
     */
    instead_of?: string;
    /**
     * Requests that were sent, retries included.
     */
    attempts?: number;
    /**
     * Whether the same request may succeed later.
     */
    retryable?: boolean;
    /**
     * The delay that the server asked for, in ms.
     */
    retry_after_ms?: number;
    /**
     * When the limit ends, epoch ms.
     */
    resets_at_ms?: number;
    /**
     * The header that says so.
     */
    reset_from?: string;
    /**
     * How the connection was lost.
     */
    connection?: string;
    /**
     * What Claude Code 2.1.329 reports for the same answer.
     */
    recorded_agent_error?: string;
    /**
     * The last tool call.
     */
    last_tool?: {
      /**
       * The tool.
       */
      name?: string;
      /**
       * First 16 hex digits of the SHA-256 of its input as JSON.
       */
      input_digest?: string;
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a StopFailure handler may answer.
 */
export interface StopFailureOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * StopFailure has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a InstructionsLoaded handler reads. An instruction or rule file was loaded.
 */
export interface InstructionsLoadedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "InstructionsLoaded";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The file.
   */
  file_path: string;
  /**
   * Whose it is.
   */
  memory_type: string;
  /**
   * Why it was loaded.
   */
  load_reason: string;
  /**
   * Of path_glob_match; src/** arrives as src.
   */
  globs?: string[];
  /**
   * The file that made a lazy load happen.
   */
  trigger_file_path?: string;
  /**
   * Of include: the file that included it.
   */
  parent_file_path?: string;
  [k: string]: unknown;
}

/**
 * What a InstructionsLoaded handler may answer.
 */
export interface InstructionsLoadedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * InstructionsLoaded has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a ConfigChange handler reads. A settings or skill file changed during the session.
 */
export interface ConfigChangeInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "ConfigChange";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Which settings.
   */
  source: string;
  /**
   * The file.
   */
  file_path?: string;
  [k: string]: unknown;
}

/**
 * What a ConfigChange handler may answer.
 */
export interface ConfigChangeOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * ConfigChange has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a CwdChanged handler reads. The working directory of the session changed.
 */
export interface CwdChangedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "CwdChanged";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Before.
   */
  old_cwd: string;
  /**
   * After.
   */
  new_cwd: string;
  [k: string]: unknown;
}

/**
 * What a CwdChanged handler may answer.
 */
export interface CwdChangedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only CwdChanged knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "CwdChanged";
    /**
     * Absolute paths that FileChanged watches from now on; [] clears the list.
     */
    watchPaths?: string[];
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a DirectoryAdded handler reads. A working directory was added during the session.
 */
export interface DirectoryAddedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "DirectoryAdded";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Absolute.
   */
  directory: string;
  /**
   * Who added it.
   */
  source: string;
  [k: string]: unknown;
}

/**
 * What a DirectoryAdded handler may answer.
 */
export interface DirectoryAddedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * DirectoryAdded has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a FileChanged handler reads. A watched file changed on disk.
 */
export interface FileChangedInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "FileChanged";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Absolute.
   */
  file_path: string;
  /**
   * What happened.
   */
  event: string;
  [k: string]: unknown;
}

/**
 * What a FileChanged handler may answer.
 */
export interface FileChangedOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only FileChanged knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "FileChanged";
    /**
     * Absolute paths that FileChanged watches from now on; [] clears the list.
     */
    watchPaths?: string[];
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a WorktreeCreate handler reads. A worktree is wanted; the handler makes it in git's place.
 */
export interface WorktreeCreateInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "WorktreeCreate";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Slug of the worktree.
   */
  name: string;
  [k: string]: unknown;
}

/**
 * What a WorktreeCreate handler may answer.
 */
export interface WorktreeCreateOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only WorktreeCreate knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "WorktreeCreate";
    /**
     * Of http handlers: path of the new worktree.
     */
    worktreePath?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a WorktreeRemove handler reads. A worktree is being removed.
 */
export interface WorktreeRemoveInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "WorktreeRemove";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Absolute path that WorktreeCreate gave.
   */
  worktree_path: string;
  [k: string]: unknown;
}

/**
 * What a WorktreeRemove handler may answer.
 */
export interface WorktreeRemoveOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * WorktreeRemove has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PreCompact handler reads. The conversation is about to be compacted.
 */
export interface PreCompactInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PreCompact";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Who asked for it.
   */
  trigger: string;
  /**
   * What followed /compact; empty for auto.
   */
  custom_instructions: string | null;
  [k: string]: unknown;
}

/**
 * What a PreCompact handler may answer.
 */
export interface PreCompactOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * PreCompact has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostCompact handler reads. The conversation has been compacted.
 */
export interface PostCompactInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PostCompact";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Who asked for it.
   */
  trigger: string;
  /**
   * The summary.
   */
  compact_summary: string;
  [k: string]: unknown;
}

/**
 * What a PostCompact handler may answer.
 */
export interface PostCompactOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * PostCompact has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a Elicitation handler reads. An MCP server asks the user for something.
 */
export interface ElicitationInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "Elicitation";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The server.
   */
  mcp_server_name: string;
  /**
   * What it asks.
   */
  message: string;
  /**
   * How it asks.
   */
  mode?: string;
  /**
   * Of mode url.
   */
  url?: string;
  /**
   * The question.
   */
  elicitation_id?: string;
  /**
   * Of mode form: JSON Schema of the answer.
   */
  requested_schema?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a Elicitation handler may answer.
 */
export interface ElicitationOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only Elicitation knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "Elicitation";
    /**
     * The answer.
     */
    action?: "accept" | "decline" | "cancel";
    /**
     * Values of the form; only with accept.
     */
    content?: {
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a ElicitationResult handler reads. A question of an MCP server was answered; the server has not got the answer.
 */
export interface ElicitationResultInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "ElicitationResult";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * The server.
   */
  mcp_server_name: string;
  /**
   * The user's answer.
   */
  action: string;
  /**
   * How it was asked.
   */
  mode?: string;
  /**
   * The question.
   */
  elicitation_id?: string;
  /**
   * Values of the form, with accept.
   */
  content?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a ElicitationResult handler may answer.
 */
export interface ElicitationResultOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only ElicitationResult knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "ElicitationResult";
    /**
     * The answer.
     */
    action?: "accept" | "decline" | "cancel";
    /**
     * Values of the form; only with accept.
     */
    content?: {
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PreModelSwitch handler reads. The session is about to change its model, as somebody asked.
 */
export interface PreModelSwitchInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PreModelSwitch";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Published, never observed.
   */
  context_tokens?: number;
  /**
   * Published, never observed.
   */
  prompt_cache_warm?: boolean;
  /**
   * Published, never observed.
   */
  estimated_cache_write_usd?: number;
  /**
   * Published, never observed.
   */
  pricing?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PreModelSwitch handler may answer.
 */
export interface PreModelSwitchOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * The part of the answer that only PreModelSwitch knows.
   */
  hookSpecificOutput?: {
    /**
     * The event that this answer is for.
     */
    hookEventName: "PreModelSwitch";
    /**
     * Published as allow, deny or ask; never observed.
     */
    permissionDecision?: "allow" | "deny" | "ask";
    /**
     * Why.
     */
    permissionDecisionReason?: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostModelSwitch handler reads. The session has changed its model.
 */
export interface PostModelSwitchInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "PostModelSwitch";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Published, never observed.
   */
  context_tokens?: number;
  /**
   * Published, never observed.
   */
  prompt_cache_warm?: boolean;
  /**
   * Published, never observed.
   */
  estimated_cache_write_usd?: number;
  /**
   * Published, never observed.
   */
  pricing?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a PostModelSwitch handler may answer.
 */
export interface PostModelSwitchOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * PostModelSwitch has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * What a SessionEnd handler reads. The session is over, or is left for another one.
 */
export interface SessionEndInput {
  /**
   * The session.
   */
  session_id: string;
  /**
   * JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.
   */
  transcript_path: string;
  /**
   * Working directory of the session, in which command handlers run.
   */
  cwd: string;
  /**
   * The event.
   */
  hook_event_name: "SessionEnd";
  /**
   * The prompt being worked on (UUID); missing before the first prompt.
   */
  prompt_id?: string;
  /**
   * Permission mode, where the event has one.
   */
  permission_mode?: string;
  /**
   * Reasoning effort of the turn, when the model has it.
   */
  effort?: {
    /**
     * The level in force.
     */
    level?: string;
    [k: string]: unknown;
  };
  /**
   * The subagent in which the event happens; missing in the main session.
   */
  agent_id?: string;
  /**
   * Kind of that subagent, or of the agent the session was started as.
   */
  agent_type?: string;
  /**
   * Why it ended.
   */
  reason: string;
  [k: string]: unknown;
}

/**
 * What a SessionEnd handler may answer.
 */
export interface SessionEndOutput {
  /**
   * `false` ends the loop, the turn or the prompt, where the event can.
   */
  continue?: boolean;
  /**
   * For the user, beside `continue: false`.
   */
  stopReason?: string;
  /**
   * Accepted; changes nothing.
   */
  suppressOutput?: boolean;
  /**
   * A message for the user.
   */
  systemMessage?: string;
  /**
   * Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most.
   */
  terminalSequence?: string;
  /**
   * `block` blocks where the event can; `approve` changes nothing but for PreToolUse.
   */
  decision?: "approve" | "block";
  /**
   * Goes with `decision`.
   */
  reason?: string;
  /**
   * First on stdout: the handler goes on in the background from here.
   */
  async?: boolean;
  /**
   * SessionEnd has no specific answer: one makes the whole answer an error.
   */
  hookSpecificOutput?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

/**
 * A command handler.
 */
export interface WireCommandHandler {
  /**
   * How the handler is delivered to.
   */
  type: "command";
  /**
   * Text for the shell, or with `args` the program.
   */
  command: string;
  /**
   * Its presence, even empty, starts the program without a shell.
   */
  args?: string[];
  /**
   * Ignored with `args`.
   */
  shell?: "bash" | "powershell";
  /**
   * Runs in the background and decides nothing.
   */
  async?: boolean;
  /**
   * Runs in the background; exit 2 wakes the session.
   */
  asyncRewake?: boolean;
  /**
   * What the model is told on a wake.
   */
  rewakeMessage?: string;
  /**
   * The line shown in the transcript on a wake.
   */
  rewakeSummary?: string;
  /**
   * One permission rule, such as `Bash(git push *)`; judged on tool events only.
   */
  if?: string;
  /**
   * Seconds, fractions allowed.
   */
  timeout?: number;
  /**
   * What a spinner shows meanwhile.
   */
  statusMessage?: string;
  /**
   * From skill frontmatter: run once, then removed.
   */
  once?: boolean;
  /**
   * What a handler that fails means: `block` closes the gate.
   */
  onFailure?: "continue" | "block";
  [k: string]: unknown;
}

/**
 * A http handler.
 */
export interface WireHttpHandler {
  /**
   * How the handler is delivered to.
   */
  type: "http";
  /**
   * Where the input is posted; http or https.
   */
  url: string;
  /**
   * Headers; `$NAME` and `${NAME}` stand for allowed variables.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Names of variables that headers may use; others are empty.
   */
  allowedEnvVars?: string[];
  /**
   * One permission rule, such as `Bash(git push *)`; judged on tool events only.
   */
  if?: string;
  /**
   * Seconds, fractions allowed.
   */
  timeout?: number;
  /**
   * What a spinner shows meanwhile.
   */
  statusMessage?: string;
  /**
   * From skill frontmatter: run once, then removed.
   */
  once?: boolean;
  /**
   * What a handler that fails means: `block` closes the gate.
   */
  onFailure?: "continue" | "block";
  [k: string]: unknown;
}

/**
 * A mcp_tool handler.
 */
export interface WireMcpToolHandler {
  /**
   * How the handler is delivered to.
   */
  type: "mcp_tool";
  /**
   * The MCP server; of a plugin `plugin:<plugin>:<server>`.
   */
  server: string;
  /**
   * Its tool.
   */
  tool: string;
  /**
   * Input of the tool; `${path.into.input}` in strings is replaced.
   */
  input?: {
    [k: string]: unknown;
  };
  /**
   * One permission rule, such as `Bash(git push *)`; judged on tool events only.
   */
  if?: string;
  /**
   * Seconds, fractions allowed.
   */
  timeout?: number;
  /**
   * What a spinner shows meanwhile.
   */
  statusMessage?: string;
  /**
   * From skill frontmatter: run once, then removed.
   */
  once?: boolean;
  /**
   * What a handler that fails means: `block` closes the gate.
   */
  onFailure?: "continue" | "block";
  [k: string]: unknown;
}

/**
 * A prompt handler.
 */
export interface WirePromptHandler {
  /**
   * How the handler is delivered to.
   */
  type: "prompt";
  /**
   * The question; `$ARGUMENTS` stands for the input.
   */
  prompt: string;
  /**
   * The model; by default a small one.
   */
  model?: string;
  /**
   * A refusal gives the model its reason in place of ending the turn.
   */
  continueOnBlock?: boolean;
  /**
   * One permission rule, such as `Bash(git push *)`; judged on tool events only.
   */
  if?: string;
  /**
   * Seconds, fractions allowed.
   */
  timeout?: number;
  /**
   * What a spinner shows meanwhile.
   */
  statusMessage?: string;
  /**
   * From skill frontmatter: run once, then removed.
   */
  once?: boolean;
  /**
   * What a handler that fails means: `block` closes the gate.
   */
  onFailure?: "continue" | "block";
  [k: string]: unknown;
}

/**
 * A agent handler.
 */
export interface WireAgentHandler {
  /**
   * How the handler is delivered to.
   */
  type: "agent";
  /**
   * The task; `$ARGUMENTS` stands for the input.
   */
  prompt: string;
  /**
   * The model; by default the session's.
   */
  model?: string;
  /**
   * One permission rule, such as `Bash(git push *)`; judged on tool events only.
   */
  if?: string;
  /**
   * Seconds, fractions allowed.
   */
  timeout?: number;
  /**
   * What a spinner shows meanwhile.
   */
  statusMessage?: string;
  /**
   * From skill frontmatter: run once, then removed.
   */
  once?: boolean;
  /**
   * What a handler that fails means: `block` closes the gate.
   */
  onFailure?: "continue" | "block";
  [k: string]: unknown;
}

/** What a handler reads, by event. */
export interface InputByEvent {
  SessionStart: SessionStartInput;
  Setup: SetupInput;
  UserPromptSubmit: UserPromptSubmitInput;
  UserPromptExpansion: UserPromptExpansionInput;
  PreToolUse: PreToolUseInput;
  PermissionRequest: PermissionRequestInput;
  PermissionDenied: PermissionDeniedInput;
  PostToolUse: PostToolUseInput;
  PostToolUseFailure: PostToolUseFailureInput;
  PostToolBatch: PostToolBatchInput;
  MessageDisplay: MessageDisplayInput;
  Notification: NotificationInput;
  SubagentStart: SubagentStartInput;
  SubagentStop: SubagentStopInput;
  TaskCreated: TaskCreatedInput;
  TaskCompleted: TaskCompletedInput;
  TeammateIdle: TeammateIdleInput;
  Stop: StopInput;
  StopFailure: StopFailureInput;
  InstructionsLoaded: InstructionsLoadedInput;
  ConfigChange: ConfigChangeInput;
  CwdChanged: CwdChangedInput;
  DirectoryAdded: DirectoryAddedInput;
  FileChanged: FileChangedInput;
  WorktreeCreate: WorktreeCreateInput;
  WorktreeRemove: WorktreeRemoveInput;
  PreCompact: PreCompactInput;
  PostCompact: PostCompactInput;
  Elicitation: ElicitationInput;
  ElicitationResult: ElicitationResultInput;
  PreModelSwitch: PreModelSwitchInput;
  PostModelSwitch: PostModelSwitchInput;
  SessionEnd: SessionEndInput;
}

/** What a handler may answer in JSON, by event. */
export interface OutputByEvent {
  SessionStart: SessionStartOutput;
  Setup: SetupOutput;
  UserPromptSubmit: UserPromptSubmitOutput;
  UserPromptExpansion: UserPromptExpansionOutput;
  PreToolUse: PreToolUseOutput;
  PermissionRequest: PermissionRequestOutput;
  PermissionDenied: PermissionDeniedOutput;
  PostToolUse: PostToolUseOutput;
  PostToolUseFailure: PostToolUseFailureOutput;
  PostToolBatch: PostToolBatchOutput;
  MessageDisplay: MessageDisplayOutput;
  Notification: NotificationOutput;
  SubagentStart: SubagentStartOutput;
  SubagentStop: SubagentStopOutput;
  TaskCreated: TaskCreatedOutput;
  TaskCompleted: TaskCompletedOutput;
  TeammateIdle: TeammateIdleOutput;
  Stop: StopOutput;
  StopFailure: StopFailureOutput;
  InstructionsLoaded: InstructionsLoadedOutput;
  ConfigChange: ConfigChangeOutput;
  CwdChanged: CwdChangedOutput;
  DirectoryAdded: DirectoryAddedOutput;
  FileChanged: FileChangedOutput;
  WorktreeCreate: WorktreeCreateOutput;
  WorktreeRemove: WorktreeRemoveOutput;
  PreCompact: PreCompactOutput;
  PostCompact: PostCompactOutput;
  Elicitation: ElicitationOutput;
  ElicitationResult: ElicitationResultOutput;
  PreModelSwitch: PreModelSwitchOutput;
  PostModelSwitch: PostModelSwitchOutput;
  SessionEnd: SessionEndOutput;
}

/** A handler as it stands in a settings file. `timeout` is in seconds. */

export type WireHandler = WireCommandHandler | WireHttpHandler | WireMcpToolHandler | WirePromptHandler | WireAgentHandler;

