import { isJsonObject, type Problem, parseSettings, readJson } from "../../protocol/index.ts";
import { entryHandler, isAsInstalled, WITNESSES, type WitnessedEvent } from "./hook-entry.ts";
import { appendItem, renderInPlace } from "./json-style.ts";
import { type JsonNode, memberOf, readTree, valueAt } from "./json-tree.ts";
import { findOwnHandlers, type OwnHandler, type OwnProgram } from "./own-handlers.ts";
import { removeHandlers } from "./remove-handler.ts";
import { type Change, type EditedText, edit } from "./text-edit.ts";
import { isWakeAsWanted, WAKES, type WakeHandlers } from "./wake-handlers.ts";

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

/** What becomes of the waiter: it stays as it is, gets these handlers, or goes. */
export type WakeWish =
  | "keep"
  | { readonly put: WakeHandlers }
  | {
      /** The file as it was before the waiter came into it: what was empty there stays. Null when nobody knows. */
      readonly base: string | null;
    };

/** One handler that settings are to have. */
interface Wanted {
  readonly program: OwnProgram;
  readonly event: string;
  readonly handler: Readonly<Record<string, unknown>>;
  readonly isRight: (old: unknown) => boolean;
}

const EVENTS = Object.keys(WITNESSES) as readonly WitnessedEvent[];

/**
 * Plans the handlers of the entry into a settings text: one for each event, without a matcher; and those of the waiter behind them. What stands
 * there already stays, an older form is replaced in its place, copies are taken out, and everything else stays byte for byte.
 *
 * @param text of the file; null when there is none. One with nothing but blanks is as good as none
 * @param script absolute path of the installed entry
 * @param file how to call the file in problems
 * @param wake default: a waiter that is there stays, and none is put
 */
export function planInstall(
  text: string | null,
  script: string,
  file: string,
  wake: WakeWish = "keep",
): SettingsPlan {
  const wanted = [...EVENTS.map((event) => wantedEntry(event, script)), ...wantedWakes(wake)];
  if (text === null || text.trim() === "") {
    const fresh = `${JSON.stringify({ hooks: groupsOf(EVENTS, script) }, null, 2)}\n`;
    return putAll(edit({ text: "", changes: [] }, { start: 0, end: 0, text: fresh }), wanted);
  }
  const problem = refuse(
    text,
    file,
    wanted.map(({ event }) => event),
  );
  if (problem) return { ok: false, problem };
  const cleaned = removeHandlers(
    { text, changes: [] },
    {
      base: baseOf(wake) ?? text,
      choose: (all, current) => chooseRight(all, current, { wanted, isWakeKept: wake === "keep" }),
    },
  );
  return putAll(addHooks(cleaned, script), wanted);
}

/** A text that is no JSON says nothing of what was there. */
function baseOf(wake: WakeWish): string | null {
  const base = wake === "keep" || "put" in wake ? null : wake.base;
  return base !== null && refuseText(base, "") === null ? base : null;
}

/** The handlers of the waiter that a settings text has, each as it stands there; null when it has none. */
export function installedWake(text: string): WakeHandlers | null {
  if (refuseText(text, "")) return null;
  const found = findOwnHandlers(text, readTree(text)).filter(({ program }) => program === "waiter");
  const handlers = found.map(({ event, handler }) => [event.key, valueAt(text, handler.value)]);
  return found.length === 0 ? null : (Object.fromEntries(handlers) as WakeHandlers);
}

function wantedEntry(event: WitnessedEvent, script: string): Wanted {
  const handler = entryHandler(event, script);
  return { program: "entry", event, handler, isRight: (old) => isAsInstalled(old, event, script) };
}

function wantedWakes(wake: WakeWish): readonly Wanted[] {
  if (wake === "keep" || !("put" in wake)) return [];
  return Object.entries(wake.put).map(([event, handler]) => ({
    ...{ program: "waiter", event, handler },
    isRight: (old) => isWakeAsWanted(old, handler),
  }));
}

function putAll(edited: EditedText, wanted: readonly Wanted[]): SettingsPlan {
  return { ok: true, ...wanted.reduce(putHandler, edited) };
}

