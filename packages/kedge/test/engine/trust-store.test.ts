import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTrustStore } from "../../src/engine/trust-store.ts";
import { commandOf, makeWorld, subjectOf } from "./trust-world.ts";

describe("who needs a decision", () => {
  const cases = [
    ["managed", false, "managed", "managed"],
    ["flag", false, "trusted", "trusted"],
    ["memory", false, "trusted", "trusted"],
    ["user", false, "trusted", "untrusted"],
    ["plugin", false, "trusted", "untrusted"],
    ["skill", false, "trusted", "untrusted"],
    ["agent", false, "trusted", "untrusted"],
    ["project", true, "untrusted", "untrusted"],
    ["local", true, "untrusted", "untrusted"],
    ["project", false, "untrusted", "untrusted"],
    ["plugin", true, "untrusted", "untrusted"],
    ["skill", true, "untrusted", "untrusted"],
    ["agent", true, "untrusted", "untrusted"],
  ] as const;
  it.each(cases)("%s, from the project: %s", async (source, isFromProject, normal, strict) => {
    const world = makeWorld();
    const { stateDir, clock, context } = world;
    const strictStore = createTrustStore({ stateDir, clock, version: "1", isUserTrusted: false });
    const subject = subjectOf("true", { source, isFromProject });
    expect(await world.stateOf(subject)).toBe(normal);
    expect((await strictStore.judge([subject], context)).judgements[0]?.state).toBe(strict);
  });
});

describe("trust", () => {
  it("is asked for once, and holds when the project is opened again", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const subjects = [subjectOf("./a.sh"), subjectOf("./a.sh", { entry: { matcher: "Write" } })];
    expect((await world.store.judge(subjects, world.context)).judgements.map((each) => each.state)).toEqual([
      "untrusted",
      "untrusted",
    ]);
    await world.trust(subjects);
    const again = createTrustStore({ stateDir: world.stateDir, clock: world.clock, version: "9" });
    const { judgements, problems } = await again.judge(subjects, world.context);
    expect(judgements.map((each) => each.state)).toEqual(["trusted", "trusted"]);
    expect(problems).toEqual([]);
  });

  it("keeps when, by which version, and which files, but no text of the handler", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    await world.trust([subjectOf("./a.sh --token=secret")]);
    const { records, problems } = await world.store.list();
    expect(problems).toEqual([]);
    expect(records).toMatchObject([
      {
        project: world.project,
        source: "project",
        file: ".claude/settings.json",
        event: "PreToolUse",
        path: "hooks.PreToolUse[0].hooks[0]",
        trustedAt: world.clock.time,
        version: "1.2.3",
        files: [{ root: "project", path: "a.sh", state: "file" }],
      },
    ]);
    expect(JSON.stringify(records)).not.toContain("secret");
  });

  it("holds when a handler moves in its file, and when a file is only touched or written anew", async () => {
    const world = makeWorld();
    const path = world.write("a.sh", "true\n");
    await world.trust([subjectOf("./a.sh")]);
    expect(
      await world.stateOf(subjectOf("./a.sh", { entry: { path: "hooks.PreToolUse[7].hooks[3]" } })),
    ).toBe("trusted");
    utimesSync(path, 5, 5);
    expect(await world.stateOf(subjectOf("./a.sh"))).toBe("trusted");
    rmSync(path);
    writeFileSync(path, "true\n");
    expect(await world.stateOf(subjectOf("./a.sh"))).toBe("trusted");
  });

  it("says which file changed", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const path = world.write("b.sh", "true\n");
    const subject = subjectOf("./a.sh && ./b.sh");
    await world.trust([subject]);
    writeFileSync(path, "true \n");
    const { judgements } = await world.store.judge([subject], world.context);
    const changes = [{ part: "content", path: "b.sh", what: "changed" }];
    expect(judgements[0]).toMatchObject({ state: "modified", changes });
  });

  it("ends when a script is replaced by a link, even to the same content", async () => {
    const world = makeWorld();
    const path = world.write("a.sh", "true\n");
    await world.trust([subjectOf("./a.sh")]);
    renameSync(path, join(world.project, "b.sh"));
    symlinkSync("b.sh", path);
    expect(await world.stateOf(subjectOf("./a.sh"))).toBe("modified");
  });

  it("ends when the project sets other variables for its handlers", async () => {
    const world = makeWorld();
    await world.trust([subjectOf("true")]);
    const context = { ...world.context, env: { BASH_ENV: "./x.sh" } };
    expect(await world.stateOf(subjectOf("true"), context)).toBe("modified");
  });

  it("is of what was shown, not of what came after", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const subject = subjectOf("./a.sh");
    const { judgements } = await world.store.judge([subject], world.context);
    const reviews = await world.store.review(judgements, world.context);
    world.write("a.sh", "echo swapped\n");
    await world.store.trust(reviews);
    expect(await world.stateOf(subject)).toBe("modified");
  });

  it("given anew takes the place of what the same handler was before", async () => {
    const world = makeWorld();
    const path = world.write("a.sh", "true\n");
    await world.trust([subjectOf("./a.sh")]);
    writeFileSync(path, "echo second\n");
    await world.trust([subjectOf("./a.sh")]);
    expect(await world.stateOf(subjectOf("./a.sh"))).toBe("trusted");
    writeFileSync(path, "true\n");
    expect(await world.stateOf(subjectOf("./a.sh"))).toBe("modified");
    expect((await world.store.list()).records).toHaveLength(1);
  });

  it("in another form leaves the earlier one trusted until that is taken back", async () => {
    const world = makeWorld();
    const slower = subjectOf(commandOf("true", { timeoutMs: 5_000 }));
    await world.trust([subjectOf("true")]);
    const { judgements } = await world.store.judge([slower], world.context);
    expect(judgements[0]).toMatchObject({ state: "modified", changes: [{ part: "handler" }] });
    await world.trust([slower]);
    expect([await world.stateOf(slower), await world.stateOf(subjectOf("true"))]).toEqual([
      "trusted",
      "trusted",
    ]);
    await world.store.untrust(world.project, [judgements[0]?.record?.id ?? ""]);
    expect([await world.stateOf(slower), await world.stateOf(subjectOf("true"))]).toEqual([
      "trusted",
      "modified",
    ]);
  });

  it("tells a changed handler from a new one", async () => {
    const world = makeWorld();
    const old = subjectOf("true");
    const moved = subjectOf("true", { entry: { path: "hooks.PreToolUse[0].hooks[1]" } });
    await world.trust([old]);
    const states = async (...subjects: ReturnType<typeof subjectOf>[]): Promise<string[]> =>
      (await world.store.judge(subjects, world.context)).judgements.map((each) => each.state);
    expect(await states(subjectOf("false"))).toEqual(["modified"]);
    expect(await states(subjectOf("false"), moved)).toEqual(["untrusted", "trusted"]);
  });

  it("can be taken back, of one or of all", async () => {
    const world = makeWorld();
    const subjects = [subjectOf("true"), subjectOf("false"), subjectOf("date")];
    await world.trust(subjects);
    const [first] = (await world.store.list()).records;
    expect(await world.store.untrust(world.project, [first?.id ?? ""])).toBe(1);
    expect((await world.store.list()).records).toHaveLength(2);
    expect(await world.store.untrust(world.project)).toBe(2);
    expect(await world.stateOf(subjectOf("true"))).toBe("untrusted");
    await world.trust(subjects);
    rmSync(world.project, { recursive: true });
    expect(await world.store.untrust(world.project)).toBe(3);
  });
});
