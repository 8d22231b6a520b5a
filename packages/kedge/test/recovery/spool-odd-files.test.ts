/** Files in the spool that no entry made: they are set aside or left, and keep nothing else waiting. */
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { MINUTE, makeIngester, reasonOf, spoolNames, writtenAt } from "./spool-world.ts";

async function makeSpool() {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  world.leave("9-whole", "failure", failureInput({ session_id: "s-whole" }));
  const place = (name: string): string => join(world.stateDir, "spool", name);
  return { world, ledger, ingester, place };
}

test("a socket is set aside, and what stands beside it is taken in", async () => {
  const { world, ledger, ingester, place } = await makeSpool();
  const server = createServer().listen(place("new/1-socket.failure"));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  expect(await ingester.drain()).toMatchObject({ files: 1, setAside: 1 });
  expect(reasonOf(world, "1-socket.failure")).toBe("it cannot be read (ENXIO)");
  expect((await ledger.failures()).failures).toHaveLength(1);
});

test("a folder is set aside", async () => {
  const { world, ingester, place } = await makeSpool();
  mkdirSync(place("new/1-folder.failure"));
  expect(await ingester.drain()).toMatchObject({ files: 1, setAside: 1 });
  expect(reasonOf(world, "1-folder.failure")).toBe("it is no regular file");
});

test("a folder in tmp stays where it is, whatever its name and age", async () => {
  const { world, ingester, place } = await makeSpool();
  for (const name of ["tmp/1-folder", "tmp/2-folder+"]) {
    mkdirSync(place(name));
    writtenAt(world, join("spool", name), world.now - 5 * MINUTE);
  }
  expect(await ingester.drain()).toMatchObject({ files: 1, setAside: 0 });
  expect(spoolNames(world, "tmp")).toEqual(["1-folder", "2-folder+"]);
});
