/** Names that come to mean something else between the question and the answer: what was permitted is what is read. */
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type HostWorld, makeHost } from "../../support/host-world.ts";
import { makeGranted } from "./granted.ts";

/** A session in which a person says yes to one call, after what a name means was changed. */
async function runAsked(
  [tool, input]: readonly [string, Record<string, unknown>],
  change: (world: HostWorld) => void,
): Promise<string> {
  const world = await makeHost({ replies: [{ tool, input }, { text: "done" }] });
  for (const [path, text] of Object.entries({ "project/notes.txt": "notes", "project/docs/a.txt": "notes" }))
    world.write(path, text);
  for (const path of ["outside/notes.txt", "outside/key.txt"]) world.write(path, "the KEY");
  world.settings("user", { permissions: { ask: [tool], deny: [`Read(/${world.at("outside")}/**)`] } });
  const ask = async () => {
    change(world);
    return { behavior: "allow", remembers: false } as const;
  };
  await (await world.open({ asker: { ask } })).send("go");
  return world.said(1);
}

/** Puts a link to something at a name that means something else. */
const lead =
  (name: string, to: string) =>
  ({ project }: HostWorld): void => {
    renameSync(join(project, name), join(project, "away"));
    symlinkSync(to, join(project, name));
  };

describe("a name that became a link while a person was asked", () => {
  test.each([
    ["Read", { file_path: "notes.txt" }, ["notes.txt", "../outside/notes.txt"]],
    ["Read", { file_path: "docs/notes.txt" }, ["docs", "../outside"]],
    ["Grep", { pattern: "KEY", path: "docs", output_mode: "content" }, ["docs", "../outside"]],
    [
      "Grep",
      { pattern: "KEY", path: "notes.txt", output_mode: "content" },
      ["notes.txt", "../outside/key.txt"],
    ],
    ["Glob", { pattern: "*", path: "docs" }, ["docs", "../outside"]],
  ] as const)("is not followed by %s: %j", async (tool, input, [name, to]) => {
    const said = await runAsked([tool, input], lead(name, to));
    expect(said).toMatch(/This was permitted for .+, and leads to .+\/outside.* now\. Nothing was read\./);
    expect(said).not.toContain("the KEY");
  });
});

test.each([
  ["Read", { file_path: "link/a.txt" }, "a text"],
  ["Grep", { pattern: "text", path: "link" }, "link/a.txt"],
  ["Grep", { pattern: "text", path: "link/a.txt" }, "link/a.txt"],
  ["Glob", { pattern: "*", path: "link" }, "link/a.txt"],
] as const)("a link that was there before is followed by %s: %j", async (tool, input, shown) => {
  const world = await makeGranted({ "project/docs/a.txt": "a text", "project/link": "-> docs" }, "default");
  expect(await world.attempt(tool, input)).toMatchObject({ ok: true, text: expect.stringContaining(shown) });
});
