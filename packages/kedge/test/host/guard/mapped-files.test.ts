/** What is written through a mapping is seen, though it leaves the times of a file as they are. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { createScanner } from "../../../src/host/guard/scan.ts";
import { protectedNames } from "../../../src/host/permissions/protected-names.ts";
import { testWith } from "../../support/requires.ts";
import { fill, makeScratch } from "../scratch.ts";

/** Maps a file, and writes at its beginning what each line says. */
const PROGRAM = `
import mmap, sys
with open(sys.argv[1], "r+b") as file: own = mmap.mmap(file.fileno(), 0)
own[:]
print(flush=True)
for line in sys.stdin.buffer:
    own[0:2] = line[0:2]
    print(flush=True)
`;

const cleaning: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleaning.splice(0)) clean();
});

/** A project in which one file is mapped, and looks at it, which may be so much later that what was written so far counts as old. */
function makeMapped(folder: string) {
  fill(folder, { ".mcp.json": "{}" });
  let laterMs = 0;
  const scanner = createScanner(protectedNames(), () => BigInt(Date.now() + laterMs) * 1_000_000n);
  const look = async (isOurs: boolean, later = 0): Promise<string | undefined> => {
    laterMs = later;
    const { containers } = await scanner.look([{ kind: "tree", path: folder }], isOurs);
    return [...containers.values()][0]?.entries.get(".mcp.json")?.content?.toString();
  };
  let python: ChildProcess | null = null;
  const write = async (text: string): Promise<void> => {
    if (python === null) {
      python = spawn("python3", ["-c", PROGRAM, join(folder, ".mcp.json")], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      cleaning.push(() => python?.kill("SIGKILL"));
      await once(python.stdout as NodeJS.ReadableStream, "data");
    }
    python.stdin?.write(`${text}\n`);
    await once(python.stdout as NodeJS.ReadableStream, "data");
  };
  return { look, write };
}

testWith({ needs: ["python3"] }, "after the first write that changed nothing", async () => {
  const { look, write } = makeMapped(makeScratch());
  expect(await look(false)).toBe("{}");
  await write("{}");
  expect(await look(true, 60_000)).toBe("{}");
  await write("[]");
  expect(await look(true, 60_000)).toBe("[]");
  await write("()");
  expect(await look(true)).toBe("()");
});

testWith(
  { needs: ["python3"] },
  "in a file system in memory, where no write gives a new time",
  async (context) => {
    if (!existsSync("/dev/shm")) context.skip("needs /dev/shm");
    const folder = mkdtempSync("/dev/shm/kedge-");
    cleaning.push(() => rmSync(folder, { recursive: true }));
    const { look, write } = makeMapped(folder);
    expect(await look(false, 60_000)).toBe("{}");
    await write("[]");
    expect(await look(true, 60_000)).toBe("[]");
  },
);
