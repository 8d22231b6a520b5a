/** `kedge alerts`: how channels stand, what was told through them, and a try by hand. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listAlerts, retryAlerts, testAlerts } from "../../src/cli/commands/alerts.ts";
import { listIncidents } from "../../src/cli/commands/incidents.ts";
import { serve } from "../support/http-server.ts";
import {
  at,
  type Command,
  type LedgerWorld,
  makeLedger,
  NOW,
  stopFailure,
  witness,
} from "../support/ledger-world.ts";
import { runKedge } from "./run-kedge.ts";

const MINUTE = 60_000;
const noChannels = ({ env }: LedgerWorld): string =>
  `Nobody is told of anything: your own policy, ${env.HOME}/.config/kedge/kedge.yaml, names no channels. Add \`channels\` there.`;

const list = (options: Parameters<typeof listAlerts>[0] = {}): Command => {
  return (context, moment) => listAlerts(options, context, moment);
};
const tryChannel =
  (name?: string): Command =>
  (context, moment) =>
    testAlerts(name, context, moment);
const retry =
  (ids: readonly string[] = [], channel?: string): Command =>
  (context, moment) =>
    retryAlerts(ids, channel === undefined ? {} : { channel }, context, moment);

/** Channels that are programs: one that takes everything into a file, one that fails until there is another file. */
function makeTold(): LedgerWorld & { readonly told: string; readonly mended: string } {
  const world = makeLedger();
  const [told, mended] = [join(world.folder, "told"), join(world.folder, "mended")];
  writePolicy(world, {
    channels: {
      team: { type: "command", argv: ["/bin/sh", "-c", 'cat >> "$1"; echo >> "$1"', "sh", told] },
      pager: {
        type: "command",
        argv: ["/bin/sh", "-c", 'cat > /dev/null; test -e "$1" || exit 3', "sh", mended],
      },
    },
  });
  return { ...world, told, mended };
}

function writePolicy({ folder }: LedgerWorld, policy: object): void {
  mkdirSync(join(folder, "home/.config/kedge"), { recursive: true });
  writeFileSync(join(folder, "home/.config/kedge/kedge.yaml"), JSON.stringify(policy));
}

/** A failure that is heard of now, so that the policy in force says what is told of it. */
async function breakDown(world: LedgerWorld): Promise<string> {
  world.spool(
    "1-1.failure",
    stopFailure({ error: "billing_error", last_assistant_message: "Credit balance is too low" }),
  );
  const { stdout } = await world.run((context, moment) => listIncidents({ json: true }, context, moment));
  const [incident] = JSON.parse(stdout);
  return incident.id;
}

const rows = (text: string): readonly (readonly string[])[] =>
  text.split("\n").map((line) => line.trim().split(/ {2,}/));

describe("without channels", () => {
  test("says that nobody is told, and how to change that", async () => {
    const world = makeLedger();
    expect(await world.run(list())).toEqual({ exitCode: 0, stdout: noChannels(world), stderr: "" });
    expect(JSON.parse((await world.run(list({ json: true }))).stdout)).toEqual({ channels: [], alerts: [] });
    for (const name of [undefined, "team"])
      await expect(world.run(tryChannel(name))).rejects.toMatchObject({
        exitCode: 66,
        message: noChannels(world),
      });
    expect(await world.run(retry())).toEqual({
      ...{ exitCode: 0, stdout: "Nothing waits, and nothing was given up.", stderr: "" },
    });
  });
});

