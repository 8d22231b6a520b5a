import { describe, expect, it } from "vitest";
import { explainFailure } from "../../src/cli/commands/explain.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import { at, makeLedger, NOW, witness } from "../support/ledger-world.ts";
import { HIDDEN } from "./hooks-world.ts";

const explain =
  (id: string, options = {}) =>
  (context: Context, moment: Moment) =>
    explainFailure(id, options, context, moment);

const TEXT = "You've hit your session limit · resets 3:45pm (Europe/Berlin)";

/** A plan window that a result, a hook and the same hook again tell of, and a subagent's overload. */
async function toldLedger() {
  const world = makeLedger();
  const atMs = at("2026-11-21 15:02");
  const told = {
    status: 429,
    apiError: "usage_limit_reached",
    kind: "rate_limit",
    isError: true,
    message: TEXT,
  };
  const hook = { witness: "stop_failure_hook", kind: "rate_limit", message: TEXT };
  const [first] = await world.record(
    witness(
      {
        ...told,
        atMs,
        durationMs: 840_000,
        attempts: 3,
        model: "claude-sonnet-5-5",
        agentVersion: "2.1.329",
        requestId: "req_011",
        lastTool: { name: "Bash", inputDigest: "00" },
      },
      { inputTokens: 12_345, outputTokens: 678, costUsd: 0.42, permissionMode: "plan" },
    ),
    witness({ ...hook, atMs: atMs + 400, seenAtMs: NOW }),
    witness({ ...hook, atMs: atMs + 900, seenAtMs: atMs + 900 }),
  );
  const [second] = await world.record(
    witness({
      status: 529,
      kind: "server_error",
      isError: true,
      atMs: atMs + 1_000,
      sessionId: "other",
      subagent: { id: "a1", type: "reviewer" },
    }),
  );
  return { ...world, ids: [first?.id ?? "", second?.id ?? ""] as const };
}

