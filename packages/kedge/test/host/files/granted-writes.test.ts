/** Random trees with links of all kinds: a file tool never changes what is protected, nor anything that is outside. */
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { protectedNames } from "../../../src/host/permissions/protected-names.ts";
import fc from "../../support/fast-check.ts";
import { inFull } from "../../support/requires.ts";
import { type GrantedWorld, makeGranted } from "./granted.ts";

/** Few names, so that paths meet: ordinary ones, protected ones, and what leads elsewhere. */
const name = fc.constantFrom(
  "a",
  "b",
  "c",
  ".git",
  ".GIT",
  ".claude",
  "worktrees",
  ".npmrc",
  "config",
  "..",
  "git~1",
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const place = fc.oneof(
  { weight: 5, arbitrary: path },
  path.map((way) => `../outside/${way}`),
);

const step = fc.record({
  does: fc.constantFrom("file", "file", "folder", "link", "link", "twin", "write", "write", "edit"),
  path,
  to: place,
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Others do what they like with the tree; what cannot be done is left out. */
function doElsewhere({ project }: GrantedWorld, { does, path: way, to }: Step): void {
  const at = join(project, way);
  try {
    mkdirSync(does === "folder" ? at : dirname(at), { recursive: true });
    if (does === "file") writeFileSync(at, "text", { flag: "wx" });
    if (does === "link") symlinkSync(to, at);
    if (does === "twin") linkSync(join(project, to), at);
  } catch {}
}

const { partOf } = protectedNames();

/** Content of all that must stay: outside of the project whatever there is, in it what is protected by its name. */
function mustStay({ folder, project }: GrantedWorld): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const left = [folder];
  for (let dir = left.pop(); dir !== undefined; dir = left.pop()) {
    for (const each of readdirSync(dir)) {
      const file = join(dir, each);
      const stats = lstatSync(file);
      if (stats.isDirectory()) left.push(file);
      const isInside = file.startsWith(`${project}/`);
      // A protected folder may come to be for what is open in it, such as worktrees.
      const isOurs = isInside && (stats.isDirectory() || partOf(file.slice(project.length)) === null);
      if (isOurs || file === project) continue;
      const text = stats.isFile() ? readFileSync(file, "utf8") : "";
      found.set(file, stats.isSymbolicLink() ? readlinkSync(file) : text);
    }
  }
  return found;
}

test.each(["acceptEdits", "bypassPermissions"] as const)(
  "in %s",
  async (mode) => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const world = await makeGranted({ "outside/a": "text", "project/.git/config": "text" }, mode);
        for (const each of steps) {
          // Above the project anybody may write with permissions bypassed, who says so.
          const isAbove = join(world.project, each.path).startsWith(`${world.project}/`) === false;
          if (each.does !== "write" && each.does !== "edit") {
            if (!isAbove) doElsewhere(world, each);
            continue;
          }
          if (isAbove) continue;
          const file_path = each.path;
          await world.call("Read", { file_path });
          const before = mustStay(world);
          const outcome =
            each.does === "write"
              ? await world.attempt("Write", { file_path, content: "text and PWNED" })
              : await world.attempt("Edit", { file_path, old_string: "text", new_string: "text, PWNED" });
          if (outcome?.ok) written++;
          expect(mustStay(world)).toEqual(before);
        }
      }),
      { numRuns: inFull({ normal: 60, full: 5_000 }) },
    );
    expect(written).toBeGreaterThan(10);
  },
  inFull({ normal: 20_000, full: 900_000 }),
);
