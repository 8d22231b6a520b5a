import { readTextFile } from "../platform/index.ts";

const MAX_PLUGIN_FILE_BYTES = 4 * 1024 * 1024;

/** Text of a file of a plugin or of a list of plugins; null when it is not there or cannot be read. */
export async function readPluginFile(file: string): Promise<string | null> {
  const reading = await readTextFile(file, MAX_PLUGIN_FILE_BYTES);
  return reading.ok ? reading.text : null;
}
