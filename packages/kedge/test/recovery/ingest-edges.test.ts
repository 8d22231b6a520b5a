/** What witnesses say at the edges: texts that are cut, times that cannot be, folders that move. */
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import {
  DAY,
  endInput,
  failedEntry,
  HOUR,
  leaveAt,
  makeIngester,
  rowsOf,
  startInput,
  writeTranscript,
} from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const SECRET = `my-own-${"long-company-password-".repeat(4)}123`;

async function makeAt(now = AT) {
  const world = makeRecovery([SECRET]);
  world.now = now;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger, { keepMs: 90 * DAY });
  const failures = async () => (await ledger.failures()).failures;
  return { world, ledger, ingester, failures };
}

test.each([4_000, 4_090, 4_095])("a secret after %i characters is taken out whole", async (at) => {
  const { world, ingester } = await makeAt();
  const text = `${"x ".repeat(at / 2)}${SECRET} and more`;
  const path = writeTranscript(world, "s", [
    failedEntry(AT, { sessionId: "s-1", message: { content: [{ type: "text", text }] } }),
  ]);
  const input = {
    session_id: "s-1",
    last_assistant_message: text,
    error_details: { text },
    transcript_path: path,
  };
  leaveAt(world, AT, "1-a", "failure", failureInput(input));
  await ingester.drain();
  const stored = JSON.stringify(rowsOf(world, "SELECT * FROM witness, failure"));
  for (let from = 0; from + 12 <= SECRET.length; from++)
    expect(stored.includes(SECRET.slice(from, from + 12))).toBe(false);
  for (const { message } of rowsOf(world, "SELECT message FROM failure"))
    expect(String(message).length).toBeLessThanOrEqual(4_096);
});

test("a limit that ends beyond all clocks has no end", async () => {
  const { world, ingester, failures } = await makeAt();
  const odd = [
    { retry_after_ms: 9e15 },
    { resets_at_ms: 9e15 },
    { resets_at_ms: 1e300 },
    { resets_at_ms: -1 },
  ];
  for (const [at, more] of odd.entries())
    leaveAt(
      world,
      AT,
      `${at}-a`,
      "failure",
      failureInput({ session_id: `s-${at}`, kedge: { status: 429, ...more } }),
    );
  await ingester.drain();
  expect((await failures()).map((row) => row.reset_at_ms)).toEqual([null, null, null, null]);
});

test.each(["3000-01-01T00:00:00Z", "+275760-01-01T00:00:00Z"])(
  "what a transcript dates at %s happened when it was seen",
  async (timestamp) => {
    const { world, ingester, failures } = await makeAt();
    const path = writeTranscript(world, "s", [failedEntry(AT, { timestamp })]);
    leaveAt(world, AT, "1-a", "end", endInput("s-1", { transcript_path: path }));
    await ingester.drain();
    expect(await failures()).toMatchObject([{ at_ms: AT }]);
  },
);

test("a file that was written by a clock ahead of ours happened when it was seen", async () => {
  const { world, ingester, failures } = await makeAt();
  leaveAt(world, AT + 400 * DAY, "1-a", "failure", failureInput());
  await ingester.drain();
  expect(await failures()).toMatchObject([{ at_ms: AT }]);
});

test("a session is of the project that it was started in, wherever it went since", async () => {
  const { world, ingester, failures } = await makeAt();
  leaveAt(world, AT, "1-a", "failure", failureInput({ session_id: "s-1", cwd: "/work/shop/sub" }), [
    "project /work/shop",
  ]);
  leaveAt(world, AT - HOUR, "2-b", "start", startInput("s-1", { cwd: "/work/shop" }), ["project /work/shop"]);
  await ingester.drain();
  expect(await failures()).toMatchObject([{ project: "shop", project_dir: "/work/shop" }]);
  expect(rowsOf(world, "SELECT project FROM session")).toEqual([{ project: "shop" }]);
});

test("of a session whose entries name no project, the first folder holds, in whatever order they are read", async () => {
  for (const names of [
    ["1-a", "2-b"],
    ["2-b", "1-a"],
  ] as const) {
    const { world, ingester } = await makeAt();
    leaveAt(world, AT, names[0], "failure", failureInput({ session_id: "s-1", cwd: "/work/shop/sub" }));
    leaveAt(world, AT - HOUR, names[1], "start", startInput("s-1", { cwd: "/work/shop" }));
    await ingester.drain();
    expect(rowsOf(world, "SELECT project FROM session")).toEqual([{ project: "shop" }]);
  }
});
