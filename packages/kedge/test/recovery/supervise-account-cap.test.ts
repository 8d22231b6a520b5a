/** What a policy allows an account at once: real batches in processes of their own, against one real model API. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type RecordedRequest, startModelApi } from "../../src/model-api/index.ts";
import { runKedge } from "../cli/run-kedge.ts";
import { AGENT } from "./supervise-room.ts";

/** The most requests that were being answered at the same time. */
function mostAtOnce(requests: readonly RecordedRequest[]): number {
  const isUnderWay = (atMs: number) =>
    requests.filter((each) => each.atMs <= atMs && atMs < (each.endedAtMs ?? 0)).length;
  return Math.max(...requests.map(({ atMs }) => isUnderWay(atMs)));
}

test("two batches at once keep to the sessions of their account, and others are not held by it", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-cap-")));
  await using api = await startModelApi({ replies: [{ text: "Done.", delay_ms: 4_000 }] });
  const write = (name: string, value: object): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  for (const name of ["home", "state"]) mkdirSync(join(folder, name));
  const env = {
    ...{ HOME: join(folder, "home"), KEDGE_STATE_DIR: join(folder, "state"), KEY: "capped", OTHER: "free" },
    ...{ ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_MAX_RETRIES: "0" },
    // The check for leaks knows what came from a test by it.
    KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK,
  };
  const accounts = {
    capped: { env: { ANTHROPIC_API_KEY: "KEY" }, sessions: 2 },
    free: { env: { ANTHROPIC_API_KEY: "OTHER" } },
  };
  const policy = write("policy.json", { version: 1, accounts });
  const agent = AGENT.slice(0, 2);
  const batch = (name: string, ...names: readonly string[]): string => {
    const items = names.map((account, at) => ({ key: `i${at}`, prompt: "Do it", account }));
    return write(`${name}.json`, { version: 1, name, agent: [...agent, "-p"], items });
  };
  const files = [batch("one", "capped", "capped", "capped"), batch("two", "capped", "free", "free")];
  const runs = await Promise.all(
    files.map((file) => runKedge(["batch", file, "--policy", policy], { cwd: folder, env })),
  );
  expect(runs.map(({ exitCode, stderr }) => [exitCode, exitCode === 0 ? "" : stderr])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  const keys = Map.groupBy(api.requests, ({ key }) => key);
  const capped = [...keys.values()].find((own) => own.length === 4) ?? [];
  expect([...keys.values()].map((own) => own.length).toSorted()).toEqual([2, 4]);
  // One after the other each second, three would be under way after two; the cap is all that is in their way.
  expect(mostAtOnce(capped)).toBe(2);
  expect(mostAtOnce(api.requests)).toBeGreaterThan(2);
  rmSync(folder, { recursive: true, force: true });
}, 120_000);
