import { expect, test } from "vitest";
import { cleaner } from "../../src/recovery/ledger/clean-witness.ts";
import type { WitnessRecord } from "../../src/recovery/witness.ts";
import { createRedactor } from "../../src/redact/index.ts";

const PIN = "1790";
const witness: WitnessRecord = {
  id: `w-${PIN}`,
  evidence: {
    ...{ witness: "stop_failure_hook", atMs: 1_790_000_000_000, seenAtMs: 1_790_000_000_001 },
    ...{ agent: "claude-code", sessionId: "s-1", message: `pin ${PIN}` },
    lastTool: { name: `tool ${PIN}`, inputDigest: "0" },
    rateLimit: {
      resetAtMs: 1_790_000_000_002,
      windows: { [PIN]: { status: PIN, resetAtMs: 1_790_000_000_003 } },
    },
    permissionDenials: [PIN],
  },
  session: { projectDir: `/work/${PIN}` },
};

test("texts lose their secrets everywhere, again and again, and numbers stay what they are", () => {
  const clean = cleaner(createRedactor({ known: [{ name: "PIN", value: PIN }] }));
  const mark = "[redacted: PIN]";
  for (const _ of [1, 2])
    expect(clean(witness)).toEqual({
      id: witness.id,
      evidence: {
        ...witness.evidence,
        message: `pin ${mark}`,
        lastTool: { name: `tool ${mark}`, inputDigest: "0" },
        rateLimit: {
          resetAtMs: 1_790_000_000_002,
          windows: { [mark]: { status: mark, resetAtMs: 1_790_000_000_003 } },
        },
        permissionDenials: [mark],
      },
      session: { projectDir: `/work/${mark}` },
    });
});
