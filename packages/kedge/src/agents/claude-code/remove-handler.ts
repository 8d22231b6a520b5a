import { type JsonNode, memberOf, readTree } from "./json-tree.ts";
import { findOwnHandlers, type OwnHandler } from "./own-handlers.ts";
import { type EditedText, edit, type TextEdit } from "./text-edit.ts";

/**
 * Takes one handler of ours out, with its group when nothing else is in it, and the event and `hooks` when nothing is left of them.
 *
 * @param base the file as it was before: what was empty there stays, as it was
 */
function removeHandler(before: EditedText, own: OwnHandler, base: string | null): EditedText {
  const { text } = before;
  const root = readTree(text);
  const hooks = memberOf(root, "hooks")?.value;
  const handlers = memberOf(own.group.value, "hooks")?.value;
  if (!hooks || !handlers) return before;
  if (handlers.items.length > 1) return edit(before, cut(handlers, own.handler.start));
  const groups = own.event.value;
  if (groups.items.length > 1) return edit(before, cut(groups, own.group.start));
  const event = own.event.key ?? "";
  const emptyEvent = innerOfEmpty(base, ["hooks", event]);
  if (emptyEvent !== null) return edit(before, { ...inner(groups), text: emptyEvent });
  if (hooks.items.length > 1) return edit(before, cut(hooks, own.event.start));
  const emptyHooks = innerOfEmpty(base, ["hooks"]);
  if (emptyHooks !== null) return edit(before, { ...inner(hooks), text: emptyHooks });
  const item = memberOf(root, "hooks");
  return item ? edit(before, cut(root, item.start, innerOfEmpty(base, []) ?? "")) : before;
}

/**
 * Takes all handlers of ours out but those to keep. Places move with every edit, so after each the text is read again.
 *
 * @param options.choose says which of all that are there stay; what it says must not change when others go
 */
export function removeHandlers(
  before: EditedText,
  options: {
    readonly base: string | null;
    readonly choose?: (all: readonly OwnHandler[], text: string) => readonly OwnHandler[];
  },
): EditedText {
  const all = findOwnHandlers(before.text, readTree(before.text));
  const kept = options.choose?.(all, before.text) ?? [];
  const last = all.findLast((own) => !kept.includes(own));
  return last ? removeHandlers(removeHandler(before, last, options.base), options) : before;
}

/** Cuts one item out, with the comma and the blanks that joined it. */
function cut(container: JsonNode, start: number, left = ""): TextEdit {
  const { items } = container;
  const at = items.findIndex((item) => item.start === start);
  const [previous, own, next] = [items[at - 1], items[at], items[at + 1]];
  if (previous && own) return { start: previous.end, end: own.end, text: "" };
  if (own && next) return { start: own.start, end: next.start, text: "" };
  return { ...inner(container), text: left };
}

function inner({ start, end }: JsonNode): { start: number; end: number } {
  return { start: start + 1, end: end - 1 };
}

/** What stood between the brackets of something that was there before and empty; null for anything else. */
function innerOfEmpty(base: string | null, keys: readonly string[]): string | null {
  if (base === null) return null;
  let node: JsonNode | undefined = readTree(base);
  for (const key of keys) node = node && memberOf(node, key)?.value;
  if (!node || node.kind === "scalar" || node.items.length > 0) return null;
  return base.slice(node.start + 1, node.end - 1);
}
