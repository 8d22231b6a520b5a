/** `kedge incidents`: what a person sees of what is wrong now, and says about it. */
import { describe, expect, test } from "vitest";
import {
  acknowledgeIncidents,
  endSilence,
  resolveIncidents,
  silenceIncidents,
} from "../../src/cli/commands/incident-act.ts";
import { showIncident } from "../../src/cli/commands/incident-show.ts";
import { listIncidents } from "../../src/cli/commands/incidents.ts";
import { FAILING } from "../rehearsal/failing-replies.ts";
import { at, type Command, type LedgerWorld, makeLedger, NOW, witness } from "../support/ledger-world.ts";
import { needs } from "../support/requires.ts";
import { HIDDEN } from "./hooks-world.ts";
import { AGENT, FAST, makeWork } from "./work-world.ts";

const session = (number: number): string => `${number}e551011-0000-4000-8000-000000000001`;
const LIMIT = {
  ...{ status: 429, kind: "rate_limit", apiError: "usage_limit_reached", isError: true },
  message: "You've hit your session limit · resets 3:45pm (Europe/Berlin)",
};
const BROKE = {
  status: 400,
  kind: "billing_error",
  isError: true,
  message: "Your credit balance is too low",
};
const ID = /^inc-[0-9a-z]{8}$/;

interface Listed {
  readonly id: string;
  readonly cause: string;
  readonly isOpen: boolean;
}

/** An account that cannot pay, which explains its used-up window, and an overload. */
async function trouble(): Promise<LedgerWorld & { readonly ids: Readonly<Record<string, string>> }> {
  const world = makeLedger();
  await world.record(
    witness({ ...LIMIT, atMs: at("2026-11-21 13:05"), sessionId: session(1) }),
    witness(
      { ...LIMIT, atMs: at("2026-11-21 13:06"), sessionId: session(2) },
      { projectDir: "/home/dev/shop" },
    ),
    witness({ ...BROKE, atMs: at("2026-11-21 14:02"), sessionId: session(3) }),
    witness({
      ...{ status: 529, kind: "server_error", isError: true, model: "claude-opus-5" },
      ...{ atMs: at("2026-11-21 15:04"), sessionId: session(4) },
    }),
  );
  const listed = await listOf(world);
  return { ...world, ids: Object.fromEntries(listed.map(({ id, cause }) => [cause, id])) };
}

async function listOf(world: LedgerWorld, all = false): Promise<readonly Listed[]> {
  const { stdout } = await world.run((context, moment) =>
    listIncidents({ json: true, all }, context, moment),
  );
  return JSON.parse(stdout);
}

const list =
  (options: Parameters<typeof listIncidents>[0] = {}): Command =>
  (context, moment) =>
    listIncidents(options, context, moment);
const show =
  (id: string, json = false): Command =>
  (context, moment) =>
    showIncident(id, { json }, context, moment);
const resolve =
  (ids: readonly string[], message?: string): Command =>
  (context, moment) =>
    resolveIncidents(ids, message === undefined ? {} : { message }, context, moment);
const ack =
  (ids: readonly string[]): Command =>
  (context, moment) =>
    acknowledgeIncidents(ids, context, moment);
const silence = (id: string | undefined, options: Parameters<typeof silenceIncidents>[1]): Command => {
  return (context, moment) => silenceIncidents(id, options, context, moment);
};

