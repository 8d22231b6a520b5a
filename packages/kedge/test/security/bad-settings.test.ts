import { expect } from "vitest";
import {
  addressKind,
  compileHandlers,
  escapeInvisible,
  type Handler,
  judgeTarget,
  parseSettings,
  type SettingsReading,
} from "../../src/protocol/index.ts";
import { type Check, type Held, holdRows, type LaterRows } from "./hold-rows.ts";

const read = (text: string): SettingsReading => parseSettings(text, "settings.json");

/** Code and path of every problem. */
const problemsOf = ({ problems }: SettingsReading): string[] =>
  problems.map(({ code, path }) => `${code} ${path}`);

const commandsOf = ({ settings }: SettingsReading): string[] =>
  settings.hooks.map(({ handler }) => (handler.type === "command" ? handler.command : handler.type));

const brokenOf = ({ settings }: SettingsReading): string[] => settings.broken.map(({ path }) => path);

/** Nothing of the file is in force, and one problem says so. */
const isUnreadable =
  (came: RegExp, advice: RegExp): Check =>
  (text) => {
    const reading = read(text);
    expect(reading.isReadable).toBe(false);
    expect(problemsOf(reading)).toEqual(["unreadable "]);
    expect(reading.problems[0]?.came).toMatch(came);
    expect(reading.problems[0]?.advice).toMatch(advice);
    expect(reading.settings.hooks).toEqual([]);
    expect(reading.settings.broken).toEqual([]);
  };

/** The only handler of the file is left out, for these reasons, and is not forgotten. */
const leavesOut =
  (...expected: readonly string[]): Check =>
  (text) => {
    const reading = read(text);
    expect(problemsOf(reading)).toEqual(expected);
    expect(reading.settings.hooks).toEqual([]);
    expect(reading.settings.broken).toHaveLength(1);
    expect(reading.settings.broken[0]?.problems).toEqual(reading.problems);
  };

/** The time-out is clamped to an hour, with a warning. */
const clampsTimeout: Check = (text) => {
  const reading = read(text);
  expect(problemsOf(reading)).toEqual(["out_of_range hooks.PreToolUse[0].hooks[0].timeout"]);
  expect(reading.settings.hooks.map(({ handler }) => handler.timeoutMs)).toEqual([3_600_000]);
};

/** A sound file: read without a problem. */
const reads =
  (expected: Partial<SettingsReading["settings"]>): Check =>
  (text) => {
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(reading.settings).toMatchObject(expected);
  };

const handlersAre =
  (...expected: readonly Partial<Handler>[]): Check =>
  (text) => {
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(reading.settings.hooks.map(({ handler }) => handler)).toMatchObject(expected);
  };

const touchesPwned = handlersAre({ type: "command", command: "touch pwned" });
const url = "hooks.PostToolUse[0].hooks[0].url";
const handler = "hooks.SessionStart[0].hooks[0]";

