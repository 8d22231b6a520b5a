/**
 * The real Claude Code, in the release that Kedge was measured against. It lies outside of the repository, in the user's cache folder, where
 * `scripts/install-claude-code.ts` puts it; it is run without a network and without an account.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export const CLAUDE_CODE_PACKAGE = "@anthropic-ai/claude-code";
export const CLAUDE_CODE_VERSION = "2.1.329";

/** Where the release lies once it is installed. */
export function claudeCodeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.XDG_CACHE_HOME;
  const base = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), ".cache");
  return join(base, "kedge-tests", `claude-code-${CLAUDE_CODE_VERSION}`);
}

/** The program in a folder into which the package was installed. */
export function claudeCodeProgram(folder: string): string {
  return join(folder, "node_modules", CLAUDE_CODE_PACKAGE, "bin/claude.exe");
}

/** Why the tests with the real agent are skipped; undefined when it is there. */
export function missingClaudeCode(): string | undefined {
  if (existsSync(claudeCodeProgram(claudeCodeFolder()))) return undefined;
  return `needs Claude Code ${CLAUDE_CODE_VERSION}: npm run claude-code`;
}
