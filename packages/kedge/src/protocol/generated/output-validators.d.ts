// Generated from the tables of the protocol by `npm run generate`. Do not edit.
import type { CompiledValidator } from "../validate.ts";

export declare const validators: {
  readonly SessionStart: CompiledValidator;
  readonly Setup: CompiledValidator;
  readonly UserPromptSubmit: CompiledValidator;
  readonly UserPromptExpansion: CompiledValidator;
  readonly PreToolUse: CompiledValidator;
  readonly PermissionRequest: CompiledValidator;
  readonly PermissionDenied: CompiledValidator;
  readonly PostToolUse: CompiledValidator;
  readonly PostToolUseFailure: CompiledValidator;
  readonly PostToolBatch: CompiledValidator;
  readonly MessageDisplay: CompiledValidator;
  readonly Notification: CompiledValidator;
  readonly SubagentStart: CompiledValidator;
  readonly SubagentStop: CompiledValidator;
  readonly TaskCreated: CompiledValidator;
  readonly TaskCompleted: CompiledValidator;
  readonly TeammateIdle: CompiledValidator;
  readonly Stop: CompiledValidator;
  readonly StopFailure: CompiledValidator;
  readonly InstructionsLoaded: CompiledValidator;
  readonly ConfigChange: CompiledValidator;
  readonly CwdChanged: CompiledValidator;
  readonly DirectoryAdded: CompiledValidator;
  readonly FileChanged: CompiledValidator;
  readonly WorktreeCreate: CompiledValidator;
  readonly WorktreeRemove: CompiledValidator;
  readonly PreCompact: CompiledValidator;
  readonly PostCompact: CompiledValidator;
  readonly Elicitation: CompiledValidator;
  readonly ElicitationResult: CompiledValidator;
  readonly PreModelSwitch: CompiledValidator;
  readonly PostModelSwitch: CompiledValidator;
  readonly SessionEnd: CompiledValidator;
};
