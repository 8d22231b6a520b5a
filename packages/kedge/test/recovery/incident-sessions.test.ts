/** Sessions of an incident, however many come at once and in whatever order: who is new, who fell back, and from when to when it stood still. */
import { expect, test } from "vitest";
import { type IncidentWorld, MINUTE, makeIncidents, START } from "./incident-world.ts";

/** Of a session by itself: an incident of it lasts until each of its sessions has recovered. */
const CAUSE = { cause: "too_large" } as const;

function sessionsOf({ write }: IncidentWorld) {
  return write(({ build, run }) =>
    run(
      build
        .selectFrom("incident_session")
        .select(["session_id", "first_ms", "last_ms", "recovered_ms"])
        .orderBy("session_id"),
    ),
  );
}

test("in one batch a session is new, another falls back, and what comes late of a third takes nothing back", async () => {
  const world = await makeIncidents();
  for (const session of ["back", "late", "still"]) await world.fail({ ...CAUSE, session, atMs: START });
  world.nowMs = START + 2 * MINUTE;
  for (const sessionId of ["back", "late"]) await world.prove({ sessionId });
  expect(await world.incidents()).toMatchObject([{ sessions: 3, recovered: 2, resolved_ms: null }]);

  world.nowMs = START + 3 * MINUTE;
  await world.fail(
    { ...CAUSE, session: "late", atMs: START - MINUTE },
    { ...CAUSE, session: "back", atMs: START + 3 * MINUTE },
    { ...CAUSE, session: "new", atMs: START + MINUTE },
    { ...CAUSE, session: "back", atMs: START - 2 * MINUTE },
  );

  expect(await world.incidents()).toMatchObject([{ failures: 7, sessions: 4, recovered: 1 }]);
  expect(await sessionsOf(world)).toEqual([
    {
      session_id: "back",
      first_ms: START - 2 * MINUTE,
      last_ms: START + 3 * MINUTE,
      recovered_ms: null,
    },
    { session_id: "late", first_ms: START - MINUTE, last_ms: START, recovered_ms: START + 2 * MINUTE },
    { session_id: "new", first_ms: START + MINUTE, last_ms: START + MINUTE, recovered_ms: null },
    { session_id: "still", first_ms: START, last_ms: START, recovered_ms: null },
  ]);
});