describe("kedge alerts", () => {
  test("lists channels that told nothing yet, and what to do", async () => {
    const world = makeTold();
    const { stdout, exitCode } = await world.run(list());
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        "Channels\n  team   command  nothing told so far\n  pager  command  nothing told so far",
        "Nothing was told so far. Try a channel with: kedge alerts test",
      ].join("\n\n"),
    );
  });

  test("tries one channel or all, and says of each what became of it", async () => {
    const world = makeTold();
    const all = await world.run(tryChannel());
    expect(all.exitCode).toBe(1);
    expect(rows(all.stdout)).toEqual([
      ["team", "command", "delivered"],
      ["pager", "command", "not delivered: the program exited with 3"],
    ]);
    expect(await world.run(tryChannel("team"))).toMatchObject({
      exitCode: 0,
      stdout: "  team  command  delivered",
    });
    const told = readFileSync(world.told, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    expect(told).toHaveLength(2);
    expect(JSON.parse(told[0] ?? "")).toMatchObject({
      type: "alerts.test",
      data: { title: "This is a test of the channel team" },
    });
    await expect(world.run(tryChannel("taem"))).rejects.toMatchObject({
      ...{
        exitCode: 64,
        message: 'expected a channel of the policy: team, pager; got "taem"; did you mean team?',
      },
    });
    // What a test was to say it has said: nobody wants to be told of it later.
    writeFileSync(world.mended, "");
    expect((await world.run(retry(), { nowMs: NOW + 20 * MINUTE })).stdout).toBe(
      "Nothing waits, and nothing was given up.",
    );
    expect((await world.run(tryChannel(), { nowMs: NOW + 20 * MINUTE })).exitCode).toBe(0);
  });

  test("tells with its words what was told, and why something was not; a retry tells it", async () => {
    const world = makeTold();
    const id = await breakDown(world);
    const laterMs = NOW + MINUTE;
    const waiting = await world.run(list(), { nowMs: laterMs });
    expect(rows(waiting.stdout).slice(-2)).toEqual([
      ["15:12", "pager", "open", "waiting", id],
      ["15:12", "team", "open", "waiting", id],
    ]);
    const first = await world.run(retry(), { nowMs: laterMs });
    expect(first).toEqual({
      ...{ exitCode: 1, stderr: "" },
      stdout: "1 of 2 messages delivered. `kedge alerts list --open` tells why the rest is not.",
    });
    const open = await world.run(list({ open: true }), { nowMs: laterMs });
    expect(open.stdout).toMatch(/pager {2}command {2}1 try failed: the program exited with 3; next in /);
    expect(rows(open.stdout).at(-1)).toEqual([
      ...["15:13", "pager", "open", "waiting"],
      expect.stringMatching(
        new RegExp(
          `^${id}: Account cannot pay on the account key:\\S+: 1 session stopped \\(the program exited with 3\\)$`,
        ),
      ),
    ]);
    writeFileSync(world.mended, "");
    const laterStill = { nowMs: laterMs + MINUTE };
    expect(await world.run(retry([id]), laterStill)).toMatchObject({
      ...{ exitCode: 0, stdout: "1 of 1 message delivered." },
    });
    const { channels, alerts } = JSON.parse((await world.run(list({ json: true }), laterStill)).stdout);
    expect(channels).toMatchObject([
      { name: "team", type: "command", failures: 0, error: null, isGone: false, toldAtMs: laterMs },
      { name: "pager", type: "command", failures: 0, error: null, isGone: false, toldAtMs: laterMs + MINUTE },
    ]);
    expect(alerts).toMatchObject([
      { id: `${id}.1.pager`, channel: "pager", kind: "open", state: "sent", attempts: 2, error: null },
      { id: `${id}.1.team`, channel: "team", kind: "open", state: "sent", attempts: 1, error: null },
    ]);
  });

  test.each([
    [
      ["nope"],
      undefined,
      /^expected the id of a message that waits or was given up, or of its incident, got "nope"\. /,
    ],
    [[], "nope", /^expected a channel of the policy: team, pager; got "nope"\.$/],
    [[], "pagr", /; did you mean pager\?$/],
  ])("retries nothing for %j and %j", async (ids, channel, message) => {
    const world = makeTold();
    await breakDown(world);
    await expect(world.run(retry(ids, channel))).rejects.toMatchObject({
      ...{ exitCode: 64, message: expect.stringMatching(message) },
    });
  });

  test("says of a channel that wants nothing any more since when, until it is configured anew", async () => {
    const world = makeLedger();
    await using receiver = await serve((response) => {
      response.writeHead(410).end();
    });
    const url = `http://127.0.0.1:${receiver.port}/hook`;
    writePolicy(world, { channels: { hook: { type: "webhook", url } } });
    expect((await world.run(tryChannel())).stdout).toBe(
      "  hook  webhook  not delivered: HTTP 410: the receiver wants nothing any more",
    );
    const { stdout } = await world.run(list(), { hasStyles: true });
    expect(stdout).toContain(
      "<bad>wants nothing any more since 15:12: HTTP 410: the receiver wants nothing any more</bad>",
    );
    writePolicy(world, { channels: { hook: { type: "webhook", url: `${url}2` } } });
    expect((await world.run(list())).stdout).toContain("hook  webhook  nothing told so far");
  });
});

