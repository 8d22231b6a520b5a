import type { JsonObject } from "../../protocol/index.ts";

/** A call that somebody has to decide on. */
export interface PermissionQuestion {
  readonly toolName: string;
  readonly toolInput: JsonObject;
  /** Why it is asked. */
  readonly why: string;
  /** A rule that would allow such calls from now on; missing where there is none that is narrow enough. */
  readonly rule?: string;
}

/** What a person decided. */
export type PermissionAnswer =
  | { readonly behavior: "allow"; readonly remembers: boolean }
  | { readonly behavior: "deny"; readonly message?: string };

/** Asks a person. */
export interface PermissionAsker {
  /** Must not throw; whatever ends the asking is a denial. */
  ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer>;
}
