import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import {
  REAL_NUDGE,
  type RealPlan,
  type RealPlayed,
  type RealStep,
} from "../agents/sessions/real-agent-driver.ts";
import { missing } from "../support/requires.ts";
import {
  CLAUDE_CODE_VERSION,
  claudeCodeFolder,
  claudeCodeProgram,
  missingClaudeCode,
} from "./claude-code.ts";

type Reply = NonNullable<Scenario["replies"]>[number];

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-real-sessions-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const home = join(folder, "home");

const reason = [missing(["unshare", "ip"]), missingClaudeCode()]
  .filter((each) => each !== undefined)
  .join("; ");

const always = (reply: Reply): Scenario => ({ replies: [reply] });
const ok = always({ text: "All done." });
const words = "One word after another, as it goes on.";
const cut = always({
  text: words,
  stream: { stop_at: "block", stop_by: "close" },
  non_stream: { connection: "close" },
});
const OAUTH = { ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-of-no-account" };
const window = always({
  status: 429,
  headers: {
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": "{epoch_s+3600}",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
    "anthropic-ratelimit-unified-5h-status": "rejected",
    "anthropic-ratelimit-unified-5h-reset": "{epoch_s+3600}",
  },
});

/** How a first run fails, and what has to be seen of it; the second one always goes well. */
const FAILURES: readonly (readonly [
  name: string,
  step: Omit<RealStep, "how">,
  verdict: object,
  observed?: object,
])[] = [
  ["529", { api: always({ status: 529 }) }, { cause: "overload", confidence: "certain", status: 529 }],
  // Whether the block before the cut is told is a race within the agent.
  ["cut stream", { api: cut }, { cause: "connection", confidence: "certain" }, {}],
  [
    "connection reset",
    { api: always({ connection: "reset" }), env: { CLAUDE_CODE_MAX_RETRIES: "1" } },
    { cause: "connection", confidence: "certain" },
    { retries: 1 },
  ],
  ["401", { api: always({ status: 401 }) }, { cause: "auth", confidence: "certain", status: 401 }],
  [
    "window of a plan",
    { api: window, env: OAUTH },
    { cause: "plan_window", confidence: "certain", window: "five_hour", reset: { from: "rate_limit_event" } },
  ],
];

describe(`sessions of Claude Code ${CLAUDE_CODE_VERSION} through the adapter`, {
  skip: reason !== "",
  meta: { skipReason: reason },
}, () => {
  test("that fail are seen as what they are, and go on in the same session", {
    timeout: 120_000,
  }, async () => {
    const plays = FAILURES.map(([name, step]) =>
      playOf(name, [
        { ...step, how: "start" },
        { how: "resume", api: ok },
      ]),
    );
    const played = await runPlays(plays);
    expect(played.map(({ name }) => name)).toEqual(FAILURES.map(([name]) => name));
    for (const [at, { name, attempts, requests }] of played.entries()) {
      const [, , verdict, observed = { answers: 0, hasProgress: false }] = FAILURES[at] ?? [];
      const sessionId = plays[at]?.sessionId;
      const [first, second] = attempts;
      expect(first, name).toMatchObject({ cause: "exit", exitCode: 1, verdict });
      expect(first?.observed, name).toMatchObject({
        ...observed,
        sessionId,
        unreadable: 0,
        results: 1,
        lostResults: 0,
      });
      expect(first?.observed.hasProgress, name).toBe((first?.observed.answers ?? 0) > 0);
      expect(first?.stdout, name).toBe(`${first?.observed.text}\n`);
      expect(first?.witnesses, name).toEqual(expect.arrayContaining(["result", "transcript", "process"]));
      expect(second, name).toMatchObject({
        exitCode: 0,
        stdout: "All done.\n",
        transcript: first?.transcript,
      });
      expect(second?.verdict, name).toMatchObject({ cause: "none", confidence: "certain" });
      expect(second?.observed, name).toMatchObject({
        sessionId,
        hasProgress: true,
        answers: 1,
        text: "All done.",
      });
      expect(requests.at(-1)?.said, name).toContain("do the work");
      expect(requests.at(-1)?.said, name).toContain(REAL_NUDGE);
    }
  });

  test("take every flag, fork, and are ended", { timeout: 120_000 }, async () => {
    const fork = randomUUID();
    const flags = [
      "--output-format",
      "json",
      "--append-system-prompt",
      "--odd",
      "--max-turns=9",
      "--model",
      "haiku",
    ];
    const plays = [
      playOf(
        "flags",
        [
          { how: "start", api: always({ status: 529 }) },
          { how: "resume", api: ok },
        ],
        flags,
      ),
      playOf("fork", [
        { how: "start", api: always({ status: 529 }) },
        { how: "resume", api: ok, forkAs: fork },
      ]),
      playOf("missing", [{ how: "resume", api: ok }]),
      playOf("id in use", [
        { how: "start", api: ok },
        { how: "start", api: ok },
      ]),
      playOf("aborted", [
        { how: "start and abort", api: always({ connection: "hang" }) },
        { how: "resume", api: ok },
      ]),
    ];
    const [given, forked, gone, used, aborted] = await runPlays(plays);
    expect(given?.attempts.map(({ stdout }) => JSON.parse(stdout).is_error)).toEqual([true, false]);
    expect(new Set(given?.requests.map(({ model }) => model)).size).toBe(1);
    expect(given?.requests[0]?.model).toContain("haiku");
    expect(forked?.attempts[1]).toMatchObject({
      exitCode: 0,
      observed: { sessionId: fork, hasProgress: true },
    });
    expect(forked?.attempts[1]?.transcript).toContain(fork);
    expect(gone?.attempts[0]).toMatchObject({ exitCode: 1, verdict: { cause: "lost_session" } });
    expect(gone?.attempts[0]?.observed).toMatchObject({ answers: 0, hasProgress: false });
    expect(used?.attempts[1]).toMatchObject({ exitCode: 1, observed: { events: 0 } });
    expect(used?.attempts[1]?.stderr).toContain("already in use");
    expect(aborted?.attempts[0]).toMatchObject({
      cause: "aborted",
      exitCode: 143,
      verdict: { cause: "dead_process" },
    });
    expect(aborted?.attempts[1]).toMatchObject({ exitCode: 0, verdict: { cause: "none" } });
    expect(aborted?.requests.at(-1)?.said).toContain("do the work");
  });
});

function playOf(
  name: string,
  steps: readonly RealStep[],
  flags: readonly string[] = [],
): RealPlan["plays"][number] {
  const program = claudeCodeProgram(claudeCodeFolder());
  const cwd = join(folder, "projects", name);
  return { name, steps, cwd, sessionId: randomUUID(), argv: [program, "-p", "do the work", ...flags] };
}

async function runPlays(plays: RealPlan["plays"]): Promise<readonly RealPlayed[]> {
  mkdirSync(home, { recursive: true });
  const plan: RealPlan = {
    ...{ home, plays },
    env: {
      ...{ PATH: process.env.PATH ?? "", HOME: home, ANTHROPIC_API_KEY: "sk-ant-test-key-of-no-account" },
      ...{
        CLAUDE_CODE_MAX_RETRIES: "0",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
      },
      // As if another session had started it.
      ...{ CLAUDECODE: "1", CLAUDE_CODE_CHILD_SESSION: "1" },
    },
  };
  const rights = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const start = 'ip link set lo up && exec "$@"';
  const driver = [process.execPath, join(import.meta.dirname, "../agents/sessions/real-agent-driver.ts")];
  const child = spawn("unshare", [...rights, "--net", "sh", "-c", start, "sh", ...driver], {
    env: { ...process.env, HOME: home },
    stdio: "pipe",
  });
  child.stdin.end(JSON.stringify(plan));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RealPlayed);
}
