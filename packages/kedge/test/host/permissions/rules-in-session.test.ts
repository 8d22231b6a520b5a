import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeHost } from "../../support/host-world.ts";
import { fill } from "../scratch.ts";

it.each([
  ["removed with its folder", { deny: ["Edit(src/keep.ts)"] }, "rm -rf src", "Edit(src/keep.ts) denies it"],
  ["copied with its folder", { deny: ["Read(src/**)"] }, "cp -r src out", "Read(src/**) denies it"],
  ["moved with its folder", { ask: ["Edit(*.ts)"] }, "mv src out", "Edit(*.ts) asks about it"],
])(
  "a file that a rule is about is not %s, though edits are accepted",
  async (_, permissions, command, why) => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command }, id: "call" }, { text: "done" }],
    });
    fill(world.project, { "src/keep.ts": "k" });
    world.settings("user", { permissions });
    const session = await world.open({ permissionMode: "acceptEdits" });
    await session.send("go");
    expect(world.said(1)).toContain(why);
    expect([existsSync(join(world.project, "src/keep.ts")), existsSync(join(world.project, "out"))]).toEqual([
      true,
      false,
    ]);
  },
);
