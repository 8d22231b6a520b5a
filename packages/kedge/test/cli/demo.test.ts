import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runKedge } from "./run-kedge.ts";

const folder = mkdtempSync(join(tmpdir(), "kedge-demo-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Minutes on a busy machine. */
const LONG_MS = 240_000;

describe("kedge demo", () => {
  test(
    "eight sessions meet what they are to meet, and it says what was done and what to try next",
    async () => {
      const tmp = join(folder, "tmp");
      mkdirSync(tmp);
      // What the user has set up takes no part in it.
      const own = { ANTHROPIC_API_KEY: "sk-of-the-user", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
      const { exitCode, stdout, stderr } = await runKedge(["demo"], {
        env: { ...own, HOME: folder, TMPDIR: tmp },
      });
      expect(stdout, stderr).toContain("All went as scripted");
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ +done +release-notes /m);
      expect(stdout).toMatch(/^ +waits for you +old-session +broken history → held for you/m);
      expect(stdout).toMatch(
        /^ +waits for you +(?:translate|review) +.*Account day is stopped: login refused\.$/m,
      );
      expect(stdout).toMatch(
        /^ +old-session +broken history \(status 400\) +held for you +The session's history is broken/m,
      );
      expect(stdout).toMatch(/^degraded: 5 of 8 done, 3 wait for a person in .*requests\.$/m);
      expect(stdout).toContain("What to try next:");
      expect(stderr).toContain("alone, to see");
      expect(stdout + stderr).not.toContain("sk-of-the-user");
      expect(readdirSync(tmp)).toEqual([]);
      expect(readdirSync(folder)).toEqual(["tmp"]);
    },
    LONG_MS,
  );
});
