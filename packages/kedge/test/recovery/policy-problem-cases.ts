/** Wrong policies, and what is said about them. */
import { expect } from "vitest";
import { parsePolicy } from "../../src/recovery/policy/parse-policy.ts";

const overload = (rule: unknown): object => ({ causes: { overload: rule } });

/** Each wrong value, with the one problem that is said. */
export const PROBLEMS: readonly (readonly [name: string, value: unknown, ...lines: readonly string[]])[] = [
  ["no object", 5, ": expected an object, got 5"],
  ["a list", [], ": expected an object, got an array of 0"],
  ["another version", { version: 2 }, "version: expected 1, got 2"],
  ["an unknown key", { x: 1 }, 'x: expected a known key, got "x"'],
  ["a mistyped key", { verson: 1 }, 'verson: expected a known key, got "verson"; did you mean version?'],
  [
    "another spelling",
    { maxPark: "1h" },
    'maxPark: expected a known key, got "maxPark"; did you mean max_park?',
  ],
  [
    "a mistyped cause",
    { causes: { overlaod: {} } },
    'causes.overlaod: expected a known key, got "overlaod"; did you mean overload?',
  ],
  [
    "a cause about which nothing is decided",
    { causes: { none: {} } },
    "causes.none: expected a cause that a policy can decide, got none, which always ends as it is",
  ],
  [
    "a mistyped field of a rule",
    overload({ atempts: 1 }),
    'causes.overload.atempts: expected a known key, got "atempts"; did you mean attempts?',
  ],
  [
    "an unknown action",
    overload({ action: "resum" }),
    'causes.overload.action: expected one of resume, wait, restart, fallback_model, hold, give_up, got "resum"; did you mean resume?',
  ],
  [
    "an action that would loosen a stop",
    { causes: { spend: { action: "resume" } } },
    'causes.spend.action: expected one of hold, give_up, got "resume" (never tried again: the account stops until a person acts)',
  ],
  [
    "more new processes than one",
    { causes: { auth: { attempts: 2 } } },
    "causes.auth.attempts: expected a number of at most 1, got 2 (never more than one new process; then the account stops)",
  ],
  [
    "tries that are text",
    overload({ attempts: "3" }),
    'causes.overload.attempts: expected a number, got "3"',
  ],
  ["half a try", overload({ attempts: 1.5 }), "causes.overload.attempts: expected a whole number, got 1.5"],
  ["tries below 0", { attempts: -1 }, "attempts: expected a number of at least 0, got -1"],
  [
    "a stand-in without models",
    overload({ action: "fallback_model" }),
    "causes.overload.action: expected `models` beside fallback_model, got none",
  ],
  [
    "a cap under the base",
    overload({ backoff: { base: "2h", cap: "1h" } }),
    "causes.overload.backoff.cap: expected a cap of at least 2h, got 1h",
  ],
  [
    "a duration without unit",
    { max_park: 90 },
    "max_park: expected a duration such as 90s, 15m, 2h or 3d, got 90",
  ],
  [
    "a duration of two units",
    { max_park: "1h30m" },
    'max_park: expected a duration such as 90s, 15m, 2h or 3d, got "1h30m"',
  ],
  ["too long a duration", { max_park: "32d" }, 'max_park: expected a duration of at most 31d, got "32d"'],
  [
    "too short a duration",
    { hours: { total: "59s" } },
    'hours.total: expected a duration of at least 1m, got "59s"',
  ],
  [
    "a time that no clock shows",
    { hours: { wake: { from: "24:00", to: "07:00" } } },
    'hours.wake.from: expected a time of day such as "22:00", got "24:00"',
  ],
  [
    "hours without an end",
    { hours: { wake: { from: "22:00" } } },
    'hours.wake.to: expected a time of day such as "22:00", got nothing',
  ],
  [
    "hours that are none",
    { hours: { wake: { from: "22:00", to: "22:00" } } },
    "hours.wake.to: expected at least 15 minutes, got 22:00 to 22:00",
  ],
  ["an unknown zone", { zone: "Berlin" }, 'zone: expected a zone such as Europe/Berlin, got "Berlin"'],
  ["no money", { money: { job_usd: 0 } }, "money.job_usd: expected US dollars from 0.01 to 1000000, got 0"],
  [
    "money as text",
    { money: { account_day_usd: "5$" } },
    'money.account_day_usd: expected US dollars from 0.01 to 1000000, got "5$"',
  ],
  [
    "an unknown drift",
    { drift: { head_moved: "halt" } },
    'drift.head_moved: expected one of stop, warn, ignore, got "halt"',
  ],
  [
    "a model that stands in for itself",
    { models: { a: "a" } },
    "models.a: expected another model, got the same",
  ],
  ["a model that is none", { models: { a: "b c" } }, 'models.a: expected the id of a model, got "b c"'],
  [
    "a model's name that is none",
    { models: { "a b": "c" } },
    'models["a b"]: expected the id of a model, got "a b"',
  ],
  [
    "an account without variables",
    { accounts: { a: { env: [] } } },
    "accounts.a.env: expected a list of 1 to 20 names of environment variables, got 0",
  ],
  [
    "an account with an empty mapping",
    { accounts: { a: { env: {} } } },
    "accounts.a.env: expected an object of 1 to 20 names of environment variables, got 0",
  ],
  [
    "an account with too many variables",
    { accounts: { a: { env: Array.from({ length: 21 }, (_, at) => `V${at}`) } } },
    "accounts.a.env: expected a list of 1 to 20 names of environment variables, got 21",
  ],
  [
    "a variable that comes twice",
    { accounts: { a: { env: ["A", "B", "A"] } } },
    "accounts.a.env[2]: expected each name once, got one again",
  ],
  [
    "a variable in small letters",
    { accounts: { a: { env: { KEY: "key" } } } },
    "accounts.a.env.KEY: expected the name of an environment variable, in capitals, and never its value, got another text",
  ],
  [
    "a variable that is a number",
    { accounts: { a: { env: { KEY: 5 } } } },
    "accounts.a.env.KEY: expected the name of an environment variable, in capitals, and never its value, got 5",
  ],
  [
    "a variable that is taken from a list",
    { accounts: { a: { env: { KEY: ["A", "B"] } } } },
    "accounts.a.env.KEY: expected the name of an environment variable, in capitals, and never its value, got an array of 2",
  ],
  [
    "variables that are neither a list nor an object",
    { accounts: { a: { env: "hunter2" } } },
    "accounts.a.env: expected a list or an object of names of environment variables, got another text",
  ],
  [
    "variables that are nothing",
    { accounts: { a: { env: null, config_dir: "/a" } } },
    "accounts.a.env: expected a list or an object of names of environment variables, got null",
  ],
  ["an account of nothing", { accounts: { a: {} } }, "accounts.a: expected env or config_dir, got neither"],
  [
    "two directories of logins",
    { accounts: { a: { env: { CLAUDE_CONFIG_DIR: "B_DIR" }, config_dir: "/b" } } },
    "accounts.a.config_dir: expected CLAUDE_CONFIG_DIR from env or from config_dir, got both",
  ],
  ...["claude", "./claude", "~", "~b/claude", "", "/a\u0000b", "~/a\nb"].map(
    (path) =>
      [
        `${JSON.stringify(path)} as a directory of logins`,
        { accounts: { a: { config_dir: path } } },
        expect.stringMatching(/^accounts\.a\.config_dir: expected an absolute path of a directory, or one /),
      ] as const,
  ),
  [
    "no sessions",
    { accounts: { a: { env: ["KEY"], sessions: 0 } } },
    "accounts.a.sessions: expected a number of at least 1, got 0",
  ],
  [
    "more sessions than any account carries",
    { accounts: { a: { env: ["KEY"], sessions: 257 } } },
    "accounts.a.sessions: expected a number of at most 256, got 257",
  ],
  [
    "a mistyped field of an account",
    { accounts: { a: { env: ["KEY"], config_dri: "/a" } } },
    'accounts.a.config_dri: expected a known key, got "config_dri"; did you mean config_dir?',
  ],
  ["a stall at once", { stall_after: "59s" }, 'stall_after: expected a duration of at least 1m, got "59s"'],
  ["a stall in days", { stall_after: "2d" }, 'stall_after: expected a duration of at most 1d, got "2d"'],
  [
    "a stall that is no duration",
    { stall_after: "never ever" },
    'stall_after: expected a duration such as 90s, 15m, 2h or 3d, or never, got "never ever"',
  ],
  ["a long grace", { grace: "11m" }, 'grace: expected a duration of at most 10m, got "11m"'],
  [
    "a grace without end",
    { grace: "never" },
    'grace: expected a duration such as 90s, 15m, 2h or 3d, got "never"',
  ],
  [
    "an account with a strange name",
    { accounts: { "a b": { env: ["KEY"] } } },
    'accounts["a b"]: expected a name of letters, digits, _, . and -, got "a b"',
  ],
  ["an empty nudge", { nudge: "" }, 'nudge: expected text of at least 1 characters, got ""'],
  ["another end of degraded runs", { degraded: "ok" }, 'degraded: expected one of fail, pass, got "ok"'],
  [
    "a key that is no key",
    JSON.parse('{"models":{"__proto__":"x"}}'),
    'models.__proto__: expected another key, got "__proto__"',
  ],
  [
    "several at once",
    { x: 1, degraded: "ok" },
    'degraded: expected one of fail, pass, got "ok"',
    'x: expected a known key, got "x"',
  ],
];

/** Everything that is wrong with a policy, as `place: what`. */
export const linesOf = (value: unknown): readonly string[] => {
  const reading = parsePolicy(value);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
};
