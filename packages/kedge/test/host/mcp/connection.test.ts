import { expect, test } from "vitest";
import { createConnection } from "../../../src/host/mcp/connection.ts";
import { makeMcp } from "../../support/mcp-world.ts";

test("tools that come while the first list is on its way are seen", async () => {
  const world = await makeMcp();
  const session = await world.open(world.servers({ odd: world.odd("slow-list") }));
  await expect.poll(() => session.tools, { timeout: 20_000 }).toContain("mcp__odd__early");
});

test("a server that is still being judged when the session ends is not started any more", async () => {
  const world = await makeMcp();
  const { command, args } = world.odd("ok") as { command: string; args: string[] };
  const judged = Promise.withResolvers<void>();
  const starts: string[] = [];
  const connection = createConnection({
    ...{ version: "0", connectTimeoutMs: 10_000, callTimeoutMs: 10_000, roots: () => [] },
    placeOf({ name }) {
      starts.push(name);
      return { cwd: world.project, env: { ODD_LOG: world.log } };
    },
    async prepare() {
      await judged.promise;
      return { ok: true, server: { type: "stdio", name: "odd", command, args, env: {} } };
    },
    elicit: async () => ({ action: "cancel" }),
    onTools: () => {},
    onStatus: () => {},
  });
  const opening = connection.open(new AbortController().signal);
  const closing = connection.close();
  judged.resolve();
  await Promise.all([opening, closing]);
  expect(starts).toEqual([]);
  await expect(
    connection.call("ok", {}, { by: "model", signal: new AbortController().signal }),
  ).rejects.toThrow();
  expect([starts, world.pids()]).toEqual([[], []]);
});
