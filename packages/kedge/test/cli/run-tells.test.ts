/** `kedge run` and `kedge batch` tell people themselves where no supervisor does. */
import { expect, test } from "vitest";
import { FAILING, planWindow } from "../rehearsal/failing-replies.ts";
import { makeTold, tellingPolicy } from "./told-world.ts";
import { AGENT } from "./work-world.ts";

const slow = (url: string): object => tellingPolicy(url, { alerts: { group_wait: "30s" } });
const RUN = ["run", "--key", "one", "--", ...AGENT, "Do it"];

test("what a person has to see to is told before the command ends", { timeout: 60_000 }, async () => {
  await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, slow);
  const { exitCode, stderr } = await world.kedge(RUN);
  expect(exitCode).toBe(1);
  expect(world.told().map(({ type, cause }) => [type, cause])).toEqual([["incident.opened", "spend"]]);
  expect(stderr).toMatch(/\d\d:\d\d:\d\d told hook: Spending limit reached/);
  // Nothing more is sent on the account, and nothing more is told.
  await world.kedge(["run", "--key", "two", "--no-wait", "--", ...AGENT, "Do it"]);
  expect(world.requests()).toHaveLength(1);
  expect(world.told()).toHaveLength(1);
  // Who says that it is over has it told, and the work goes on.
  const [incident] = JSON.parse((await world.kedge(["incidents", "--json"])).stdout);
  await world.answer({ replies: [{ text: "Paid." }] });
  const resolved = await world.kedge(["incidents", "resolve", incident.id]);
  expect(resolved).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("kedge: told hook:") });
  expect(world.told().map(({ type }) => type)).toEqual(["incident.opened", "incident.resolved"]);
  expect(await world.kedge(["resume", "run-one"])).toMatchObject({ exitCode: 0, stdout: "Paid.\n" });
  expect(world.told().map(({ type }) => type)).toEqual(["incident.opened", "incident.resolved"]);
  expect(new Set(world.told().map(({ id }) => id)).size).toBe(2);
});

test("work that is put aside tells why as the command leaves", { timeout: 60_000 }, async () => {
  await using world = await makeTold({ replies: [planWindow(3_600)] }, slow);
  const { exitCode } = await world.kedge(["run", "--key", "one", "--no-wait", "--", ...AGENT, "Do it"]);
  expect(exitCode).toBe(75);
  expect(world.told()).toMatchObject([{ type: "incident.opened", cause: "plan_window" }]);
  expect(JSON.stringify(world.told()[0]?.body)).toContain("1 piece of work goes on from");
});

test("with a supervisor that lives, the command leaves telling to it", { timeout: 60_000 }, async () => {
  await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, slow);
  const up = await world.up();
  await world.kedge(RUN);
  expect(world.told()).toEqual([]);
  up.kill("SIGTERM");
  await up.done;
});

test("a project's own policy names no channels; one that the caller names may", {
  timeout: 60_000,
}, async () => {
  await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, () => ({}));
  const policy = slow(new URL("/hook", world.receiver.url).href);
  world.write("project/kedge.yaml", policy);
  const refused = await world.kedge(RUN);
  expect(refused.exitCode).toBe(65);
  expect(refused.stderr).toContain("expected channels in your own policy");
  expect(world.requests()).toEqual([]);
  expect((await world.kedge(["run", "--policy", "kedge.yaml", ...RUN.slice(1)])).exitCode).toBe(1);
  expect(world.told()).toMatchObject([{ type: "incident.opened", cause: "spend" }]);
});

test("who has seen it says so once, and whoever was told hears of that at once", {
  timeout: 60_000,
}, async () => {
  await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, slow);
  await world.kedge(RUN);
  const [incident] = JSON.parse((await world.kedge(["incidents", "--json"])).stdout);
  expect((await world.kedge(["incidents", "ack", incident.id])).exitCode).toBe(0);
  expect(world.told().map(({ type }) => type)).toEqual(["incident.opened", "incident.acknowledged"]);
});

test("whoever was told hears that it is over when all of it is purged", { timeout: 60_000 }, async () => {
  await using world = await makeTold({ replies: [{ ...FAILING.spend }] }, slow);
  await world.kedge(RUN);
  const purged = await world.kedge(["purge", "--all", "--yes"]);
  expect(purged).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("kedge: told hook:") });
  expect(purged.stdout).toContain("incidents, silences");
  expect(world.told().map(({ type, id }) => [type, id.split(".")[0]])).toEqual([
    ["incident.opened", world.told()[0]?.id.split(".")[0]],
    ["incident.resolved", world.told()[0]?.id.split(".")[0]],
  ]);
  expect(JSON.stringify(world.told()[1]?.body)).not.toContain(world.told()[0]?.title);
  expect(JSON.parse((await world.kedge(["incidents", "--json"])).stdout)).toEqual([]);
});
