import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createPrograms } from "../../../src/host/permissions/programs.ts";
import { makeHost } from "../../support/host-world.ts";
import { testWith } from "../../support/requires.ts";
import { ON, runCalls } from "../sandbox/sandbox-world.ts";
import { type Files, fill, makeScratch } from "../scratch.ts";
import { type Judging, makeJudging } from "./judging.ts";

const SYSTEM = "/usr/bin:/bin";
const PLANTED = "#!/bin/sh\necho planted\n";

/** A project with programs in it, and folders of PATH in front of those of the system. */
function worldWith(files: Files, ...folders: readonly string[]): { world: Judging; path: string } {
  const world = makeJudging({ "project/a.txt": "a", "project/evil": PLANTED, ...files });
  for (const [file, content] of Object.entries(files))
    if (content.startsWith("#!")) chmodSync(join(world.folder, file), 0o755);
  const absolute = folders.map((folder) => (/^[.~]|^$/.test(folder) ? folder : join(world.folder, folder)));
  return { world, path: [...absolute, SYSTEM].join(":") };
}

describe("a command that reads asks, where its name may stand for a program of the project:", () => {
  const own = { "project/node_modules/.bin/ls": PLANTED };
  it.each<readonly [what: string, files: Files, folders: readonly string[]]>([
    ["PATH names its folder", own, ["project/node_modules/.bin"]],
    ["PATH names it behind others", own, ["nowhere", "project/node_modules/.bin"]],
    ["PATH names a link to its folder", { ...own, link: "-> project/node_modules/.bin" }, ["link"]],
    ["PATH has a link to it", { ...own, "bin/ls": "-> ../project/node_modules/.bin/ls" }, ["bin"]],
    ["it is a link to another program", { "project/bin/ls": "-> /bin/rm" }, ["project/bin"]],
    [
      "it is a link to another program, behind a link to its folder",
      { "project/bin/ls": "-> /bin/rm", link: "-> project/bin" },
      ["link"],
    ],
    ["it stands above, where packages are", { "node_modules/.bin/ls": PLANTED }, ["node_modules/.bin"]],
    ["PATH begins with the folder of the command", {}, ["."]],
    ["PATH begins with nothing, which is the same", {}, [""]],
    ["PATH begins in a home that only a shell finds", {}, ["~/bin"]],
  ])("%s", async (_, files, folders) => {
    const { world, path } = worldWith(files, ...folders);
    const { behavior, why } = await world.judge("Bash", { command: "ls" }, { path });
    expect([behavior, why]).toEqual([
      "ask",
      "nobody has permitted it: by PATH, ls may be a program of the project",
    ]);
    expect(await world.bash("pwd && ls", { path })).toBe("ask");
    expect(await world.bash("ls", { path, mode: "plan" })).toBe("ask");
    expect(await world.bash("ls", { path, rules: { allow: ["Bash(ls)"] } })).toBe("allow");
    expect(await world.bash("ls", { path, mode: "bypassPermissions" })).toBe("allow");
  });
});

describe("a command that reads is free, where its name stands for a program of the system:", () => {
  it.each<readonly [what: string, files: Files, folders: readonly string[]]>([
    ["the folders of the project have none", { "project/bin/other": PLANTED }, ["project/bin"]],
    ["theirs is no program", { "project/bin/ls": "text" }, ["project/bin"]],
    ["theirs is a folder", { "project/bin/ls/": "" }, ["project/bin"]],
    ["the user has another", { "bin/ls": PLANTED }, ["bin"]],
  ])("%s", async (_, files, folders) => {
    const { world, path } = worldWith(files, ...folders);
    expect(await world.bash("ls && cat a.txt", { path })).toBe("allow");
  });

  it("the project's comes behind it", async () => {
    const { world } = worldWith({ "project/bin/ls": PLANTED });
    for (const last of [join(world.project, "bin"), ".", ""])
      expect(await world.bash("ls", { path: `${SYSTEM}:${last}` })).toBe("allow");
  });
});

it("what bash does by itself needs no program", async () => {
  const { world, path } = worldWith(
    { "project/bin/pwd": PLANTED, "project/bin/echo": PLANTED },
    "project/bin",
  );
  for (const each of [path, "", "/nowhere"])
    expect(
      await world.bash("cd . && pwd && echo a && printf b && test -f a.txt && true", { path: each }),
    ).toBe("allow");
});

it("a program that is nowhere is nobody's", async () => {
  const { world } = worldWith({});
  for (const path of ["", "/nowhere"]) expect(await world.bash("ls", { path })).toBe("ask");
});

it("a program that comes while the session lasts is seen, and so is that it went", async () => {
  const { world, path } = worldWith({}, "project/bin");
  expect(await world.bash("ls", { path })).toBe("allow");
  fill(world.project, { "bin/ls": PLANTED });
  expect(await world.bash("ls", { path })).toBe("allow");
  chmodSync(join(world.project, "bin/ls"), 0o755);
  expect(await world.bash("ls", { path })).toBe("ask");
  rmSync(join(world.project, "bin"), { recursive: true });
  expect(await world.bash("ls", { path })).toBe("allow");
});

