/** Wrong channels and wrong rules of what is told, and what is said about them. */

const channel = (rule: unknown): object => ({ channels: { team: rule } });
const alerts = (rules: unknown): object => ({ alerts: rules });
const webhook = (more: object): object => channel({ type: "webhook", url: "https://x.example", ...more });
const email = (more: object): object =>
  channel({ type: "email", smtp: "smtps://mail.example", from: "a@b.c", to: ["x@y.z"], ...more });
const route = (more: object): object => ({
  channels: { team: { type: "desktop" } },
  alerts: { routes: [{ channels: ["team"], ...more }] },
});
const desktops = (count: number): object => ({
  channels: Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, { type: "desktop" }])),
});

const A_VARIABLE = "expected the name of an environment variable, in capitals, and never its value";
const A_DURATION = "expected a duration such as 90s, 15m, 2h or 3d";
const TYPES = "expected one of webhook, slack, pagerduty, email, ntfy, desktop, command";
const A_REFERENCE = "where the secret stands, { env: NAME } or { file: path }";
const A_URL = "expected a URL (https, http) without credentials";
const A_CLOCK = 'expected a time of day such as "22:00"';
const NO_SECRET = "expected no secret, got what looks like one; name the environment variable that holds it";

/** Each wrong value, with all that is said. */
export const ALERT_PROBLEMS: readonly (readonly [
  name: string,
  value: object,
  ...lines: readonly string[],
])[] = [
  ["channels in a list", { channels: [] }, "channels: expected an object, got an array of 0"],
  ["too many channels", desktops(31), "channels: expected at most 30 channels, got more"],
  [
    "a channel with a strange name",
    { channels: { "a b": { type: "desktop" } } },
    'channels["a b"]: expected a name of up to 32 letters, digits, _ and -, got "a b"',
  ],
  ["a channel that is a number", channel(5), "channels.team: expected an object, got 5"],
  [
    "a mistyped field of a channel",
    webhook({ sercet: { env: "A" } }),
    'channels.team.sercet: expected a known key, got "sercet"; did you mean secret?',
  ],
  ["another protocol", webhook({ url: "ftp://x" }), `channels.team.url: ${A_URL}, got "ftp://x"`],
  [
    "a URL with a blank",
    webhook({ url: "https://x/a b" }),
    `channels.team.url: ${A_URL}, got "https://x/a b"`,
  ],
  ["a channel without a type", channel({}), `channels.team.type: ${TYPES}, got nothing`],
  [
    "a mistyped type",
    channel({ type: "slak" }),
    `channels.team.type: ${TYPES}, got "slak"; did you mean slack?`,
  ],
  [
    "a webhook without a URL",
    channel({ type: "webhook" }),
    `channels.team.url: expected a URL, or ${A_REFERENCE}, got nothing`,
  ],
  [
    "a URL that is a number",
    webhook({ url: 5 }),
    `channels.team.url: expected a URL, or ${A_REFERENCE}, got 5`,
  ],
  [
    "a Slack channel without a URL",
    channel({ type: "slack" }),
    `channels.team.url: expected ${A_REFERENCE}, got nothing`,
  ],
  [
    "a file somewhere",
    webhook({ url: { file: "secret" } }),
    'channels.team.url.file: expected an absolute path of a file, or one that begins with ~/, got "secret"',
  ],
  [
    "too many secrets",
    webhook({ secret: Array.from({ length: 6 }, () => ({ env: "A" })) }),
    "channels.team.secret: expected a list of at most 5, got an array of 6",
  ],
  [
    "a reference to a variable that is none",
    webhook({ url: { env: "a b" } }),
    `channels.team.url.env: ${A_VARIABLE}, got "a b"`,
  ],
  [
    "two references at once",
    webhook({ url: { env: "URL", file: "/x" } }),
    'channels.team.url.file: expected a known key, got "file"',
  ],
  [
    "no secret of several",
    webhook({ secret: [] }),
    "channels.team.secret: expected a list of at least 1, got an array of 0",
  ],
  [
    "a header that is none",
    webhook({ headers: { "a b": { env: "A" } } }),
    'channels.team.headers["a b"]: expected the name of a header, got "a b"',
  ],
  [
    "a server of PagerDuty that is no URL",
    channel({ type: "pagerduty", routing_key: { env: "K" }, url: "x" }),
    `channels.team.url: ${A_URL}, got "x"`,
  ],
  [
    "a server of ntfy that is no URL",
    channel({ type: "ntfy", topic: { env: "T" }, server: "ntfy.sh" }),
    `channels.team.server: ${A_URL}, got "ntfy.sh"`,
  ],
  [
    "a server of mail that is no URL",
    email({ smtp: "mail.example" }),
    'channels.team.smtp: expected a URL (smtps, smtp) without credentials, got "mail.example"',
  ],
  [
    "a sender without a host",
    email({ from: "a" }),
    'channels.team.from: expected an address such as ops@example.com, got "a"',
  ],
  [
    "a receiver that would add a header",
    email({ to: ["x@y.z\nBcc: q@q.q"] }),
    'channels.team.to[0]: expected an address such as ops@example.com, got "x@y.z\\nBcc: q@q.q"',
  ],
  ["one receiver without a list", email({ to: "x@y.z" }), 'channels.team.to: expected a list, got "x@y.z"'],
  ["nobody", email({ to: [] }), "channels.team.to: expected a list of at least 1, got an array of 0"],
  [
    "too many receivers",
    email({ to: Array.from({ length: 21 }, () => "x@y.z") }),
    "channels.team.to: expected a list of at most 20, got an array of 21",
  ],
  ["no program", channel({ type: "command" }), "channels.team.argv: expected a list, got nothing"],
  [
    "a program with a shell's line",
    channel({ type: "command", argv: "notify-send x" }),
    'channels.team.argv: expected a list, got "notify-send x"',
  ],
  [
    "an argument that is a number",
    channel({ type: "command", argv: ["a", 5] }),
    "channels.team.argv[1]: expected text, got 5",
  ],
  [
    "a program without a name",
    channel({ type: "command", argv: [""] }),
    'channels.team.argv[0]: expected text of at least 1 characters, got ""',
  ],
  [
    "quiet hours that are none",
    alerts({ quiet: { from: "22:00", to: "22:00" } }),
    "alerts.quiet.to: expected another time than that of `from`, got the same",
  ],
  [
    "a route to a mistyped channel",
    route({ channels: ["taem"] }),
    "alerts.routes[0].channels[0]: expected a name from channels, got taem; did you mean team?",
  ],
  [
    "a route of an account that nobody has",
    route({ accounts: ["ghost"] }),
    "alerts.routes[0].accounts[0]: expected a name from accounts, got ghost",
  ],
  ["alerts that are a number", alerts(5), "alerts: expected an object, got 5"],
  [
    "a mistyped rule",
    alerts({ grup_wait: "1s" }),
    'alerts.grup_wait: expected a known key, got "grup_wait"; did you mean group_wait?',
  ],
  ["a wait without a unit", alerts({ group_wait: 5 }), `alerts.group_wait: ${A_DURATION}, got 5`],
  [
    "a long wait",
    alerts({ group_wait: "2h" }),
    'alerts.group_wait: expected a duration of at most 1h, got "2h"',
  ],
  [
    "a short interval",
    alerts({ group_interval: "9s" }),
    'alerts.group_interval: expected a duration of at least 10s, got "9s"',
  ],
  [
    "a long interval",
    alerts({ group_interval: "25h" }),
    'alerts.group_interval: expected a duration of at most 1d, got "25h"',
  ],
  [
    "to repeat all the time",
    alerts({ repeat: "9m" }),
    'alerts.repeat: expected a duration of at least 10m, got "9m"',
  ],
  ["to repeat by another word", alerts({ repeat: "no" }), `alerts.repeat: ${A_DURATION}, or never, got "no"`],
  [
    "to remind too often",
    alerts({ remind: "30m" }),
    'alerts.remind: expected a duration of at least 1h, got "30m"',
  ],
  [
    "to remind too seldom",
    alerts({ remind: "31d" }),
    'alerts.remind: expected a duration of at most 30d, got "31d"',
  ],
  [
    "quiet hours without an end",
    alerts({ quiet: { from: "22:00" } }),
    `alerts.quiet.to: ${A_CLOCK}, got nothing`,
  ],
  [
    "a time that no clock shows",
    alerts({ quiet: { from: "24:00", to: "07:00" } }),
    `alerts.quiet.from: ${A_CLOCK}, got "24:00"`,
  ],
  [
    "a zone of their own",
    alerts({ quiet: { from: "22:00", to: "07:00", zone: "UTC" } }),
    'alerts.quiet.zone: expected a known key, got "zone"',
  ],
  [
    "a mistyped cause",
    alerts({ causes: { overlaod: {} } }),
    'alerts.causes.overlaod: expected a known key, got "overlaod"; did you mean overload?',
  ],
  [
    "another severity",
    alerts({ causes: { overload: { severity: "high" } } }),
    'alerts.causes.overload.severity: expected one of critical, warning, info, none, got "high"',
  ],
  [
    "too late",
    alerts({ causes: { overload: { after: "8d" } } }),
    'alerts.causes.overload.after: expected a duration of at most 7d, got "8d"',
  ],
  ["routes that are none", alerts({ routes: {} }), "alerts.routes: expected a list, got an object"],
  ["a route to nowhere", alerts({ routes: [{}] }), "alerts.routes[0].channels: expected a list, got nothing"],
  [
    "a route to everybody by an object's own name",
    alerts({ routes: [{ channels: ["constructor"] }] }),
    "alerts.routes[0].channels[0]: expected a name from channels, got constructor",
  ],
  [
    "a severity without a list",
    route({ severity: "critical" }),
    'alerts.routes[0].severity: expected a list, got "critical"',
  ],
  [
    "a route of no severity",
    route({ severity: [] }),
    "alerts.routes[0].severity: expected a list of at least 1, got an array of 0",
  ],
  [
    "a project without a name",
    route({ projects: [""] }),
    'alerts.routes[0].projects[0]: expected text of at least 1 characters, got ""',
  ],
  [
    "an account with a strange name",
    route({ accounts: ["a b"] }),
    'alerts.routes[0].accounts[0]: expected a name of letters, digits, _, . and -, got "a b"',
  ],
  [
    "too many routes",
    alerts({ routes: Array.from({ length: 101 }, () => ({ channels: [] })) }),
    "alerts.routes: expected a list of at most 100, got an array of 101",
  ],
];

