import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Check, checksText } from "../../src/cli/commands/doctor-check.ts";
import { judgeDisk } from "../../src/cli/commands/doctor-files.ts";
import { type InstallWorld, makeInstallWorld, textOf } from "./install-world.ts";

const SETTINGS = "home/.claude/settings.json";
const MANAGED = "managed/managed-settings.json";
const PROJECT = "project/.claude/settings.json";

async function installed(): Promise<InstallWorld> {
  const world = makeInstallWorld();
  await world.install();
  return world;
}

/** What doctor finds wrong, and how it ends. */
async function examine(
  world: InstallWorld,
  options: object = {},
): Promise<{ checks: readonly Check[]; exitCode: number | null }> {
  const { exitCode, stdout } = await world.doctor({ json: true, ...options });
  const { checks, isRecorded } = JSON.parse(stdout) as { checks: Check[]; isRecorded: boolean };
  expect(isRecorded).toBe(exitCode === 0);
  for (const check of checks) if (check.state === "problem") expect(check.advice).toBeTruthy();
  expect(readdirSync(world.folder).includes("state") ? names(world) : []).toEqual([]);
  return { checks, exitCode };
}

function names(world: InstallWorld): readonly string[] {
  return ["new", "tmp"].flatMap((name) => {
    try {
      return readdirSync(join(world.spool, name)).filter((each) => !each.startsWith("old"));
    } catch {
      return []; // taken away by a test
    }
  });
}

const bad = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({ state }) => state !== "ok").map(({ name, state }) => `${state} ${name}`);

const own = (world: InstallWorld, witness = "failure"): string =>
  `'${world.script.replaceAll("'", "'\\''")}' ${witness}`;

function settingsOf(world: InstallWorld, change: object = {}, group: object = {}): object {
  const groups = (witness: string, more: object = {}) => [
    {
      ...more,
      hooks: [{ type: "command", command: own(world, witness), ...(witness === "failure" ? change : {}) }],
    },
  ];
  return {
    hooks: {
      StopFailure: groups("failure", group),
      SessionEnd: groups("end"),
      SessionStart: groups("start"),
    },
  };
}

describe("kedge doctor", () => {
  it("proves with a canary that a failure is recorded, and leaves nothing", async () => {
    const world = await installed();
    const before = world.everything();
    const { exitCode, stdout, stderr } = await world.doctor();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /ok +A canary went through the handler and was recorded in \d+ ms; its record is removed\./,
    );
    expect(stdout).toMatch(
      /ok +Requests: 11 for each model \(1 \+ 10, the default\): at most 11 requests before/,
    );
    expect(stdout).toContain("A failure is recorded.");
    expect(world.everything()).toEqual(before);
    expect(bad((await examine(world)).checks)).toEqual([]);
  });

  it("leaves records that wait, and does not take them for the canary's", async () => {
    const world = await installed();
    world.write("state/kedge/spool/new/old1.failure", "kedge 1 failure\n\n{}");
    world.write("state/kedge/spool/new/old2.failure", "kedge-canary-");
    const { checks } = await examine(world);
    expect(bad(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === "spool")?.text).toContain("2 records wait");
    expect(readdirSync(join(world.spool, "new"))).toEqual(["old1.failure", "old2.failure"]);
  });

  it("says that nothing is installed", async () => {
    const { checks, exitCode } = await examine(makeInstallWorld());
    expect(exitCode).toBe(1);
    expect(bad(checks)).toEqual([
      ...["problem handler.StopFailure", "warning handler.SessionEnd", "warning handler.SessionStart"],
      ...["problem script", "warning spool", "problem canary"],
    ]);
  });

  it("sends the canary to the entry only: no other handler hears of it", async () => {
    const world = await installed();
    const mark = join(world.folder, "mark");
    const settings = JSON.parse(textOf(world.settings) ?? "");
    settings.hooks.StopFailure.push({
      hooks: [{ type: "command", command: `touch '${mark.replaceAll("'", "'\\''")}'` }],
    });
    world.write(SETTINGS, settings);
    expect(bad((await examine(world)).checks)).toEqual([]);
    expect(textOf(mark)).toBeNull();
  });

  it("takes no variable of the project into the run", async () => {
    const world = await installed();
    const mark = join(world.folder, "mark");
    const text = (textOf(world.script) ?? "").replace(
      "#!/bin/sh\n",
      () => `#!/bin/sh\necho "$MINE $EVIL" >"${mark}"\n`,
    );
    writeFileSync(world.script, text);
    world.write(SETTINGS, { ...JSON.parse(textOf(world.settings) ?? ""), env: { MINE: "mine" } });
    world.write(PROJECT, { env: { MINE: "theirs", EVIL: "x" } });
    expect(bad((await examine(world)).checks)).toEqual(["warning script"]);
    expect(textOf(mark)).toBe("mine \n");
  });

  it("finds the one of two handlers that records nothing", async () => {
    const world = await installed();
    const script = world.write("other/intake/kedge-intake", "#!/bin/sh\n", 0o700);
    world.write(MANAGED, {
      hooks: { StopFailure: [{ hooks: [{ type: "command", command: `"${script}" failure` }] }] },
    });
    const { checks } = await examine(world);
    expect(checks.find(({ name }) => name === "canary")).toMatchObject({
      state: "problem",
      text: "A canary was sent to 2, and 1 recorded it.",
    });
  });

  it("runs nothing that a project calls by the name of the entry", async () => {
    const world = await installed();
    const mark = join(world.folder, "mark");
    const evil = world.write("project/kedge-intake", `#!/bin/sh\ntouch "${mark}"\n`, 0o755);
    const hooks = [{ type: "command", command: `"${evil}" failure` }];
    world.write(PROJECT, {
      hooks: { StopFailure: [{ hooks }] },
      env: { LD_PRELOAD: evil, PATH: world.folder },
    });
    const { checks, exitCode } = await examine(world);
    expect(exitCode).toBe(0);
    expect(checks.find(({ name }) => name === "installations")?.text).toContain("Two installations");
    expect(textOf(mark)).toBeNull();
  });
});

