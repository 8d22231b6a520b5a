import { readTextFile } from "../platform/index.ts";
import type { Core } from "./core.ts";
import { loadPathReader } from "./permissions/exported-path.ts";

/** More than hooks ever leave. */
const MAX_BYTES = 1_000_000;

/**
 * PATH as the next command of the model has it: that of its environment, and what hooks left for it.
 *
 * @param env variables that commands begin with
 * @returns undefined also where nobody knows, so that no name stands for a certain program
 */
export async function commandPath(
  { state, envFile }: Pick<Core, "state" | "envFile">,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const left = await readTextFile(envFile, MAX_BYTES);
  if (!left.ok) return left.reason === "missing" ? env.PATH : undefined;
  const read = await loadPathReader();
  return read(left.text, { ...env, PWD: state.cwd }) ?? undefined;
}
