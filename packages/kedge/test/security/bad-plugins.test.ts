import { expect } from "vitest";
import {
  fillToolInput,
  type HandlerResult,
  type ManifestReading,
  mergeResults,
  parseHandlerOutput,
  parseMarketplace,
  parsePluginManifest,
} from "../../src/protocol/index.ts";
import { type Held, holdRows, type LaterRows } from "./hold-rows.ts";

const read = (text: string): ManifestReading => parsePluginManifest(text, "plugin.json");

const problemsOf = ({ problems }: Pick<ManifestReading, "problems">): string[] =>
  problems.map(({ code, path }) => `${code} ${path}`);

/** What a PreToolUse handler says by JSON. */
const says = (permissionDecision: string): HandlerResult => {
  const hookSpecificOutput = { hookEventName: "PreToolUse", permissionDecision };
  return parseHandlerOutput("PreToolUse", {
    exitCode: 0,
    stdout: JSON.stringify({ hookSpecificOutput }),
    stderr: "",
  });
};

const held: Held = {
  "plg-006": (text) => {
    const reading = parseMarketplace(text, "marketplace.json");
    expect(reading.marketplace).toEqual({ name: "mkt", owner: { name: "x" }, plugins: [] });
    expect(problemsOf(reading)).toEqual([
      "forbidden_target plugins[0].source",
      "forbidden_target plugins[1].source",
      "forbidden_target plugins[2].source",
    ]);
  },
  "plg-011": (text) => {
    const { manifest, problems } = read(text);
    expect(problems).toEqual([]);
    const [shown = "", note] = manifest?.description?.split("\n") ?? [];
    expect(shown).toHaveLength(200);
    expect(shown).toMatch(/^\\u\{1b\}\[2J\\u\{1b\}\[H[ -~]*$/);
    expect(note).toMatch(/^\[cut: \d+ characters in all\]$/);
  },
  "plg-013": (text) => {
    const { manifest, problems } = read(text);
    expect(problems).toEqual([]);
    const handler = manifest?.hooks[0]?.handler;
    if (handler?.type !== "mcp_tool") throw new Error("expected an mcp_tool handler");
    const nothing = { a: "", b: "", c: "" };
    expect(fillToolInput(handler.input, { tool_input: { command: "x" } })).toEqual(nothing);
    expect(fillToolInput(handler.input, { tool_input: ["x", "y"] })).toEqual(nothing);
    expect(fillToolInput(handler.input, { tool_input: "text" })).toEqual(nothing);
  },
  "plg-014": (text) => {
    for (const name of [text, text.normalize("NFD")]) {
      const reading = read(name);
      expect(reading.manifest).toBeNull();
      expect(problemsOf(reading)).toEqual(["unsafe_name name"]);
    }
  },
  "plg-015": (text) => {
    const reading = read(text);
    expect(reading.manifest?.hooks).toEqual([]);
    expect(reading.manifest?.broken.map(({ path }) => path)).toEqual(["hooks.SessionStart[0].hooks[0]"]);
    expect(problemsOf(reading)).toEqual(["wrong_type hooks.SessionStart[0].hooks[0].command"]);
  },
};

const later: LaterRows = {
  "plg-004": {
    heldBy: "engine: plugins",
    check: (text) => {
      const reading = read(text);
      // The path does not begin with ./, so the file is not even looked for.
      expect(reading.manifest).toMatchObject({ name: "ok", hooks: [], hookFiles: [] });
      expect(problemsOf(reading)).toEqual(["forbidden_target hooks"]);
      const named = read(text.replace("hooks/hooks.json", "./hooks/hooks.json"));
      expect(named.manifest?.hookFiles).toEqual(["hooks/hooks.json"]);
    },
  },
  "plg-009": {
    heldBy: "host: permissions",
    check: (text) => {
      const { manifest, problems } = read(text);
      expect(problems).toEqual([]);
      expect(manifest?.hooks).toHaveLength(1);
      const allows = says("allow");
      expect(allows.decision).toBe("allow");
      for (const stronger of ["deny", "ask", "defer"]) {
        const other = says(stronger);
        expect(mergeResults("PreToolUse", [allows, other]).behavior).toBe(stronger);
        expect(mergeResults("PreToolUse", [other, allows]).behavior).toBe(stronger);
      }
    },
  },
  "plg-016": {
    heldBy: "engine: processes",
    check: (text) => {
      const { manifest, problems } = read(text);
      expect(problems).toEqual([]);
      // Filled in by whoever starts the program, as one argument; reading leaves it as written.
      expect(manifest?.hooks[0]?.handler).toMatchObject({
        command: "echo",
        args: ["${user_config.url}"],
      });
    },
  },
};

holdRows("plugin-manifest", held, later);