describe("what keeps the entry from running", () => {
  const off = [
    "problem handler.StopFailure",
    "warning handler.SessionEnd",
    "warning handler.SessionStart",
    "problem canary",
  ];
  const rows: readonly (readonly [string, (world: InstallWorld) => unknown, readonly string[]])[] = [
    [
      "disableAllHooks of the user",
      (w) => w.write(SETTINGS, { ...settingsOf(w), disableAllHooks: true }),
      off,
    ],
    ["disableAllHooks of the project", (w) => w.write(PROJECT, { disableAllHooks: true }), off],
    [
      "disableAllHooks of the local file",
      (w) => w.write("project/.claude/settings.local.json", { disableAllHooks: true }),
      off,
    ],
    ["allowManagedHooksOnly", (w) => w.write(MANAGED, { allowManagedHooksOnly: true }), off],
    ["a managed file that is broken", (w) => w.write(MANAGED, "{"), ["problem settings"]],
    [
      "broken JSON",
      (w) => w.write(SETTINGS, "{ // x"),
      [
        "problem settings",
        "problem handler.StopFailure",
        "warning handler.SessionEnd",
        "warning handler.SessionStart",
        "problem canary",
      ],
    ],
    ["broken JSON elsewhere", (w) => w.write(PROJECT, "[]"), ["problem settings"]],
    [
      "an invalid group beside it",
      (w) =>
        w.write(SETTINGS, {
          hooks: { ...(settingsOf(w) as { hooks: object }).hooks, Stop: [{ hooks: "x" }] },
        }),
      ["problem settings"],
    ],
    [
      "an invalid group in another file",
      (w) => w.write(PROJECT, { hooks: { Stop: [{ hooks: "x" }] } }),
      ["warning settings"],
    ],
    [
      "a background handler",
      (w) => w.write(SETTINGS, settingsOf(w, { async: true })),
      ["problem handler.StopFailure", "problem canary"],
    ],
    [
      "a matcher",
      (w) => w.write(SETTINGS, settingsOf(w, {}, { matcher: "rate_limit" })),
      ["warning handler.StopFailure"],
    ],
    [
      "a missing witness",
      (w) =>
        w.write(SETTINGS, { hooks: { StopFailure: [{ hooks: [{ type: "command", command: own(w) }] }] } }),
      ["warning handler.SessionEnd", "warning handler.SessionStart"],
    ],
    ["a script that is gone", (w) => rmSync(w.script), ["problem script", "problem canary"]],
    [
      "a script that is not executable",
      (w) => chmodSync(w.script, 0o600),
      ["problem script", "problem canary"],
    ],
    ["a script that others may change", (w) => chmodSync(w.script, 0o702), ["problem script"]],
    ["a script that the group may change", (w) => chmodSync(w.script, 0o720), ["problem script"]],
    [
      "a script that was changed",
      (w) => writeFileSync(w.script, `${textOf(w.script)}\n:`),
      ["warning script"],
    ],
    [
      "a script that does nothing",
      (w) => writeFileSync(w.script, "#!/bin/sh\n"),
      ["warning script", "problem entry", "problem canary"],
    ],
    ["a spool that is open", (w) => chmodSync(w.spool, 0o755), ["warning spool"]],
    ["a folder that is gone", (w) => rmSync(join(w.spool, "new"), { recursive: true }), ["warning spool"]],
    [
      "a spool that is a file",
      (w) => {
        rmSync(w.spool, { recursive: true });
        writeFileSync(w.spool, "");
      },
      ["problem spool", "problem entry", "problem canary"],
    ],
    ["a folder that cannot be written to", (w) => chmodSync(join(w.spool, "new"), 0o500), ["problem spool"]],
  ];

  it.each(rows)("%s is named, with what to do", async (_, break_, expected) => {
    const world = await installed();
    break_(world);
    const { checks, exitCode } = await examine(world);
    // Root writes where nobody may, so that there the canary gets through.
    expect(bad(checks).filter((line) => !/cannot/.test(line))).toEqual(
      process.geteuid?.() === 0 || expected[0] !== "problem spool" || expected.length > 1
        ? expected
        : [...expected, "problem entry", "problem canary"],
    );
    expect(exitCode).toBe(expected.some((line) => line.startsWith("problem")) ? 1 : 0);
  });

  it("files of somebody else are named", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("needs root, who can make files of somebody else");
    const world = await installed();
    chownSync(world.script, 1234, 1234);
    chownSync(join(world.spool, "tmp"), 1234, 1234);
    const { checks } = await examine(world);
    expect(checks.filter(({ text }) => text.includes("user 1234")).map(({ name }) => name)).toEqual([
      "script",
      "spool",
    ]);
  });

  it("a session without hooks, and one handler that was switched off", async () => {
    const world = await installed();
    expect(bad((await examine(world.with({ CLAUDE_CODE_SIMPLE: "1" }))).checks)).toEqual([
      "problem environment",
    ]);
    expect(bad((await examine(world.with({ CLAUDE_CODE_SIMPLE: "0" }))).checks)).toEqual([]);
  });

  it("settings given by flag count, and plugins and managed settings may bring the entry", async () => {
    const world = await installed();
    const flags = await examine(world, { settings: ['{"disableAllHooks": true}'] });
    expect(bad(flags.checks)).toEqual(off);
    world.write(SETTINGS, {});
    world.write(MANAGED, { ...settingsOf(world), allowManagedHooksOnly: true });
    const managed = await examine(world);
    expect(bad(managed.checks)).toEqual([]);
    expect(managed.checks.find(({ name }) => name === "handler.StopFailure")?.text).toContain(
      "managed-settings.json",
    );
  });

  it("the managed settings of the docs work as they stand there", async () => {
    const world = makeInstallWorld();
    const docs = readFileSync(join(import.meta.dirname, "../../../../docs/install.md"), "utf8");
    const snippet = /```json\n(.*?)```/s.exec(docs)?.[1] ?? "";
    const entry = readFileSync(join(import.meta.dirname, "../../intake/kedge-intake"), "utf8");
    const script = world.write("libexec/kedge-intake", entry, 0o755);
    const path = `\\"${script}\\"`;
    world.write(
      MANAGED,
      snippet.replaceAll("/usr/local/libexec/kedge-intake", () => path),
    );
    const user = world.with({ KEDGE_STATE_DIR: join(world.folder, "home/.local/state/kedge") });
    const { checks, exitCode } = await examine(user);
    expect(checks.filter(({ state }) => state !== "ok").map(({ text }) => text)).toEqual([
      `${join(world.folder, "home/.local/state/kedge/spool")} is not there.`,
    ]);
    expect(exitCode).toBe(0);
    expect(bad((await examine(user)).checks)).toEqual(["warning spool"]); // the entry makes no `bad`
  });

  it("handlers that write to where this Kedge does not look are a problem", async () => {
    const world = await installed();
    const { checks, exitCode } = await examine(
      world.with({ KEDGE_STATE_DIR: join(world.folder, "elsewhere") }),
    );
    expect(bad(checks)).toEqual(["problem spool.other"]);
    expect(exitCode).toBe(1);
  });

  it("a ledger that cannot be opened is a problem, and one that is not there is not made", async () => {
    const world = await installed();
    const ledger = join(world.folder, "state/kedge/ledger.sqlite");
    expect(bad((await examine(world)).checks)).toEqual([]);
    expect(existsSync(ledger)).toBe(false);
    writeFileSync(ledger, "no ledger at all, but long enough to be looked at as one".repeat(100));
    const { checks, exitCode } = await examine(world);
    expect(checks.find(({ name }) => name === "ledger")).toMatchObject({
      state: "problem",
      text: expect.stringMatching(/it is no ledger\. Move it aside/),
    });
    expect(exitCode).toBe(1);
  });

  it("two installations record twice, and both are proved; the same one in two files is one", async () => {
    const world = await installed();
    await world.install({ yes: true, project: true });
    expect(bad((await examine(world)).checks)).toEqual([]);
    const other = join(world.folder, "other");
    mkdirSync(join(other, "intake"), { recursive: true });
    const script = world.write("other/intake/kedge-intake", textOf(world.script), 0o700);
    world.write(MANAGED, {
      hooks: { StopFailure: [{ hooks: [{ type: "command", command: `"${script}" failure` }] }] },
    });
    const { checks, exitCode } = await examine(world);
    expect(bad(checks).filter((line) => !line.includes("spool"))).toEqual(["warning installations"]);
    expect(exitCode).toBe(0);
    expect(readdirSync(join(other, "spool/new"))).toEqual([]);
  });

  it("a watchdog that retries without end, and handlers that wake the session", async () => {
    const world = await installed();
    const settings = JSON.parse(textOf(world.settings) ?? "");
    settings.env = { CLAUDE_CODE_RETRY_WATCHDOG: "1" };
    settings.hooks.StopFailure.push({ hooks: [{ type: "command", command: "exit 2", asyncRewake: true }] });
    world.write(SETTINGS, settings);
    const { checks } = await examine(world);
    expect(bad(checks)).toEqual(["warning retries"]);
    expect(checks.at(-1)?.text).toContain("1 StopFailure handler may wake the session, and all begins again");
  });
});

describe("room on the disk", () => {
  const MIB = 1024 * 1024;
  it.each([
    [{ freeBytes: 65 * MIB, freeFiles: 1_001 }, "ok"],
    [{ freeBytes: 65 * MIB, freeFiles: null }, "ok"],
    [{ freeBytes: 63 * MIB, freeFiles: 1_001 }, "warning"],
    [{ freeBytes: 65 * MIB, freeFiles: 999 }, "warning"],
    [{ freeBytes: MIB, freeFiles: null }, "problem"],
    [{ freeBytes: 65 * MIB, freeFiles: 9 }, "problem"],
    [null, "warning"],
  ])("%j is %s", (room, state) => {
    expect(judgeDisk("/x", room).state).toBe(state);
  });

  it("names of files cannot draw on the terminal", () => {
    const plain = (text: string) => text;
    const style = { strong: plain, faint: plain, good: plain, bad: plain, caution: plain };
    const text = checksText([{ name: "x", state: "ok", text: "a\u001b[2Jb\u202e" }], {
      out: plain,
      err: plain,
      style,
      width: 0,
    } as never);
    expect(text).toContain("a\\u{1b}[2Jb\\u{202e}");
  });
});