describe("kedge incidents", () => {
  test("says so where nothing is wrong, and where nothing ever was", async () => {
    const world = makeLedger();
    expect(await world.run(list())).toEqual({
      ...{ exitCode: 0, stderr: "", stdout: "Nothing is wrong now. `kedge incidents --all` shows what was." },
    });
    expect((await world.run(list({ all: true }))).stdout).toBe("Nothing has ever gone wrong here.");
    expect(await world.run(list({ json: true }))).toEqual({ exitCode: 0, stderr: "", stdout: "[]" });
  });

  test("has first what needs somebody most, a line each, and says what follows from something else", async () => {
    const world = await trouble();
    const { stdout, exitCode } = await world.run(list());
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      [
        ...["critical", world.ids.billing, "14:02", "1 session"],
        "account cannot pay on an account that nobody knows: waits for you",
      ],
      ["warning", world.ids.overload, "15:04", "1 session", "API overloaded for claude-opus-5"],
      [
        ...["warning", world.ids.plan_window, "13:05", "2 sessions"],
        `5-hour limit used up on an account that nobody knows: because of ${world.ids.billing}, until 15:46, in 34 min`,
      ],
    ]);
  });

  test("shows severity in colour where there is any", async () => {
    const world = await trouble();
    const { stdout } = await world.run(list(), { hasStyles: true });
    expect(stdout).toContain("<bad>critical</bad>");
    expect(stdout).toContain("<caution>warning</caution>");
  });

  test("says that there are more", async () => {
    const world = await trouble();
    const { stdout, stderr } = await world.run(list({ limit: "2" }));
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).toBe("kedge: these are the newest 2; --limit gives more.");
    for (const limit of ["0", "-1", "x", "1.5", "100000"])
      await expect(world.run(list({ limit }))).rejects.toMatchObject({
        ...{ exitCode: 64, message: `expected a number from 1 after --limit, got "${limit}".` },
      });
  });

  test("--json has names that stay, the newest first", async () => {
    const world = await trouble();
    const { stdout } = await world.run(list({ json: true, limit: "1" }));
    const [first] = JSON.parse(stdout);
    expect(Object.keys(first)).toEqual([
      ...[
        "id",
        "isOpen",
        "severity",
        "cause",
        "scope",
        "account",
        "project",
        "model",
        "window",
        "needsPerson",
      ],
      ...[
        "failures",
        "sessions",
        "recovered",
        "openedAt",
        "openedAtMs",
        "lastAt",
        "lastAtMs",
        "untilAt",
        "untilAtMs",
      ],
      ...["untilFrom", "acknowledgedAt", "acknowledgedAtMs", "acknowledgedBy", "explainedBy"],
      ...["resolvedAt", "resolvedAtMs", "resolution", "note", "lostMs", "costUsd"],
    ]);
    expect(first).toMatchObject({ id: expect.stringMatching(ID), isOpen: true, account: "provider" });
  });
});

describe("kedge incidents show", () => {
  test("tells everything about one", async () => {
    const world = await trouble();
    const { stdout, exitCode } = await world.run(show(world.ids.plan_window ?? ""));
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").map((line) => line.trimEnd())).toEqual([
      `${world.ids.plan_window}  warning  5-hour limit used up on an account that nobody knows`,
      "  What        Plan limit used up (certain). The agent's result says apiError usage_limit_reached.",
      "  Since       Sat 21 Nov 2026, 13:05:00, 2 h ago",
      "  Until       Sat 21 Nov 2026, 15:46:00, in 34 min, as the message says",
      "  Counted     2 failures of 2 sessions; none went on since",
      "  Lost        4 h 13 min of the sessions' time",
      "  You         Nothing to do.",
      `  Because of  ${world.ids.billing}: as long as that lasts, nobody is told of this`,
      "",
      "Sessions (2)",
      "  1e551011  website  stands still since 13:05",
      "  2e551011  shop     stands still since 13:06",
      "",
      expect.stringMatching(/^More of the first failure: kedge explain f_[0-9a-f]{20}$/),
    ]);
  });

  test("takes the beginning of an id, with and without inc-, and any that only one has", async () => {
    const world = await trouble();
    const id = world.ids.billing ?? "";
    for (const typed of [id, id.slice(4), ` ${id} `]) {
      const { stdout } = await world.run(show(typed, true));
      expect(JSON.parse(stdout)).toMatchObject({ id, sessionList: [{ sessionId: session(3) }], alerts: [] });
    }
    await expect(world.run(show("inc-"))).rejects.toMatchObject({
      exitCode: 64,
      message: expect.stringMatching(
        /^expected the id of one incident, got "inc-", with which several begin: inc-/,
      ),
    });
    for (const typed of ["inc-_", "", "inc-%", "*", "x".repeat(100)])
      await expect(world.run(show(typed))).rejects.toMatchObject({
        exitCode: 64,
        message: `expected the id of an incident, got ${JSON.stringify(typed.slice(0, 60))}. \`kedge incidents --all\` shows them.`,
      });
  });

  test("shows neither what is invisible, nor what would steer a terminal, nor a secret", async () => {
    const world = makeLedger();
    const token = "ghp_000000000000000000000000000000000000";
    await world.record(
      witness(
        { status: 404, kind: "model_not_found", isError: true, atMs: at("2026-11-21 14:00") },
        { projectDir: `/home/dev/shop\u001b[2J\u202e\n${token}` },
      ),
    );
    const [{ id = "" } = {}] = await listOf(world);
    await world.run(resolve([id], `over \u001b[31mnow\u001b[0m\r\nforged: line, ${token}`));
    for (const command of [list({ all: true }), list({ all: true, json: true }), show(id), show(id, true)]) {
      const { stdout } = await world.run(command);
      expect(stdout).not.toMatch(HIDDEN);
      expect(stdout).not.toContain("[2J");
      expect(stdout).not.toContain(token);
      expect(stdout).not.toMatch(/^\s*forged/m);
    }
  });
});

