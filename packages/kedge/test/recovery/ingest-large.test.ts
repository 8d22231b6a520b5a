/** What hooks say may be long. How much of it is in memory at once does not depend on how many files there are. */
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { makeIngester } from "./spool-world.ts";

const MIB = 1024 * 1024;

test("of files of two megabytes as many are read at once as make 32", async () => {
  const world = makeRecovery();
  for (let number = 10; number < 50; number++)
    world.leave(
      `1-${number}`,
      "failure",
      failureInput({ session_id: `s-${number}`, last_assistant_message: "long ".repeat((1.9 * MIB) / 5) }),
    );
  const ledger = await world.ledger();
  const batches: number[] = [];
  const counted: typeof ledger = {
    ...ledger,
    record(witnesses, lease) {
      batches.push(witnesses.length);
      return ledger.record(witnesses, lease);
    },
  };
  const { files, failures } = await (await makeIngester(world, counted)).drain();
  expect([files, failures.length]).toEqual([40, 40]);
  expect(batches).toEqual([17, 17, 6]);
});
