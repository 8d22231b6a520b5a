import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { CommandError } from "../../src/cli/command-error.ts";
import { checkPolicy } from "../../src/cli/commands/policy-check.ts";
import { type ShowPolicyOptions, showPolicy } from "../../src/cli/commands/policy-show.ts";
import type { Context } from "../../src/cli/context.ts";
import { addPolicy } from "../../src/cli/policy-program.ts";
import type { Style } from "../../src/cli/terminal.ts";
import { CAUSES } from "../../src/recovery/index.ts";
import { HIDDEN } from "./hooks-world.ts";

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NAMES = ["strong", "faint", "good", "bad", "caution"] as const;
const PLAIN = Object.fromEntries(NAMES.map((name) => [name, (text: string) => text])) as unknown as Style;

// Lines are broken only where the output is a terminal, which is asked when that code is loaded.
const wasTerminal = vi.hoisted(() => {
  const before = process.stdout.isTTY;
  process.stdout.isTTY = true;
  return before;
});
afterAll(() => {
  process.stdout.isTTY = wasTerminal;
});

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeWorld() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge policy-")));
  made.push(folder);
  const cwd = join(folder, "project");
  mkdirSync(cwd);
  const env: Record<string, string> = {};
  const run = async (
    command: (context: Context) => Promise<number>,
    { stdin = "", width = 0 }: { stdin?: string; width?: number } = {},
  ): Promise<Run> => {
    const lines = { out: [] as string[], err: [] as string[] };
    const context: Context = {
      terminal: {
        out: (text) => void lines.out.push(text),
        err: (text) => void lines.err.push(text),
        style: PLAIN,
        width,
      },
      ...{ env, cwd, homeDir: join(folder, "home"), readStdin: async () => stdin },
      ...{ isInteractive: false, isStdinTerminal: false },
    };
    const exitCode = await command(context).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      lines.err.push(error.message);
      return error.exitCode;
    });
    return { exitCode, stdout: lines.out.join("\n"), stderr: lines.err.join("\n") };
  };
  return {
    ...{ folder, cwd, env, run },
    write(path: string, text: string): string {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    check: (stdin: string) => run((context) => checkPolicy("-", context), { stdin }),
    checkFile: (file?: string) => run((context) => checkPolicy(file, context)),
    show: (options: ShowPolicyOptions = {}, stdin?: string, width?: number) =>
      run((context) => showPolicy(stdin === undefined ? undefined : "-", options, context), {
        ...(stdin !== undefined && { stdin }),
        ...(width !== undefined && { width }),
      }),
  };
}

const bomb = Array.from({ length: 6 }, (_, level) => {
  const items = Array.from({ length: 10 }, () => (level === 0 ? "x" : `*l${level - 1}`));
  return `k${level}: &l${level} [${items.join(", ")}]`;
}).join("\n");

