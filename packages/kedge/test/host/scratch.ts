/** Temporary folders with files and links in them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A path that ends in a slash is a folder; a text that begins with `-> ` is the target of a link. */
export type Files = Readonly<Record<string, string>>;

/** Makes a folder, gone after the test. Its name has a blank in it, unless it is to begin otherwise. */
export function makeScratch(files: Files = {}, name = "kedge tools-"): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), name)));
  made.push(folder);
  fill(folder, files);
  return folder;
}

export function fill(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(path.endsWith("/") ? file : dirname(file), { recursive: true });
    if (content.startsWith("-> ")) symlinkSync(content.slice(3), file);
    else if (!path.endsWith("/")) writeFileSync(file, content);
  }
}
