import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { testWith } from "../../support/requires.ts";

const PROGRAM = fileURLToPath(new URL("full-disk.ts", import.meta.url));

/** A file and what is written over it, with so many blocks left; where a size is given, the file is a hole behind its text. */
interface Case {
  readonly before: string | null;
  readonly size?: number;
  readonly after: string;
  readonly blocks: number;
}

const OLD = "line of the old text\n".repeat(400);
const NEW = "line of a newer text\n".repeat(2_000);

const CASES: readonly (readonly [Case, "old" | "new"])[] = [
  [{ before: OLD, after: NEW, blocks: 2 }, "old"],
  [{ before: OLD, after: NEW.slice(0, 13_000), blocks: 0 }, "old"],
  [{ before: OLD, after: NEW.slice(0, OLD.length), blocks: 0 }, "new"],
  [{ before: OLD, after: "short", blocks: 0 }, "new"],
  [{ before: OLD, after: "", blocks: 0 }, "new"],
  // The disk is full when a part of the old text has been written over.
  [{ before: OLD, size: 40_000, after: NEW.slice(0, 40_000), blocks: 2 }, "old"],
  [{ before: OLD, size: 40_000, after: NEW.slice(0, 30_000), blocks: 2 }, "old"],
  [{ before: null, after: NEW, blocks: 2 }, "old"],
  [{ before: null, after: NEW, blocks: 20 }, "new"],
];

testWith({ needs: ["bwrap"] }, "on a full disk the old text stays, or the new one stands there whole", () => {
  const program = "bwrap";
  const said = execFileSync(
    program,
    [
      ...[
        "--bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--size",
        String(256 * 1024),
        "--tmpfs",
        "/mnt",
      ],
      ...["--", process.execPath, PROGRAM, "/mnt", ...CASES.map(([each]) => JSON.stringify(each))],
    ],
    { encoding: "utf8" },
  );
  const why = expect.stringMatching(/^\/mnt\/file: no space left on device\. Nothing was changed\.$/);
  const ends = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(ends).toEqual(CASES.map(([, is]) => ({ is, why: is === "old" ? why : null })));
});