/**
 * Plans all handlers of ours out of a settings text, with the groups, events and `hooks` that are then empty.
 *
 * @param base the file as it was before ours came into it: what was empty there stays. Null when nobody knows
 */
export function planUninstall(text: string, file: string, base: string | null): SettingsPlan {
  const problem = refuseText(text, file);
  if (problem) return { ok: false, problem };
  const isBase = base !== null && refuseText(base, file) === null;
  return { ok: true, ...removeHandlers({ text, changes: [] }, { base: isBase ? base : null }) };
}

/** The path of every program of ours that a settings text runs, each once; empty for a text that is no JSON. */
export function installedScripts(text: string): readonly string[] {
  if (refuseText(text, "")) return [];
  return [...new Set(findOwnHandlers(text, readTree(text)).map(({ script }) => script))];
}

/** Of several handlers for one thing that is wanted the one that is right stays, else the first for everything, which is then put right. */
function chooseRight(
  all: readonly OwnHandler[],
  text: string,
  { wanted, isWakeKept }: { readonly wanted: readonly Wanted[]; readonly isWakeKept: boolean },
): readonly OwnHandler[] {
  const chosen = wanted.flatMap(({ program, event, isRight }) => {
    const forAll = all.filter((own) => own.program === program && own.event.key === event && own.isForAll);
    const right = forAll.find((own) => isRight(valueAt(text, own.handler.value)));
    return right ? [right] : forAll.slice(0, 1);
  });
  return isWakeKept ? [...chosen, ...all.filter(({ program }) => program === "waiter")] : chosen;
}

/** All of `hooks` at once where there is none. */
function addHooks(edited: EditedText, script: string): EditedText {
  const root = readTree(edited.text);
  if (memberOf(root, "hooks")) return edited;
  return edit(edited, appendItem(edited.text, root, { key: "hooks", value: groupsOf(EVENTS, script) }));
}

function putHandler(edited: EditedText, wanted: Wanted): EditedText {
  const { program, event, handler: value } = wanted;
  const { text } = edited;
  const root = readTree(text);
  const hooks = memberOf(root, "hooks")?.value;
  if (!hooks) return edited;
  const own = findOwnHandlers(text, root).find(
    (each) => each.program === program && each.event.key === event && each.isForAll,
  );
  if (own) return putRight(edited, own, wanted);
  const groups = memberOf(hooks, event)?.value;
  const put = groups
    ? appendItem(text, groups, { value: { hooks: [value] } })
    : appendItem(text, hooks, { key: event, value: [{ hooks: [value] }] });
  return edit(edited, put);
}

function putRight(edited: EditedText, { handler }: OwnHandler, wanted: Wanted): EditedText {
  const { text } = edited;
  const old = valueAt(text, handler.value);
  if (wanted.isRight(old)) return edited;
  const command = memberOf(handler.value, "command")?.value;
  // Where only the command is another, times and messages that the user gave stay.
  if (command && isJsonObject(old) && wanted.isRight({ ...old, command: wanted.handler.command }))
    return edit(edited, { ...spanOf(command), text: JSON.stringify(wanted.handler.command) });
  return edit(edited, {
    ...spanOf(handler.value),
    text: renderInPlace(text, handler.value, wanted.handler),
  });
}

function spanOf({ start, end }: JsonNode): { start: number; end: number } {
  return { start, end };
}

function groupsOf(events: readonly WitnessedEvent[], script: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(events.map((event) => [event, [{ hooks: [entryHandler(event, script)] }]]));
}

const UNTOUCHED = "Nothing was changed.";

/** What keeps a text from being edited. */
function refuse(text: string, file: string, events: readonly string[]): Problem | null {
  const unreadable = refuseText(text, file);
  if (unreadable) return unreadable;
  const root = readTree(text);
  const hooks = memberOf(root, "hooks")?.value;
  if (!hooks) return null;
  if (hooks.kind !== "object") return wrong(file, "hooks", "an object", text, hooks);
  for (const event of events) {
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

const OUR_EVENTS: ReadonlySet<string> = new Set([...Object.keys(WITNESSES), ...Object.keys(WAKES)]);

function isOurPlace(key: string | undefined, event: string | undefined, more: readonly string[]): boolean {
  return key === "hooks" && (event === undefined || (more.length === 0 && OUR_EVENTS.has(event)));
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
