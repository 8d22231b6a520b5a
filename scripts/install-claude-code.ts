/**
 * Installs the release of Claude Code that tests run into the user's cache folder, from npm; nothing of it comes into the repository.
 *
 * `npm run claude-code`
 *
 * It does nothing where that release is already. The tests run it without a network and without an account.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  CLAUDE_CODE_PACKAGE,
  CLAUDE_CODE_VERSION,
  claudeCodeFolder,
  claudeCodeProgram,
} from "../packages/kedge/test/real-agent/claude-code.ts";

const folder = claudeCodeFolder();
if (existsSync(claudeCodeProgram(folder))) console.log(`Claude Code ${CLAUDE_CODE_VERSION} is in ${folder}`);
else install();

/** Into a folder beside first, so that one that is there is whole. */
function install(): void {
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(join(dirname(folder), ".new-"));
  try {
    console.log(`Installing Claude Code ${CLAUDE_CODE_VERSION} …`);
    const options = ["--prefix", fresh, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const run = spawnSync("npm", ["install", ...options, `${CLAUDE_CODE_PACKAGE}@${CLAUDE_CODE_VERSION}`], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (run.status !== 0) throw new Error(`npm ended with ${run.status ?? run.signal ?? run.error?.message}`);
    const program = claudeCodeProgram(fresh);
    const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
    if (!version.startsWith(CLAUDE_CODE_VERSION))
      throw new Error(`${CLAUDE_CODE_PACKAGE} says that it is "${version}", expected ${CLAUDE_CODE_VERSION}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    console.log(`Claude Code ${CLAUDE_CODE_VERSION} is in ${folder}`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
