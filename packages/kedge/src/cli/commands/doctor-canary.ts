import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CANARY_PREFIX, entryCommand, entryPlaces } from "../../agents/index.ts";
import { createEngine, type EngineOptions, type EngineState, type Source } from "../../engine/index.ts";
import { type ChildProcesses, createChildProcesses } from "../../platform/index.ts";
import { type Check, fine } from "./doctor-check.ts";
import type { EntryHandler } from "./doctor-handlers.ts";

/** What canaries need of the world. */
export interface CanaryPlaces {
  /** As for the engine that listed the handlers. */
  readonly engine: EngineOptions;
  /** The installed entry of this Kedge. */
  readonly script: string;
  readonly spoolDir: string;
}

/**
 * Delivers a made-up failure through the handlers as they are configured, looks for its record and removes it. Only handlers that run
 * the entry get it: a handler of somebody else would tell people of a failure that never was. One that a project configures runs
 * only when it is exactly what installing puts there: the project could name anything so.
 */
export async function fireCanary(
  found: readonly EntryHandler[],
  state: EngineState,
  places: CanaryPlaces,
): Promise<Check> {
  const name = "canary";
  const ours = found.filter(({ listed }) => {
    const { handler } = listed.entry;
    // What goes on in the background may write its record when nobody looks any more.
    const isAwaited = handler.type === "command" && handler.background === "no";
    if (listed.event !== "StopFailure" || !listed.isActive || !isAwaited) return false;
    return !listed.origin.isFromProject || isExact(handler, places.script);
  });
  if (ours.length === 0) {
    const text = "No canary was sent: no active handler for StopFailure runs the entry and is awaited.";
    return { name, state: "problem", text, advice: "Put right what is said above." };
  }
  const session = newSession();
  const since = Date.now();
  const { projectDir } = places.engine;
  // Nothing else that is configured counts here, switches included: they have been looked at already.
  const options: EngineOptions = {
    ...places.engine,
    ...{ settingSources: [], flagSettings: [], pluginDirs: [], managedDir: join(places.spoolDir, "none") },
    env: { ...places.engine.env, ...userEnv(state) },
  };
  await using engine = await createEngine(options);
  engine.addSource(canarySource(ours));
  const { trace } = await engine.dispatch("StopFailure", {
    ...{ session_id: session, transcript_path: "/dev/null", cwd: projectDir, hook_event_name: "StopFailure" },
    ...{ error: "unknown", last_assistant_message: "A canary of kedge doctor: nothing has failed." },
  });
  const spools = ours.map(
    ({ call }) => entryPlaces(call, places.engine.homeDir)?.spoolDir ?? places.spoolDir,
  );
  const records = await takeRecords(new Set(spools), { session, since, witness: "failure" });
  const failed = trace.runs.find(({ status }) => status !== "ok");
  if (failed) {
    const text = `The handler in ${failed.source} failed: ${failed.error ?? failed.status}.`;
    return { name, state: "problem", text, advice: "Run `kedge install claude-code` again." };
  }
  if (records < trace.runs.length || records === 0) {
    const text = `A canary was sent to ${trace.runs.length}, and ${records} recorded it.`;
    return { name, state: "problem", text, advice: "See what is said of the spool and the disk." };
  }
  const ms = Math.round(Math.max(...trace.runs.map(({ durationMs }) => durationMs)));
  return fine(name, `A canary went through the handler and was recorded in ${ms} ms; its record is removed.`);
}

/** Runs the entry by itself, without any settings: tells whether it is the settings or the entry that fails. */
export async function tryEntry({ script, spoolDir, engine }: CanaryPlaces): Promise<Check> {
  const name = "entry";
  await using children: ChildProcesses = createChildProcesses();
  const session = newSession();
  const since = Date.now();
  const env = Object.fromEntries(Object.entries(engine.env ?? {}).filter(([, value]) => value !== undefined));
  const ending = await children.run({
    ...{ file: script, args: ["canary"], cwd: engine.projectDir, env: env as Record<string, string> },
    ...{ stdin: Buffer.from(JSON.stringify({ session_id: session })), timeoutMs: 10_000 },
  });
  const records = await takeRecords(new Set([spoolDir]), { session, since, witness: "canary" });
  if (records === 1)
    return fine(name, `The entry works: it wrote a record in ${Math.round(ending.durationMs)} ms.`);
  const text = `The entry wrote no record${ending.message === undefined ? "" : `: ${ending.message}`}.`;
  return { name, state: "problem", text, advice: "See what is said of the entry, the spool and the disk." };
}

function isExact(handler: EntryHandler["listed"]["entry"]["handler"], script: string): boolean {
  return (
    handler.type === "command" && !handler.args && handler.command === entryCommand("StopFailure", script)
  );
}

/** The handlers as they are configured; a matcher was judged before, and does not keep the canary out. */
function canarySource(ours: readonly EntryHandler[]): Source {
  const entries = ours.map(({ listed: { entry } }) => {
    const { matcher: _matcher, ...rest } = entry;
    return rest;
  });
  return {
    kind: "user",
    name: [...new Set(ours.map(({ listed }) => listed.source))].join(", "),
    file: "",
    isFromProject: false,
    entries,
    broken: [],
    problems: [],
  };
}

/** `env` of settings, the stronger last; what a project sets is not obeyed here. */
function userEnv({ configuration }: EngineState): Readonly<Record<string, string>> {
  const sources = configuration.sources.filter(({ isFromProject }) => !isFromProject);
  return Object.fromEntries(
    sources.toReversed().flatMap(({ settings }) => Object.entries(settings?.env ?? {})),
  );
}

function newSession(): string {
  return CANARY_PREFIX + randomBytes(9).toString("hex");
}

/** Removes the records of a canary, and says how many there were. */
async function takeRecords(
  spools: ReadonlySet<string>,
  canary: { readonly session: string; readonly since: number; readonly witness: string },
): Promise<number> {
  let taken = 0;
  for (const spool of spools) {
    const names = await readdir(join(spool, "new")).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(`.${canary.witness}`))) {
      const file = join(spool, "new", name);
      const stats = await stat(file).catch(() => null);
      // Clocks of file systems are coarse, and some are a little behind.
      if (!stats || stats.mtimeMs < canary.since - 5_000) continue;
      const text = await readFile(file, "utf8").catch(() => "");
      if (!text.startsWith(`kedge 1 ${canary.witness}\n`) || !text.includes(canary.session)) continue;
      await rm(file, { force: true });
      taken++;
    }
  }
  return taken;
}
