import { describe, expect, it } from "vitest";
import { showStats } from "../../src/cli/commands/stats.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import { at, makeLedger, witness } from "../support/ledger-world.ts";
import { HIDDEN } from "./hooks-world.ts";

const LIMIT = { status: 429, kind: "rate_limit", apiError: "usage_limit_reached", isError: true };
const BUSY = { status: 529, kind: "server_error", isError: true };
const BASH = { name: "Bash", inputDigest: "00" };
const EDIT = { name: "Edit", inputDigest: "11" };

/** Seven failures over three days, of two projects and two versions. */
async function countedLedger() {
  const world = makeLedger();
  const shop = { projectDir: "/home/dev/shop" };
  const wiki = { projectDir: "/home/dev/wiki" };
  const [old, fresh] = [{ agentVersion: "2.1.300" }, { agentVersion: "2.1.329" }];
  const when = (text: string) => ({ atMs: at(text), sessionId: text.replaceAll(/\W/g, "-") });
  await world.record(
    witness(
      {
        ...LIMIT,
        ...old,
        ...when("2026-11-19 10:10"),
        durationMs: 60_000,
        lastTool: BASH,
        rateLimit: { status: "rejected", window: "five_hour", resetAtMs: at("2026-11-19 12:10") },
      },
      { ...shop, costUsd: 1.25 },
    ),
    witness(
      { ...BUSY, ...old, ...when("2026-11-19 10:50"), durationMs: 30_000, lastTool: EDIT },
      { ...shop, costUsd: 0.5 },
    ),
    witness({ ...BUSY, ...old, ...when("2026-11-20 10:20") }, wiki),
    witness(
      { ...BUSY, ...fresh, ...when("2026-11-20 22:59"), durationMs: 15_000, lastTool: BASH },
      { ...wiki, costUsd: 2 },
    ),
    witness(
      { ...LIMIT, ...fresh, ...when("2026-11-21 10:00"), message: "You've hit your weekly limit" },
      { ...shop, costUsd: 0.25 },
    ),
    witness(
      { status: 401, kind: "authentication_failed", isError: true, ...fresh, ...when("2026-11-21 10:01") },
      shop,
    ),
    witness({ ...BUSY, ...fresh, ...when("2026-11-21 15:11"), lastTool: BASH }, shop),
  );
  return world;
}

const stats = (options: Parameters<typeof showStats>[0]) => (context: Context, moment: Moment) =>
  showStats(options, context, moment);
const SINCE = "2026-11-19";

