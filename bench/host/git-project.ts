import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Folders of a project that hold files, and files in each. */
export interface ProjectSize {
  readonly folders: number;
  readonly filesEach: number;
}

/** Folders side by side, as far as there are so many. */
const WIDTH = 30;

/** Makes a repository of git in which everything is committed: folders two deep, with files of one line. */
export function makeGitProject(dir: string, { folders, filesEach }: ProjectSize): void {
  for (let each = 0; each < folders; each++) {
    const inner = each < WIDTH ? "" : `part-${Math.floor(each / WIDTH)}`;
    const folder = join(dir, `group-${each % WIDTH}`, inner);
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < filesEach; file++)
      writeFileSync(join(folder, `file-${file}.ts`), "export const answer = 42;\n");
  }
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: dir, stdio: "ignore" });
  git("init");
  git("add", ".");
  git("-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-m", "bench");
}

/** What changed in the last two seconds is read again at every look, so what was just made is no project as people have it. */
export async function untilSettled(): Promise<void> {
  await sleep(2_500);
}
