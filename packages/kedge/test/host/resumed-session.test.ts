import { describe, expect, test } from "vitest";
import { hooksFor, makeHost } from "../support/host-world.ts";

describe("SessionStart of a conversation that is gone on with", () => {
  test("says how long ago its last answer was, and how long it is", async () => {
    const usage = { input_tokens: 40, cache_read_input_tokens: 300, output_tokens: 2 };
    const world = await makeHost({ replies: [{ text: "ok", usage }, { status: 400 }] });
    world.settings("user", hooksFor("SessionStart", world.hook("start")));
    let nowMs = Date.UTC(2030, 0, 1);
    const now = () => nowMs;
    const first = await world.open({ now });
    await first.send("go");
    nowMs += 5_000;
    // A failure is no answer.
    await first.send("fail");
    await first.close();
    nowMs += 295_000;
    const { id: sessionId } = first;
    await (await world.open({ now, resume: { sessionId } })).close();
    nowMs += 1_000;
    await (await world.open({ now, resume: { sessionId, forks: true } })).close();
    const cache = world
      .inputs("start")
      .map((input) => [
        ...[input.source, input.seconds_since_last_response, input.context_tokens],
        input.prompt_cache_likely_expired,
      ]);
    expect(cache).toEqual([
      ["startup", undefined, undefined, undefined],
      ["resume", 300, 342, false],
      ["fork", 301, 342, true],
    ]);
  });

  test("says nothing of a conversation without an answer", async () => {
    const world = await makeHost({ replies: [{ status: 400 }] });
    world.settings("user", hooksFor("SessionStart", world.hook("start")));
    const first = await world.open();
    await first.send("fail");
    await first.close();
    await world.open({ resume: { sessionId: first.id } });
    expect(world.inputs("start")[1]).not.toHaveProperty("seconds_since_last_response");
  });
});
