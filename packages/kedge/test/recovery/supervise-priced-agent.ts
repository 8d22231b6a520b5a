/**
 * An agent that costs 1 US dollar a run and fails as it is told: `node supervise-priced-agent.ts STATUS… -- ARGUMENTS OF CLAUDE CODE`. As measured
 * with Claude Code 2.1.329, what it says it has cost (`total_cost_usd`) is that of all runs of the session, and in a fork of those it is made of.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const split = process.argv.indexOf("--");
const statuses = process.argv.slice(2, split);
const { values } = parseArgs({
  args: process.argv.slice(split + 1),
  allowPositionals: true,
  strict: false,
  options: {
    resume: { type: "string" },
    "session-id": { type: "string" },
    "fork-session": { type: "boolean" },
  },
});
const home = process.env.HOME ?? "";
const parent = typeof values.resume === "string" ? values.resume : undefined;
const own = typeof values["session-id"] === "string" ? values["session-id"] : undefined;
const sessionId = own ?? (values["fork-session"] === true ? randomUUID() : (parent ?? randomUUID()));
const folder = join(home, ".claude", "projects", process.cwd().replaceAll(/[^A-Za-z0-9]/g, "-"));
mkdirSync(folder, { recursive: true });
const transcriptOf = (id: string): string => join(folder, `${id}.jsonl`);
const transcript = transcriptOf(sessionId);
if (parent !== undefined && parent !== sessionId) copyFileSync(transcriptOf(parent), transcript);
const runs = existsSync(transcript) ? readFileSync(transcript, "utf8").trim().split("\n").length : 0;
const costUsd = runs + 1;
const at = new Date().toISOString();
appendFileSync(
  transcript,
  `${JSON.stringify({ type: "user", sessionId, uuid: randomUUID(), timestamp: at, message: { role: "user", content: "Do it" } })}\n`,
);
const log = join(home, "runs");
appendFileSync(log, `${JSON.stringify({ sessionId, parent: parent ?? null, costUsd })}\n`);
const count = readFileSync(log, "utf8").trim().split("\n").length;
const status = Number(statuses[Math.min(count, statuses.length) - 1] ?? "200");
const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify({ ...event, session_id: sessionId, uuid: randomUUID() })}\n`);
};
say({ type: "system", subtype: "init", cwd: process.cwd(), model: "claude-sonnet-5-5", tools: [] });
const isError = status !== 200;
say({
  ...{
    type: "result",
    subtype: "success",
    is_error: isError,
    num_turns: 1,
    duration_ms: 1,
    total_cost_usd: costUsd,
  },
  ...(isError
    ? { api_error_status: status, terminal_reason: "api_error", result: `API Error: ${status}` }
    : { result: "Done.", usage: { input_tokens: 1, output_tokens: 1 } }),
});
process.exitCode = isError ? 1 : 0;
