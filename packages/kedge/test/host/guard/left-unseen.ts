/**
 * A program whose first command leaves a process behind, and which has no free descriptors for a moment: as that command ends, or as a second
 * one begins. Prints what the looks from then on put back.
 */
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGuard } from "../../../src/host/guard/guard.ts";
import { protectedNames } from "../../../src/host/permissions/protected-names.ts";
import { createChildProcesses } from "../../../src/platform/index.ts";

const [folder = "", when = ""] = process.argv.slice(2);
const project = join(folder, "project");
const put: string[] = [];
const children = createChildProcesses();
const guard = createGuard({
  ...{ names: protectedNames(), left: children.left, sessionId: "session", now: () => 5 },
  folders: () => ({ workingDirs: [project], homeDir: join(folder, "home"), extra: [] }),
  ...{ keptDir: join(folder, "undone"), temporaryDir: folder },
  onReport: ({ undone }) => void put.push(...undone.map(({ path }) => relative(project, path))),
  onTooMuch: () => {},
});

/** Takes all free descriptors for as long as something takes. */
async function withoutDescriptors<T>(isNow: boolean, run: () => Promise<T>): Promise<T> {
  const taken: number[] = [];
  try {
    while (isNow) taken.push(openSync("/dev/null", "r"));
  } catch {
    // there are no more
  }
  try {
    return await run();
  } finally {
    taken.forEach(closeSync);
  }
}

// It waits without starting anything, which would be newer than it is.
const line = "mkfifo go; (read x <go; echo y >.mcp.json; touch done) >/dev/null 2>&1 &";
const first = await guard.before();
await children.run({ file: "sh", args: ["-c", line], cwd: project, env: { PATH: process.env.PATH ?? "" } });
await withoutDescriptors(when === "after", () => guard.after(first));
// From here on the process is older than what the second command may have left. The clock without descriptors may be a little behind.
for (const end = children.left.moment() + 60; children.left.moment() < end; ) await sleep(5);
const second = await withoutDescriptors(when === "before", () => guard.before());
await guard.after(second);
writeFileSync(join(project, "go"), "\n");
while (!existsSync(join(project, "done"))) await sleep(5);
await guard.before();
process.stdout.write(JSON.stringify(put));
