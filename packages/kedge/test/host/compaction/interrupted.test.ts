import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeHost } from "../../support/host-world.ts";

test("a compaction that is interrupted while the handlers speak anew leaves the conversation as it is", async () => {
  const world = await makeHost({
    routes: [{ when: { tools_at_most: 0 }, replies: [{ text: "THE SUMMARY" }] }],
    replies: [{ text: "FIRST ANSWER" }, { text: "done" }],
  });
  const start = world.hook("start", "sleep 30; echo REMEMBER-THE-RULES");
  world.settings("user", { hooks: { SessionStart: [{ matcher: "compact", hooks: [start] }] } });
  const session = await world.open();
  await session.send("first prompt");
  const compaction = session.compact();
  await expect.poll(() => world.inputs("start").length, { timeout: 5_000 }).toBe(1);
  session.interrupt();
  expect(await compaction).toMatchObject({ isError: true, terminalReason: "aborted_streaming" });
  expect(world.eventsOf("compacted")).toEqual([]);
  expect(readFileSync(session.transcriptPath, "utf8")).not.toContain("compact_boundary");
  await session.send("next");
  expect(world.said(2)).toMatch(/first prompt[\s\S]*next/);
  expect(JSON.stringify(world.asked(2).messages)).toContain("FIRST ANSWER");
});

test("a turn that is interrupted while its conversation is compacted ends as that, and not for what the API had said", async () => {
  const world = await makeHost({
    routes: [{ when: { tools_at_most: 0 }, replies: [{ text: "THE SUMMARY" }] }],
    replies: [{ text: "FIRST ANSWER" }, { status: 400, message: "prompt is too long: 2 tokens > 1 maximum" }],
  });
  world.settings("user", {
    hooks: {
      SessionStart: [{ matcher: "compact", hooks: [world.hook("start", "sleep 30")] }],
      StopFailure: [{ hooks: [world.hook("failure")] }],
    },
  });
  const session = await world.open();
  await session.send("first prompt");
  const turn = session.send("second prompt");
  await expect.poll(() => world.inputs("start").length).toBe(1);
  session.interrupt();
  expect(await turn).toMatchObject({ terminalReason: "aborted_tools" });
  expect(world.inputs("failure")).toEqual([]);
});
