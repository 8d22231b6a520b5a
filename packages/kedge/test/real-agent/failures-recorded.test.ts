import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import { runKedge } from "../cli/run-kedge.ts";
import { inFull, missing } from "../support/requires.ts";
import {
  CLAUDE_CODE_VERSION,
  claudeCodeFolder,
  claudeCodeProgram,
  missingClaudeCode,
} from "./claude-code.ts";
import type { Ended, Plan } from "./failing-sessions.ts";
import { FAILURE_ROWS, type FailureRow } from "./failure-rows.ts";

const COUNT = inFull({ normal: 20, full: 200 });

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-real-agent-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const home = join(folder, "home");
const env = { PATH: process.env.PATH ?? "", HOME: home, KEDGE_STATE_DIR: join(folder, "state") };

/** What of a failure is looked at. */
interface Recorded {
  readonly sessionId: string;
  readonly agentKind: string;
  readonly kind: string;
  readonly cause: string;
  readonly status: number | null;
  readonly agentVersion: string | null;
  readonly witnesses: number;
}

const reason = [missing(["unshare", "ip"]), missingClaudeCode()]
  .filter((each) => each !== undefined)
  .join("; ");

describe(`one-shot sessions of Claude Code ${CLAUDE_CODE_VERSION} that fail`, {
  skip: reason !== "",
  meta: { skipReason: reason },
}, () => {
  test("are all recorded, each once, as what they are", { timeout: 1_200_000 }, async () => {
    const rows = Array.from({ length: COUNT }, (_, at) => pick(at));
    const sessions = rows.map((row) => ({
      id: randomUUID(),
      row,
      cwd: join(folder, "projects", slug(row.name)),
    }));
    for (const dir of [home, ...sessions.map(({ cwd }) => cwd)]) mkdirSync(dir, { recursive: true });
    const installed = await runKedge(["install", "claude-code", "--yes"], { env, cwd: folder });
    expect(installed, installed.stderr).toMatchObject({ exitCode: 0 });

    const ended = await runSessions(sessions.map(({ id, row, cwd }) => ({ id, row: row.name, cwd })));

    expect(ended).toHaveLength(COUNT);
    for (const each of ended)
      expect(each, `${each.row}: ${each.stderr}`).toMatchObject({ signal: null, exitCode: 1 });
    const listed = await runKedge(["failures", "--json", "--limit", "1000"], { env, cwd: folder });
    expect(listed.exitCode, listed.stderr).toBe(0);
    const failures = JSON.parse(listed.stdout) as Recorded[];
    const told = (each: { sessionId: string }) => each.sessionId;
    expect(failures.map(told).toSorted()).toEqual(sessions.map(({ id }) => id).toSorted());
    const bySession = new Map(failures.map((each) => [each.sessionId, each]));
    expect(sessions.map(({ id, row }) => [row.name, shown(bySession.get(id))])).toEqual(
      sessions.map(({ row }) => [
        row.name,
        shown({ ...row, status: row.status ?? null, agentVersion: CLAUDE_CODE_VERSION }),
      ]),
    );
    expect(readdirSync(join(folder, "state/spool/new"))).toEqual([]);
  });
});

/** All rows in turn; the short run takes every second one or so, from all over the table. */
function pick(at: number): FailureRow {
  const place =
    COUNT < FAILURE_ROWS.length ? Math.floor((at * FAILURE_ROWS.length) / COUNT) : at % FAILURE_ROWS.length;
  const row = FAILURE_ROWS[place];
  if (!row) throw new Error(`no row ${place}`);
  return row;
}

function shown(failure: Omit<Recorded, "sessionId" | "witnesses"> | undefined): unknown {
  if (!failure) return undefined;
  const { agentKind, kind, cause, status, agentVersion } = failure;
  return { agentKind, kind, cause, status, agentVersion };
}

function slug(name: string): string {
  return name.replace(/\W+/g, "-");
}

async function runSessions(sessions: Plan["sessions"]): Promise<readonly Ended[]> {
  const plan: Plan = {
    program: claudeCodeProgram(claudeCodeFolder()),
    env: {
      ...env,
      ANTHROPIC_API_KEY: "sk-ant-test-key-of-no-account",
      CLAUDE_CODE_MAX_RETRIES: "0",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
    },
    sessions,
    width: inFull({ normal: 3, full: 4 }),
    burners: inFull({ normal: 0, full: 2 }),
  };
  const child = inNamespace([process.execPath, join(import.meta.dirname, "failing-sessions.ts")]);
  child.stdin?.end(JSON.stringify(plan));
  if (!child.stdout || !child.stderr) throw new Error("no pipes");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Ended);
}

/** Starts a program that reaches nothing but this machine itself. */
function inNamespace(command: readonly string[]): ChildProcess {
  const rights = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const start = 'ip link set lo up && exec "$@"';
  return spawn("unshare", [...rights, "--net", "sh", "-c", start, "sh", ...command], {
    env: { ...process.env, HOME: home },
    stdio: "pipe",
  });
}