describe("where edits are accepted", () => {
  const mode = "acceptEdits";
  it.each([
    ["mkdir x", "ask"],
    ["touch x", "allow"],
    ["cp evil bin/ls", "allow"],
    ["cp evil bin/ls && ls", "ask"],
    ["cp evil bin; ls", "ask"],
    ["cp -r other bin && ls", "ask"],
    ["cp -r other/bin . && ls", "ask"],
    ["mv other/bin bin2 && ls", "allow"],
    ["touch x | ls", "allow"],
    ["cp evil link/ls && ls", "ask"],
    ["cp evil real/ls && ls", "ask"],
    ["mv other missing && ls", "ask"],
    ["mv other elsewhere && ls", "allow"],
    ["cd bin && cp ../evil ls && ls", "ask"],
    ["rm -rf other && ls", "allow"],
    ["cp evil bin/ls && pwd", "ask"],
    ["cp evil .", "allow"],
  ] as const)("%s: %s", async (command, behavior) => {
    const files = {
      ...{ "project/bin/mkdir": PLANTED, "project/other/bin/ls": "", "project/link": "-> bin" },
      ...{ "project/real/": "", "project/via": "-> real" },
    };
    const { world, path } = worldWith(files, "project/bin", "project/via", "project/missing/bin");
    expect(await world.bash(command, { path, mode })).toBe(behavior);
  });
});

it("a folder that became a link is the one that it leads to", async () => {
  const { world, path } = worldWith({ "project/real/": "" }, "project/missing");
  const plants = "cp evil real/ls && ls";
  expect(await world.bash(plants, { path, mode: "acceptEdits" })).toBe("allow");
  fill(world.project, { missing: "-> real" });
  expect(await world.bash(plants, { path, mode: "acceptEdits" })).toBe("ask");
});

it("folders that nobody in the session writes to are asked once", async () => {
  const folder = makeScratch({ "project/": "", "bin/tool": PLANTED });
  const tool = join(folder, "bin/tool");
  chmodSync(tool, 0o755);
  const programs = createPrograms();
  const doubtful = async (path: string) => [
    ...(await programs.at({ path, workingDirs: [join(folder, "project")] })(["tool"], async () => [])),
  ];
  expect(await doubtful(join(folder, "bin"))).toEqual([]);
  rmSync(tool);
  expect(await doubtful(join(folder, "bin"))).toEqual([]);
  expect(await doubtful(`/nowhere:${join(folder, "bin")}`)).toEqual(["tool"]);
});

describe("in a session", () => {
  it.each(["environment", "settings"])(
    "no program of the project runs unasked: PATH of the %s",
    async (by) => {
      const world = await makeHost({
        replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "done" }],
      });
      const ran = world.at("ran");
      for (const name of ["ls", "bash"])
        chmodSync(world.write(`project/node_modules/.bin/${name}`, `#!/bin/sh\ntouch '${ran}'\n`), 0o755);
      const PATH = `${world.project}/node_modules/.bin:${SYSTEM}`;
      if (by === "settings") world.settings("user", { env: { PATH } });
      const env = { ...world.base.env, ...(by === "settings" ? {} : { PATH }) };
      const result = await (await world.open({ env })).send("go");
      expect(result.permissionDenials).toMatchObject([{ toolName: "Bash" }]);
      expect(existsSync(ran)).toBe(false);
    },
  );

  it.each([
    ["PATH with a folder of the project", `export PATH="$PWD/node_modules/.bin:$PATH"`],
    ["PATH from a program", "export PATH=$(printf %s:%s $PWD/node_modules/.bin $PATH)"],
    ["another file", ". ./variables"],
  ])("no program of the project runs unasked: a hook left %s", async (_, left) => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "done" }],
    });
    const ran = world.at("ran");
    chmodSync(world.write("project/node_modules/.bin/ls", `#!/bin/sh\ntouch '${ran}'\n`), 0o755);
    world.write("project/variables", `PATH="$PWD/node_modules/.bin:$PATH"`);
    const leave = `cat >>"$CLAUDE_ENV_FILE" <<'end'\n${left}\nend`;
    world.settings("user", { hooks: { SessionStart: [{ hooks: [world.hook("start", leave)] }] } });
    const env = { ...world.base.env, PATH: SYSTEM };
    const result = await (await world.open({ env })).send("go");
    expect(result.permissionDenials).toMatchObject([{ toolName: "Bash" }]);
    expect(existsSync(ran)).toBe(false);
  });

  it("those of the system stay so, where a hook leaves folders behind theirs and other variables", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "done" }],
    });
    chmodSync(world.write("project/node_modules/.bin/ls", PLANTED), 0o755);
    const lines = `export PATH="$PATH:./node_modules/.bin"\nexport COLOUR='light blue'`;
    const leave = `cat >>"$CLAUDE_ENV_FILE" <<'end'\n${lines}\nend`;
    world.settings("user", { hooks: { SessionStart: [{ hooks: [world.hook("start", leave)] }] } });
    const result = await (await world.open({ env: { ...world.base.env, PATH: SYSTEM } })).send("go");
    expect(result.permissionDenials).toEqual([]);
    expect(world.said(1)).not.toContain("planted");
  });

  it("those of the system need nobody", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "done" }],
    });
    const result = await (await world.open({ env: { ...world.base.env, PATH: SYSTEM } })).send("go");
    expect(result.permissionDenials).toEqual([]);
  });

  testWith({ needs: ["bwrap"] }, "a command in the sandbox has no bash of the project either", async () => {
    const { texts } = await runCalls(["echo ran"], {
      prepare(world) {
        chmodSync(world.write("project/bin/bash", PLANTED), 0o755);
        world.settings("user", { sandbox: ON, env: { PATH: `${world.project}/bin:${SYSTEM}` } });
      },
    });
    expect(texts).toEqual(["ran"]);
  });
});
