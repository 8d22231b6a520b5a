/** Channels and alerts in a policy: what each field becomes, and how every wrong one is refused. */
import { describe, expect, it } from "vitest";
import {
  type AlertRules,
  channelsFor,
  DEFAULT_ALERTS,
  UNTOLD,
} from "../../src/recovery/incidents/alert-rules.ts";
import { CAUSES } from "../../src/recovery/verdict.ts";
import {
  A_REFERENCE,
  ALERT_PROBLEMS,
  INLINE_SECRETS,
  NO_SECRET,
  PLAIN_SECRETS,
} from "./policy-alert-cases.ts";
import { policyOf } from "./policy-cases.ts";
import { linesOf } from "./policy-problem-cases.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TEAM = { channels: { team: { type: "desktop" } } } as const;

const alertsOf = (alerts: object, more: object = TEAM): AlertRules => policyOf({ ...more, alerts }).alerts;

describe("channels", () => {
  it.each([
    [
      { type: "webhook", url: "https://x.example/hook" },
      { type: "webhook", url: "https://x.example/hook", secrets: [], headers: {} },
    ],
    [
      {
        type: "webhook",
        url: { env: "HOOK" },
        secret: { file: "~/.secret" },
        headers: { Authorization: { env: "T" } },
      },
      {
        type: "webhook",
        url: { env: "HOOK" },
        secrets: [{ file: "~/.secret" }],
        headers: { Authorization: { env: "T" } },
      },
    ],
    [
      { type: "webhook", url: "http://10.0.0.1:8080", secret: [{ env: "NEW" }, { env: "OLD" }] },
      {
        type: "webhook",
        url: "http://10.0.0.1:8080",
        secrets: [{ env: "NEW" }, { env: "OLD" }],
        headers: {},
      },
    ],
    [
      { type: "slack", url: { file: "/run/secrets/slack" } },
      { type: "slack", url: { file: "/run/secrets/slack" } },
    ],
    [
      { type: "pagerduty", routing_key: { env: "PD" } },
      { type: "pagerduty", routingKey: { env: "PD" }, url: "https://events.pagerduty.com/v2/enqueue" },
    ],
    [
      { type: "pagerduty", routing_key: { env: "PD" }, url: "https://events.eu.pagerduty.com/v2/enqueue" },
      { type: "pagerduty", routingKey: { env: "PD" }, url: "https://events.eu.pagerduty.com/v2/enqueue" },
    ],
    [
      {
        type: "email",
        smtp: "smtp://localhost:25",
        from: "kedge@x.example",
        to: ["a@x.example", "b@x.example"],
      },
      {
        type: "email",
        smtp: "smtp://localhost:25",
        from: "kedge@x.example",
        to: ["a@x.example", "b@x.example"],
      },
    ],
    [
      { type: "ntfy", topic: { env: "TOPIC" } },
      { type: "ntfy", server: "https://ntfy.sh", topic: { env: "TOPIC" }, token: null },
    ],
    [
      { type: "ntfy", topic: { env: "TOPIC" }, server: "http://localhost:80", token: { env: "TOKEN" } },
      { type: "ntfy", server: "http://localhost:80", topic: { env: "TOPIC" }, token: { env: "TOKEN" } },
    ],
    [{ type: "desktop" }, { type: "desktop" }],
    [
      { type: "command", argv: ["notify", "--now"] },
      { type: "command", argv: ["notify", "--now"] },
    ],
  ])("%j is filled in", (written, filled) => {
    expect(policyOf({ channels: { team: written } }).channels).toEqual({ team: filled });
  });

  it("have any name of letters, digits, dashes, and are as many as thirty", () => {
    const names = ["a", "Team-A_1", "9", "x".repeat(32), "constructor"];
    const { channels, alerts } = policyOf({
      channels: Object.fromEntries(names.map((name) => [name, { type: "desktop" }])),
    });
    expect(Object.keys(channels).toSorted()).toEqual(names.toSorted());
    // Without routes everybody is told of everything.
    expect(alerts.routes).toEqual([{ channels: Object.keys(channels) }]);
    const many = Array.from({ length: 30 }, (_, at) => [`c${at}`, { type: "desktop" }]);
    expect(linesOf({ channels: Object.fromEntries(many) })).toEqual([]);
  });
});

