import { readTextFile, type TextReading } from "../platform/index.ts";

const MAX_PLUGIN_FILE_BYTES = 4 * 1024 * 1024;

/** Reads a file of a plugin or of a list of plugins. */
export function readPluginFile(file: string): Promise<TextReading> {
  return readTextFile(file, MAX_PLUGIN_FILE_BYTES);
}
