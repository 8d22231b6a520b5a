import { isJsonObject, type Problem, parseSettings, readJson } from "../../protocol/index.ts";
import { entryHandler, isAsInstalled, WITNESSES, type WitnessedEvent } from "./hook-entry.ts";
import { appendItem, renderInPlace } from "./json-style.ts";
import { type JsonNode, memberOf, readTree, valueAt } from "./json-tree.ts";
import { findOwnHandlers, type OwnHandler } from "./own-handlers.ts";
import { removeHandlers } from "./remove-handler.ts";
import { type Change, type EditedText, edit } from "./text-edit.ts";

/** What a settings file would become. */
export type SettingsPlan =
  | {
      readonly ok: true;
      /** The whole new text; the old one when nothing changes. */
      readonly text: string;
      /** In the order in which they are made; empty when nothing changes. */
      readonly changes: readonly Change[];
    }
  | { readonly ok: false; readonly problem: Problem };

const EVENTS = Object.keys(WITNESSES) as readonly WitnessedEvent[];

/**
 * Plans the handlers of the entry into a settings text: one for each event, without a matcher. What stands there already stays, an
 * older form is replaced in its place, copies are taken out, and everything else stays byte for byte.
 *
 * @param text of the file; null when there is none. One with nothing but blanks is as good as none
 * @param script absolute path of the installed entry
 * @param file how to call the file in problems
 */
export function planInstall(text: string | null, script: string, file: string): SettingsPlan {
  if (text === null || text.trim() === "") {
    const fresh = `${JSON.stringify({ hooks: groupsOf(EVENTS, script) }, null, 2)}\n`;
    return { ok: true, ...edit({ text: "", changes: [] }, { start: 0, end: 0, text: fresh }) };
  }
  const problem = refuse(text, file);
  if (problem) return { ok: false, problem };
  const cleaned = removeHandlers(
    { text, changes: [] },
    {
      base: text,
      choose: (all, current) => chooseFirst(all, current, script),
    },
  );
  return {
    ok: true,
    ...EVENTS.reduce((edited, event) => putHandler(edited, event, script), addHooks(cleaned, script)),
  };
}

/**
 * Plans all handlers of the entry out of a settings text, with the groups, events and `hooks` that are then empty.
 *
 * @param base the file as it was before the entry came into it: what was empty there stays. Null when nobody knows
 */
export function planUninstall(text: string, file: string, base: string | null): SettingsPlan {
  const problem = refuseText(text, file);
  if (problem) return { ok: false, problem };
  const isBase = base !== null && refuseText(base, file) === null;
  return { ok: true, ...removeHandlers({ text, changes: [] }, { base: isBase ? base : null }) };
}

/** The path of every entry that a settings text runs, each once; empty for a text that is no JSON. */
export function installedScripts(text: string): readonly string[] {
  if (refuseText(text, "")) return [];
  return [...new Set(findOwnHandlers(text, readTree(text)).map(({ call }) => call.script))];
}

/** Of several handlers for one event the one that is right stays, else the first for everything, which is then put right. */
function chooseFirst(all: readonly OwnHandler[], text: string, script: string): readonly OwnHandler[] {
  return EVENTS.flatMap((event) => {
    const forAll = all.filter((own) => own.event.key === event && own.isForAll);
    const right = forAll.find((own) => isAsInstalled(valueAt(text, own.handler.value), event, script));
    return right ? [right] : forAll.slice(0, 1);
  });
}

/** All of `hooks` at once where there is none. */
function addHooks(edited: EditedText, script: string): EditedText {
  const root = readTree(edited.text);
  if (memberOf(root, "hooks")) return edited;
  return edit(edited, appendItem(edited.text, root, { key: "hooks", value: groupsOf(EVENTS, script) }));
}

function putHandler(edited: EditedText, event: WitnessedEvent, script: string): EditedText {
  const { text } = edited;
  const root = readTree(text);
  const hooks = memberOf(root, "hooks")?.value;
  if (!hooks) return edited;
  const own = findOwnHandlers(text, root).find((each) => each.event.key === event);
  if (own) return putRight(edited, own, script);
  const groups = memberOf(hooks, event)?.value;
  const value = entryHandler(event, script);
  const put = groups
    ? appendItem(text, groups, { value: { hooks: [value] } })
    : appendItem(text, hooks, { key: event, value: [{ hooks: [value] }] });
  return edit(edited, put);
}

function putRight(edited: EditedText, { event, handler }: OwnHandler, script: string): EditedText {
  const { text } = edited;
  const name = event.key as WitnessedEvent;
  const old = valueAt(text, handler.value);
  if (isAsInstalled(old, name, script)) return edited;
  const wanted = entryHandler(name, script);
  const command = memberOf(handler.value, "command")?.value;
  // Where only the command is another, times and messages that the user gave stay.
  if (command && isJsonObject(old) && isAsInstalled({ ...old, command: wanted.command }, name, script))
    return edit(edited, { ...spanOf(command), text: JSON.stringify(wanted.command) });
  return edit(edited, { ...spanOf(handler.value), text: renderInPlace(text, handler.value, wanted) });
}

function spanOf({ start, end }: JsonNode): { start: number; end: number } {
  return { start, end };
}

function groupsOf(events: readonly WitnessedEvent[], script: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(events.map((event) => [event, [{ hooks: [entryHandler(event, script)] }]]));
}

const UNTOUCHED = "Nothing was changed.";

/** What keeps a text from being edited. */
function refuse(text: string, file: string): Problem | null {
  const unreadable = refuseText(text, file);
  if (unreadable) return unreadable;
  const root = readTree(text);
  const hooks = memberOf(root, "hooks")?.value;
  if (!hooks) return null;
  if (hooks.kind !== "object") return wrong(file, "hooks", "an object", text, hooks);
  for (const event of EVENTS) {
    const groups = memberOf(hooks, event)?.value;
    if (groups && groups.kind !== "array") return wrong(file, `hooks.${event}`, "an array", text, groups);
  }
  return null;
}

function refuseText(text: string, file: string): Problem | null {
  const { isReadable, problems } = parseSettings(text, file);
  const [first] = problems;
  if (!isReadable && first) return { ...first, effect: UNTOUCHED };
  const json = readJson(text);
  const twice = json.ok
    ? json.duplicateKeys.find(([key, event, ...more]) => isOurPlace(key, event, more))
    : undefined;
  if (!twice) return null;
  return {
    ...{ severity: "error", code: "duplicate_key", file, path: twice.join("."), effect: UNTOUCHED },
    ...{
      expected: "every key once",
      came: "the same key again",
      advice: "Only the last one counts. Remove the other.",
    },
  };
}

function isOurPlace(key: string | undefined, event: string | undefined, more: readonly string[]): boolean {
  return key === "hooks" && (event === undefined || (more.length === 0 && Object.hasOwn(WITNESSES, event)));
}

function wrong(file: string, path: string, expected: string, text: string, node: JsonNode): Problem {
  const value = valueAt(text, node);
  const came = Array.isArray(value)
    ? "an array"
    : value === null
      ? "null"
      : `a value of type ${typeof value}`;
  const advice = "Correct it, or take it out, and run the command again.";
  return { severity: "error", code: "wrong_type", file, path, expected, came, effect: UNTOUCHED, advice };
}