describe("kedge explain", () => {
  it("says what happened, how sure that is, who says so, what to do, and what was lost", async () => {
    const world = await toldLedger();
    const { stdout, stderr, exitCode } = await world.run(explain(world.ids[0]));
    expect(stdout.replace(world.ids[0], "f_ID")).toMatchInlineSnapshot(`
      "f_ID  5-hour limit used up

        What happened  A window of the subscription plan is used up: the 5-hour limit.
                       Sat 21 Nov 2026, 15:02:00 (Europe/Berlin), 10 min ago, in website.
        Verdict        plan_window, of kind rate_limit, status 429; certain: it is stated, and nothing had to be inferred.
                       The agent's result says apiError usage_limit_reached.
                       It concerns everything that runs on this account.
        Agent's word   The agent called it rate_limit, which is right.
        Reset          15:45 (in 34 min), stated to the minute.
                       Read from the agent's text "resets 3:45pm (Europe/Berlin)", on the clock of Europe/Berlin.
        What to do     The plan's limit is used up. The work is parked until it resets; there is nothing to do.
        Lost           58 min, the wait for a reset included.
                       The last tool was Bash.
                       The turn had 12,345 tokens in and 678 tokens out.
                       Its session had cost $0.42.
                       The agent had sent 3 requests.
        Session        5e551011-0000-4000-8000-000000000001, claude-code 2.1.329, claude-sonnet-5-5, permission mode plan, request req_011

      Evidence of 2 witnesses
        agent's result    Sat 21 Nov 2026, 15:02:00
                          status 429, api error usage_limit_reached, kind rate_limit, is error yes, duration 14 min, attempts 3, request id req_011, last tool Bash
                          "You've hit your session limit · resets 3:45pm (Europe/Berlin)"
        StopFailure hook  Sat 21 Nov 2026, 15:02:00, taken in 15:12
                          kind rate_limit
                          "You've hit your session limit · resets 3:45pm (Europe/Berlin)"
        StopFailure hook  Sat 21 Nov 2026, 15:02:00, the same again"
    `);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
  });

  it("says what the agent called it and what it is in truth, and which subagent it was", async () => {
    const world = await toldLedger();
    const { stdout } = await world.run(explain(world.ids[1]));
    expect(stdout).toContain("API overloaded (subagent)");
    expect(stdout).toContain("The agent called it server_error. In truth it is overloaded.");
    expect(stdout).toContain("in the subagent reviewer");
    expect(stdout).not.toMatch(/^ +Reset/m);
  });

  it("says that a reset is not plausible, and whose clock was taken for a zone that nobody knows", async () => {
    const world = makeLedger();
    const message = "You've hit your session limit · resets 11pm (Mars/Olympus)";
    const [row] = await world.record(
      witness({ kind: "rate_limit", status: 429, isError: true, message, atMs: at("2026-11-21 15:02") }),
    );
    const { stdout } = await world.run(explain(row?.id ?? ""));
    expect(stdout).toContain("Nobody knows the zone Mars/Olympus");
    expect(stdout).toContain("Not plausible");
    expect(stdout).toContain("nobody says credibly when it ends");
  });

  it("takes the beginning of an id, with f_ or without; of several it lists them; of none it says so", async () => {
    const world = await toldLedger();
    for (const id of [
      world.ids[0].slice(0, 8),
      world.ids[0].slice(2, 9),
      world.ids[0].toUpperCase().replace("F_", "f_"),
    ])
      expect((await world.run(explain(id))).stdout).toContain(world.ids[0]);
    await world.record(
      ...Array.from({ length: 40 }, (_, index) =>
        witness({ status: 500, isError: true, atMs: NOW + index, sessionId: `s${index}` }),
      ),
    );
    const several = await world.run(explain(world.ids[0].slice(0, 3)));
    expect(several.stdout).toBe("");
    expect(several.stderr).toMatch(
      /^kedge: \d+ failures have ids that begin with f_.; more of it tells them apart:\nWHEN/,
    );
    expect(several.stderr).toContain(world.ids[0].slice(0, 8));
    expect(several.exitCode).toBe(1);
    const none = await world.run(explain("f_00000000000000000000"));
    expect(none).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "kedge: no failure has an id that begins with f_00000000000000000000. `kedge failures` shows them.",
    });
    for (const id of ["", "f_", "website", "f_12; rm"])
      await expect(world.run(explain(id))).rejects.toMatchObject({ exitCode: 64 });
  });

  it("--json has everything behind it, with each witness by its fields", async () => {
    const world = await toldLedger();
    const json = JSON.parse((await world.run(explain(world.ids[0], { json: true }))).stdout);
    expect(json).toMatchObject({
      id: world.ids[0],
      cause: "plan_window",
      confidence: "certain",
      because: "The agent's result says apiError usage_limit_reached.",
      decidedBy: { witness: "result", field: "apiError" },
      isRepeat: false,
      isGreenExit: false,
      reset: {
        at: "2026-11-21T14:46:00.000Z",
        from: "text",
        precision: "minute",
        isPlausible: true,
        zone: "Europe/Berlin",
        unknownZone: null,
      },
      advice: { action: "wait_until_reset", otherwise: null, needsPerson: false },
    });
    expect(json.evidence).toMatchObject([
      {
        witness: "result",
        who: "agent's result",
        isDuplicate: false,
        said: { status: 429, lastTool: { name: "Bash" } },
      },
      { witness: "stop_failure_hook", isDuplicate: false, said: { message: TEXT } },
      { witness: "stop_failure_hook", isDuplicate: true },
    ]);
  });

  it("shows only the witnesses of this failure, not those of others in the session", async () => {
    const world = await toldLedger();
    await world.record(witness({ status: 500, isError: true, atMs: NOW, message: "a later one" }));
    const { stdout } = await world.run(explain(world.ids[0]));
    expect(stdout).toContain("Evidence of 2 witnesses");
    expect(stdout).not.toContain("a later one");
  });

  it("shows nothing that a terminal would obey, and nothing that hides", async () => {
    const world = makeLedger();
    const nasty = "\u001b]0;title\u0007\u001b[2J\u202egnp\nrow\u0000";
    const [row] = await world.record(
      witness(
        {
          status: 500,
          isError: true,
          atMs: NOW,
          message: nasty,
          kind: nasty,
          model: nasty,
          requestId: nasty,
          terminalReason: nasty,
          lastTool: { name: nasty, inputDigest: nasty },
          subagent: { id: nasty, type: nasty },
        },
        { projectDir: `/x/${nasty}`, permissionMode: nasty },
      ),
    );
    for (const json of [true, false]) {
      const { stdout } = await world.run(explain(row?.id ?? "", { json }));
      expect(stdout).not.toMatch(HIDDEN);
      expect(stdout).not.toContain("[2J");
    }
  });
});

it("shows what another program has stored, numbers that are no times included", async () => {
  const world = makeLedger();
  const [row] = await world.record(
    witness({ atMs: NOW, status: 429, resetAtMs: 1e300, retryAfterMs: 9e15, isError: true }),
  );
  const { stdout, exitCode } = await world.run(explain(row?.id ?? ""));
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("reset 1e+300")]);
});
