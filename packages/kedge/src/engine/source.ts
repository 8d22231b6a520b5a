import type { BrokenHook, HookEntry, Problem, Settings } from "../protocol/index.ts";

/** Where handlers are configured. The order is the configured order: it settles every tie, the strongest source first. */
export const SOURCE_KINDS = [
  "managed",
  "flag",
  "local",
  "project",
  "user",
  "plugin",
  "skill",
  "agent",
  "memory",
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What a handler of a plugin knows besides. */
export interface PluginPlace {
  /** `name@marketplace`; `name@inline` for a plugin directory. */
  readonly id: string;
  /** Absolute. */
  readonly root: string;
  /** Absolute; made before a handler of the plugin runs. */
  readonly dataDir: string;
  /** Values of the plugin's options that the user set. */
  readonly options: Readonly<Record<string, string>>;
}

/** One place with handlers, read. Where a handler comes from is provenance: it decides trust, order and variables. */
export interface Source {
  readonly kind: SourceKind;
  /** How to call it: the file relative to the project or the home folder, or the plugin. */
  readonly name: string;
  /** Absolute path; empty for handlers in memory. */
  readonly file: string;
  /** Whether the project brought it: then nothing of it counts before trust (D7). */
  readonly isFromProject: boolean;
  readonly entries: readonly HookEntry[];
  readonly broken: readonly BrokenHook[];
  readonly problems: readonly Problem[];
  /** Of settings files. */
  readonly settings?: Settings;
  /** Of settings files: hash of what stood there, by which a change is told from a touch. */
  readonly digest?: string;
  /** It could not be read for now, and says what it said before. */
  readonly isUnread?: boolean;
  /** It may be a file that is just being saved: how it looks, and since when, in ms of `performance.now()`. */
  readonly saving?: { readonly look: string; readonly since: number };
  /** Of plugins, and of their skills and agents. */
  readonly plugin?: PluginPlace;
  /** Of plugins, skills and agents: managed settings bring it, so nothing below them takes it away. */
  readonly isForced?: boolean;
  /** Of a subagent's own hooks: they hear the events of this agent alone, by the `agent_id` of the input. */
  readonly agentId?: string;
}

/** A place that was looked at and gives no handlers, for a reason that people should see. */
export interface Finding {
  readonly place: string;
  /** One sentence, with what to do. */
  readonly message: string;
}
