import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const packageDir = join(import.meta.dirname, "../..");
const built = join(packageDir, "dist/cli/main.js");

/**
 * The command line as Node runs it: the build while no source is newer, as `bin/kedge` has it, since it starts several times as fast; else the
 * sources. `npm test` builds first.
 */
export const KEDGE_MAIN = isFresh() ? built : join(packageDir, "src/cli/main.ts");

function isFresh(): boolean {
  if (!existsSync(built)) return false;
  const builtMs = statSync(built).mtimeMs;
  const sources = readdirSync(join(packageDir, "src"), { recursive: true, withFileTypes: true });
  return sources.every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= builtMs);
}
