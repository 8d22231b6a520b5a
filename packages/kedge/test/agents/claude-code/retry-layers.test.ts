import { describe, expect, it } from "vitest";
import { readRetryLayers } from "../../../src/agents/index.ts";

describe("layers of retries", () => {
  it.each([
    [{}, undefined, 11],
    [{ CLAUDE_CODE_MAX_RETRIES: "0" }, undefined, 1],
    [{ CLAUDE_CODE_MAX_RETRIES: "3" }, undefined, 4],
    [{ CLAUDE_CODE_MAX_RETRIES: "99" }, undefined, 16],
    [{ CLAUDE_CODE_MAX_RETRIES: "-1" }, undefined, 11],
    [{ CLAUDE_CODE_MAX_RETRIES: "1e9" }, undefined, 11],
    [{}, "sonnet", 22],
    [{}, ["a", "b", "c", "d"], 44],
    [{ CLAUDE_CODE_RETRY_WATCHDOG: "1", CLAUDE_CODE_MAX_RETRIES: "3" }, "sonnet", Number.POSITIVE_INFINITY],
    [{ CLAUDE_CODE_RETRY_WATCHDOG: "0" }, undefined, 11],
  ])("%j with fallbackModel %j make %d requests", (env, fallback, product) => {
    const layers = readRetryLayers(env, fallback);
    expect(layers.product).toBe(product);
    expect(layers.text).toContain(Number.isFinite(product) ? `at most ${product} requests` : "no bound");
  });
});
