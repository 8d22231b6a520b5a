/** Delays and resets that nobody can mean: real agents read them off real answers. */
import { expect, test } from "vitest";
import { makeSupervise } from "./supervise-world.ts";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const window = (reset: string) => ({
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": reset,
  "anthropic-ratelimit-unified-representative-claim": "five_hour",
});
const after = (value: string) => ({ "retry-after": value });

/** What a 429 says, and what becomes of the session: it is tried again, or put aside within what the policy allows. */
const CASES: readonly (readonly [
  name: string,
  headers: Record<string, string>,
  becomes: "tried" | "later",
])[] = [
  ["no delay", after("0"), "tried"],
  ["a negative delay", after("-1"), "tried"],
  ["a delay that is no number", after("garbage"), "tried"],
  ["a delay until a date that is past", after("{http_date-3600}"), "tried"],
  ["a delay of seconds", after("3"), "tried"],
  ["a delay of 31,710 years", after("1000000000000"), "later"],
  ["a delay with an exponent", after("1e12"), "tried"],
  ["a delay until the year 2999", after("Tue, 01 Jan 2999 00:00:00 GMT"), "later"],
  ["a reset that is past", window("{epoch_s-3600}"), "tried"],
  ["a reset at 0", window("0"), "tried"],
  ["a reset below 0", window("-1"), "tried"],
  ["a reset in milliseconds", window("{epoch_s+3600}000"), "tried"],
  ["a reset in the year 9999", window("253370764800"), "tried"],
  ["a reset that is no number", window("soon"), "tried"],
];

test("wake nobody early, and hold nobody for longer than the policy says", async () => {
  const names = CASES.map((_, at) => `c${at}`);
  const routes = CASES.map(([, headers], at) => ({
    name: `c${at}`,
    when: { key: `key-${at}` },
    replies: [{ status: 429, headers }, { text: "Done." }],
  }));
  const accounts = Object.fromEntries(
    names.map((name, at) => [name, { env: { ANTHROPIC_API_KEY: `KEY_${at}` } }]),
  );
  const env = Object.fromEntries(names.map((_, at) => [`KEY_${at}`, `key-${at}`]));
  const causes = { "*": { backoff: { base: "1s", cap: "2s" } } };
  // Chance makes no pause longer than it has to be.
  await using world = await makeSupervise(
    { routes },
    { policy: { accounts, causes, max_park: "2d" }, env, random: () => 0 },
  );
  await world.add(...names.map((name) => ({ key: world.key(name), account: name })));
  expect(await world.supervise({ concurrency: 4, patienceMs: 30_000 })).toBe("waiting");
  for (const [at, [name, headers, becomes]] of CASES.entries()) {
    const own = world.requests().filter(({ route }) => route === `c${at}`);
    const job = await world.ports.queue.get(world.key(`c${at}`));
    const failed = world.eventsOf("failed").filter(({ key }) => key === job?.key);
    expect([name, failed.length]).toEqual([name, 1]);
    const waitMs = (failed[0]?.plan.notBeforeMs ?? 0) - (failed[0]?.atMs ?? 0);
    expect([name, waitMs <= 2 * DAY_MS]).toEqual([name, true]);
    expect([name, own.length]).toEqual([name, becomes === "tried" ? 2 : 1]);
    if (becomes === "later") {
      expect([name, job?.state]).not.toEqual([name, "done"]);
      continue;
    }
    expect([name, job]).toMatchObject([name, { state: "done" }]);
    const [first, second] = own;
    const leastMs = headers["retry-after"] === "3" ? 3 * SECOND_MS : SECOND_MS;
    expect([name, (second?.atMs ?? 0) - (first?.atMs ?? 0) >= leastMs]).toEqual([name, true]);
  }
}, 120_000);
