/** Who is let in: by what a policy allows, past accounts that have to wait, and by a clock that is set back. */
import { expect, test } from "vitest";
import { createAdmissions } from "../../src/recovery/supervisor/admit.ts";
import { BATCH, openRoom, type SuperviseRoom } from "./supervise-room.ts";

const accounts = {
  one: { env: { ANTHROPIC_API_KEY: "ONE" }, sessions: 1 },
  two: { env: { ANTHROPIC_API_KEY: "TWO" } },
};
const policy = { accounts };

/** Adds jobs that nobody will run. */
const addJobs = (room: SuperviseRoom, account: string, count: number) =>
  room.ports.queue.add(
    Array.from({ length: count }, (_, at) => ({
      ...{ key: `${account}-${at}`, account, sessionKey: `${account}-${at}`, payload: {} },
      ...{ notBeforeMs: 0, batch: BATCH },
    })),
  );

test("many jobs of an account that has to wait are in nobody else's way", async () => {
  await using room = await openRoom({ policy });
  await addJobs(room, "name:one", 450);
  await addJobs(room, "name:two", 1);
  await room.ports.governor.stop({ account: "name:one", why: "spend" });
  const admissions = createAdmissions({ batch: BATCH }, room.ports);
  expect((await admissions.next())?.claimed.job.key).toBe("name:two-0");
  expect(await admissions.next()).toBeNull();
  expect(admissions.waits()).toMatchObject([{ account: "name:one", why: "stopped", untilMs: null }]);
});

test("an account gets no more sessions at once than the policy allows, whatever it would carry", async () => {
  const time = { nowMs: Date.UTC(2026, 10, 21) };
  await using room = await openRoom({ policy, now: () => time.nowMs });
  const { governor, queue } = room.ports;
  for (const account of ["name:one", "name:two"]) await addJobs(room, account, 3);
  const admissions = createAdmissions({ batch: BATCH }, room.ports);
  const begun: string[] = [];
  for (let second = 0; second < 30; second++, time.nowMs += 1_000) {
    const admitted = await admissions.next();
    if (admitted === null) continue;
    const { key, account } = admitted.claimed.job;
    begun.push(key);
    await governor.started({ account, sessionId: key });
  }
  expect(begun.toSorted()).toEqual(["name:one-0", "name:two-0", "name:two-1", "name:two-2"]);
  expect(admissions.waits()).toMatchObject([{ account: "name:one", why: "concurrency" }]);
  time.nowMs += 10_000;
  expect(admissions.waits(), "nobody asked lately").toEqual([]);
  await governor.ended({ account: "name:one", sessionId: "name:one-0" });
  admissions.heard("name:one");
  expect((await admissions.next())?.claimed.job.key).toBe("name:one-1");
  expect((await queue.stats()).states).toMatchObject({ running: 5, queued: 1 });
});

test("a number of sessions that is none is refused, and nothing is written", async () => {
  await using room = await openRoom();
  for (const most of [0, -1, 1.5, Number.NaN]) {
    const asked = room.ports.governor.ask({ account: "a", sessionId: "s", most });
    await expect(asked).rejects.toMatchObject({ code: "JOB_INVALID" });
  }
  expect(await room.ports.governor.views()).toEqual([]);
});

test("a clock that is put back is noticed by whoever looks, so that no wait grows by what went by since", async () => {
  const time = { nowMs: Date.UTC(2026, 10, 21) };
  await using room = await openRoom({ now: () => time.nowMs, random: () => 0 });
  const { governor } = room.ports;
  const account = "a";
  await governor.ask({ account, sessionId: "s" });
  const reset = {
    atMs: time.nowMs + 1_200_000,
    from: "anthropic-ratelimit-unified-reset",
    precision: "exact",
    isPlausible: true,
  } as const;
  await governor.refused({ account, sessionId: "s", verdict: { cause: "plan_window", reset } });
  time.nowMs -= 10 * 365 * 86_400_000;
  const untilMs = time.nowMs + 1_200_000;
  expect(await governor.view(account)).toMatchObject({ state: "closed", untilMs });
  time.nowMs = untilMs - 1;
  expect(await governor.ask({ account, sessionId: "s" })).toMatchObject({ ok: false, notBeforeMs: untilMs });
  time.nowMs = untilMs;
  expect(await governor.ask({ account, sessionId: "s" })).toEqual({ ok: true, isCanary: true });
});
