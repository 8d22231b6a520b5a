import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { createTrustStore } from "../../src/engine/trust-store.ts";
import { makeWorld, subjectOf, type World } from "./trust-world.ts";

const subject = subjectOf("./a.sh");

async function makeTrusted(): Promise<World & { readonly record: string; readonly records: string }> {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  await world.trust([subject]);
  const trust = join(world.stateDir, "trust");
  const records = join(trust, readdirSync(trust)[0] ?? "");
  return { ...world, records, record: join(records, readdirSync(records)[0] ?? "") };
}

describe("a project cannot trust itself", () => {
  it("with files that say so, or look like records", async () => {
    const trusted = await makeTrusted();
    const world = makeWorld();
    world.write("a.sh", "true\n");
    cpSync(join(trusted.stateDir, "trust"), join(world.project, "trust"), { recursive: true });
    cpSync(join(trusted.stateDir, "trust"), join(world.project, ".kedge/trust"), { recursive: true });
    world.write(".env", "KEDGE_STATE_DIR=./.kedge\nXDG_STATE_HOME=.\nKEDGE_TRUST=1\n");
    world.write(".claude/settings.json", '{"trusted":true,"hasTrustDialogAccepted":true}');
    expect(await world.stateOf(subject)).toBe("untrusted");
  });

  it("with a .git that names a trusted repository", async () => {
    const world = await makeTrusted();
    mkdirSync(join(world.project, ".git"));
    const hostile = join(world.folder, "hostile");
    mkdirSync(join(hostile, ".git"), { recursive: true });
    writeFileSync(join(hostile, "a.sh"), "true\n");
    writeFileSync(join(hostile, ".git/commondir"), `${world.project}/.git\n`);
    writeFileSync(join(hostile, ".git/gitdir"), `${world.project}/.git\n`);
    expect(await world.stateOf(subject, { projectDir: hostile })).toBe("untrusted");
  });

  it.each(["state", "deep/er/state", "."])("with a state folder inside of it: %s", async (inside) => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    const stateDir = join(world.project, inside);
    const store = createTrustStore({ stateDir, clock: world.clock, version: "1" });
    const { judgements, problems } = await store.judge([subject], world.context);
    expect(judgements.map((each) => each.state)).toEqual(["untrusted"]);
    expect(problems).toMatchObject([{ severity: "error", code: "forbidden_target" }]);
    const reviews = await store.review(judgements, world.context);
    await expect(store.trust(reviews)).rejects.toMatchObject({ code: "STATE_IN_PROJECT" });
    expect(existsSync(join(stateDir, "trust"))).toBe(false);
  });

  it("with a link that leads the state folder into it", async () => {
    const world = makeWorld();
    world.write("a.sh", "true\n");
    mkdirSync(join(world.project, "state"));
    symlinkSync(join(world.project, "state"), world.stateDir);
    const { judgements, problems } = await world.store.judge([subject], world.context);
    expect(problems).toMatchObject([{ code: "forbidden_target" }]);
    const reviews = await world.store.review(judgements, world.context);
    await expect(world.store.trust(reviews)).rejects.toMatchObject({ code: "STATE_IN_PROJECT" });
  });

  it("with a state folder that depends on where the process runs", () => {
    const { clock } = makeWorld();
    expect(() => createTrustStore({ stateDir: "state", clock, version: "1" })).toThrow(/absolute/);
  });

  it("and before trust nothing is made, and no file that a handler names is read", async () => {
    const world = makeWorld();
    const path = world.write("a.sh", "true\n");
    const before = statSync(path, { bigint: true }).atimeNs;
    await world.store.judge([subject], world.context);
    expect(existsSync(world.stateDir)).toBe(false);
    expect(statSync(path, { bigint: true }).atimeNs).toBe(before);
    expect(readdirSync(world.project)).toEqual(["a.sh"]);
  });
});

describe("records", () => {
  it("are private", async () => {
    const world = await makeTrusted();
    const modes = [world.stateDir, join(world.stateDir, "trust"), world.records, world.record];
    expect(modes.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual([
      "700",
      "700",
      "700",
      "600",
    ]);
  });

  const breaks: Readonly<Record<string, (path: string) => void>> = {
    "hold garbage": (path) => writeFileSync(path, "\0\xff{{{"),
    "are empty": (path) => writeFileSync(path, ""),
    "are truncated": (path) => truncateSync(path, 100),
    "are of another format": (path) =>
      writeFileSync(path, readFileSync(path, "utf8").replace('"format": 1', '"format": 2')),
    "lack a field": (path) => writeFileSync(path, readFileSync(path, "utf8").replace('"hash"', '"hush"')),
    "are null": (path) => writeFileSync(path, "null"),
    "are too deep": (path) => writeFileSync(path, "[".repeat(100_000)),
    "are too large": (path) => writeFileSync(path, " ".repeat(2 * 1024 * 1024)),
    "can be written by others": (path) => chmodSync(path, 0o666),
    "are links": (path) => {
      renameSync(path, `${path}.real`);
      symlinkSync(`${path}.real`, path);
    },
    "are folders": (path) => {
      renameSync(path, `${path}.real`);
      mkdirSync(path);
    },
    "name another project": (path) =>
      writeFileSync(path, readFileSync(path, "utf8").replace(/"project": ".*"/, '"project": "/"')),
  };
  it.each(Object.keys(breaks))("that %s count for nothing, and a problem says so", async (name) => {
    const world = await makeTrusted();
    const other = subjectOf("date", { entry: { event: "Stop", path: "hooks.Stop[0].hooks[0]" } });
    await world.trust([other]);
    breaks[name]?.(world.record);
    const { judgements, problems } = await world.store.judge([subject, other], world.context);
    const states = judgements.map((each) => each.state);
    expect(states).toEqual(["untrusted", "trusted"]);
    expect(problems).toMatchObject([{ severity: "error", code: "unreadable", file: world.record }]);
    expect((await world.store.list()).problems).toHaveLength(1);
  });

  it("that others may read are corrected", async () => {
    const world = await makeTrusted();
    chmodSync(world.record, 0o644);
    chmodSync(world.stateDir, 0o755);
    expect(await world.stateOf(subject)).toBe("trusted");
    expect(statSync(world.record).mode & 0o777).toBe(0o600);
    expect(statSync(world.stateDir).mode & 0o777).toBe(0o700);
  });

  it("in another project's folder count for nothing", async () => {
    const world = await makeTrusted();
    const other = makeWorld();
    other.write("a.sh", "true\n");
    await other.trust([subjectOf("date", { entry: { path: "hooks.Stop[0].hooks[0]" } })]);
    const trust = join(other.stateDir, "trust");
    const place = join(trust, readdirSync(trust)[0] ?? "");
    cpSync(world.record, join(place, world.record.slice(world.records.length + 1)));
    const { judgements, problems } = await other.store.judge([subject], other.context);
    expect(judgements.map((each) => each.state)).toEqual(["untrusted"]);
    expect(problems).toHaveLength(1);
  });

  test("of somebody else, or in somebody else's folder, count for nothing", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("needs root: nobody else can give a file away");
    for (const part of ["record", "records", "stateDir"] as const) {
      const world = await makeTrusted();
      chownSync(world[part], 4242, 4242);
      const { judgements, problems } = await world.store.judge([subject], world.context);
      expect(judgements.map((each) => each.state)).toEqual(["untrusted"]);
      expect(problems).toHaveLength(1);
    }
  });
});
