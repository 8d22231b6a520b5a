import {
  type EntryCall,
  matchesAll,
  readEntryCall,
  WITNESSES,
  type WitnessedEvent,
} from "../../agents/index.ts";
import type { Engine, EngineState, ListedHandler } from "../../engine/index.ts";
import { formatProblem, handlerKey } from "../../protocol/index.ts";
import { type Check, fine } from "./doctor-check.ts";

/** A configured handler that runs the entry. */
export interface EntryHandler {
  readonly listed: ListedHandler & Required<Pick<ListedHandler, "entry">>;
  readonly call: EntryCall;
}

/** The handlers that run the entry, of every event and source. */
export async function findEntryHandlers(engine: Engine): Promise<readonly EntryHandler[]> {
  return (await engine.list()).flatMap((listed): EntryHandler[] => {
    const { entry } = listed;
    const call = entry ? readEntryCall(entry.handler) : null;
    return entry && call ? [{ listed: { ...listed, entry }, call }] : [];
  });
}

const INSTALL = "Run `kedge install claude-code`.";

/** Whether the settings let the entry run, and for every failure. */
export function checkHandlers(found: readonly EntryHandler[]): readonly Check[] {
  return (Object.keys(WITNESSES) as WitnessedEvent[]).flatMap((event) =>
    checkEvent(
      event,
      found.filter(({ listed }) => listed.event === event),
    ),
  );
}

function checkEvent(event: WitnessedEvent, found: readonly EntryHandler[]): readonly Check[] {
  const name = `handler.${event}`;
  // The other two are further witnesses: without them a failure of a headless session may go unseen.
  const state = event === "StopFailure" ? "problem" : "warning";
  const active = found.filter(({ listed }) => listed.isActive);
  if (found.length === 0)
    return [{ name, state, text: `No handler for ${event} runs the entry.`, advice: INSTALL }];
  const off = found.filter(({ listed }) => !listed.isActive);
  const stopped = off.map(({ listed }): Check => {
    const text = `The handler for ${event} in ${listed.source} does not run: ${listed.why}.`;
    return { name, state: active.length > 0 ? "warning" : state, text, advice: adviceFor(listed.why) };
  });
  return [...stopped, ...active.flatMap((each) => checkActive(name, each)), ...checkCopies(event, active)];
}

function checkActive(name: string, { listed }: EntryHandler): readonly Check[] {
  const { event, source, matcher, entry } = listed;
  const { handler } = entry;
  const where = `the handler for ${event} in ${source}`;
  if (handler.type === "command" && handler.background !== "no") {
    const text = `${where} runs in the background, where a headless session kills it as it ends.`;
    return [
      { name, state: "problem", text: capital(text), advice: `Take "async" and "asyncRewake" out of it.` },
    ];
  }
  if (matchesAll(matcher) && handler.if === undefined) return [fine(name, `${capital(where)} is active.`)];
  const text = `${where} runs for ${JSON.stringify(matcher ?? handler.if)} only.`;
  return [
    {
      name,
      state: "warning",
      text: capital(text),
      advice: `Take the matcher out, or run \`kedge install claude-code\`.`,
    },
  ];
}

/** The same command twice runs once; two commands record everything twice. */
function checkCopies(event: WitnessedEvent, active: readonly EntryHandler[]): readonly Check[] {
  const commands = new Set(active.map(({ listed: { entry } }) => handlerKey(entry.handler)));
  if (commands.size < 2) return [];
  const places = active.map(({ listed, call }) => `${listed.source} (${call.script})`).join(", ");
  const text = `Two installations record each ${event}: ${places}.`;
  const advice = "Take one of them out with `kedge uninstall claude-code`, where it was installed.";
  return [{ name: "installations", state: "warning", text, advice }];
}

function adviceFor(why: string): string {
  if (why.includes("disableAllHooks")) return "Take `disableAllHooks` out of those settings.";
  if (why.includes("allowManagedHooksOnly"))
    return "Ask whoever manages this machine to put the entry into the managed settings; docs/install.md has the text.";
  if (why.includes("kedge hooks disable"))
    return "Switch it on: `kedge hooks enable`, with the id that `kedge hooks list` shows.";
  return INSTALL;
}

/** What is wrong with the files that settings come from. One that holds the entry counts more. */
export function checkSettings(state: EngineState, found: readonly EntryHandler[]): readonly Check[] {
  const own = new Set(found.map(({ listed }) => listed.source));
  const errors = state.problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return [fine("settings", "All settings can be read.")];
  return errors.map((problem): Check => {
    const isUnreadable = problem.code === "unreadable" && problem.path === "";
    const isHook = problem.path.startsWith("hooks");
    const advice = isHook
      ? "Put it right: some versions of Claude Code leave out every hook of a file with one that is broken."
      : "Put it right: nothing of a file counts that cannot be read.";
    const isGrave = isUnreadable || (isHook && own.has(problem.file));
    return { name: "settings", state: isGrave ? "problem" : "warning", text: formatProblem(problem), advice };
  });
}

/** Whether this environment starts sessions that run no hooks. */
export function checkEnvironment(env: Readonly<Record<string, string | undefined>>): Check {
  const name = "environment";
  if (/^(?:1|true|yes|on)$/i.test(env.CLAUDE_CODE_SIMPLE?.trim() ?? "")) {
    const text = "CLAUDE_CODE_SIMPLE is set: sessions started here run no hooks at all.";
    return {
      name,
      state: "problem",
      text,
      advice: "Unset it. Failures of such sessions are seen only by who started them.",
    };
  }
  return fine(
    name,
    "CLAUDE_CODE_SIMPLE is not set. Sessions with --bare run no hooks, so nothing of them is recorded here.",
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
