/** What was promised of supervised work, held against the ledger, the files of the project, and what the model API saw. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ModelApi } from "../../src/model-api/index.ts";
import { isJsonObject } from "../../src/protocol/index.ts";
import { createJobFiles, openSharedGovernor, openSqliteQueue } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";

/** Each item is done, once, by attempts that followed each other; and no place of an account is taken. */
export async function checkQueue(
  keys: readonly string[],
  { stateDir, now }: { readonly stateDir: string; readonly now: () => number },
): Promise<void> {
  await using queue = await openSqliteQueue({ stateDir, redactor: createRedactor(), now });
  for (const key of keys) {
    const job = await queue.get(key);
    expect(job).toMatchObject({ key, state: "done", holder: null });
    const attempts = await queue.attempts(key);
    expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, at) => at + 1));
    expect(attempts.filter(({ outcome }) => outcome === "done")).toEqual([attempts.at(-1)]);
    for (const { outcome } of attempts.slice(0, -1))
      expect(["died", "requeued", "parked"]).toContain(outcome);
    for (const [at, attempt] of attempts.slice(1).entries()) {
      const before = attempts[at];
      expect(before?.token).toBeLessThan(attempt.token);
      expect(before?.endedMs).toBeLessThanOrEqual(attempt.startedMs);
    }
  }
  await using governor = await openSharedGovernor({ stateDir, random: () => 0.5, now });
  for (const view of await governor.views()) expect(view).toMatchObject({ running: 0, admitted: [] });
}

/** The answer is kept, the work was done, and never by two at once. */
export async function checkItem({
  item,
  dir,
  key,
  stateDir,
}: {
  readonly item: string;
  readonly dir: string;
  readonly key: string;
  readonly stateDir: string;
}): Promise<void> {
  const result = await createJobFiles(stateDir).readResult(key);
  expect(result).toMatchObject({ text: `Done: ${item}, and every word of it.` });
  expect(existsSync(join(dir, "OVERLAP")) ? readFileSync(join(dir, "OVERLAP"), "utf8") : null).toBeNull();
  // The locks were there to be met.
  for (const file of ["session.lock", "work.lock"]) expect(existsSync(join(dir, file))).toBe(true);
  expect(readFileSync(join(dir, "work"), "utf8")).toMatch(/out\n$/);
}

/** The API gave the last answer whole, and never had two requests of one session at once. */
export function checkRequests(item: string, api: ModelApi): void {
  const own = api.requests.filter(({ body }) => promptOf(body).includes(`Do ${item}.`));
  expect(own.filter((each) => each.route === `${item} done` && each.outcome === "answered")).not.toEqual([]);
  for (const [at, { atMs }] of own.slice(1).entries())
    expect(own[at]?.endedAtMs ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(atMs);
}

function promptOf(body: unknown): string {
  const first = isJsonObject(body) && Array.isArray(body.messages) ? body.messages[0] : undefined;
  return JSON.stringify(isJsonObject(first) ? (first.content ?? "") : "");
}