describe("as a user runs it", () => {
  test("a test goes out signed, nothing of the secret is printed, and a wrong policy is refused with its lines", async () => {
    const world = makeLedger();
    await using receiver = await serve((response) => {
      response.writeHead(204).end();
    });
    const secret = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
    const policy = [
      "channels:",
      "  hook:",
      "    type: webhook",
      `    url: http://127.0.0.1:${receiver.port}`,
      "    secret: { env: HOOK_SECRET }",
    ].join("\n");
    const file = join(world.folder, "home/.config/kedge/kedge.yaml");
    mkdirSync(join(world.folder, "home/.config/kedge"), { recursive: true });
    writeFileSync(file, policy);
    const env = { ...world.env, HOOK_SECRET: secret };
    const run = await runKedge(["alerts", "test"], { cwd: world.folder, env });
    expect(run).toMatchObject({ exitCode: 0, stdout: "  hook  webhook  delivered\n" });
    const [received] = receiver.received;
    const { body = "", headers } = received ?? {};
    expect(headers?.["webhook-signature"]).toMatch(/^v1,/);
    expect(JSON.parse(body)).toMatchObject({ type: "alerts.test", data: { id: headers?.["webhook-id"] } });
    expect(`${run.stdout}${run.stderr}${body}`).not.toContain(secret.slice(6));
    writeFileSync(
      file,
      `${policy.replace("{ env: HOOK_SECRET }", secret)}\nalerts:\n  quiet: { from: "25:00", to: "07:00" }\n`,
    );
    const refused = await runKedge(["policy", "check", file], { cwd: world.folder, env: world.env });
    expect(refused.exitCode).toBe(65);
    expect(refused.stderr).toMatch(
      /line 5\b.*channels\.hook\.secret: expected no secret, got what looks like one/,
    );
    expect(refused.stderr).toMatch(
      /line 7\b.*alerts\.quiet\.from: expected a time of day such as "22:00", got "25:00"/,
    );
    expect(refused.stderr).not.toContain(secret.slice(6));
  }, 60_000);

  test.each([
    [["alerts", "nope"], 64],
    [["alerts", "test", "a", "b"], 64],
    [["incidents", "show"], 64],
    [["incidents", "ack"], 64],
    [["incidents", "silence", "--cause", "overload"], 64],
    [["incidents", "unsilence"], 64],
    [["incidents", "--nope"], 64],
  ])("%j is refused with %i", async (args, exitCode) => {
    const world = makeLedger();
    const run = await runKedge(args, { cwd: world.folder, env: world.env });
    expect([run.exitCode, run.stdout]).toEqual([exitCode, ""]);
    expect(run.stderr).not.toBe("");
  });

  test.each([
    [
      ["alerts", "tets"],
      'expected list, test, retry or nothing after kedge alerts, got "tets"; did you mean test?',
    ],
    [
      ["incidents", "shwo"],
      'expected show, ack, resolve, silence, unsilence or nothing after kedge incidents, got "shwo"; did you mean show?',
    ],
  ])("%j is a word that was mistyped", async (args, words) => {
    const world = makeLedger();
    const run = await runKedge(args, { cwd: world.folder, env: world.env });
    expect(run).toEqual({ exitCode: 64, stdout: "", stderr: `kedge: ${words}\n` });
  });

  test("the listing is what comes without a word behind it", async () => {
    const world = makeLedger();
    const run = await runKedge(["alerts"], { cwd: world.folder, env: world.env });
    expect(run).toEqual({ exitCode: 0, stdout: `${noChannels(world)}\n`, stderr: "" });
  });
});

test("failures of before the channels were named are told to nobody by them", async () => {
  const world = makeLedger();
  await world.record(
    witness({ status: 401, kind: "authentication_failed", isError: true, atMs: at("2026-11-21 14:00") }),
  );
  writePolicy(world, { channels: { team: { type: "command", argv: ["false"] } } });
  expect(JSON.parse((await world.run(list({ json: true }))).stdout).alerts).toEqual([]);
});
