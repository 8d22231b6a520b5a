import type { BrokenHook, HookEntry } from "../protocol/index.ts";
import { describeBroken } from "./describe.ts";
import { handlerId } from "./disabled.ts";
import type { EngineState } from "./engine-state.ts";
import type { Inventory } from "./inventory.ts";
import type { Source } from "./source.ts";
import type { TracePlace } from "./trace.ts";
import type { TrustKeeper, TrustVerdict } from "./trust-keeper.ts";

/** One configured handler, as people look at it. */
export interface ListedHandler extends TracePlace {
  /** SHA-256 that names the handler; the first characters are enough. Empty for what cannot be used. */
  readonly id: string;
  readonly event: HookEntry["event"];
  readonly matcher?: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly trust: "managed" | TrustVerdict["state"];
  readonly isActive: boolean;
  /** Why it is not active; of an active one why it is trusted. */
  readonly why: string;
  readonly entry?: HookEntry;
  readonly origin: Source;
}

/** Lists every configured handler in configured order, then what cannot be used. */
export async function listHandlers(
  state: EngineState,
  trust: TrustKeeper,
): Promise<readonly ListedHandler[]> {
  const { inventory, configuration } = state;
  const listed: ListedHandler[] = [];
  const broken = new Set(state.broken.map((hook) => `${hook.file}\0${hook.path}`));
  const stopped = new Map(inventory.stopped.map(({ entry, why }) => [entry, why]));
  for (const source of configuration.sources) {
    for (const entry of source.entries) {
      if (broken.has(`${entry.file}\0${entry.path}`)) continue;
      const verdict = await judge(entry, source, { state, trust });
      const off = stopped.get(entry);
      listed.push({
        ...about(entry, inventory.placeOf(entry)),
        id: handlerId(entry, source),
        what: inventory.whatIs(entry.handler),
        trust: source.kind === "managed" ? "managed" : verdict.state,
        isActive: off === undefined && verdict.mayRun,
        why: off === undefined ? verdict.why : `switched off by ${off}`,
        entry,
        origin: source,
      });
    }
  }
  const off = inventory.stoppedBroken.map(({ hook, why }) => ({
    ...brokenRow(hook, inventory),
    why: `switched off by ${why}`,
  }));
  return [...listed, ...state.broken.map((hook) => brokenRow(hook, inventory)), ...off];
}

const OWN_WHY = { managed: "managed settings configured it", user: "the user configured it" } as const;

function judge(
  entry: HookEntry,
  source: Source,
  { state, trust }: { state: EngineState; trust: TrustKeeper },
): Promise<TrustVerdict> {
  if (!source.isFromProject)
    return Promise.resolve({
      mayRun: true,
      state: "trusted",
      why: OWN_WHY[source.kind === "managed" ? "managed" : "user"],
    });
  return trust.judge(entry, source, { env: state.configuration.projectEnv });
}

function brokenRow(hook: BrokenHook, inventory: Inventory): ListedHandler {
  return {
    ...about(hook, inventory.placeOf(hook)),
    origin: inventory.sourceOf(hook),
    id: "",
    what: "broken",
    trust: "untrusted",
    isActive: false,
    why: `cannot be used: ${describeBroken(hook)}`,
  };
}

function about(
  hook: HookEntry | BrokenHook,
  place: TracePlace,
): TracePlace & Pick<ListedHandler, "event" | "matcher"> {
  return { ...place, event: hook.event, ...(hook.matcher === undefined ? {} : { matcher: hook.matcher }) };
}
