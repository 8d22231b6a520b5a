import { describe, expect, test } from "vitest";
import { adviceFor } from "../../src/recovery/advice.ts";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { describeCause } from "../../src/recovery/verdict-causes.ts";
import { judgeFailure } from "../../src/recovery/verdict-judge.ts";
import { MEASURED, type Measured } from "./verdict-measured.ts";

const atMs = Date.UTC(2026, 9, 5, 12, 0, 0);
const base = { atMs, seenAtMs: atMs, agent: "claude-code", sessionId: "s1" };
const options = { nowMs: atMs, zone: "UTC" };

const hook = ({ error, text }: Measured): Evidence => ({
  ...base,
  witness: "stop_failure_hook",
  kind: error,
  message: text,
});

const transcript = (row: Measured): Evidence => ({
  ...hook(row),
  witness: "transcript",
  ...(row.status !== undefined && { status: row.status }),
});

const result = ({ status, type, apiError, reason, text }: Measured): Evidence => ({
  ...base,
  witness: "result",
  isError: true,
  message: text,
  ...(status !== undefined && { status }),
  ...(type !== undefined && { errorType: type }),
  ...(apiError !== undefined && { apiError }),
  ...(reason !== undefined && { terminalReason: reason }),
});

test("every measured failure is there", () => {
  expect(MEASURED.length).toBeGreaterThanOrEqual(74);
});

describe.each(MEASURED)("$name ($error)", (row) => {
  test("is told by hook and result", () => {
    const verdict = judgeFailure([hook(row), result(row)], options);
    expect(verdict).toMatchObject({ cause: row.cause, kind: row.kind, agentKind: row.error });
    expect(describeCause(row.cause).scope).toBe(verdict.scope);
    expect(adviceFor(verdict).forPeople).toMatch(/^[A-Z].+\.$/);
  });

  test("is told by the hook alone, never as certain where only its text tells", () => {
    const verdict = judgeFailure([hook(row)], options);
    expect(verdict.cause).toBe(row.hookCause ?? row.cause);
    if (verdict.basis.field === "message") expect(verdict.confidence).not.toBe("certain");
  });

  test("is told by the transcript's entry as by the result, as far as that knows", () => {
    const verdict = judgeFailure([transcript(row)], options);
    expect([
      row.cause,
      row.hookCause ?? row.cause,
      "server",
      "server_throttle",
      "invalid_request",
      "unknown",
    ]).toContain(verdict.cause);
  });
});
