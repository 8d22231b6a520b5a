/**
 * Writes every file that follows from the protocol's tables: validators, types, JSON Schemas and the page of events.
 * `--check` writes nothing and fails when a file differs from what the tables say.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles, generatedFolders } from "./generate/files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = await generatedFiles();
const isCheck = process.argv.includes("--check");

const stale = [...files].filter(([path, content]) => readOrNull(path) !== content).map(([path]) => path);
const surplus = generatedFolders.flatMap((folder) =>
  list(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !files.has(path)),
);

if (isCheck) {
  for (const path of [...stale, ...surplus]) console.error(`${path} is not what the tables say`);
  if (stale.length + surplus.length > 0) {
    console.error("Run `npm run generate` and commit the result.");
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? "");
    console.log(`wrote ${path}`);
  }
  for (const path of surplus) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
  if (stale.length + surplus.length === 0)
    console.log(`${files.size} files in ${relative(".", root) || "."} are up to date`);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