describe("alerts", () => {
  it.each([
    [{}, {}],
    [{ group_wait: "0s" }, { groupWaitMs: 0 }],
    [{ group_wait: "1h" }, { groupWaitMs: HOUR }],
    [{ group_interval: "10s" }, { groupIntervalMs: 10_000 }],
    [{ group_interval: "24h" }, { groupIntervalMs: DAY }],
    [{ repeat: "10m" }, { repeatMs: 10 * MINUTE }],
    [{ repeat: "never" }, { repeatMs: null }],
    [{ remind: "30d" }, { remindMs: 30 * DAY }],
    [{ remind: "never" }, { remindMs: null }],
  ])("have from %j what it says, and defaults for the rest", (written, filled) => {
    expect(alertsOf(written)).toEqual({ ...UNTOLD, routes: [{ channels: ["team"] }], ...filled });
  });

  it.each([
    ["00:00", "23:59", 0, 1_439],
    ["22:00", "07:00", 1_320, 420],
    ["23:59", "00:00", 1_439, 0],
  ])("are quiet from %s to %s, by the clocks of the policy", (from, to, fromMinute, toMinute) => {
    const quiet = { from, to };
    expect(alertsOf({ quiet }).quiet).toEqual({ fromMinute, toMinute, zone: "UTC" });
    expect(alertsOf({ quiet }, { ...TEAM, zone: "Asia/Kathmandu" }).quiet?.zone).toBe("Asia/Kathmandu");
  });

  it("take each field of a cause from its own rule, else from *, else from the defaults", () => {
    const { causes } = alertsOf({
      causes: {
        "*": { severity: "critical", after: "1m" },
        overload: { after: "2h" },
        server: { severity: "none" },
        interrupted: { severity: "info" },
      },
    });
    expect(causes.overload).toEqual({ severity: "critical", afterMs: 2 * HOUR });
    expect(causes.server).toEqual({ severity: "none", afterMs: MINUTE });
    expect(causes.stall).toEqual({ severity: "critical", afterMs: MINUTE });
    expect(causes.interrupted).toEqual({ severity: "info", afterMs: 0 });
    // What is no trouble by default is not meant by what is said of all trouble.
    expect(causes.stopped_by_policy).toEqual(DEFAULT_ALERTS.stopped_by_policy);
    expect(CAUSES.filter((cause) => causes[cause] === undefined)).toEqual([]);
  });

  it("are told to nobody without channels, and where a route says so", () => {
    expect(policyOf({}).alerts.routes).toEqual([]);
    expect(alertsOf({ routes: [] }).routes).toEqual([]);
    expect(alertsOf({ routes: [{ channels: [] }] }).routes).toEqual([{ channels: [] }]);
  });

  it.each([
    [{}, ["rest"]],
    [{ severity: "critical" }, ["phone", "team"]],
    [{ cause: "overload", account: "provider" }, []],
    [{ cause: "billing", severity: "critical", account: "name:team-a" }, ["bill"]],
    [{ cause: "billing", severity: "info", account: "name:team-b" }, ["rest"]],
    [{ project: "shop" }, ["team"]],
    [{ project: null }, ["rest"]],
  ] as const)("%j goes by the first route that fits to %j", (about, wanted) => {
    const desktop = { type: "desktop" };
    const rules = policyOf({
      channels: { phone: desktop, team: desktop, bill: desktop, rest: desktop },
      accounts: { "team-a": { env: ["A_KEY"] } },
      alerts: {
        routes: [
          { accounts: ["team-a"], causes: ["billing", "spend"], channels: ["bill"] },
          { severity: ["critical"], channels: ["phone", "team", "phone"] },
          { causes: ["overload"], channels: [] },
          { projects: ["shop", "site"], channels: ["team"] },
          { channels: ["rest"] },
        ],
      },
    }).alerts;
    const incident = {
      severity: "warning",
      cause: "stall",
      account: "name:b",
      project: "kedge",
      ...about,
    } as const;
    expect(channelsFor(rules, incident)).toEqual(wanted);
  });
});

describe("what is refused", () => {
  it.each(ALERT_PROBLEMS)("%s, and where", (_, value, ...lines) => {
    expect(linesOf(value)).toEqual(lines);
  });

  it.each(INLINE_SECRETS)("a secret, without repeating it: %#", (secret, value, path) => {
    const lines = linesOf(value);
    expect(lines).toEqual([`${path}: ${NO_SECRET}`]);
    expect(lines.join("\n")).not.toContain(secret);
  });

  it.each(PLAIN_SECRETS)(
    "what may be a secret by its place alone, without repeating it: %#",
    (_, value, path) => {
      expect(linesOf(value)).toEqual([`${path}: expected ${A_REFERENCE}, got a text`]);
    },
  );
});
