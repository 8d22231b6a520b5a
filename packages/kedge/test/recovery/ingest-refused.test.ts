/** Entries that are whole, and say nothing that could be joined with anything. */
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { endInput, makeIngester, reasonOf, rowsOf, spoolNames, startInput } from "./spool-world.ts";

const SESSION = "s-1";

test.each([
  ["failure", failureInput({ hook_event_name: "Stop" }), "it is of the event Stop, not of StopFailure"],
  [
    "failure",
    failureInput({ hook_event_name: "x".repeat(99) }),
    `it is of the event ${"x".repeat(40)}, not of StopFailure`,
  ],
  ["end", endInput(SESSION, { hook_event_name: "Stop" }), "it is of the event Stop, not of SessionEnd"],
  ["end", startInput(SESSION), "it is of the event SessionStart, not of SessionEnd"],
  ["start", endInput(SESSION), "it is of the event SessionEnd, not of SessionStart"],
  ["canary", endInput(SESSION), "it is of the event SessionEnd, not of StopFailure"],
])(
  "an entry of %s for another event is set aside, and says which was expected",
  async (witness, input, why) => {
    const world = makeRecovery();
    world.leave("1-a", witness, input);
    await expectAside(world, `1-a.${witness}`, why);
  },
);

test.each([
  ["none", undefined],
  ["an empty one", ""],
  ["a number", 7],
  ["a list", [SESSION]],
  ["nothing", null],
])("an entry with %s for a session is set aside, and says what it lacks", async (_, session) => {
  for (const [witness, input] of [
    ["failure", failureInput({ session_id: session })],
    ["end", endInput(SESSION, { session_id: session })],
    ["start", startInput(SESSION, { session_id: session })],
  ] as const) {
    const world = makeRecovery();
    world.leave("1-a", witness, input);
    await expectAside(world, `1-a.${witness}`, /session/);
  }
});

test.each([
  ["is a path", "../../etc/passwd\n"],
  ["has a NUL in it", "s\u00001"],
  ["has blanks in it", "s 1"],
  ["is too long", "s".repeat(201)],
])("an id of a session that %s is none", async (_, session) => {
  const world = makeRecovery();
  world.leave("1-a", "start", startInput(session));
  await expectAside(world, "1-a.start", /session/);
});

test("an entry that names no event is that of its event", async () => {
  const world = makeRecovery();
  const { hook_event_name: _, ...input } = failureInput() as Readonly<Record<string, unknown>>;
  world.leave("1-a", "failure", input);
  const ledger = await world.ledger();
  expect(await (await makeIngester(world, ledger)).drain()).toMatchObject({ files: 1, setAside: 0 });
});

/** Takes in, besides an entry that is in order, one that is to be set aside for a reason, of which nothing else may be left. */
async function expectAside(
  world: ReturnType<typeof makeRecovery>,
  name: string,
  why: string | RegExp,
): Promise<void> {
  const ledger = await world.ledger();
  world.leave("9-z", "failure", failureInput({ session_id: "s-good" }));
  expect(await (await makeIngester(world, ledger)).drain()).toMatchObject({ files: 1, setAside: 1 });
  expect(spoolNames(world, "bad")).toEqual([name, `${name}.why`]);
  if (typeof why === "string") expect(reasonOf(world, name)).toBe(why);
  else expect(reasonOf(world, name)).toMatch(why);
  expect(rowsOf(world, "SELECT session_id FROM session")).toEqual([{ session_id: "s-good" }]);
}
