import { describe, expect, test } from "vitest";
import { fillServer } from "../../../src/host/mcp/fill-server.ts";
import type { McpServer } from "../../../src/protocol/index.ts";

const ENV = {
  TOOLS: "/opt/tools",
  EMPTY: "",
  GITHUB_TOKEN: "planted-1",
  DB_PASS: "planted-2",
  COPY: "Bearer planted-1",
  CONNECTION: "postgres://me:planted-password@db/x",
  AGAIN: "$".concat("{TOOLS}"),
};

const stdio = (text: string): McpServer => ({
  type: "stdio",
  name: "a",
  command: text,
  args: [text],
  env: { A: text },
});

/** A reference; written so that nobody takes it for one of this file. */
const ref = (inner: string): string => `$\{${inner}}`;

function fill(text: string, withholdsSecrets = false): string {
  const filling = fillServer(stdio(text), {
    env: ENV,
    own: { CLAUDE_PLUGIN_ROOT: "/plugin" },
    withholdsSecrets,
  });
  if (!filling.ok) return `not: ${filling.why}`;
  const { server } = filling;
  if (server.type !== "stdio") throw new Error("Expected a program");
  expect([server.args[0], server.env.A]).toEqual([server.command, server.command]);
  return server.command;
}

describe("references in the configuration of a server", () => {
  test.for([
    ["plain text, and a lone $X", "a $TOOLS $", "a $TOOLS $"],
    ["a variable", `${ref("TOOLS")}/bin`, "/opt/tools/bin"],
    [
      "many that nothing closes",
      ref("TOOLS") + "${A:-".repeat(200_000),
      `/opt/tools${"${A:-".repeat(200_000)}`,
    ],
    ["two of them", `${ref("TOOLS")}:${ref("CLAUDE_PLUGIN_ROOT")}`, "/opt/tools:/plugin"],
    ["what stands in a value is not looked at again", ref("AGAIN"), ref("TOOLS")],
    ["a default that is needed", ref("NONE:-x y"), "x y"],
    ["a default of an empty variable", ref("EMPTY:-x"), "x"],
    ["a default that is not needed", ref("TOOLS:-x"), "/opt/tools"],
    ["an empty default", `a${ref("NONE:-")}`, "a"],
    ["one that is not set", ref("NONE"), "not: the variable NONE is not set"],
    ["one that every object has", ref("constructor"), "not: the variable constructor is not set"],
    ["a secret of the user, in a server of the user", ref("GITHUB_TOKEN"), "planted-1"],
  ] as const)("%s", ([, text, expected]) => {
    expect(fill(text)).toBe(expected);
  });

  test.for(["GITHUB_TOKEN", "DB_PASS", "CONNECTION", "ANTHROPIC_API_KEY", "COPY"])(
    "a server of the project does not get %s",
    (name) => {
      expect(fill(ref(name), true)).toBe(
        `not: it asks for ${name}, which may be secret, and the project brought it`,
      );
      expect(fill(ref(`${name}:-none`), true)).toBe("none");
    },
  );

  test("a server of the project gets what is no secret", () => {
    expect(fill(ref("TOOLS"), true)).toBe("/opt/tools");
  });
});
