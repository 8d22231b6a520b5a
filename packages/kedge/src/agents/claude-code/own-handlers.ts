import { type EntryCall, matchesAll, readEntryCall } from "./hook-entry.ts";
import { type JsonItem, type JsonNode, memberOf, valueAt } from "./json-tree.ts";

/** A handler of ours in a settings text, with everything that it stands in. */
export interface OwnHandler {
  readonly event: JsonItem;
  readonly group: JsonItem;
  readonly handler: JsonItem;
  readonly call: EntryCall;
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
        const call = readEntryCall(valueAt(text, handler.value));
        return call ? [{ event, group, handler, call, isForAll }] : [];
      });
    }),
  );
}
