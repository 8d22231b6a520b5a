import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { EVENT_NAMES } from "../../src/protocol/index.ts";
import { runKedge } from "./run-kedge.ts";

describe("kedge", () => {
  it("prints its version, and help with every command and the exit codes", async () => {
    expect(await runKedge(["--version"])).toEqual({
      exitCode: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
    const { exitCode, stdout, stderr } = await runKedge(["--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const word of ["hooks", "protocol", "Exit codes:"]) expect(stdout).toContain(word);
  });

  it("without a command prints help on stderr and ends with 64; an unknown one gets a suggestion", async () => {
    const bare = await runKedge([]);
    expect(bare.exitCode).toBe(64);
    expect(bare.stdout).toBe("");
    expect(bare.stderr).toContain("Usage: kedge");
    const wrong = await runKedge(["hoks"]);
    expect(wrong.exitCode).toBe(64);
    expect(wrong.stderr).toContain("Did you mean hooks?");
  });
});

describe("kedge protocol events", () => {
  it("lists all events, one a line", async () => {
    const { exitCode, stdout } = await runKedge(["protocol", "events"]);
    expect(exitCode).toBe(0);
    for (const name of EVENT_NAMES) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  });

  it("prints the table as JSON, and one event with both schemas", async () => {
    const all = JSON.parse((await runKedge(["protocol", "events", "--json"])).stdout) as { name: string }[];
    expect(all.map(({ name }) => name)).toEqual(EVENT_NAMES);
    const one = JSON.parse((await runKedge(["protocol", "events", "Stop", "--json"])).stdout) as Record<
      string,
      unknown
    >;
    expect(one).toMatchObject({
      name: "Stop",
      block: "continues_turn",
      input: { type: "object" },
      output: { type: "object" },
    });
  });

  it("shows one event with what its endings mean", async () => {
    const { stdout } = await runKedge(["protocol", "events", "StopFailure"]);
    for (const words of ["onFailure: block", "error_details", "time-out"]) expect(stdout).toContain(words);
  });
});