describe("kedge policy check", () => {
  it("looks here, then in the user's configuration, and says which file it is", async () => {
    const world = makeWorld();
    const none = await world.checkFile();
    expect(none.exitCode).toBe(66);
    expect(none.stderr).toContain("the defaults are in force");
    const home = world.write("home/.config/kedge/kedge.yaml", "attempts: 3\n");
    expect((await world.checkFile()).stdout).toBe(`${home} is sound: every cause has its default.`);
    world.env.XDG_CONFIG_HOME = join(world.folder, "config");
    expect((await world.checkFile()).exitCode).toBe(66);
    const xdg = world.write("config/kedge/kedge.yaml", "");
    expect((await world.checkFile()).stdout).toContain(`${xdg} is sound`);
    world.env.XDG_CONFIG_HOME = "config"; // the specification has relative ones ignored
    expect((await world.checkFile()).stdout).toContain(`${home} is sound`);
    const here = world.write("project/kedge.yaml", "causes: { stall: { attempts: 1 } }\n");
    expect((await world.checkFile()).stdout).toBe(`${here} is sound: it rules 1 cause.`);
  });

  it("does not pass over a file that is there and cannot be used", async () => {
    const world = makeWorld();
    world.write("home/.config/kedge/kedge.yaml", "");
    mkdirSync(join(world.cwd, "kedge.yaml"));
    expect((await world.checkFile()).exitCode).toBe(66);
    rmSync(join(world.cwd, "kedge.yaml"), { recursive: true });
    world.write("project/kedge.yaml", "x: 1");
    expect((await world.checkFile()).exitCode).toBe(65);
    rmSync(join(world.cwd, "kedge.yaml"));
    symlinkSync("/dev/zero", join(world.cwd, "kedge.yaml"));
    expect((await world.checkFile()).exitCode).toBe(66);
  });

  it("ends with 66 for a file that is named and not there", async () => {
    const { exitCode, stderr } = await makeWorld().checkFile("nowhere.yaml");
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(/^expected a file with a policy, but .*nowhere\.yaml does not exist\.$/);
  });

  it("names every problem with its line and its place, from top to bottom", async () => {
    const file = [
      "# a comment",
      "zoen: UTC",
      "causes:",
      "  overload:",
      "    action: retry",
      "    attempts: 900",
      "  none: {}",
      "  auth: &auth",
      "    attempts: 2",
      "  cloud_credential: *auth",
      "hours:",
      "  wake: { from: 22:00,",
      "          to: 7 }",
      "models: { a: a }",
      "accounts:",
      "  main:",
      "    env:",
      "      - sk-ant-api03-aB3dE5gH7jaB3dE5gH7jaB3dE5gH7jaB3dE5gH7j",
    ];
    const { exitCode, stdout, stderr } = await makeWorld().check(file.join("\n"));
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      "expected a policy, got 8 problems (standard input).",
      '  line 2, zoen: expected a known key, got "zoen"; did you mean zone?',
      expect.stringMatching(
        /^ {2}line 5, causes\.overload\.action: expected one of resume, .*, got "retry"$/,
      ),
      "  line 6, causes.overload.attempts: expected a number of at most 100, got 900",
      expect.stringMatching(/^ {2}line 7, causes\.none: /),
      expect.stringMatching(
        /^ {2}line 9, causes\.auth\.attempts: expected a number of at most 1, got 2 \(never/,
      ),
      expect.stringMatching(/^ {2}line 9, causes\.cloud_credential\.attempts: /),
      '  line 13, hours.wake.to: expected a time of day such as "22:00", got 7',
      expect.stringMatching(/^ {2}line 18, accounts\.main\.env\[0\]: expected no secret/),
    ]);
    expect(stderr).not.toContain("aB3dE5gH7j");
  });

  it("names the line of a key, not that of its value further down", async () => {
    const { stderr } = await makeWorld().check("hours:\n  total:\n\n    5\n");
    expect(stderr).toContain("line 2, hours.total: expected a duration");
  });

  it.each([
    ["broken YAML", "causes: [", /line 1: /],
    ["broken JSON", '{"causes": [}', /line 1: /],
    ["another value", "just text", /line 1, the whole: expected an object, got "just text"/],
    ["a key that comes twice", "attempts: 1\nattempts: 2\n", /line 2: Map keys must be unique/],
    ["two documents", "attempts: 1\n---\nattempts: 2\n", /multiple documents/],
    ["a tag", "nudge: !!js/function 'x'\n", /line 1: Unresolved tag/],
    ["a tag of one's own", "nudge: !env SECRET\n", /Unresolved tag/],
    ["bytes", "nudge: !!binary aGFsbG8=\n", /Unresolved tag|expected text/],
    ["an alias of nothing", "causes: *x\n", /Unresolved alias/],
    ["an alias of itself", "causes: &a { overload: *a }\n", /not within itself|Unresolved alias/],
    ["a bomb of aliases", bomb, /Excessive alias count/],
    ["a merge key", "a: &a { attempts: 1 }\ncauses: { <<: *a }\n", /"<<"/],
    ["nesting of lists in lines", "- ".repeat(30_000), /too much nesting|at most 16 levels/],
    ["nesting of keys", "? ".repeat(30_000), /too much nesting|at most 16 levels/],
    ["nesting without end", `a: ${"[".repeat(30_000)}`, /too much nesting/],
    ["nesting with an end", `a: ${"[".repeat(30_000)}${"]".repeat(30_000)}`, /too much nesting/],
    [
      "nesting that is only deep",
      `causes: ${"{overload: ".repeat(40)}1${"}".repeat(40)}`,
      /at most 16 levels/,
    ],
    ["a huge file", `# ${"x".repeat(70_000)}`, /expected at most 65536 bytes/],
    ["a prototype", '{"__proto__": {"attempts": 1}}', /expected another key, got "__proto__"/],
  ])("refuses %s", async (_, text, words) => {
    const { exitCode, stdout, stderr } = await makeWorld().check(text);
    expect(stderr).toMatch(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr.split("\n").length).toBeLessThan(60);
    expect(stderr).not.toMatch(HIDDEN);
  });

  it("says how many problems it does not show, and shows no control characters", async () => {
    const many = Array.from({ length: 80 }, (_, at) => `"k${at}\\e[31m": 1`).join("\n");
    const { stderr } = await makeWorld().check(many);
    expect(stderr).toContain("got 80 problems");
    expect(stderr).toContain("and 30 more.");
    expect(stderr.split("\n")).toHaveLength(52);
    expect(stderr).not.toMatch(HIDDEN);
  });
});

