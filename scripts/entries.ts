/**
 * What the package consists of, read from its package.json, so that a subpath is named in one place only:
 * adding `"./engine"` to `exports` there is all it takes to have it built, checked and tested.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const repositoryDir = resolve(import.meta.dirname, "..");
export const packageDir = join(repositoryDir, "packages/kedge");
export const sourceDir = join(packageDir, "src");
export const distDir = join(packageDir, "dist");
/** The entry of the command line; it is no subpath, for nobody imports it. */
export const cliSource = join(sourceDir, "cli/main.ts");

/** One subpath of the package, with the file that is published and the source it is built from. */
export interface LibraryEntry {
  readonly subpath: string;
  /** Path below `dist` without extension, such as `protocol/index`. */
  readonly name: string;
  readonly source: string;
  readonly dist: string;
}

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8")) as Manifest;
}

/** Lists the subpaths that hold code; plain files such as `./package.json` and the schemas are left out. */
export function libraryEntries(manifest: Manifest = readManifest()): LibraryEntry[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const match = /^\.\/dist\/(.+)\.js$/.exec(target.default);
    const name = match?.[1];
    if (name === undefined || target.types !== `./dist/${name}.d.ts`) {
      throw new Error(
        `Expected exports["${subpath}"] of packages/kedge/package.json to be ` +
          `{ types: "./dist/NAME.d.ts", default: "./dist/NAME.js" }, got ${JSON.stringify(target)}`,
      );
    }
    return [{ subpath, name, source: join(sourceDir, `${name}.ts`), dist: join(distDir, `${name}.js`) }];
  });
}
