import { cpSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeWorld, subjectOf } from "./trust-world.ts";

describe("another place", () => {
  it("is untrusted: a moved project, a copy, and one inside of a trusted one", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const subject = subjectOf("./a.sh");
    await world.trust([subject]);
    const copy = join(world.folder, "copy");
    const inner = join(world.project, "inner");
    cpSync(world.project, copy, { recursive: true });
    cpSync(copy, inner, { recursive: true });
    expect(await world.stateOf(subject, { projectDir: copy })).toBe("untrusted");
    expect(await world.stateOf(subject, { projectDir: inner })).toBe("untrusted");
    const moved = join(world.folder, "moved");
    renameSync(world.project, moved);
    expect(await world.stateOf(subject, { projectDir: moved })).toBe("untrusted");
    renameSync(moved, world.project);
    expect(await world.stateOf(subject)).toBe("trusted");
  });

  it("is the same one when only a link leads there", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const link = join(world.folder, "link");
    symlinkSync(world.project, link);
    const file = join(link, ".claude/settings.json");
    await world.trust([subjectOf("./a.sh")]);
    expect(await world.stateOf(subjectOf("./a.sh", { entry: { file } }), { projectDir: link })).toBe(
      "trusted",
    );
  });
});
