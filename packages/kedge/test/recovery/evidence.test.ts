import { describe, expect, test } from "vitest";
import { WITNESSES } from "../../src/recovery/evidence.ts";
import { cleanEvidence } from "../../src/recovery/verdict-clean.ts";
import { joinEvidence } from "../../src/recovery/verdict-join.ts";
import { AT_MS, evidence } from "./verdict-cases.ts";

const base = { witness: "result", atMs: AT_MS, seenAtMs: AT_MS, agent: "claude-code", sessionId: "s1" };

describe("evidence is taken as it should be, and what is malformed is left out", () => {
  test.each<[name: string, said: object, kept: object]>([
    ["a status", { status: 429 }, { status: 429 }],
    ["a status in words", { status: "429" }, {}],
    ["a status of four digits", { status: 4290 }, {}],
    ["half a status", { status: 429.5 }, {}],
    [
      "a time that is none",
      { resetAtMs: Number.NaN, lastEventAtMs: -1, retryAfterMs: Number.POSITIVE_INFINITY },
      {},
    ],
    ["a text", { message: " API \u001b[1mError\u001b[0m:\n\n400\u200b " }, { message: "API Error: 400" }],
    ["an empty text", { message: "  " }, {}],
    ["a long text", { message: "x".repeat(10_000) }, { message: "x".repeat(4096) }],
    ["a long name", { kind: "x".repeat(10_000) }, { kind: "x".repeat(256) }],
    ["a field that nobody knows", { colour: "red" }, {}],
    ["a subagent", { subagent: { id: "a1", type: "Explore" } }, { subagent: { id: "a1", type: "Explore" } }],
    ["a subagent without an id", { subagent: { type: "Explore" } }, {}],
    ["a tool without a digest", { lastTool: { name: "Bash" } }, {}],
    ["denials", { permissionDenials: ["Bash", 3, ""] }, { permissionDenials: ["Bash"] }],
    ["a flag in words", { isError: "true" }, {}],
    [
      "windows by the names of headers",
      { rateLimit: { window: "7d", windows: { "5h": { utilization: 0.5, status: 3 } }, errorCode: "" } },
      { rateLimit: { window: "seven_day", windows: { five_hour: { utilization: 0.5 } } } },
    ],
    ["facts of limits in words", { rateLimit: "rejected" }, {}],
  ])("%s", (_, said, kept) => {
    expect(cleanEvidence({ ...base, ...said })).toEqual({ ...base, ...kept });
  });

  test("the same facts in another order are the same text", () => {
    const windows = { seven_day: { utilization: 1 }, "5h": { utilization: 0.5 } };
    const turned = Object.fromEntries(Object.entries(windows).toReversed());
    const [one, other] = [windows, turned].map((all) =>
      cleanEvidence({ rateLimit: { windows: all }, ...base }),
    );
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    expect(JSON.stringify(cleanEvidence({ ...base, rateLimit: { windows } }))).toBe(JSON.stringify(one));
  });

  test("without a witness or a time it is none", () => {
    expect(cleanEvidence({ ...base, witness: "" })).toBeUndefined();
    expect(cleanEvidence({ ...base, atMs: "now" })).toBeUndefined();
    expect(cleanEvidence(null)).toBeUndefined();
  });

  test("without a time of seeing it was seen when it happened", () => {
    const { seenAtMs: _, ...unseen } = base;
    expect(cleanEvidence(unseen)).toEqual(base);
  });

  test("what is inherited is nobody's word", () => {
    expect(cleanEvidence(Object.assign(Object.create({ status: 401 }), base))).not.toHaveProperty("status");
  });
});

describe("each field is that of the most trusted witness who gave it", () => {
  test.each(WITNESSES.slice(1).map((witness, index) => [WITNESSES[index] ?? "", witness] as const))(
    "%s before %s",
    (more, less) => {
      const { facts } = joinEvidence([
        evidence(less, { status: 500, model: "m" }),
        evidence(more, { status: 429 }),
      ]);
      expect(facts.status).toEqual({ value: 429, witness: more, atMs: AT_MS });
      expect(facts.model).toEqual({ value: "m", witness: less, atMs: AT_MS });
    },
  );

  test("of one witness the newest, and of these the one that was seen last", () => {
    const said = [
      evidence("transcript", { status: 500 }),
      { ...evidence("transcript", { status: 502 }), atMs: AT_MS + 1 },
      { ...evidence("transcript", { status: 503 }), atMs: AT_MS + 1, seenAtMs: AT_MS + 2 },
    ];
    expect(joinEvidence(said).facts.status?.value).toBe(503);
    expect(joinEvidence(said.toReversed()).facts.status?.value).toBe(503);
  });

  test("an earlier attempt counts only where nobody else speaks, and never against the end", () => {
    const retry = evidence("stream", { event: "api_retry", status: 529, kind: "overloaded", attempts: 7 });
    const ended = joinEvidence([
      retry,
      evidence("stop_failure_hook", { kind: "authentication_failed" }),
    ]).facts;
    expect(ended.status).toBeUndefined();
    expect(ended.attempts?.value).toBe(7);
    expect(ended.kind?.value).toBe("authentication_failed");
    const fits = joinEvidence([retry, evidence("stop_failure_hook", { kind: "server_error" })]).facts;
    expect(fits.status?.value).toBe(529);
    expect(fits.kind?.value).toBe("server_error");
    const other = joinEvidence([retry, evidence("result", { status: 401, isError: true })]).facts;
    expect(other.status?.value).toBe(401);
    expect(other.kind).toBeUndefined();
  });
});