describe("kedge incidents ack and resolve", () => {
  test("say what is so now, and leave all alone where one id is wrong", async () => {
    const world = await trouble();
    const [one = "", other = ""] = [world.ids.billing, world.ids.overload];
    await expect(world.run(ack([one, "inc-zzz"]))).rejects.toMatchObject({ exitCode: 64 });
    await expect(world.run(resolve([one, "inc-zzz"]))).rejects.toMatchObject({ exitCode: 64 });
    expect((await listOf(world)).every(({ isOpen }) => isOpen)).toBe(true);
    const { stdout, exitCode } = await world.run(ack([one, other.slice(4)]));
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(new RegExp(`^${one} \\(account cannot pay on .*\\): \\S+ sees to it\\.$`)),
      expect.stringMatching(
        new RegExp(`^${other} \\(API overloaded for claude-opus-5\\): \\S+ sees to it\\.$`),
      ),
    ]);
    expect((await world.run(list())).stdout).toMatch(/waits for you, \S+ sees to it/);
    expect(await world.run(resolve([one], "Paid."))).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of [resolve([one]), ack([one])])
      expect(await world.run(command)).toEqual({
        ...{ exitCode: 1, stdout: "", stderr: `kedge: ${one} is over already.` },
      });
    const shown = (await world.run(show(one))).stdout;
    expect(shown).toMatch(/^inc-\S+ {2}over {2}account cannot pay/);
    expect(shown).toMatch(/ {2}Over {5}Sat 21 Nov 2026, 15:12:00: Somebody has said that it is over\.\n/);
    expect(shown).toMatch(/ {2}Note {5}Paid\.\n/);
    expect(shown).toContain("not seen to go on since 14:02");
    expect((await listOf(world)).map(({ id }) => id)).not.toContain(one);
    expect((await world.run(list({ all: true }))).stdout).toMatch(
      /over {5}inc-\S+ {2}14:02 .*: over after 1 h 10 min/,
    );
    // What it explained speaks for itself now.
    expect((await world.run(list())).stdout).not.toContain("because of");
  });

  test("of an account that was stopped has its work go on, and tells whoever was told", async () => {
    const world = await makeWork({ replies: [FAILING.billing] });
    world.write("home/.config/kedge/kedge.yaml", {
      ...FAST,
      channels: {
        team: {
          type: "command",
          argv: ["/bin/sh", "-c", `cat >> '${world.folder}/told'; echo >> '${world.folder}/told'`],
        },
      },
    });
    const run = await world.kedge(["run", "--key", "bill", "--", ...AGENT, "Do it"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(
      /told team: Account cannot pay on the account key:[0-9a-f]{12}: 1 session stopped/,
    );
    const before = await world.status();
    expect(before.accounts).toMatchObject([{ state: "stopped" }]);
    expect(before.jobs).toMatchObject([
      { id: "run-bill", state: "parked", nextAtMs: null, needsPerson: true },
    ]);
    const [incident] = JSON.parse((await world.kedge(["incidents", "--json"])).stdout);
    const { stdout, exitCode } = await world.kedge(["incidents", "resolve", incident.id, "-m", "Paid."]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `${incident.id} (account cannot pay on the account ${incident.account}) is over.`,
      `The account ${incident.account} is open again: one session finds out whether it works.`,
      "1 piece of work is due, where somebody runs it.",
      "",
    ]);
    const after = await world.status();
    expect(after.jobs).toMatchObject([{ id: "run-bill", state: "queued" }]);
    expect(after.accounts.filter(({ state }) => state === "stopped")).toEqual([]);
    await world.answer({ replies: [{ text: "Done." }] });
    expect((await world.kedge(["resume", "run-bill"])).exitCode).toBe(0);
    const listed = JSON.parse((await world.kedge(["alerts", "list", "--json"])).stdout).alerts;
    expect(listed.map(({ kind, state }: { kind: string; state: string }) => [kind, state])).toEqual([
      ["resolve", "sent"],
      ["open", "sent"],
    ]);
  }, 120_000);
});

