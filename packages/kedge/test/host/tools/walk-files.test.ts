import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdPath } from "../../../src/host/files/held-path.ts";
import { createSearchTime } from "../../../src/host/tools/search-time.ts";
import { walkFiles } from "../../../src/host/tools/walk-files.ts";
import { type Files, makeScratch } from "../scratch.ts";

const FILES: Files = {
  "in/a": "a",
  "in/b/c": "c",
  "in/link": "-> ../out",
  "out/key": "KEY",
  "out/c": "KEY",
};

/** Paths below the folder `in`, each with what is read there: or why not. What happens before a file is opened may be told. */
async function walk(
  folder: string,
  platform: NodeJS.Platform,
  onFile: (path: string) => void = () => {},
): Promise<Readonly<Record<string, string>>> {
  const root = join(folder, "in");
  await using held = await holdPath(root, platform);
  if (!held.ok || held.entry === null) throw new Error(`${root} is not there`);
  const found: Record<string, string> = {};
  const time = createSearchTime(new AbortController().signal, 60_000);
  for await (const { path, open } of walkFiles({ path: root, entry: held.entry }, time)) {
    const name = path.slice(root.length + 1);
    onFile(name);
    found[name] = await open().then(
      async (file) => {
        await using own = file;
        return await own.readFile("utf8");
      },
      () => "refused",
    );
  }
  return found;
}

/** Linux holds folders; other systems are walked by name, which works here as well. */
describe.each(["linux", "darwin"] as const)("a walk as on %s", (platform) => {
  it("finds files at any depth, and follows no link", async () => {
    expect(await walk(makeScratch(FILES), platform)).toEqual({ a: "a", "b/c": "c" });
  });

  it("goes into no folder that has become a link", async () => {
    const folder = makeScratch(FILES);
    const found = await walk(folder, platform, (name) => {
      if (name !== "a") return;
      renameSync(join(folder, "in/b"), join(folder, "away"));
      symlinkSync("../out", join(folder, "in/b"));
    });
    expect(found).toEqual({ a: "a" });
  });

  it("opens no file that has become a link", async () => {
    const folder = makeScratch(FILES);
    const found = await walk(folder, platform, (name) => {
      if (name !== "a") return;
      rmSync(join(folder, "in/a"));
      symlinkSync("../out/key", join(folder, "in/a"));
    });
    expect(found).toEqual({ a: "refused", "b/c": "c" });
  });

  it("opens nothing below a link that has taken the place of a folder it is in", async () => {
    const folder = makeScratch(FILES);
    const found = await walk(folder, platform, (name) => {
      if (name !== "b/c") return;
      renameSync(join(folder, "in/b"), join(folder, "away"));
      symlinkSync("../out", join(folder, "in/b"));
    });
    // A folder that is held is the same one, wherever it has gone.
    expect(found).toEqual({ a: "a", "b/c": platform === "linux" ? "c" : "refused" });
  });

  it("ends at folders that are too deep in each other, without a word", async () => {
    const deep = (count: number): string => `in/${"d/".repeat(count)}file`;
    const found = await walk(makeScratch({ [deep(200)]: "deep", [deep(201)]: "deeper" }), platform);
    expect(Object.values(found)).toEqual(["deep"]);
  });
});
