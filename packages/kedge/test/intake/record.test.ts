import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSpoolRecord } from "../../src/recovery/spool/spool-record.ts";
import { bodyOf, headersOf, makeIntake, QUIET, runProgram, shells } from "./intake-world.ts";

const MIB = 1024 * 1024;

describe.each(shells)("the entry in %s", (...shell) => {
  it("writes headers, a blank line and the input, in a private file of a private folder", async () => {
    const world = makeIntake();
    const input = '{"session_id":"s1","error":"rate_limit"}\n';
    expect(await world.run({ shell, input })).toEqual(QUIET);
    const text = world.record().toString();
    expect(text).toBe(`kedge 1 failure\nagent claude-code\npid ${process.pid}\n\n${input}`);
    expect(readSpoolRecord(text)).toMatchObject({
      ok: true,
      record: { witness: "failure", input: { session_id: "s1" } },
    });
    const [name = ""] = world.names("new");
    expect(name).toMatch(/^\d+-\w{12}\.failure$/);
    expect(statSync(join(world.spool, "new", name)).mode & 0o777).toBe(0o600);
    for (const folder of ["", "new", "tmp"])
      expect(statSync(join(world.spool, folder)).mode & 0o777).toBe(0o700);
    expect(world.names("tmp")).toEqual([]);
  });

  it.each(["end", "start", "canary"])("names the witness %s", async (witness) => {
    const world = makeIntake();
    expect(await world.run({ shell, args: [witness] })).toEqual(QUIET);
    expect(headersOf(world.record())[0]).toBe(`kedge 1 ${witness}`);
    expect(world.names("new")[0]).toMatch(new RegExp(`\\.${witness}$`));
  });

  it("notes the process of the agent where the agent names it, and only then", async () => {
    const world = makeIntake();
    await world.run({ shell, env: { CLAUDE_PID: "4711" } });
    expect(headersOf(world.record())[3]).toBe("claude_pid 4711");
    world.clear();
    await world.run({ shell, env: { CLAUDE_PID: "1\nenv FAKE" } });
    expect(headersOf(world.record())).toHaveLength(3);
  });

  it("notes the project, whatever its name has in it, where the agent names it", async () => {
    const world = makeIntake();
    await world.run({ shell, env: { CLAUDE_PROJECT_DIR: "/work/a\\b\nenv FAKE" } });
    expect(headersOf(world.record())[3]).toBe("project /work/a\\\\b\\nenv FAKE");
    expect(headersOf(world.record())).toHaveLength(4);
  });

  it("notes by name what pays, and never what it holds", async () => {
    const world = makeIntake();
    const env = { ANTHROPIC_API_KEY: "sk-ant-planted", CLAUDE_CODE_OAUTH_TOKEN: "planted too", AWS_KEY: "x" };
    await world.run({ shell, env: { ...env, ANTHROPIC_AUTH_TOKEN: "" } });
    const headers = headersOf(world.record());
    expect(headers.slice(3)).toEqual(["credential ANTHROPIC_API_KEY", "credential CLAUDE_CODE_OAUTH_TOKEN"]);
    expect(world.record()).not.toContain("planted");
  });

  it("takes a spool that is named, relative and with a dash in front too", async () => {
    const world = makeIntake();
    expect(await world.run({ shell, args: ["failure", "-n x/s'p"] })).toEqual(QUIET);
    expect(world.names("new")).toEqual([]);
    expect(statSync(join(world.folder, "-n x/s'p/new")).isDirectory()).toBe(true);
    expect(await world.run({ shell, args: ["end", world.spool] })).toEqual(QUIET);
    expect(world.names("new")).toHaveLength(1);
  });

  it("keeps any input as it is, and at most 1 MiB of it", async () => {
    const world = makeIntake();
    const hostile = Buffer.from([0, 1, 0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x0a, 0x0a, 0x0a, 0x5c, 0x27, 0]);
    for (const input of [hostile, Buffer.alloc(0), Buffer.from("\n\n"), Buffer.alloc(MIB, "x")]) {
      expect(await world.run({ shell, input })).toEqual(QUIET);
      expect(bodyOf(world.record()).equals(input)).toBe(true);
      world.clear();
    }
    const large = Buffer.alloc(5 * MIB, "abcdefg");
    expect(await world.run({ shell, input: large })).toEqual(QUIET);
    expect(bodyOf(world.record()).equals(large.subarray(0, MIB))).toBe(true);
  });

  it("records that something failed where stdin is closed, and says nothing where stdout is", async () => {
    const world = makeIntake();
    const closing = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", ...shell, world.script, "failure"];
    expect(await runProgram(closing, { input: "", cwd: world.folder, env: {} })).toEqual(QUIET);
    expect(bodyOf(world.record())).toHaveLength(0);
  });

  it.each([[[]], [["nonsense"]], [[""]], [["failure\n"]], [["--help"]]])(
    "does nothing when called with %j",
    async (args) => {
      const world = makeIntake();
      expect(await world.run({ shell, args })).toEqual(QUIET);
      expect(world.names("new")).toEqual([]);
    },
  );

  it("works without a PATH, and takes the tools of the system first", async () => {
    const world = makeIntake();
    const run = await runProgram([...shell.slice(0, 0), "/bin/sh", world.script, "failure"], {
      input: "{}",
      cwd: world.folder,
      env: { PATH: "/nonexistent" },
    });
    expect(run).toEqual(QUIET);
    expect(world.names("new")).toHaveLength(1);
  });
});
