import type { Scenario } from "../../model-api/index.ts";

/** Credentials of the demonstration, as the environment has them. The second one has expired. */
export const DEMO_KEYS = { NIGHT_KEY: "demo-night", DAY_KEY: "demo-expired" } as const;

const LIMIT_SECONDS = 8;

/** The model API of the demonstration: each session meets its own failure. */
export const DEMO_SCENARIO: Scenario = {
  description: "What goes wrong in a night",
  keys: [DEMO_KEYS.NIGHT_KEY],
  routes: [
    {
      name: "limit",
      when: { prompt: "release notes" },
      replies: [
        {
          status: 429,
          headers: {
            "retry-after": String(LIMIT_SECONDS),
            "anthropic-ratelimit-requests-limit": "50",
            "anthropic-ratelimit-requests-remaining": "0",
            "anthropic-ratelimit-requests-reset": `{rfc3339+${LIMIT_SECONDS}}`,
          },
        },
        { text: "The release notes are written." },
      ],
    },
    {
      name: "overload",
      when: { prompt: "flaky test" },
      replies: [{ status: 529, times: 2 }, { text: "The test waits for the server now." }],
    },
    {
      name: "dropped",
      when: { prompt: "changelog" },
      replies: [
        { text: "I have looked at the commits, and", stream: { stop_at: "delta", stop_by: "reset" } },
        { text: "The changelog is up to date." },
      ],
    },
    {
      name: "cut",
      when: { prompt: "every function" },
      replies: [
        { text: "The first function", stop_reason: "max_tokens", times: 4 },
        { text: "All functions are described, file by file." },
      ],
    },
    {
      name: "poisoned",
      when: { prompt: "old session" },
      replies: [
        {
          status: 400,
          message:
            "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_01",
        },
      ],
    },
    {
      name: "plain",
      when: { prompt: "TODO" },
      replies: [
        { tool: "Glob", input: { pattern: "**/*.md" } },
        { text: "There is one open point, in README.md." },
      ],
    },
  ],
  replies: [{ text: "Done." }],
};

/** What each session has to meet, as verdicts name it, for the demonstration to count as gone well. */
export const DEMO_EXPECTED: Readonly<
  Record<string, { readonly state: string; readonly causes: readonly string[] }>
> = {
  "release-notes": { state: "done", causes: ["request_rate"] },
  "flaky-test": { state: "done", causes: ["overload", "overload"] },
  changelog: { state: "done", causes: ["connection"] },
  "describe-api": { state: "done", causes: ["cut_answer"] },
  "old-session": { state: "parked", causes: ["poisoned"] },
  "list-todos": { state: "done", causes: [] },
};

/**
 * The sessions of the account whose login has expired: one is refused, or both where they began at once, and one new process tries once
 * more.
 */
export const DEMO_LOGIN = { items: ["translate", "review"], cause: "auth", tries: [2, 3] } as const;

/** The batch, as a user would write it. */
export const DEMO_BATCH = `# Eight sessions, two accounts. Run with: kedge batch batch.yaml
version: 1
name: demo
concurrency: 4
agent: kedge agent -p
account: night
items:
  - { key: release-notes, prompt: "Write the release notes." }
  - { key: flaky-test, prompt: "Mend the flaky test." }
  - { key: changelog, prompt: "Bring the changelog up to date." }
  - { key: describe-api, prompt: "Describe every function of the API." }
  - { key: old-session, prompt: "Go on with the old session." }
  - { key: list-todos, prompt: "List every TODO." }
  - { key: translate, prompt: "Translate the help.", account: day }
  - { key: review, prompt: "Review the last change.", account: day }
`;

/** The policy: short pauses, since nobody watches a demonstration for a night. */
export const DEMO_POLICY = `version: 1
description: Short pauses, so that a night passes in a minute
accounts:
  night: { env: { ANTHROPIC_API_KEY: NIGHT_KEY } }
  day: { env: { ANTHROPIC_API_KEY: DAY_KEY } }
causes:
  "*": { backoff: { base: 1s, cap: 2s } }
`;
