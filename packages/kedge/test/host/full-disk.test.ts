import { statSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { Session, SessionOptions } from "../../src/host/index.ts";
import { limitFileSize } from "../support/file-size-limit.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";
import { describeWith } from "../support/requires.ts";

/** Longer than everything that handlers write, which the limit is to leave alone. */
const PROMPT = "a long prompt ".repeat(2_000);

describeWith({ needs: ["prlimit"] }, "a transcript that has no room for how its turn failed", () => {
  afterEach(() => limitFileSize("unlimited"));

  /** Opens a session whose transcript has room for ten more bytes when its model is asked, until the limit is taken back. */
  async function openOnFullDisk(world: Awaited<ReturnType<typeof makeHost>>): Promise<Session> {
    const { client } = world.base;
    const full: SessionOptions["client"] = {
      send(...request) {
        limitFileSize(statSync(session.transcriptPath).size + 10);
        return client.send(...request);
      },
    };
    const session = await world.open({ client: full });
    return session;
  }

  const text = "A first sentence that had come.";
  test.for([
    ["a failure", { status: 529 }, "overloaded"],
    [
      "one behind a text",
      { text, stream: { stop_at: "block", error: { type: "rate_limit_error" } } },
      "rate_limit",
    ],
  ] as const)("tells the StopFailure handlers of %s all the same", async ([, step, error]) => {
    const world = await makeHost({ replies: [step] });
    world.settings("user", hooksFor("StopFailure", world.hook("failure")));
    const session = await openOnFullDisk(world);
    await expect(session.send(PROMPT)).rejects.toMatchObject({ code: "TRANSCRIPT_NOT_WRITABLE" });
    expect(world.inputs("failure")).toMatchObject([{ error }]);
  });
});
