/** Rows of the matrix, as people hear of them: a poisoned session, cut answers, and kinds of errors that nobody knows. */
import { describe, test } from "vitest";
import { QUICK } from "../recovery/supervise-world.ts";
import { leaveFailure, takeIn } from "./alerts-hooks.ts";
import { HOUR, MINUTE } from "./alerts-time.ts";
import { rehearse, TOOL } from "./alerts-world.ts";
import { FAILING } from "./failing-replies.ts";

const CALL = { tool: "Bash", input: { command: TOOL } };

describe.concurrent("sessions, as they are told", () => {
  test("a poisoned session: one try, one alert that offers the way on, and an all-clear when a copy has answered", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [CALL, FAILING.poisoned, { text: "Whole again." }] },
      { policy: QUICK, secret: [FAILING.poisoned.message, "toolu_1"] },
    );
    const { told, world } = rehearsal;
    const [key = ""] = await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("waiting");
    await rehearsal.pass(HOUR);
    expect(world.requests().map(({ status }) => status)).toEqual([200, 400]);
    expect(rehearsal.byIncident()).toEqual([["opened"]]);
    expect(told[0]).toMatchObject({
      severity: "warning",
      title: "Broken history in project: 1 session stopped",
      lines: {
        Next: "1 piece of work waits for you.",
        You: "The session's history is broken and fails each time. Go on from a copy of it before the damage.",
      },
      incident: { cause: "poisoned", project: "project", needsPerson: true },
    });
    // The policy of today lets a copy take over.
    const policy = { ...world.ports.policy };
    const causes = {
      ...policy.causes,
      poisoned: { ...policy.causes.poisoned, action: "fork" as const, isNamed: true },
    };
    await world.ports.queue.wake([key]);
    expect(await rehearsal.supervise({ renewed: new Set([key]) }, { policy: { ...policy, causes } })).toBe(
      "over",
    );
    await rehearsal.pass(MINUTE);
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    expect(told[1]?.incident).toMatchObject({ resolution: expect.stringMatching(/^(?:proof|work_over)$/) });
    rehearsal.check();
  });

  test("a cut answer: two tries in smaller steps, and then one message for whoever looks", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [FAILING.cutAnswer] },
      { policy: QUICK, secret: [FAILING.cutAnswer.text] },
    );
    const { told, world } = rehearsal;
    await rehearsal.add({ name: "one" });
    // Each answer goes on from one that was cut, whose time is the agent's.
    expect(await rehearsal.supervise({ isUnhurried: true })).toBe("waiting");
    await rehearsal.pass(3 * HOUR);
    expect(world.eventsOf("started")).toHaveLength(3);
    expect(rehearsal.byIncident()).toEqual([["opened"]]);
    expect(told[0]).toMatchObject({
      severity: "info",
      title: "Answer cut off in project: 1 session stopped",
      lines: { Next: "1 piece of work waits for you." },
      incident: { cause: "cut_answer", failures: 3, sessions: 1, needsPerson: true },
    });
    rehearsal.check();
  });

  test("a kind of error that nobody knows: told once for each value and version, though every session meets it", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const text = "API Error: The flux of /home/ulrike/secret is out of phase, says ulrike@example.com";
    await using rehearsal = await rehearse({}, { secret: ["out of phase", "ulrike"] });
    const { told, world } = rehearsal;
    const kinds = [
      { error: "flux_failure", version: "2.1.329" },
      { error: "flux_failure", version: "2.1.329" },
      { error: "flux_failure", version: "2.1.330" },
      { error: "phase_failure", version: "2.1.330" },
      { error: "flux_failure", version: "2.1.329" },
    ];
    for (const [at, kind] of kinds.entries()) {
      const sessionId = `1111111${at}-1111-4111-8111-111111111111`;
      leaveFailure(rehearsal, { ...kind, sessionId, text });
      expect(await takeIn(rehearsal)).toBe(1);
      world.pass(1_000);
    }
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened"], ["opened"], ["opened"]]);
    expect(told.map(({ incident }) => incident.sessions)).toEqual([3, 1, 1]);
    expect(new Set(told.map(({ incident }) => incident.dedupKey)).size).toBe(3);
    for (const each of told)
      expect(each).toMatchObject({
        severity: "warning",
        title: expect.stringMatching(/^Nobody says what/),
        lines: { Next: "Nothing goes on by itself." },
        incident: { cause: "unknown", project: "shop" },
      });
    rehearsal.check();
  });
});
