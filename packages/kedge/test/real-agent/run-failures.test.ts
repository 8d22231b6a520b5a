import { describe, expect, test } from "vitest";
import { inFull } from "../support/requires.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import type { ExplainedWork, ListedFailure } from "./explained.ts";
import { CLAUDE, FAST, jsonLines, NEEDS_WORLD, NUDGE, openRealWorld, saidIn } from "./real-world.ts";

const FAILURES = [
  {
    reply: {
      status: 429,
      message: "This request would exceed your organization's rate limit of 50 requests per minute",
      headers: { "retry-after": 2, "anthropic-ratelimit-requests-reset": "{rfc3339+2}" },
    },
    cause: "request_rate",
    words: "key's rate limit → resumed",
  },
  { reply: { status: 529 }, cause: "overload", words: "API overloaded → resumed" },
  { reply: { connection: "reset" }, cause: "connection", words: "connection failed → resumed" },
  {
    // The agent asks again without a stream.
    reply: {
      text: "One word after another, as it goes on.",
      stream: { stop_at: "delta", stop_by: "reset" },
      non_stream: { connection: "close" },
      times: 2,
    },
    cause: "connection",
    words: "connection failed → resumed",
  },
  { reply: { status: 500 }, cause: "server", words: "API failed → resumed" },
] as const;

/** As the Bash tool of another session of the agent sets it. */
const INHERITED = {
  ...{ CLAUDECODE: "1", CLAUDE_CODE_CHILD_SESSION: "1", CLAUDE_CODE_ENTRYPOINT: "cli" },
  CLAUDE_CODE_SESSION_ID: "11111111-1111-4111-8111-111111111111",
};

/** Where the session runs. */
interface Place {
  readonly where: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly hasHooks?: boolean;
  /** Whether somebody takes in what hooks leave, while the session runs. */
  readonly isWatched?: boolean;
}

const ALONE: Place = { where: "alone, and begun by another session", env: INHERITED };
const HOOKS: Place = { where: "beside the hooks of Kedge", hasHooks: true };
const WATCHED: Place = {
  ...{
    where: "beside the hooks of Kedge, of which each is taken in at once",
    hasHooks: true,
    isWatched: true,
  },
};

describe(`kedge run with Claude Code ${CLAUDE_CODE_VERSION}`, NEEDS_WORLD, () => {
  test.concurrent.for(inFull({ normal: [ALONE, HOOKS], full: [ALONE, HOOKS, WATCHED] }))(
    "gets through five failures in one session, $where",
    {
      timeout: 180_000,
    },
    async ({ env, hasHooks, isWatched }) => {
      await using world = await openRealWorld();
      await world.serve({ replies: [...FAILURES.map(({ reply }) => reply), { text: "All done." }] });
      const policy = world.write("kedge.yaml", `causes: { ${FAST} }\n`);
      if (hasHooks) {
        const installed = await world.kedge(["install", "claude-code", "--yes"]);
        expect(installed, installed.stderr).toMatchObject({ exitCode: 0 });
      }
      const watch = isWatched ? world.startKedge(["ingest", "--watch"]) : null;

      const command = ["run", "--key", world.key, "--policy", policy, "--", CLAUDE, "-p", "Do it"];
      const run = await world.kedge(command, env);
      watch?.kill("SIGTERM");
      await watch?.done;

      expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: "All done.\n" });
      const work = await world.json<ExplainedWork>(["explain", `run-${world.key}`]);
      const [sessionId] = work.attempts.map((attempt) => attempt.sessionId);
      expect(work).toMatchObject({ state: "done", starts: 6 });
      expect(work.attempts).toMatchObject([
        ...FAILURES.map(({ cause }) => ({ sessionId, outcome: "requeued", cause, action: "resume" })),
        { sessionId, outcome: "done", cause: null, action: null },
      ]);
      const explained = await world.kedge(["explain", `run-${world.key}`]);
      const rows = explained.stdout.split("\n").filter((line) => /^ {2}\d /.test(line));
      for (const [at, { words }] of FAILURES.entries()) expect(rows[at]).toContain(words);
      const failures = await world.json<ListedFailure[]>(["failures"]);
      expect(failures.map(({ id }) => id).toReversed()).toEqual(
        work.attempts.slice(0, -1).map(({ failureId }) => failureId),
      );
      // Four without hooks: the result, the stream, the process and the transcript.
      const most = Math.max(...failures.map(({ witnesses }) => witnesses));
      expect(most).toBe(hasHooks ? 5 : 4);
      expect(world.requests().map(({ step }) => step)).toEqual([0, 1, 2, 3, 3, 4, 5]);
      const said = world
        .requests()
        .map((request) => saidIn(request).map((words) => words.slice(0, NUDGE.length)));
      expect(said[0]).toEqual(["Do it"]);
      expect(said.at(-1)).toEqual(["Do it", ...FAILURES.map(() => NUDGE)]);
      const [[name, transcript = ""] = [], ...others] = Object.entries(world.transcripts());
      expect([name, others]).toEqual([sessionId, []]);
      // As a session of its own, whatever began it.
      const began = jsonLines(transcript).flatMap(({ entrypoint }) => entrypoint ?? []);
      expect(new Set(began)).toEqual(new Set(["sdk-cli"]));
    },
  );
});
