/** `kedge up` that is killed at any moment, again and again, while hooks leave failures: what is told, and how often. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inFull } from "../support/requires.ts";
import { makeTold, type ToldWorld, tellingPolicy } from "./told-world.ts";

const ROUNDS = inFull({ normal: 4, full: 60 });
/** Longer than it takes to begin and to tell. */
const LONGEST_MS = 2_500;

/** What the entry of the hooks leaves when a turn fails. */
function leave({ stateDir, project }: ToldWorld, session: string): void {
  const spool = join(stateDir, "spool");
  for (const name of ["tmp", "new", "bad"]) mkdirSync(join(spool, name), { recursive: true, mode: 0o700 });
  const input = {
    ...{ session_id: session, cwd: project, hook_event_name: "StopFailure", error: "rate_limit" },
    // Each names a limit of its own, so that each is an incident.
    last_assistant_message: `You've reached your ${session} limit`,
  };
  const text = `kedge 1 failure\nagent claude-code\nproject ${project}\n\n${JSON.stringify(input)}`;
  const file = join(spool, "tmp", session);
  writeFileSync(file, text, { mode: 0o600 });
  renameSync(file, join(spool, "new", `${session}.failure`));
}

test(`killed ${ROUNDS} times: every incident is told, the same only with the same id, and none is invented`, {
  timeout: inFull({ normal: 120_000, full: 1_200_000 }),
}, async () => {
  await using world = await makeTold({}, (url) =>
    tellingPolicy(url, { alerts: { group_wait: "0s", causes: { dead_supervisor: { severity: "none" } } } }),
  );
  const accounts = ["a", "b", "c"];
  for (let round = 0; round < ROUNDS; round++) {
    const up = world.start(["up", "--health", "0"], { stdin: "" });
    leave(world, `s${round}-${accounts[round % accounts.length]}`);
    // Any moment is as good as any other: what must not happen must never happen.
    await sleep(Math.random() * LONGEST_MS);
    up.kill("SIGKILL");
    await up.done;
  }
  const last = await world.up();
  type Listed = readonly { readonly id: string; readonly failures: number }[];
  const list = async (): Promise<Listed> =>
    JSON.parse((await world.kedge(["incidents", "--all", "--json", "--limit", "1000"])).stdout);
  await expect
    .poll(async () => (await list()).reduce((sum, { failures }) => sum + failures, 0), { timeout: 60_000 })
    .toBe(ROUNDS);
  const incidents = (await list()).map(({ id }) => id).toSorted();
  const idsTold = () => new Set(world.told().map(({ body }) => incidentOf(body)));
  await expect.poll(() => [...idsTold()].toSorted(), { timeout: 60_000 }).toEqual(incidents);
  last.kill("SIGTERM");
  await last.done;
  // What was told twice was told with the same id and the same words.
  const byId = Map.groupBy(world.told(), ({ id }) => id);
  for (const same of byId.values())
    expect(new Set(same.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const opened = [...byId.values()].filter(([first]) => first?.type === "incident.opened");
  expect(opened).toHaveLength(incidents.length);
});

function incidentOf(body: object): string {
  return /"id":"(inc-\w+)"/.exec(JSON.stringify(body))?.[1] ?? "none";
}
