import { parseYaml } from "./yaml-file.ts";

/** Aliases stay few: a file of a project could otherwise grow without end when it is read. */
const MAX_ALIASES = 32;

/**
 * Reads the frontmatter of skills, commands and agents, as data.
 *
 * @throws {Error} for whatever is no YAML
 */
export function parseFrontmatterYaml(text: string): unknown {
  const reading = parseYaml(text, { what: "frontmatter", maxAliases: MAX_ALIASES });
  if (!reading.ok) throw new Error(reading.problems[0]?.message ?? "it is no YAML");
  return reading.file.value;
}
