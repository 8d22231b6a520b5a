import { isAbsolute, join, resolve } from "node:path";
import { readTextFile } from "../../platform/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";

import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { locate, refuseFile } from "../file-problems.ts";
import { parseYaml } from "../yaml-file.ts";
import { defaultPolicy, type Origins, type Policy, readPolicy } from "./policy-room.ts";

/** Files of people have some hundred lines. */
const MAX_BYTES = 64 * 1024;
const WHAT = "a policy";

/** The policy in force, and the file that says so. */
export interface PolicySource {
  readonly policy: Policy;
  readonly origins: Origins;
  /** As people see it: the path, or `standard input`; null where the defaults are in force. */
  readonly name: string | null;
  /** Where one was looked for. */
  readonly places: readonly string[];
  lineOf(keys: readonly (string | number)[]): number | undefined;
  /** Whether the caller named the file, and no project brought it. */
  readonly isNamed: boolean;
}

/** What concerns everything on this machine: no project has a say in it. */
const MACHINE_FIELDS = ["channels", "alerts", "watch", "others"] as const;

/**
 * Reads the policy of a file, of standard input for `-`, or of the first place that has one: the working directory, then the user's
 * configuration. Without any the defaults are in force; a file that is there and cannot be used is never passed over.
 *
 * @throws {CommandError} 66 for a file that is missing or unreadable, 65 with every problem and its line
 */
export async function loadPolicy(file: string | undefined, context: Context): Promise<PolicySource> {
  const places = file === undefined ? policyPlaces(context) : [file];
  for (const place of places) {
    const text = await readText(place, file !== undefined, context);
    if (text === null) continue;
    const isNamed = file !== undefined;
    const source = await readSource(text, place);
    if (!isNamed && place !== ownPlace(context)) refuseMachineFields(source, context);
    return { ...source, places, isNamed };
  }
  return noPolicy(places);
}

/**
 * Whose channels and alerts hold: those of a policy that the caller named and that has some; else the user's own.
 *
 * @returns undefined for the user's own
 */
export function namedAlerts({ isNamed, origins, policy }: PolicySource): Policy | undefined {
  const hasOwn = [...origins.keys()].some((path) => /^(?:channels|alerts)\./.test(path));
  return isNamed && hasOwn ? policy : undefined;
}

/** A checkout could have commands run, and what fails told to strangers, by a file that nobody has looked at. */
function refuseMachineFields({ origins, lineOf, name }: ReadSource, context: Context): void {
  const problems = MACHINE_FIELDS.filter((field) =>
    [...origins.keys()].some((path) => path.startsWith(`${field}.`)),
  ).map((field) => {
    const line = lineOf([field]);
    return {
      message: `expected ${field} in your own policy, ${ownPlace(context)}, got it in that of a project. Move it there, or name this file with --policy`,
      ...(line === undefined ? {} : { line }),
    };
  });
  if (problems.length > 0) throw refuseFile(problems, { what: WHAT, name: name ?? "" });
}

/**
 * Reads the policy of work that may go on later, by another process: as {@link loadPolicy}, but not from standard input, which nobody could
 * read again.
 *
 * @returns the policy, and the absolute path of its file; null for the defaults
 * @throws {CommandError} as {@link loadPolicy}, and 64 for `-`
 */
export async function loadLastingPolicy(
  file: string | undefined,
  context: Context,
): Promise<PolicySource & { readonly path: string | null }> {
  if (file === "-")
    throw new CommandError(
      EXIT.usage,
      "expected a file for --policy, got standard input: whoever goes on with the work later reads it again.",
    );
  const source = await loadPolicy(file, context);
  return { ...source, path: source.name === null ? null : resolve(context.cwd, source.name) };
}

/**
 * Reads the user's own policy, whatever the working directory has: what is said there holds for everything that fails on this machine, and no
 * project has a say in it.
 *
 * @throws {CommandError} as {@link loadPolicy}
 */
export async function loadOwnPolicy(context: Context): Promise<PolicySource> {
  const place = ownPlace(context);
  const text = await readText(place, false, context);
  if (text !== null) return { ...(await readSource(text, place)), places: [place], isNamed: false };
  return noPolicy([place]);
}

/** Why nobody is told, by the file that could change it: people look for it in their working directory. */
export function noChannels(context: Context): string {
  return `your own policy, ${ownPlace(context)}, names no channels`;
}

function noPolicy(places: readonly string[]): PolicySource {
  return {
    policy: defaultPolicy(),
    origins: new Map(),
    name: null,
    places,
    lineOf: () => undefined,
    isNamed: false,
  };
}

/** Where a policy is looked for, first to last. */
function policyPlaces(context: Context): readonly string[] {
  return [join(context.cwd, "kedge.yaml"), ownPlace(context)];
}

function ownPlace({ env, homeDir }: Context): string {
  const own = env.XDG_CONFIG_HOME;
  const config = own !== undefined && isAbsolute(own) ? own : join(homeDir, ".config");
  return join(config, "kedge", "kedge.yaml");
}

async function readText(place: string, isNamed: boolean, context: Context): Promise<string | null> {
  if (place === "-") return context.readStdin();
  const reading = await readTextFile(resolve(context.cwd, place), MAX_BYTES);
  if (reading.ok) return reading.text;
  if (reading.reason === "missing" && !isNamed) return null;
  const code = reading.reason === "too_large" ? EXIT.data : EXIT.noInput;
  throw new CommandError(code, `expected a file with a policy, but ${escapeInvisible(reading.message)}.`);
}

type ReadSource = Omit<PolicySource, "places" | "isNamed">;

async function readSource(text: string, place: string): Promise<ReadSource> {
  const refusal = { what: WHAT, name: place === "-" ? "standard input" : place };
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw refuseFile([{ message: `expected at most ${MAX_BYTES} bytes` }], refusal);
  const parsed = parseYaml(text, { what: WHAT });
  if (!parsed.ok) throw refuseFile(parsed.problems, refusal);
  const { value, placeOf } = parsed.file;
  const reading = await readPolicy(value);
  if (!reading.ok) throw refuseFile(locate(reading.problems, placeOf), refusal);
  const { policy, origins } = reading;
  return { policy, origins, name: refusal.name, lineOf: (keys) => placeOf(keys)?.line };
}