const FILE = `zone: Europe/Berlin
models: { claude-a: claude-b }
causes:
  "*":
    attempts: 4
  overload:
    action: fallback_model
    backoff: { base: 2m, cap: 30m }
  spend: { action: give_up }
hours:
  wake: { from: "22:00", to: "07:00" }
accounts:
  work: { env: [ANTHROPIC_API_KEY], day_usd: 40 }
  team-b:
    env:
      ANTHROPIC_API_KEY: TEAM_B_KEY
      ANTHROPIC_BASE_URL: ANTHROPIC_BASE_URL
    config_dir: ~/.claude-team-b
    sessions: 8
  private: { config_dir: /srv/logins }
stall_after: never
grace: 30s
`;

describe("kedge policy show", () => {
  const rowOf = (stdout: string, cause: string): readonly string[] =>
    stdout
      .split("\n")
      .map((line) => line.split(/ {2,}/))
      .find(([name]) => name === cause) ?? [];

  it("shows the defaults where there is no file, a row for each cause", async () => {
    const { exitCode, stdout } = await makeWorld().show();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^The defaults are in force; there is no file\.\n/);
    for (const cause of CAUSES) expect(rowOf(stdout, cause), cause).toHaveLength(5);
    expect(rowOf(stdout, "plan_window")).toEqual([
      "plan_window",
      "plan limit used up",
      "wait",
      "each time",
      "default",
    ]);
    expect(rowOf(stdout, "auth").slice(2)).toEqual(["resume", "once", "default"]);
    expect(stdout).toMatch(/^ {2}a stall after +20m \(default\)$/m);
    expect(stdout).toMatch(/^ {2}grace at the end +5s \(default\)$/m);
    // nothing can stand in for a model as long as none is named
    expect(rowOf(stdout, "model_limit")[2]).toBe("wait");
    expect(rowOf(stdout, "model_not_found").slice(2, 4)).toEqual(["hold", "–"]);
  });

  it("says from which lines of which file values come", async () => {
    const { stdout } = await makeWorld().show({}, FILE);
    expect(stdout).toMatch(/^The policy of standard input\n/);
    expect(rowOf(stdout, "overload").slice(2)).toEqual(["fallback_model", "4 times", "5, 7-8"]);
    expect(rowOf(stdout, "spend").slice(2)).toEqual(["give_up", "–", "9"]);
    expect(rowOf(stdout, "auth").slice(2)).toEqual(["resume", "once", "default"]);
    expect(stdout).toMatch(/^ {2}woken +22:00 to 07:00 \(line 11\)$/m);
    expect(stdout).toMatch(/^ {2}zone +Europe\/Berlin \(line 1\)$/m);
    expect(stdout).toMatch(/^ {2}longest park +8d \(default\)$/m);
    expect(stdout).toMatch(/^ {2}model claude-a +claude-b \(line 2\)$/m);
    const general = stdout.split("\n").map((line) => line.trim().replace(/ {2,}/, ": "));
    const first = general.findIndex((line) => line.startsWith("account work"));
    expect(general.slice(first, first + 7)).toEqual([
      "account work: ANTHROPIC_API_KEY (line 13)",
      "its money a day: $40 (line 13)",
      "account team-b: ANTHROPIC_API_KEY from TEAM_B_KEY, ANTHROPIC_BASE_URL (line 14)",
      "its logins in: ~/.claude-team-b (line 18)",
      "its sessions: 8 at once (line 19)",
      "account private: no variables (line 20)",
      "its logins in: /srv/logins (line 20)",
    ]);
    expect(general).toContain("a stall after: never (line 21)");
    expect(general).toContain("grace at the end: 30s (line 22)");
    expect(general).toContain("channels: none: nobody is told of anything (default)");
    expect(general).toContain("sessions of others: never resumed (default)");
    expect(stdout).toContain("never tried again: the account stops until a person acts.");
  });

  it("fits into 80 columns", async () => {
    for (const options of [{}, ...CAUSES.map((cause) => ({ cause }))])
      for (const file of [FILE, undefined]) {
        const { stdout } = await makeWorld().show(options, file, 80);
        for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
      }
  });

  it("says everything about one cause", async () => {
    const { stdout } = await makeWorld().show({ cause: "overload" }, FILE);
    expect(stdout.split("\n\n")[2]?.split("\n")).toEqual([
      "  means      The API has no capacity for the model at the moment.",
      "  done       fallback_model: the session goes on with the model that `models` names (line 7)",
      "  how often  4 times (line 5)",
      "  pause      up to 2m first, doubled up to 30m (line 8)",
      "  then       hold: it is parked until a person acts (default)",
      "  may be     resume, wait, restart, fallback_model, hold, give_up",
      "  never      Never before a time that the API states.",
    ]);
    expect((await makeWorld().show({ cause: "auth" }, FILE)).stdout).toContain("once (bound)");
    expect((await makeWorld().show({ cause: "none" }, FILE)).stdout).toContain(
      "nothing: it is left as it ended",
    );
  });

  it("refuses a cause that is none", async () => {
    const { exitCode, stderr } = await makeWorld().show({ cause: "sun\u001b[31m" });
    expect(exitCode).toBe(64);
    expect(stderr).toContain("Causes: plan_window, ");
    expect(stderr).not.toMatch(HIDDEN);
  });

  it("has everything as JSON, with the origin of each value", async () => {
    const { stdout } = await makeWorld().show({ json: true }, FILE);
    const { file, zone, wakeHours, origins, causes, ...general } = JSON.parse(stdout);
    expect(general).toMatchObject({ stallAfterMs: null, graceMs: 30_000 });
    expect(general.accounts["team-b"]).toEqual({
      env: { ANTHROPIC_API_KEY: "TEAM_B_KEY", ANTHROPIC_BASE_URL: "ANTHROPIC_BASE_URL" },
      ...{ configDir: "~/.claude-team-b", sessions: 8 },
    });
    expect(origins.stall_after).toEqual({ from: "file", line: 21 });
    expect(origins["accounts.team-b.sessions"]).toEqual({ from: "file", line: 19 });
    expect({ file, zone, wakeHours }).toEqual({
      ...{ file: "standard input", zone: "Europe/Berlin", wakeHours: { fromMinute: 1320, toMinute: 420 } },
    });
    expect(origins["hours.wake"]).toEqual({ from: "file", line: 11 });
    expect(causes.map(({ cause }: { cause: string }) => cause)).toEqual([...CAUSES]);
    expect(causes.find(({ cause }: { cause: string }) => cause === "overload")).toMatchObject({
      ...{ action: "fallback_model", attempts: 4, never: expect.any(String), meaning: expect.any(String) },
      origins: {
        action: { from: "file", line: 7 },
        attempts: { from: "file", line: 5 },
        otherwise: { from: "default" },
      },
    });
    const one = JSON.parse((await makeWorld().show({ json: true, cause: "spend" }, FILE)).stdout);
    expect(one.causes).toHaveLength(1);
  });
});

describe("kedge policy", () => {
  it("is registered with its two commands and their help", async () => {
    const world = makeWorld();
    const result = { exitCode: -1 };
    const call = (...args: readonly string[]): Promise<Run> =>
      world.run(async (context) => {
        const program = new Command("kedge").exitOverride().configureOutput({
          writeOut: (text) => context.terminal.out(text),
        });
        addPolicy(program, context, result);
        await program.parseAsync([...args], { from: "user" }).catch((error: { code?: string }) => {
          if (error.code !== "commander.helpDisplayed") throw error;
        });
        return result.exitCode;
      });
    world.write("project/kedge.yaml", "attempts: 1\n");
    expect(await call("policy", "check")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("is sound"),
    });
    expect((await call("policy", "show", "--cause", "stall", "--json")).stdout).toContain('"cause": "stall"');
    const { stdout } = await call("policy", "check", "--help");
    expect(stdout).toContain("$XDG_CONFIG_HOME/kedge/kedge.yaml");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
