/** Whatever commands do, in whatever order: protected files are as before, ordinary ones as the commands left them. */
import { execFileSync } from "node:child_process";
import { cpSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import fc from "../../support/fast-check.ts";
import { inFull } from "../../support/requires.ts";
import { makeGuardWorld } from "./guard-world.ts";

const PROTECTED = [
  ...[".claude/settings.json", ".claude/hooks/check.sh", ".claude/agents/new.md", ".mcp.json", ".npmrc"],
  ...[".vscode/tasks.json", ".git/config", ".git/hooks/pre-push", ".git/hooks/new", ".git/info/attributes"],
  ...["../home/.bashrc", "../home/.zshrc", "../home/.claude/settings.json", ".claude/hooks", ".vscode"],
];
const ORDINARY = ["src/a.ts", "src/b.ts", "lib/c.ts", "lib/deep/d.ts", "e.ts"];

const quote = (path: string): string => `'${path}'`;
const place = fc.constantFrom(...PROTECTED, ...ORDINARY).map(quote);
const ordinary = fc.constantFrom(...ORDINARY).map(quote);
// None of them is a harmless line of a git configuration.
const text = fc.constantFrom("a", "bc", "{");

/** One thing that a shell may do. What it takes from a protected place it leaves in an ordinary one. */
const operation = fc.oneof(
  fc.tuple(place, text).map(([path, what]) => `mkdir -p "$(dirname ${path})"; echo '${what}' >${path}`),
  fc.tuple(place, text).map(([path, what]) => `echo '${what}' >>${path}`),
  place.map((path) => `rm -rf ${path}`),
  place.map((path) => `mkdir -p ${path}`),
  fc
    .tuple(place, fc.constantFrom("600", "755", "4755", "444"))
    .map(([path, mode]) => `chmod ${mode} ${path}`),
  fc.tuple(place, place).map(([from, to]) => `cp -r ${from} ${to}`),
  fc.tuple(place, place).map(([from, to]) => `ln -sfn "$PWD"/${from} ${to}`),
  fc.tuple(place, ordinary).map(([from, to]) => `ln -f ${from} ${to}; echo z >>${to}`),
  place.map((path) => `touch -d 2001-01-01 ${path}`),
  place.map(
    (path) =>
      `[ -f ${path} ] && python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.write(b"{")' ${path}`,
  ),
);

it(
  "protected files are as before, ordinary ones as they were left",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 6 }), async (operations) => {
        const world = makeGuardWorld();
        const twin = `${world.folder}.twin`;
        cpSync(world.folder, twin, { recursive: true });
        const before = world.fingerprint();
        const line = operations.map((each) => `{ ${each}; } 2>/dev/null`).join("\n");
        await world.bash(line);
        try {
          execFileSync("bash", ["-c", `${line}\ntrue`], {
            cwd: join(twin, "project"),
            timeout: 10_000,
            env: world.context.env as NodeJS.ProcessEnv,
          });
          expect(world.fingerprint()).toEqual(before);
          expect(ordinaryIn(world.project, world.folder)).toEqual(ordinaryIn(join(twin, "project"), twin));
        } finally {
          execFileSync("rm", ["-rf", twin]);
        }
      }),
      { numRuns: inFull({ normal: 8, full: 1_500 }) },
    );
  },
  inFull({ normal: 20_000, full: 600_000 }),
);

/** Ordinary entries as they are; of a link where it leads to, seen from its folder. */
function ordinaryIn(folder: string, top: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    const file = join(folder, path);
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) found[path] = readlinkSync(file).replace(top, "");
    else if (stats.isFile()) found[path] = `${stats.mode} ${readFileSync(file, "latin1")}`;
    else if (!stats.isDirectory()) found[path] = "other";
    // What is protected by its name is so at any depth: a copy of it into a folder is taken away again.
    else for (const name of readdirSync(file)) if (!name.startsWith(".")) walk(join(path, name));
  };
  for (const name of ["src", "lib", "e.ts"]) if (readdirSync(folder).includes(name)) walk(name);
  return found;
}
