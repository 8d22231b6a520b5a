import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Container, Entry, Snapshot } from "../../../src/host/guard/entry.ts";
import { leftOutAt } from "../../../src/host/guard/left-out.ts";
import { identityOf } from "../../../src/host/guard/memory.ts";
import { makeScratch } from "../scratch.ts";

/** What a look left out of a protected folder that was too full, when the folder of that name had this identity. */
function lookBefore(top: string, identity: string) {
  const place = { kind: "tree", path: top } as const;
  const entry = { kind: "folder", signature: identity } as Entry;
  const was: Container = {
    ...{ key: `tree ${top}`, path: top, place, isPlace: true },
    entries: new Map([[".idea", entry]]),
  };
  const path = join(top, ".idea/z");
  const before: Snapshot = {
    ...{ places: [place], containers: new Map([[was.key, was]]), folders: new Map(), timeNs: 1n },
    ...{ isTooMuch: true, leftOut: new Map([[path, { path, sinceNs: 1n }]]) },
  };
  return { before, was };
}

it("what was left out of a protected folder may come into sight; in another folder of its name it is new", () => {
  const top = makeScratch({ "project/.idea/z": "z", "project/.idea/a": "a" });
  const project = join(top, "project");
  const identity = identityOf(statSync(join(project, ".idea"), { bigint: true }));
  const { before, was } = lookBefore(project, identity);
  const found = (path: string) => leftOutAt(before, { was, container: was, path })?.path ?? null;
  expect([found(".idea/z"), found(".idea/a")]).toEqual([join(project, ".idea/z"), null]);
  const other = lookBefore(project, "another");
  expect(leftOutAt(other.before, { was: other.was, container: other.was, path: ".idea/z" })).toBe(null);
});