describe("kedge stats", () => {
  it("counts exactly", async () => {
    const { stdout } = await (await countedLedger()).run(stats({ since: SINCE, json: true }));
    const hour = (text: string, failures: number, quotaStops: number) => ({
      hour: new Date(at(text)).toISOString(),
      hourMs: at(text),
      failures,
      quotaStops,
    });
    expect(JSON.parse(stdout)).toEqual({
      from: "2026-11-18T23:00:00.000Z",
      fromMs: at("2026-11-19 00:00"),
      until: "2026-11-21T15:00:00.000Z",
      untilMs: at("2026-11-21 16:00"),
      zone: "Europe/Berlin",
      project: null,
      failures: 7,
      quotaStops: 2,
      costUsd: 4,
      timeLostMs: 7_305_000,
      byCause: [
        { name: "overload", failures: 4, costUsd: 2.5, timeLostMs: 45_000, what: "API overloaded" },
        { name: "plan_window", failures: 2, costUsd: 1.5, timeLostMs: 7_260_000, what: "plan limit used up" },
        { name: "auth", failures: 1, costUsd: 0, timeLostMs: 0, what: "login refused" },
      ],
      byKind: [
        { name: "overloaded", failures: 4, costUsd: 2.5, timeLostMs: 45_000 },
        { name: "rate_limit", failures: 2, costUsd: 1.5, timeLostMs: 7_260_000 },
        { name: "authentication_failed", failures: 1, costUsd: 0, timeLostMs: 0 },
      ],
      byProject: [
        { name: "shop", failures: 5, costUsd: 2, timeLostMs: 7_290_000 },
        { name: "wiki", failures: 2, costUsd: 2, timeLostMs: 15_000 },
      ],
      byVersion: [
        { name: "claude-code 2.1.329", failures: 4, costUsd: 2.25, timeLostMs: 15_000 },
        { name: "claude-code 2.1.300", failures: 3, costUsd: 1.75, timeLostMs: 7_290_000 },
      ],
      byTool: [
        { name: "", failures: 3, costUsd: 0.25, timeLostMs: 0 },
        { name: "Bash", failures: 3, costUsd: 3.25, timeLostMs: 7_275_000 },
        { name: "Edit", failures: 1, costUsd: 0.5, timeLostMs: 30_000 },
      ],
      byHour: [
        hour("2026-11-19 10:00", 2, 1),
        hour("2026-11-20 10:00", 1, 0),
        hour("2026-11-20 22:00", 1, 0),
        hour("2026-11-21 10:00", 2, 1),
        hour("2026-11-21 15:00", 1, 0),
      ],
    });
  });

  it("counts one project, and one day", async () => {
    const world = await countedLedger();
    const shop = JSON.parse((await world.run(stats({ since: SINCE, project: "shop", json: true }))).stdout);
    expect(shop).toMatchObject({
      project: "shop",
      failures: 5,
      quotaStops: 2,
      costUsd: 2,
      timeLostMs: 7_290_000,
    });
    const day = JSON.parse(
      (await world.run(stats({ since: "2026-11-20", until: "2026-11-20", json: true }))).stdout,
    );
    expect(day).toMatchObject({ failures: 2, quotaStops: 0, untilMs: at("2026-11-21 00:00") });
  });

  it("shows totals, a chart on this user's clock with quota stops marked, and tables", async () => {
    const { stdout, exitCode } = await (await countedLedger()).run(stats({ since: "2026-11-20 15:00" }), {
      width: 80,
    });
    expect(`${stdout}\n`).toMatchInlineSnapshot(`
      "Failures from yesterday 15:00 to now, all projects (Europe/Berlin)

        Failures     4
        Quota stops  1  25 % of them
        Time lost    15 s
        Cost         $2.25  of their sessions

      By hour
        4 ┤
          │
          │
          │                                      █
          │              ▄                       █         ▄
          │              █                       █         █
        0 ┼──────────────────────────────────────────────────
                                                 ▲
             16  18  20  22  00  02  04  06  08  10  12  14
           Fri 20 Nov        Sat 21 Nov
           ▲ quota stop: a limit of plan, model or spending

      By cause
        API overloaded            2  ████████              $2.00  15 s lost
        login refused             1  ████
        plan limit used up        1  ████                  $0.25

      By project
        shop                      3  ████████████          $0.25
        wiki                      1  ████                  $2.00  15 s lost

      By version
        claude-code 2.1.329       4  ████████████████      $2.25  15 s lost

      By tool
        (no tool before)          2  ████████              $0.25
        Bash                      2  ████████              $2.00  15 s lost
      "
    `);
    expect(exitCode).toBe(0);
  });

  it("draws in ASCII where the locale has no blocks, and on a dumb terminal", async () => {
    const world = await countedLedger();
    for (const env of [{ LANG: "C" }, { TERM: "dumb" }, { LC_ALL: "POSIX" }]) {
      const { stdout } = await world.run(stats({ since: "24h" }), { width: 80, env });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is looked for
      expect(stdout).toMatch(/^[\u0000-\u007f]*$/);
      expect(stdout).toMatch(/^ +4 \+/m);
      expect(stdout).toContain("^ quota stop");
    }
    const { stdout } = await world.run(stats({ since: "24h" }), {
      width: 80,
      env: { LANG: "C", LC_CTYPE: "C.utf8" },
    });
    expect(stdout).toContain("█");
  });

  it.each([40, 80, 200])("fits %i columns, whatever the span", async (width) => {
    const world = await countedLedger();
    for (const since of ["24h", "7d", "30d", "2026-01-01", "2001-01-01"]) {
      const { stdout } = await world.run(stats({ since }), { width });
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
      const floor = stdout.split("\n").find((line) => line.includes("┼")) ?? "";
      expect(floor.length).toBeLessThanOrEqual(width);
      expect(floor.length).toBeGreaterThan(8);
    }
  });

  it("--by shows one group in full; a pipe gets no colour", async () => {
    const world = await countedLedger();
    const { stdout } = await world.run(stats({ since: SINCE, by: "kind" }));
    expect(stdout).toMatch(
      /^By kind\n {2}overloaded +4 .*\n {2}rate_limit +2 .*\n {2}authentication_failed +1 /m,
    );
    expect(stdout).not.toContain("By project");
    expect(stdout).not.toMatch(HIDDEN);
    const hours = (await world.run(stats({ since: SINCE, by: "hour" }))).stdout;
    expect(hours).toMatch(/^ {2}Thu 10:00 +2 .* 1 quota stop$/m);
    await expect(world.run(stats({ by: "colour" }))).rejects.toMatchObject({ exitCode: 64 });
  });

  it("labels hours of zones that are half an hour off, and of the night that the clocks go back", async () => {
    const world = await countedLedger();
    const { stdout } = await world.run(stats({ since: "24h" }), { width: 80, zone: "Asia/Kolkata" });
    expect(stdout).toMatch(/\d\d:30/);
    await world.record(
      witness({ ...BUSY, atMs: Date.parse("2026-10-25T00:30:00Z"), sessionId: "a" }),
      witness({ ...BUSY, atMs: Date.parse("2026-10-25T01:30:00Z"), sessionId: "b" }),
    );
    const night = await world.run(stats({ since: "2026-10-25", until: "2026-10-25", by: "hour" }), {
      width: 120,
    });
    expect(night.stdout).toContain("Failures     2");
    // Both hours from two to three are in the one column of that hour.
    expect(night.stdout).toMatch(/^ {2}25 Oct 02:00 +1 .*\n {2}25 Oct 02:00 +1 /m);
  });

  it("says that there was none", async () => {
    const { stdout } = await makeLedger().run(stats({}));
    expect(stdout).toMatch(
      /^Failures from 14 Nov 15:00 to now, all projects \(Europe\/Berlin\)\n\n {2}No failure\.$/,
    );
  });
});
