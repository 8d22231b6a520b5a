/** Names that change their meaning while a file tool works on them: what was judged is what is written, or nothing is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GrantedWorld, makeGranted } from "../host/files/granted.ts";
import { type Files, fill } from "../host/scratch.ts";
import { makeHost } from "../support/host-world.ts";
import { describeWith, inFull } from "../support/requires.ts";

/**
 * Exchanges what stands at two names, and at no moment is nothing there: many times within one call, with pauses in which a call gets on,
 * one order or the other. When it is ended it leaves them as they were, and says how often it swapped.
 */
const SWAPPER = `
import ctypes, signal, sys, time
one, other = [name.encode() for name in sys.argv[1:]]
exchange = ctypes.CDLL(None, use_errno=True).renameat2
swaps, isOver = 0, False
def end(*_):
    global isOver
    isOver = True
signal.signal(signal.SIGTERM, end)
while not isOver or swaps % 2:
    if exchange(-100, one, -100, other, 2) != 0: sys.exit(f"renameat2: {ctypes.get_errno()}")
    swaps += 1
    if swaps == 1: print("swapping", flush=True)
    time.sleep(0.00005 if swaps % 99 else 0.02)
print(swaps)
`;

/** Works beside the swapper, and says how often that swapped meanwhile. */
async function whileSwapping(
  { project }: Pick<GrantedWorld, "project">,
  [one, other]: readonly [string, string],
  work: () => Promise<void>,
): Promise<number> {
  const swapper = spawn("python3", ["-c", SWAPPER, join(project, one), join(project, other)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(swapper, "close");
  let said = "";
  swapper.stdout.setEncoding("utf8").on("data", (piece: string) => {
    said += piece;
  });
  try {
    await Promise.race([once(swapper.stdout, "data"), closed]);
    expect(said).toContain("swapping");
    await work();
  } finally {
    swapper.kill("SIGTERM");
    await closed;
  }
  return Number(said.split("\n")[1]);
}

/** So many calls at least did not go by without a swap. */
const SWAPS_A_CALL = 0.5;

const FILES: Files = {
  "project/src/target.txt": "one",
  "project/plain.txt": "one",
  "project/to-config": "-> .git/config",
  "project/.git/config": "[core]",
  "project/.git/hooks/pre-commit": "true",
  "project/moved/config": "one",
  "project/moved/hooks/pre-commit": "one",
  "project/to-outside": "-> ../outside",
  "outside/target.txt": "outside",
};

/** What must stay: all outside, and what is in the folder that was `.git` at the beginning, whatever its name is now. */
function mustStay({ folder, project }: Pick<GrantedWorld, "folder" | "project">, git: bigint): unknown {
  const name =
    [".git", "moved"].find((each) => statSync(join(project, each), { bigint: true }).ino === git) ?? "";
  const outside = readdirSync(join(folder, "outside"));
  return [
    ...[outside, readFileSync(join(folder, "outside/target.txt"), "utf8")],
    ...["config", "hooks/pre-commit"].map((file) => readFileSync(join(project, name, file), "utf8")),
  ];
}

/** Writes and edits a path again and again; says how often it worked. */
async function insist(world: GrantedWorld, file: string, times: number): Promise<number> {
  let done = 0;
  let isKnown = false;
  for (let at = 0; at < times; at++) {
    if (!isKnown) await world.attempt("Read", { file_path: file });
    const old = world.context.seen.has(world.at(file)) ? { old_string: "one", new_string: "one" } : null;
    const outcome =
      at % 2 === 0 || old === null
        ? await world.attempt("Write", { file_path: file, content: "one and PWNED" })
        : await world.attempt("Edit", {
            ...old,
            file_path: file,
            new_string: "one PWNED",
            replace_all: true,
          });
    isKnown = outcome?.ok === true;
    if (isKnown) done++;
  }
  return done;
}

describeWith({ needs: ["python3"] }, "names that are swapped", () => {
  test.each([
    ["a folder with a link to one outside", ["src", "to-outside"], "src/target.txt", 500, 0.01],
    ["a file with a link to what is protected", ["plain.txt", "to-config"], "plain.txt", 150, 0.01],
    ["a file with another name of what is protected", ["plain.txt", "twin"], "plain.txt", 150, 0.01],
    // What was seen as `.git` once stays protected, so the ordinary one soon is as well.
    ["a protected folder with an ordinary one", [".git", "moved"], "moved/config", 150, 0],
    ["the same, for a file deeper in it", [".git", "moved"], "moved/hooks/pre-commit", 150, 0],
  ] as const)(
    "%s",
    async (_, pair, file, times, least) => {
      const world = await makeGranted(FILES);
      linkSync(world.at(".git/hooks/pre-commit"), world.at("twin"));
      const git = statSync(world.at(".git"), { bigint: true }).ino;
      const before = mustStay(world, git);
      const calls = inFull({ normal: times, full: 10_000 });
      let done = 0;
      const swaps = await whileSwapping(world, pair, async () => {
        done = await insist(world, file, calls);
      });
      expect(swaps).toBeGreaterThan(calls * SWAPS_A_CALL);
      expect(mustStay(world, git)).toEqual(before);
      // What was not swapped in the wrong moment was written, and what is swapped no longer is, every time.
      expect(done).toBeGreaterThanOrEqual(calls * least);
      expect(await insist(world, file, 10)).toBe(least === 0 ? 0 : 10);
      expect(mustStay(world, git)).toEqual(before);
    },
    inFull({ normal: 20_000, full: 600_000 }),
  );

  test.each([
    ["Read", { file_path: "src/target.txt" }],
    ["Grep", { pattern: ".", path: "src", output_mode: "content" }],
    ["Grep", { pattern: ".", glob: "target.txt", output_mode: "content" }],
  ] as const)("read by %s, with %j", async (tool, input) => {
    const world = await makeGranted(FILES, "default");
    const calls = inFull({ normal: 100, full: 5_000 });
    const texts: string[] = [];
    const isRead = (text: string): boolean => /(?:\t|:1:)one/.test(text);
    const swaps = await whileSwapping(world, ["src", "to-outside"], async () => {
      // How many come between two swaps is chance; that one of very many does is not.
      for (let at = 0; at < calls || (at < 50 * calls && !texts.some(isRead)); at++)
        texts.push((await world.attempt(tool, input))?.text ?? "");
    });
    expect(swaps).toBeGreaterThan(calls * SWAPS_A_CALL);
    // Only the file outside says that of itself: no name that is shown has it in its line.
    expect(texts.filter((text) => /(?:\t|:1:)outside/.test(text))).toEqual([]);
    expect(texts.some(isRead)).toBe(true);
  });

  test.each([
    ["a folder with a link to one outside", ["src", "to-outside"], "src/target.txt"],
    ["a file with a link to what is protected", ["plain.txt", "to-config"], "plain.txt"],
  ] as const)("in a session whose permissions are bypassed: %s", async (_, pair, file) => {
    const times = 100;
    const call = (tool: string, at: number, input: object = {}) => ({
      ...{ tool, id: `${tool}_${at}` },
      input: { file_path: file, ...input },
    });
    const tools = Array.from({ length: times }, (_each, at) => [
      call("Read", at),
      call("Write", at, { content: "one and PWNED" }),
    ]);
    const world = await makeHost({ replies: [{ tools: tools.flat() }, { text: "done" }] });
    fill(world.folder, FILES);
    const git = statSync(join(world.project, ".git"), { bigint: true }).ino;
    const before = mustStay(world, git);
    const session = await world.open({ permissionMode: "bypassPermissions" });
    const swaps = await whileSwapping(world, pair, async () => {
      await session.send("go");
    });
    expect(swaps).toBeGreaterThan(times * SWAPS_A_CALL);
    expect(mustStay(world, git)).toEqual(before);
    const results = (world.asked(1).messages.at(-1)?.content ?? []).filter(({ tool_use_id: id }) =>
      String(id).startsWith("Write"),
    );
    expect(results).toHaveLength(times);
    const written = results.filter(({ is_error: isError }) => isError !== true);
    expect(written.length).toBeGreaterThanOrEqual(times * 0.01);
  });

  test("would redirect a write that looks at the path before it", async () => {
    const world = await makeGranted(FILES);
    const file = world.at("src/target.txt");
    const outside = join(world.folder, "outside/target.txt");
    await whileSwapping(world, ["src", "to-outside"], async () => {
      for (let at = 0; at < 100_000 && readFileSync(outside, "utf8") === "outside"; at++)
        if (realpathSync.native(file).startsWith(`${world.project}/`)) await writeFile(file, "PWNED");
    });
    expect(readFileSync(outside, "utf8")).toBe("PWNED");
  });
});
