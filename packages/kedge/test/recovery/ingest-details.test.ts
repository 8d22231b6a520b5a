/** What an agent adds to the text of a failure: often the only words of the API itself. */
import { expect, test } from "vitest";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { makeIngester } from "./spool-world.ts";

const SECRET = "my-own-company-password-123";

/** The evidence of a failure whose hook gave details. */
async function evidenceOf(details: unknown): Promise<Evidence> {
  const world = makeRecovery([SECRET]);
  const ledger = await world.ledger();
  world.leave("1-a", "failure", failureInput({ error_details: details }));
  expect(await (await makeIngester(world, ledger)).drain()).toMatchObject({ setAside: 0 });
  const id = (await ledger.failures()).failures[0]?.id ?? "";
  const [witness] = (await ledger.failure(id))?.witnesses ?? [];
  return (JSON.parse(witness?.evidence ?? "{}") as { evidence: Evidence }).evidence;
}

test.each([
  ["a text", '429 {"type":"error"}', '429 {"type":"error"}'],
  [
    "an object",
    { type: "error", error: { type: "overloaded_error" } },
    '{"type":"error","error":{"type":"overloaded_error"}}',
  ],
  ["a list", ["a", 1], '["a",1]'],
  ["a number", 429, "429"],
  ["a flag", false, "false"],
])("%s is kept, as words or as JSON", async (_, details, kept) => {
  expect(await evidenceOf(details)).toMatchObject({ details: kept, kind: "rate_limit" });
});

test.each([
  ["nothing", null],
  ["an empty text", ""],
  ["what is not there", undefined],
])("%s is none", async (_, details) => {
  expect(await evidenceOf(details)).not.toHaveProperty("details");
});

test("a long one is cut, and never in the middle of a character", async () => {
  const { details = "" } = await evidenceOf(`x${"😀".repeat(5_000)}`);
  expect(details.length).toBeGreaterThan(4_000);
  expect(details.length).toBeLessThanOrEqual(4_096);
  expect(details.isWellFormed()).toBe(true);
});

test.each([
  ["words", `it sent ${SECRET} to us`],
  ["an object", { sent: { deep: [SECRET] } }],
  ["a name", { [SECRET]: 1 }],
])("a secret in %s is not", async (_, details) => {
  const kept = JSON.stringify(await evidenceOf(details));
  expect(kept).toContain("[redacted: TEST_TOKEN]");
  expect(kept).not.toContain(SECRET);
});
