import { resolve } from "node:path";
import { parseScenario, type Scenario } from "../../model-api/index.ts";
import { readTextFile } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { locate, refuseFile } from "../file-problems.ts";
import { parseYaml } from "../yaml-file.ts";

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ALIASES = 1_000;
const WHAT = "a scenario";

/**
 * Reads a scenario from a file of YAML or JSON, or from standard input for `-`.
 *
 * @throws {CommandError} with all problems, each with its line
 */
export async function readScenario(file: string, context: Context): Promise<Scenario> {
  const refusal = { what: WHAT, name: file === "-" ? "standard input" : file };
  const parsed = parseYaml(await readText(file, context), { what: WHAT, maxAliases: MAX_ALIASES });
  if (!parsed.ok) throw refuseFile(parsed.problems, refusal);
  // An empty file is the scenario without any field.
  const reading = parseScenario(parsed.file.value ?? {});
  if (reading.ok) return reading.scenario;
  throw refuseFile(locate(reading.problems, parsed.file.placeOf), refusal);
}

async function readText(file: string, context: Context): Promise<string> {
  if (file === "-") return context.readStdin();
  const reading = await readTextFile(resolve(context.cwd, file), MAX_BYTES);
  if (reading.ok) return reading.text;
  throw new CommandError(
    EXIT.noInput,
    `expected a file with a scenario, but ${reading.message}. Use - for standard input.`,
  );
}
