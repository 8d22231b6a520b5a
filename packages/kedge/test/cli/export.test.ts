import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportFailure } from "../../src/cli/commands/export.ts";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import { COMPILED } from "../support/compiled.ts";
import { makeLedger, NOW, witness } from "../support/ledger-world.ts";

const exporting =
  (id: string, options = {}) =>
  (context: Context, moment: Moment) =>
    exportFailure(id, options, context, moment);

const KEY = `sk-ant-api03-${"A1b2C3d4".repeat(10)}AA`;

async function oneFailure() {
  const world = makeLedger();
  const [row] = await world.record(
    witness(
      {
        status: 500,
        kind: "server_error",
        isError: true,
        atMs: NOW,
        message: `key ${KEY} and ${KEY} in ${world.env.HOME}/notes and /home/dev/website/x`,
      },
      { transcriptPath: "/home/dev/.claude/projects/x/y.jsonl", gitHead: "a".repeat(40) },
    ),
  );
  return { ...world, id: row?.id ?? "", file: join(world.folder, `kedge-${row?.id.slice(0, 8)}.json`) };
}

describe("kedge export", () => {
  it("shows what the bundle holds, and without a terminal and --yes writes nothing", async () => {
    const world = await oneFailure();
    let shown = "";
    await expect(
      world.run((context, moment) =>
        exportFailure(
          world.id,
          {},
          { ...context, terminal: { ...context.terminal, out: (text) => (shown += text) } },
          moment,
        ),
      ),
    ).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining("--yes") });
    expect(shown).toContain(`The bundle about ${world.id} holds`);
    expect(shown).toMatch(/failure +\d+ fields: id, at, /);
    expect(shown).toMatch(/redacted +4 × anthropic-key/);
    expect(existsSync(world.file)).toBe(false);
  });

  it("writes a file for this user alone, with the failure, its verdict, witnesses and versions", async () => {
    const world = await oneFailure();
    const { exitCode } = await world.run(exporting(world.id.slice(0, 9), { yes: true }));
    expect(exitCode).toBe(0);
    expect(statSync(world.file).mode & 0o777).toBe(0o600);
    const bundle = JSON.parse(readFileSync(world.file, "utf8"));
    expect(Object.keys(bundle)).toEqual([
      "format",
      "formatVersion",
      "exportedAt",
      "versions",
      "environment",
      "failure",
      "witnesses",
      "redactions",
    ]);
    expect(bundle).toMatchObject({
      format: "kedge-failure",
      formatVersion: 1,
      exportedAt: "2026-11-21T14:12:00.000Z",
      versions: { node: process.version, platform: process.platform },
      failure: { id: world.id, cause: "server", advice: { action: "retry_with_backoff" } },
      witnesses: [{ witness: "result", session: { gitHead: "a".repeat(40) } }],
      redactions: { "anthropic-key": 4 },
    });
  });

  it("has no secret, no folder, and of the environment names only", async () => {
    const world = await oneFailure();
    const env = {
      ANTHROPIC_API_KEY: "planted-value-1234",
      HTTPS_PROXY: "http://me:planted-value-5678@proxy",
      SHOP_NAME: "planted-value-9",
    };
    const { stdout } = await world.run(exporting(world.id, { yes: true, output: "-" }), { env });
    expect(JSON.parse(stdout).environment).toEqual(
      ["ANTHROPIC_API_KEY", "HTTPS_PROXY", "KEDGE_STATE_DIR", "LANG", ...Object.keys(COMPILED)].sort(),
    );
    for (const secret of ["planted-value", KEY, KEY.slice(14, 40), world.folder, "/home/dev", ".jsonl"])
      expect(stdout).not.toContain(secret);
    expect(stdout).toContain("~/notes and <project>/x");
  });

  it("overwrites nothing, and says what else could not be written", async () => {
    const world = await oneFailure();
    writeFileSync(world.file, "mine");
    await expect(world.run(exporting(world.id, { yes: true }))).rejects.toMatchObject({
      exitCode: 74,
      message: expect.stringContaining("is there already"),
    });
    expect(readFileSync(world.file, "utf8")).toBe("mine");
    await expect(world.run(exporting(world.id, { yes: true, output: "none/x.json" }))).rejects.toMatchObject({
      exitCode: 74,
      message: expect.stringContaining("could not be written"),
    });
    expect((await world.run(exporting("f_0123", { yes: true }))).exitCode).toBe(1);
  });

  it("prints the bundle alone on standard output", async () => {
    const world = await oneFailure();
    const { stdout, stderr } = await world.run(exporting(world.id, { yes: true, output: "-" }));
    expect(JSON.parse(stdout).format).toBe("kedge-failure");
    expect(stderr).toContain("The bundle about");
  });
});
