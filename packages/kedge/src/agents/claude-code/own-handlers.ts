import { matchesAll, readEntryCall } from "./hook-entry.ts";
import { type JsonItem, type JsonNode, memberOf, valueAt } from "./json-tree.ts";
import { readWakeCall } from "./wake-handlers.ts";

/** Which of our programs a handler runs: the entry that records, or the waiter that wakes. */
export type OwnProgram = "entry" | "waiter";

/** A handler of ours in a settings text, with everything that it stands in. */
export interface OwnHandler {
  readonly event: JsonItem;
  readonly group: JsonItem;
  readonly handler: JsonItem;
  readonly program: OwnProgram;
  /** Path of the program, as it stands in the command. */
  readonly script: string;
  /** Its group has no matcher that leaves something out. */
  readonly isForAll: boolean;
}

/** The handlers of ours in a settings text, in the order of the text. What has another shape than hooks is stepped over. */
export function findOwnHandlers(text: string, root: JsonNode): readonly OwnHandler[] {
  const hooks = memberOf(root, "hooks")?.value;
  if (hooks?.kind !== "object") return [];
  return hooks.items.flatMap((event) =>
    event.value.items.flatMap((group) => {
      const matcher = memberOf(group.value, "matcher");
      const isForAll = matchesAll(matcher && valueAt(text, matcher.value));
      return (memberOf(group.value, "hooks")?.value.items ?? []).flatMap((handler): OwnHandler[] => {
        const call = readCall(valueAt(text, handler.value));
        return call ? [{ event, group, handler, ...call, isForAll }] : [];
      });
    }),
  );
}

function readCall(handler: unknown): Pick<OwnHandler, "program" | "script"> | null {
  const entry = readEntryCall(handler);
  if (entry) return { program: "entry", script: entry.script };
  const script = readWakeCall(handler);
  return script === null ? null : { program: "waiter", script };
}