/** Texts where a reference has to be, which only their place says to be secrets: what is said does not repeat them. */
export const PLAIN_SECRETS: readonly (readonly [secret: string, value: object, path: string])[] = [
  ["my-team-topic", channel({ type: "ntfy", topic: "my-team-topic" }), "channels.team.topic"],
  [
    "tk_abcdefghijklmnop",
    channel({ type: "ntfy", topic: { env: "T" }, token: "tk_abcdefghijklmnop" }),
    "channels.team.token",
  ],
  [
    "abcdefghijklmnop",
    webhook({ headers: { Authorization: "Bearer abcdefghijklmnop" } }),
    "channels.team.headers.Authorization",
  ],
];

/** Secrets where a reference has to be: the secret itself, the policy, and where it was found. */
export const INLINE_SECRETS: readonly (readonly [secret: string, value: object, path: string])[] = [
  ["hunter22", webhook({ url: "https://u:hunter22@x.example/" }), "channels.team.url"],
  [
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    webhook({ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }),
    "channels.team.secret",
  ],
  ["correct horse", webhook({ secret: "correct horse" }), "channels.team.secret"],
  [
    "abcdefghijklmnopqrstuvwx",
    channel({
      type: "slack",
      url: "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
    }),
    "channels.team.url",
  ],
  [
    "0123456789abcdef0123456789abcdef",
    channel({ type: "pagerduty", routing_key: "0123456789abcdef0123456789abcdef" }),
    "channels.team.routing_key",
  ],
  ["hunter22", email({ smtp: "smtps://u:hunter22@mail.example" }), "channels.team.smtp"],
  [
    "ghp_000000000000000000000000000000000000",
    channel({
      type: "command",
      argv: ["curl", "-H", "Authorization: Bearer ghp_000000000000000000000000000000000000"],
    }),
    "channels.team.argv[2]",
  ],
];

export { A_REFERENCE, NO_SECRET };
