/** Processes of their own that tell of the same incidents at once, and are killed while they do. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { serve } from "../support/http-server.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { HOUR, MINUTE, makeIncidents } from "./incident-world.ts";
import { startProgram } from "./queue-process.ts";

const SENDERS = 3;
const INCIDENTS = 20;

test("each message is told, by one at a time, and twice only when its sender was killed", {
  timeout: inFull({ normal: 180_000, full: 900_000 }),
}, async () => {
  const random = createRandom(fuzzSeed);
  for (let round = 0; round < inFull({ normal: 1, full: 6 }); round++) {
    const world = await makeIncidents();
    const causes = Array.from(
      { length: INCIDENTS },
      (_, at) => ({ cause: "auth", account: `name:${at}` }) as const,
    );
    await world.fail(...causes.map((each) => ({ ...each, atMs: world.nowMs })));
    world.nowMs += MINUTE;
    const got: { readonly id: string; readonly body: string }[] = [];
    let [underWay, most, kills, aheadMs] = [0, 0, 0, world.nowMs - Date.now()];
    await using receiver = await serve((response, { headers, body }, socket) => {
      got.push({ id: String(headers["webhook-id"]), body });
      most = Math.max(most, ++underWay);
      socket.once("close", () => underWay--);
      setTimeout(() => response.writeHead(204).end(), random.below(30));
    });
    const start = () => {
      const args = [world.folder, `http://127.0.0.1:${receiver.port}/hook`, String(aheadMs)];
      return startProgram(new URL("incident-sender.ts", import.meta.url), args);
    };
    let senders = Array.from({ length: SENDERS }, start);
    const ended: Promise<unknown>[] = [];
    while (new Set(got.map(({ id }) => id)).size < INCIDENTS) {
      const before = got.length;
      await expect.poll(() => got.length, { timeout: 60_000, interval: 1 }).toBeGreaterThan(before);
      const isKill = random.chance(0.15) || (kills === 0 && got.length >= 5);
      if (!isKill) continue;
      // All of them die at once; those who come next find out by the clock.
      await sleep(random.below(20));
      for (const sender of senders) {
        sender.child.kill("SIGKILL");
        ended.push(sender.ended);
      }
      await Promise.all(ended.splice(0));
      kills++;
      aheadMs += 2 * MINUTE;
      senders = Array.from({ length: SENDERS }, start);
    }
    // What was sent is settled, or sent once more by those who find it.
    const open = async () => (await world.alerts()).filter(({ state }) => state !== "sent").length;
    await expect.poll(open, { timeout: 60_000 }).toBe(0);
    for (const sender of senders) sender.child.kill("SIGTERM");
    for (const sender of senders) await sender.ended;
    expect(kills).toBeGreaterThan(0);
    expect(most).toBe(1);
    expect(got.length).toBeLessThanOrEqual(INCIDENTS + kills);
    for (const [, copies] of Map.groupBy(got, ({ id }) => id))
      expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    world.nowMs += HOUR;
    expect((await world.alerts()).map(({ kind }) => kind)).toEqual(causes.map(() => "open"));
  }
});
