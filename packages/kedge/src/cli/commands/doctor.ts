import { entryPlaces, intakePlaces, readRetryLayers } from "../../agents/index.ts";
import type { EngineOptions, EngineState } from "../../engine/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { engineOptions, openEngine } from "../open-engine.ts";
import { stateDir } from "../state-dir.ts";
import { fireCanary, tryEntry } from "./doctor-canary.ts";
import { checkChannels } from "./doctor-channels.ts";
import { type Check, checksText, fine } from "./doctor-check.ts";
import { checkScript, checkSpool } from "./doctor-files.ts";
import { checkEnvironment, checkHandlers, checkSettings, findEntryHandlers } from "./doctor-handlers.ts";
import { checkLedger, checkPlace, checkSupervisor } from "./doctor-ledger.ts";
import { checkWaiter } from "./doctor-wake.ts";

/** Options of the command. */
export interface DoctorOptions {
  /** Default: the working directory. */
  readonly project?: string;
  readonly settings?: readonly string[];
  readonly pluginDir?: readonly string[];
  readonly json?: boolean;
  /** Folder of managed settings; no option of the command line. Default: where the platform has it. */
  readonly managedDir?: string;
}

/** `kedge doctor`: proves that a failure of a session started here would be recorded, or says what keeps it from that. */
export async function runDoctor(options: DoctorOptions, context: Context): Promise<number> {
  const checks = await examine(options, context);
  const hasProblem = checks.some(({ state }) => state === "problem");
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify({ isRecorded: !hasProblem, checks }, null, 2));
  else terminal.out(checksText(checks, terminal));
  return hasProblem ? EXIT.findings : EXIT.ok;
}

async function examine(options: DoctorOptions, context: Context): Promise<readonly Check[]> {
  const { project = context.cwd, settings = [], pluginDir = [], managedDir } = options;
  // As Claude Code has it in a folder that is trusted: nothing is run by looking.
  const about = engineOptions({ project, settings, pluginDir, trustProject: true }, context);
  const places = { ...about, ...(managedDir === undefined ? {} : { managedDir }) };
  const { script, spoolDir, wakeScript } = intakePlaces(stateDir(context));
  try {
    await using engine = await openEngine(places);
    const [state, found] = [await engine.state(), await findEntryHandlers(engine)];
    const named = found.map(
      ({ call }) => entryPlaces(call, context.homeDir) ?? { script: call.script, spoolDir },
    );
    const looked = named.length > 0 ? named : [{ script, spoolDir }];
    const [scripts, spools] = [
      new Set(looked.map((each) => each.script)),
      new Set(looked.map((each) => each.spoolDir)),
    ];
    const files = await Promise.all([...scripts].map(checkScript));
    // One that is not as it should be is not run.
    const isTried = scripts.has(script) && files[[...scripts].indexOf(script)]?.state !== "problem";
    return [
      ...checkSettings(state, found),
      ...checkHandlers(found),
      checkEnvironment({ ...context.env, ...state.configuration.env }),
      ...files,
      ...(await Promise.all([...spools].map(checkSpool))).flat(),
      ...checkPlace(spools, spoolDir),
      await checkLedger(context),
      await checkSupervisor(context),
      await checkChannels(context),
      ...(isTried ? [await tryEntry({ engine: places, script, spoolDir })] : []),
      await fireCanary(found, state, { engine: places, script, spoolDir }),
      ...(await checkWaiter(engine, wakeScript, context)),
      checkRetries(state, places),
    ];
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.data) throw error;
    // A managed policy that nobody can read stops every session, and so says everything.
    return [{ name: "settings", state: "problem", text: error.message, advice: "Put right what it names." }];
  }
}

/** How often a request is sent before a failure shows. */
function checkRetries(state: EngineState, { env }: EngineOptions): Check {
  const { configuration, inventory } = state;
  const fallback = configuration.sources
    .map(({ settings }) => settings?.other.fallbackModel)
    .find((each) => each !== undefined);
  const layers = readRetryLayers({ ...env, ...configuration.env }, fallback);
  const wakers = inventory.entries.filter(
    ({ event, handler }) =>
      event === "StopFailure" && handler.type === "command" && handler.background === "rewake",
  ).length;
  const woken =
    wakers === 0
      ? ""
      : `; ${wakers} StopFailure ${wakers === 1 ? "handler" : "handlers"} may wake the session, and all begins again`;
  const text = `Requests: ${layers.text}${woken}.`;
  if (Number.isFinite(layers.product)) return fine("retries", text);
  const advice = "With the watchdog on, a limit shows as a failure only when the session gives up, if ever.";
  return { name: "retries", state: "warning", text, advice };
}