describe("kedge incidents silence", () => {
  test("says of what and until when, is listed, and ends when somebody says so", async () => {
    const world = await trouble();
    const made = await world.run(silence(undefined, { for: "2h", cause: "overload", message: "known" }));
    const [id = ""] = made.stdout.match(/sil-[0-9a-f]{8}/) ?? [];
    expect(made.stdout).toBe(
      `${id}: nobody is told of overload until 17:12. End it with: kedge incidents unsilence ${id}`,
    );
    expect((await world.run(list())).stdout).toContain(
      `\nSilent: nobody is told of\n  ${id}  until 17:12  overload: known`,
    );
    const end =
      (typed: string): Command =>
      (context, moment) =>
        endSilence(typed, context, moment);
    await expect(world.run(end("sil-0"))).rejects.toMatchObject({
      ...{ exitCode: 64, message: `expected a silence that holds, got "sil-0"; there is ${id}.` },
    });
    expect((await world.run(end(id))).stdout).toBe(`${id} is over: what it put off is told now.`);
    await expect(world.run(end(id))).rejects.toMatchObject({
      message: `expected a silence that holds, got "${id}"; there is none.`,
    });
    expect((await world.run(list())).stdout).not.toContain("Silent");
  });

  test.each([
    [{ account: "unknown" }, "anything on the account unknown"],
    [{ project: "shop" }, "anything in shop"],
    [{ cause: "billing", account: "unknown", project: "shop" }, "billing on the account unknown in shop"],
    [{ account: "key:0123456789ab" }, "anything on the account key:0123456789ab"],
  ])("of %j is one of %s", async (of, words) => {
    const world = await trouble();
    const { stdout } = await world.run(silence(undefined, { for: "30m", ...of }));
    expect(stdout).toContain(`nobody is told of ${words} until 15:42.`);
  });

  test("of one incident names it, by the beginning of its id", async () => {
    const world = await trouble();
    const { stdout } = await world.run(silence(world.ids.billing?.slice(4), { for: "31d" }));
    expect(stdout).toContain(`nobody is told of ${world.ids.billing} until 22 Dec 15:12.`);
  });

  test.each([
    [{ for: "2h" }, "expected an incident, --account, --cause or --project, got none: what is to be silent?"],
    [
      { for: "2 hours", cause: "overload" },
      'expected a duration such as 30m, 2h or 3d after --for, 31d at most, got "2 hours".',
    ],
    [
      { for: "32d", cause: "overload" },
      'expected a duration such as 30m, 2h or 3d after --for, 31d at most, got "32d".',
    ],
    [
      { for: "0s", cause: "overload" },
      'expected a duration such as 30m, 2h or 3d after --for, 31d at most, got "0s".',
    ],
    [
      { for: "2h", cause: "overlaod" },
      'expected a cause after --cause, such as overload or plan_window, got "overlaod"; did you mean overload?',
    ],
    [
      { for: "2h", account: "ghost" },
      'expected an account of the policy or of an incident after --account, got "ghost"; there is provider, unknown.',
    ],
  ])("of %j is refused", async (options, message) => {
    const world = await trouble();
    await expect(world.run(silence(undefined, options))).rejects.toMatchObject({ exitCode: 64, message });
    expect((await world.run(list())).stdout).not.toContain("Silent");
  });
});

test("fits a terminal", { timeout: 120_000 }, async (context) => {
  needs(context, "script");
  const world = await makeWork({ replies: [{ status: 404 }] });
  await world.kedge(["run", "--no-wait", "--", ...AGENT, "Do it"]);
  for (const columns of [100, 80]) {
    const line = `stty cols ${columns}; kedge incidents; kedge incidents show inc-`;
    const { stdout } = await world.terminal(line, { env: { NO_COLOR: "1" }, stdin: "" }).done;
    expect(stdout).toContain("unknown model");
    for (const each of stdout.split(/\r?\n/)) expect(each.length, each).toBeLessThanOrEqual(columns);
  }
});

test("times are those of the machine's zone", async () => {
  const world = await trouble();
  const { stdout } = await world.run(list(), { zone: "Asia/Kathmandu", nowMs: NOW });
  expect(stdout).toMatch(/inc-\S+ {2}18:47 .*account cannot pay/);
});