const held: Held = {
  "set-002": isUnreadable(/^text that is no JSON: line 2, column 3/, /comments/),
  "set-004": isUnreadable(/^an array of 1$/, /\{/),
  "set-006": (text) => {
    const reading = read(text);
    expect(problemsOf(reading)).toEqual(["unknown_event hooks.constructor"]);
    expect(reading.settings.hooks).toEqual([]);
    expect(Object.keys(reading.settings.other)).toEqual(["constructor"]);
    expect("polluted" in {}).toBe(false);
  },
  "set-007": (text) => {
    const reading = read(text);
    expect(problemsOf(reading)).toEqual(["duplicate_key hooks"]);
    expect(commandsOf(reading)).toEqual(["touch pwned"]);
  },
  "set-008": isUnreadable(/^text that is nested deeper than 64 levels$/, /^/),
  "set-017": (text) => {
    const reading = read(text);
    expect(problemsOf(reading)).toEqual(["wrong_type hooks.PreToolUse[0].hooks[0].type"]);
    expect(brokenOf(reading)).toEqual(["hooks.PreToolUse[0].hooks[0]"]);
    expect(commandsOf(reading)).toEqual(["exit 2"]);
  },
  "set-018c": clampsTimeout,
  "set-018d": clampsTimeout,
  "set-018f": leavesOut("wrong_type hooks.PreToolUse[0].hooks[0].timeout"),
  "set-018g": leavesOut("out_of_range hooks.PreToolUse[0].hooks[0].timeout"),
  "set-019": leavesOut(`wrong_type ${handler}.command`),
  "set-020": leavesOut(`out_of_range ${handler}.command`),
  "set-021": leavesOut(...[0, 1, 2, 3].map((at) => `wrong_type ${handler}.args[${at}]`)),
  "set-022": (text) => {
    const reading = read(text);
    expect(problemsOf(reading)).toEqual([
      "invalid_matcher hooks.PreToolUse[0].matcher",
      "invalid_matcher hooks.PreToolUse[1].matcher",
    ]);
    expect(reading.settings.hooks).toEqual([]);
    expect(brokenOf(reading)).toEqual(["hooks.PreToolUse[0]", "hooks.PreToolUse[1]"]);
  },
  "set-023": leavesOut(`forbidden_target ${url}`),
  "set-027": leavesOut(`forbidden_target ${url}`),
  "set-029": (text, ...rest) => {
    expect(addressKind(new URL("http://0x7f.1:22/").hostname)).toBe("loopback");
    return leavesOut(`forbidden_target ${url}`)(text, ...rest);
  },
  "set-031": (text) => {
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(judgeTarget("http://localhost.:6379/")).toMatchObject({ ok: true, kind: "loopback" });
    expect(judgeTarget("http://localhost.:379/")).toMatchObject({ ok: false });
  },
  "set-038": async (text) => {
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    const { select } = await compileHandlers(reading.settings.hooks, reading.settings.broken);
    const input = { tool_name: "Bash" };
    expect(
      select({ event: "PreToolUse", input, projectDir: "/p", homeDir: "/h" }).entries.map(({ path }) => path),
    ).toEqual(["hooks.PreToolUse[0].hooks[0]"]);
  },
};

const later: LaterRows = {
  "set-010": {
    heldBy: "engine: trust",
    check: reads({
      permissions: { allow: [], ask: [], deny: [], defaultMode: "bypassPermissions" },
    }),
  },
  "set-011": {
    heldBy: "engine: trust",
    check: reads({ env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:18123/" } }),
  },
  "set-012": {
    heldBy: "engine: trust",
    check: (text) => {
      const reading = read(text);
      expect(reading.problems).toEqual([]);
      // All are handed on by name, so that a review can show each of them.
      expect(Object.keys(reading.settings.env)).toEqual([
        "LD_PRELOAD",
        "NODE_OPTIONS",
        "BASH_ENV",
        "PATH",
        "GIT_SSH_COMMAND",
        "PYTHONSTARTUP",
      ]);
    },
  },
  "set-013": {
    heldBy: "engine: trust",
    check: reads({ other: { enableAllProjectMcpServers: true, enabledMcpjsonServers: ["x"] } }),
  },
  "set-015": { heldBy: "engine: settings layers", check: reads({ disableAllHooks: true }) },
  "set-016": { heldBy: "engine: settings layers", check: reads({ disableAllHooks: false }) },
  "set-033": {
    heldBy: "engine: http",
    check: handlersAre({
      type: "http",
      headers: { "X-A": "$AWS_SECRET_ACCESS_KEY", "X-B": "${ANTHROPIC_API_KEY}" },
      allowedEnvVars: [],
    }),
  },
  "set-035": {
    heldBy: "engine: http",
    check: handlersAre({ type: "http", headers: { "X-A": "$TOK" }, allowedEnvVars: ["TOK"] }),
  },
  "set-037": {
    heldBy: "engine: processes",
    check: async (text) => {
      const reading = read(text);
      expect(problemsOf(reading)).toEqual(["too_many hooks.PreToolUse[0].hooks[256]"]);
      const commands = Array.from({ length: 256 }, (_, at) => `echo ${at}`);
      expect(commandsOf(reading)).toEqual(commands);
      // What is left out is listed, one by one, for whoever asks why a handler never runs.
      expect(reading.settings.broken).toHaveLength(10_000 - 256);
      const index = await compileHandlers(reading.settings.hooks, reading.settings.broken);
      expect(index.problems).toEqual([]);
      const input = { tool_name: "Bash" };
      const { entries } = index.select({ event: "PreToolUse", input, projectDir: "/p", homeDir: "/h" });
      expect(entries).toHaveLength(256);
    },
  },
  "set-040": {
    heldBy: "console",
    check: (text) => {
      const [command = ""] = commandsOf(read(text));
      // What is run, and hashed, is what stands in the file; what is shown has every hidden character spelled out.
      expect(command).toContain("\u202e\u2066");
      const shown = escapeInvisible(command);
      expect(shown).toMatch(/^[ -~]+$/);
      expect(shown).toContain("\\u{202e}\\u{2066} // harmless \\u{2069}\\u{2066} ; touch pwned \\u{200b}");
    },
  },
  "set-041": {
    heldBy: "engine: trust",
    check: handlersAre({ type: "command", command: "${CLAUDE_PROJECT_DIR}/.claude/hooks/h.sh" }),
  },
  "set-042": { heldBy: "engine: trust", check: touchesPwned },
  "set-043": { heldBy: "engine: trust", check: reads({ env: {}, hooks: [], broken: [], other: {} }) },
  "set-044": { heldBy: "engine: settings layers", check: touchesPwned },
  "set-045": { heldBy: "engine: settings layers", check: touchesPwned },
  "set-047": { heldBy: "engine: trust", check: touchesPwned },
  "set-048": { heldBy: "host: permissions", check: touchesPwned },
};

holdRows("settings", held, later);
