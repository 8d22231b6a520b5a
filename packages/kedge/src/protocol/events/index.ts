import type { EventDescriptor } from "../descriptor.ts";
import {
  Elicitation,
  ElicitationResult,
  PostCompact,
  PostModelSwitch,
  PreCompact,
  PreModelSwitch,
} from "./exchange.ts";
import { MessageDisplay, UserPromptExpansion, UserPromptSubmit } from "./prompt.ts";
import { SessionEnd, SessionStart, Setup } from "./session.ts";
import { Stop, StopFailure, SubagentStart, SubagentStop, TeammateIdle } from "./stop.ts";
import {
  ConfigChange,
  CwdChanged,
  DirectoryAdded,
  FileChanged,
  InstructionsLoaded,
  Notification,
  WorktreeCreate,
  WorktreeRemove,
} from "./surroundings.ts";
import { TaskCompleted, TaskCreated } from "./task.ts";
import {
  PermissionDenied,
  PermissionRequest,
  PostToolBatch,
  PostToolUse,
  PostToolUseFailure,
  PreToolUse,
} from "./tool.ts";

/**
 * Every hook event of the protocol, by name, in the order in which a session meets them.
 *
 * @source Claude Code hooks reference, and recorded behaviour of version 2.1.329
 */
export const EVENTS = {
  SessionStart,
  Setup,
  UserPromptSubmit,
  UserPromptExpansion,
  PreToolUse,
  PermissionRequest,
  PermissionDenied,
  PostToolUse,
  PostToolUseFailure,
  PostToolBatch,
  MessageDisplay,
  Notification,
  SubagentStart,
  SubagentStop,
  TaskCreated,
  TaskCompleted,
  TeammateIdle,
  Stop,
  StopFailure,
  InstructionsLoaded,
  ConfigChange,
  CwdChanged,
  DirectoryAdded,
  FileChanged,
  WorktreeCreate,
  WorktreeRemove,
  PreCompact,
  PostCompact,
  Elicitation,
  ElicitationResult,
  PreModelSwitch,
  PostModelSwitch,
  SessionEnd,
} as const satisfies Readonly<Record<string, EventDescriptor>>;

/** The name of a hook event. */
export type HookEventName = keyof typeof EVENTS;

/** All names, in the order of {@link EVENTS}. */
export const EVENT_NAMES = Object.keys(EVENTS) as HookEventName[];

/** Whether a string names a hook event. Case matters, as on the wire; inherited names do not count. */
export function isHookEventName(name: string): name is HookEventName {
  return Object.hasOwn(EVENTS, name);
}

/** The descriptor of an event; its type is the general one, for code that treats all events alike. */
export function describeEvent(name: HookEventName): EventDescriptor {
  return EVENTS[name];
}
