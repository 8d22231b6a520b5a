/**
 * Builds packages/kedge/dist: JavaScript by esbuild, type declarations by tsc.
 *
 * Everything is built in a folder beside dist and moved in at the end, so that a failed build leaves the
 * last good one, and a kedge that is started meanwhile never sees half of it.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { build, type Metafile } from "esbuild";
import {
  cliSource,
  distDir,
  libraryEntries,
  packageDir,
  readManifest,
  repositoryDir,
  sourceDir,
} from "./entries.ts";

const stagingDir = join(packageDir, ".dist-next");
const cliEntry = "cli/main";

const started = performance.now();
rmSync(stagingDir, { recursive: true, force: true });
try {
  const metafile = await bundle();
  writeNotices(metafile);
  copyFileSync(join(import.meta.dirname, "kedge-bin.js"), join(stagingDir, "cli/kedge.js"));
  chmodSync(join(stagingDir, "cli/kedge.js"), 0o755);
  emitDeclarations();
  rmSync(distDir, { recursive: true, force: true });
  renameSync(stagingDir, distDir);
} finally {
  rmSync(stagingDir, { recursive: true, force: true });
}
console.log(`Built packages/kedge/dist in ${((performance.now() - started) / 1000).toFixed(1)} s`);

/** The library leaves its dependencies to be installed. The command brings what it uses on every start: it then starts twice as fast. */
async function bundle(): Promise<Metafile> {
  const manifest = readManifest();
  const dependencies = Object.keys(manifest.dependencies);
  const entries = libraryEntries(manifest);
  const sources = Object.fromEntries(entries.map((entry) => [entry.name, entry.source] as const));
  const library = await buildOne(sources, { chunks: "chunks", external: dependencies });
  for (const entry of entries) {
    const foreign = foreignPackages(library, entry.name);
    if (foreign.size > 0) {
      throw new Error(
        `Expected ${entry.subpath} to import only dependencies of packages/kedge, ` +
          `got ${[...foreign.keys()].join(", ")}, which would be bundled into it`,
      );
    }
  }
  return buildOne({ [cliEntry]: cliSource }, { chunks: "cli/chunks", external: [] });
}

async function buildOne(
  entryPoints: Readonly<Record<string, string>>,
  { chunks, external }: { chunks: string; external: readonly string[] },
): Promise<Metafile> {
  const result = await build({
    absWorkingDir: repositoryDir,
    entryPoints,
    outdir: stagingDir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // Node 24 has `using` itself. What it is made into for older ones forgets within a loop that an earlier round has failed.
    supported: { using: true },
    chunkNames: `${chunks}/[name]-[hash]`,
    // `yaml` gives Node the older of its two builds, whose calls of `require` a bundle of modules cannot answer.
    alias: { yaml: join(repositoryDir, "node_modules/yaml/browser/index.js") },
    external: external.flatMap((name) => [name, `${name}/*`]),
    charset: "utf8",
    legalComments: "inline",
    metafile: true,
    logLevel: "warning",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return result.metafile;
}

/** Finds the packages bundled into an output and into every chunk it may load: name to folder. */
function foreignPackages(metafile: Metafile, entryName: string): Map<string, string> {
  const found = new Map<string, string>();
  const first = relative(repositoryDir, join(stagingDir, `${entryName}.js`))
    .split(sep)
    .join("/");
  const queue = [first];
  const seen = new Set(queue);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const output = metafile.outputs[path];
    for (const input of Object.keys(output?.inputs ?? {})) {
      const match = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
      if (match?.[1] !== undefined) found.set(match[1], match[0]);
    }
    for (const imported of output?.imports ?? []) {
      if (imported.external || seen.has(imported.path)) continue;
      seen.add(imported.path);
      queue.push(imported.path);
    }
  }
  return found;
}

/** Licences ask that their text travels with the code: one file has it for all that is bundled into the CLI. */
function writeNotices(metafile: Metafile): void {
  const parts = [...foreignPackages(metafile, cliEntry)].sort().map(([name, folder]) => {
    const dir = join(repositoryDir, folder);
    const { version, license, author } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    const file = readdirSync(dir).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    // Some packages publish without the file; who made it and under what is then all there is to pass on.
    const text = file === undefined ? ownWords(author) : readFileSync(join(dir, file), "utf8").trim();
    if (typeof license !== "string") throw new Error(`Expected ${folder} to name its licence`);
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const intro = "The kedge command contains code of these packages.\n";
  writeFileSync(join(stagingDir, "cli/NOTICES.txt"), [intro, ...parts].join(`\n${"-".repeat(72)}\n\n`));
}

function ownWords(author: unknown): string {
  const name = typeof author === "object" && author !== null && "name" in author ? author.name : author;
  return typeof name === "string"
    ? `By ${name}. The package holds no text of its licence.`
    : "The package holds no text of its licence.";
}

function emitDeclarations(): void {
  const tsc = resolve(repositoryDir, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(packageDir, "tsconfig.build.json"), "--outDir", stagingDir];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) throw new Error("tsc could not emit the type declarations of packages/kedge");
  // tsc does not copy declarations that are written by hand or by a generator.
  for (const file of readdirSync(sourceDir, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const target = join(stagingDir, file);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(sourceDir, file), target);
  }
  // tsc keeps the extension of the sources, which only works because compilers look past it.
  for (const file of readdirSync(stagingDir, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const path = join(stagingDir, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/(\b(?:from|import)[ (]*")(\.{1,2}\/[^"]+)(?<!\.d)\.ts"/g, '$1$2.js"'));
  }
}
