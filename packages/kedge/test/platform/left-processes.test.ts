import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type ChildProcesses, createChildProcesses } from "../../src/platform/index.ts";
import { needs } from "../support/requires.ts";

/** Without it nobody can tell. */
const hasProc = existsSync("/proc/self/stat");
const made: ChildProcesses[] = [];
const left: number[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const pid of left.splice(0)) process.kill(pid, "SIGKILL");
  for (const children of made.splice(0)) await children.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs a line in which `$DAEMON` is what is left behind, and says whether that is found, by others too. */
async function leave(line: string) {
  const children = createChildProcesses();
  made.push(children);
  const since = children.left.moment();
  const folder = mkdtempSync(join(tmpdir(), "kedge left-"));
  folders.push(folder);
  const pidFile = join(folder, "pid");
  const env = { PATH: process.env.PATH ?? "", DAEMON: `sh -c 'echo $$ >"${pidFile}"; exec sleep 60'` };
  await children.run({ file: "sh", args: ["-c", `${line} >/dev/null 2>&1 &`], cwd: folder, env });
  while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await new Promise(setImmediate);
  left.push(Number(readFileSync(pidFile, "utf8")));
  const other = createChildProcesses();
  made.push(other);
  const isFound = (isOwn: boolean, from = children) => from.left.isAnyLeft(since, () => isOwn);
  return {
    marked: await isFound(false),
    here: await isFound(true),
    byOthers: await isFound(false, other),
    later: await children.left.isAnyLeft(since + 1_000_000, () => true),
  };
}

test.runIf(hasProc)("what a child leaves behind is found by its mark", async (context) => {
  needs(context, "setsid");
  for (const line of ['eval "$DAEMON"', 'setsid sh -c "$DAEMON"'])
    expect(await leave(line)).toEqual({ marked: true, here: true, byOthers: false, later: false });
});

test.runIf(hasProc)(
  "one that cleared its environment is found by the folder it works in",
  async (context) => {
    needs(context, "setsid");
    expect(await leave('env -i "PATH=$PATH" setsid sh -c "$DAEMON"')).toMatchObject({
      marked: false,
      here: true,
    });
  },
);

test.runIf(hasProc)("a child that has ended is not left behind", async () => {
  const children = createChildProcesses();
  made.push(children);
  const since = children.left.moment();
  await children.run({ file: "sh", args: ["-c", "true"], cwd: tmpdir(), env: {} });
  expect(await children.left.isAnyLeft(since, () => false)).toBe(false);
});
