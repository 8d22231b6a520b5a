/**
 * After each test file, no process that its tests started may be alive. A leak fails the file.
 *
 * Descendants are found by two marks, because each alone misses some: children of this process, whatever
 * their environment, and processes that inherited a variable set here, even when their parent has died.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";

const mark = `KEDGE_TEST_MARK=${process.pid}-${Date.now()}`;
const [markName = "", markValue = ""] = mark.split("=");
process.env[markName] = markValue;

/** A process that was told to end may need this long before it is gone. */
const graceMs = 10_000;

afterAll(async () => {
  const deadline = Date.now() + graceMs;
  let alive = livingDescendants();
  while (alive.length > 0 && Date.now() < deadline) {
    await sleep(25);
    alive = livingDescendants();
  }
  if (alive.length === 0) return;
  const lines = alive.map(({ pid, command }) => `  ${pid} ${command}`);
  // They are ended here, so that a leak fails the file that made it and disturbs no other.
  for (const { pid } of alive) kill(pid);
  throw new Error(`Expected no process to outlive the tests of this file, found:\n${lines.join("\n")}`);
});

interface Descendant {
  readonly pid: number;
  readonly command: string;
}

function livingDescendants(): Descendant[] {
  return listProc().flatMap((pid) => {
    if (pid === process.pid) return [];
    const stat = readProc(pid, "stat");
    // The command name is in parentheses and may hold any character, so fields are counted after the last one.
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === undefined || state === "" || state === "Z" || state === "X") return [];
    const isOurs = Number(parent) === process.pid || readProc(pid, "environ").split("\0").includes(mark);
    return isOurs ? [{ pid, command: readProc(pid, "cmdline").replaceAll("\0", " ").trim() }] : [];
  });
}

function listProc(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return []; // no /proc, as on macOS: nothing can be said there
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it ended meanwhile, or belongs to somebody else
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}
