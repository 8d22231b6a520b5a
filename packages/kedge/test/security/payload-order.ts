/** Hook inputs that come several times, at once, or in another order than they happened, delivered to the installed entry. */
import { mkdirSync, readdirSync, renameSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { LaterRows } from "./hold-rows.ts";
import { makeRecording, type Recording, type Witness } from "./recorded-sessions.ts";

/** Takes what waits out of the spool, and brings it back file by file, in this order, each taken in by itself. */
async function takeInOneByOne(
  world: Recording,
  order: (names: readonly string[]) => readonly string[],
): Promise<void> {
  const [fresh, aside] = [join(world.spoolDir, "new"), join(world.folder, "aside")];
  mkdirSync(aside);
  const names = readdirSync(fresh);
  for (const name of names) renameSync(join(fresh, name), join(aside, name));
  for (const name of order(names)) {
    renameSync(join(aside, name), join(fresh, name));
    expect(await world.takeIn()).toMatchObject({ files: 1, setAside: 0 });
  }
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

const WITNESS: Readonly<Record<string, Witness>> = {
  StopFailure: "failure",
  SessionEnd: "end",
  SessionStart: "start",
};

const witnessOf = (input: string): Witness =>
  WITNESS[(JSON.parse(input) as { hook_event_name: string }).hook_event_name] ?? "failure";

/** Everything of the tables, without what tells when we took note, and what is of this world alone: its folder of logins and its processes. */
const stateOf = (world: Recording): unknown =>
  ["failure", "session", "witness", "failure_hour"].map((table) =>
    world.rows(table).map(({ seen_ms: _seen, account: _account, pid: _pid, evidence, ...row }) => ({
      ...row,
      ...(evidence === undefined
        ? {}
        : {
            evidence: String(evidence)
              .replace(/"seenAtMs":\d+/, "")
              .replace(/"account":"key:[0-9a-f]+"|"pid":\d+/g, ""),
          }),
    })),
  );

/** The same, without any instant: events that came in another order came at other times. */
const timeless = (world: Recording): unknown =>
  JSON.parse(
    JSON.stringify(stateOf(world))
      .replace(/(_ms|AtMs|atMs)(\\?"):\d+/g, "$1$2:0")
      .replace(/"id":"\d+-[^"]*"/g, '"id":""'),
  );

export const orderLater: LaterRows = {
  "pay-011": {
    heldBy: "recovery: alerts",
    check: async (_text, _row, texts) => {
      expect(texts).toHaveLength(10);
      const [world, apart] = [makeRecording(), makeRecording()];
      await Promise.all(texts.map((text) => world.deliver("failure", text)));
      const taken = await world.takeIn();
      expect(taken).toMatchObject({ files: 10, setAside: 0 });
      // Whatever is made of a failure, an alert or a retry, is made of this: one.
      expect(taken.failures).toHaveLength(1);
      await Promise.all(texts.map((text) => apart.deliver("failure", text)));
      await takeInOneByOne(apart, (names) => names);
      for (const each of [world, apart]) {
        expect(each.failures()).toMatchObject([
          { id: taken.failures[0]?.id, prompt_id: "p1", witnesses: 10 },
        ]);
        expect(each.rows("failure_hour")).toMatchObject([{ failures: 1 }]);
        expect((await each.shown()).get("explain at a pipe")?.match(/the same again/g)).toHaveLength(9);
      }
    },
  },
  "pay-012": {
    heldBy: "recovery: jobs",
    check: async (_text, _row, texts) => {
      const inputs = texts.toSorted((a, b) => (witnessOf(a) < witnessOf(b) ? 1 : -1));
      expect(inputs.map(witnessOf)).toEqual(["start", "failure", "end"]);
      const delivered = await Promise.all(
        ORDERS.map(async (order) => {
          const world = makeRecording();
          for (const at of order) await world.deliver(witnessOf(inputs[at] ?? ""), inputs[at] ?? "");
          expect(await world.takeIn()).toMatchObject({ files: 3, setAside: 0 });
          return world;
        }),
      );
      const [first, ...others] = delivered.map(timeless);
      for (const other of others) expect(other).toEqual(first);
      // The same records, with the times that they have, taken in in every order.
      const states: unknown[] = [];
      const atMs = Date.now() - 10_000;
      for (const order of ORDERS) {
        const world = makeRecording();
        for (const [at, input] of inputs.entries()) {
          await world.deliver(witnessOf(input), input);
          const fresh = join(world.spoolDir, "new");
          const own = readdirSync(fresh).find((name) => name.endsWith(`.${witnessOf(input)}`)) ?? "";
          const name = `1-${at}.${witnessOf(input)}`;
          renameSync(join(fresh, own), join(fresh, name));
          utimesSync(join(fresh, name), atMs / 1_000 + at, atMs / 1_000 + at);
        }
        await takeInOneByOne(world, (names) => order.map((at) => names.toSorted()[at] ?? ""));
        states.push(stateOf(world));
        expect(world.failures()).toMatchObject([
          { session_id: "s", kind: "overloaded", cause: "overload", witnesses: 1 },
        ]);
        // What tells whoever would retry that there is nothing to go on with.
        expect(world.rows("session")).toMatchObject([
          { end_reason: "other", started_ms: atMs, ended_ms: atMs + 2_000 },
        ]);
      }
      for (const state of states) expect(state).toEqual(states[0]);
    },
  },
};
