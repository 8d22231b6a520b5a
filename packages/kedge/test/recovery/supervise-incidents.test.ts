/** Incidents of supervised work: opened by its failures, ended by its progress, and a person's as soon as nothing goes on by itself. */
import { expect, test } from "vitest";
import type { Incident } from "../../src/recovery/incidents/incident.ts";
import { makeSupervise, type SuperviseWorld } from "./supervise-world.ts";

const FAST = { causes: { "*": { backoff: { base: "1s", cap: "1s" } } } };
const BROKEN = {
  status: 400,
  message: "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.",
};

const incidentsOf = (world: SuperviseWorld): Promise<readonly Incident[]> => world.ports.incidents.list();

test("a limit is one incident of all its sessions, and over with the first answer after it", async () => {
  const limit = { status: 429, headers: { "retry-after": "2" } };
  await using world = await makeSupervise(
    { faults: [{ times: 3, reply: limit }], replies: [{ text: "Done." }] },
    { policy: FAST, random: () => 0 },
  );
  const keys = ["a", "b", "c"].map((name) => world.key(name));
  await world.add(...keys.map((key) => ({ key })));
  expect(await world.supervise()).toBe("over");
  const [incident, ...others] = await incidentsOf(world);
  expect(others).toEqual([]);
  const [job] = (await world.ports.queue.list()).jobs;
  expect(incident).toMatchObject({
    ...{ cause: "request_rate", account: job?.account, isOpen: false, resolution: "proof" },
    ...{ owner: "kedge" },
  });
  expect(incident?.failures).toBeGreaterThanOrEqual(1);
  expect(incident?.lostMs).toBeGreaterThan(0);
}, 60_000);

test("a broken session waits for a person, and its incident with it; cancelled, it stands still no more", async () => {
  await using world = await makeSupervise({ replies: [BROKEN] }, { policy: FAST, random: () => 0 });
  const key = world.key("a");
  await world.add({ key });
  expect(await world.supervise()).toBe("waiting");
  const [incident] = await incidentsOf(world);
  expect(incident).toMatchObject({ scope: "session", isOpen: true, owner: "person", sessions: 1 });
  const found = await world.ports.incidents.get(incident?.id ?? "");
  expect(found).toMatchObject({ sessions: [{ recoveredMs: null }], alerts: [] });
  expect(found?.failureIds).toHaveLength(1);
}, 60_000);

test("work that is held after its tries is a person's, though its cause could have passed", async () => {
  const policy = { causes: { overload: { attempts: 1, backoff: { base: "1s", cap: "1s" } } } };
  await using world = await makeSupervise({ replies: [{ status: 529 }] }, { policy, random: () => 0 });
  await world.add({ key: world.key("a") });
  expect(await world.supervise()).toBe("waiting");
  expect(await incidentsOf(world)).toMatchObject([
    { cause: "overload", account: "provider", owner: "person", isOpen: true, failures: 2 },
  ]);
}, 60_000);
