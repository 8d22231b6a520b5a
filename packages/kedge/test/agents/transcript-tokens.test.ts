/** Tokens of a turn that failed: those of its own answers, each once. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readFailedTurns } from "../../src/agents/index.ts";

const usage = { input_tokens: 1_000, output_tokens: 50 };
const block = (id: string) => ({ type: "assistant", message: { id, model: "m", usage, content: [] } });
const prompt = (promptId: string) => ({ type: "user", promptId, message: { content: "go" } });
const failed = {
  type: "assistant",
  isApiErrorMessage: true,
  error: "server_error",
  message: { content: [] },
};

test.each([
  [
    "an answer of three blocks is one",
    [prompt("p-1"), block("a"), block("a"), block("a"), failed],
    [1_000, 50],
  ],
  [
    "answers to the prompt before do not count",
    [prompt("p-1"), block("a"), prompt("p-2"), block("b"), failed],
    [1_000, 50],
  ],
  [
    "results of tools are of the same prompt",
    [prompt("p-1"), block("a"), prompt("p-1"), block("b"), failed],
    [2_000, 100],
  ],
  [
    "without an answer there are none",
    [prompt("p-1"), block("a"), prompt("p-2"), failed],
    [undefined, undefined],
  ],
])("%s", async (_, entries, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "kedge-tokens-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "s.jsonl");
  writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const [turn] = (await readFailedTurns(path))?.failures ?? [];
  expect([turn?.inputTokens, turn?.outputTokens]).toEqual(expected);
});
