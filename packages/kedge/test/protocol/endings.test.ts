import { describe, expect, it } from "vitest";
import { describeEvent, EVENT_NAMES, explainEndings } from "../../src/protocol/index.ts";

describe.each(EVENT_NAMES)("what endings mean for %s", (event) => {
  const endings = explainEndings(event);
  const byLabel = (start: string) => endings.find(({ ending }) => ending.startsWith(start));

  it("exit 2 means a block exactly where the event can block with it", () => {
    const blocks = describeEvent(event).exit2 !== "ignored";
    expect(byLabel("exit 2")?.decision.effect === "nothing").toBe(!blocks);
    expect(byLabel("exit 2")?.status).toBe(blocks ? "blocked" : "failed");
  });

  it("a time-out never blocks by itself, but for a worktree that is then not there", () => {
    const { effect } = byLabel("time-out")?.decision ?? {};
    expect(effect).toBe(event === "WorktreeCreate" ? "fails_worktree" : "nothing");
  });

  it("every ending has words, and a gate that stays open is named as such", () => {
    for (const { ending, meaning, decision } of endings) {
      expect(meaning, ending).not.toBe("");
      expect(meaning.includes("the gate stays open"), ending).toBe(decision.unanswered.length > 0);
    }
  });

  it("every answer in JSON that is shown is one that the event reads", () => {
    for (const { ending, status } of endings.filter((each) => each.ending.startsWith("exit 0, {"))) {
      expect(status, ending).not.toBe("failed");
    }
  });
});
