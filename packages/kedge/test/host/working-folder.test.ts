import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SessionOptions } from "../../src/host/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";
import { testWith } from "../support/requires.ts";

const bash = (command: string, more: object = {}) => ({ tool: "Bash", input: { command, ...more } });
const WORK = "src/work.ts";

/** A project with work in it, in the folder `sub` of which the same name is nothing. */
async function makeWorld(replies: readonly object[]): Promise<HostWorld> {
  const world = await makeHost({ replies: [...replies, { text: "done" }] as never });
  for (const folder of ["src", "sub", "elsewhere/src"])
    mkdirSync(join(world.project, folder), { recursive: true });
  for (const folder of ["", "elsewhere"]) writeFileSync(join(world.project, folder, WORK), "a week of it");
  return world;
}

const isThere = ({ project }: HostWorld): readonly boolean[] =>
  ["", "elsewhere"].map((folder) => existsSync(join(project, folder, WORK)));

/** What becomes of the folder. */
const LOSSES = {
  "is gone": (sub: string) => rmSync(sub, { recursive: true }),
  "leads elsewhere": (sub: string) => {
    rmSync(sub, { recursive: true });
    symlinkSync("elsewhere", sub);
  },
} as const;
const LOSS_NAMES = ["is gone", "leads elsewhere"] as const;

describe.for(LOSS_NAMES)("a line whose folder %s", (loss) => {
  test("before it is judged does not run, and the session is in the project", async () => {
    const world = await makeWorld([bash("cd sub"), bash("rm -rf src"), bash("pwd")]);
    const sub = join(world.project, "sub");
    const lose = `[ -e lost ] || { touch lost; rm -r sub; ${loss === "is gone" ? "true" : "ln -s elsewhere sub"}; }`;
    world.settings("user", {
      hooks: {
        PreToolUse: [{ hooks: [world.hook("pre")] }],
        PostToolUse: [{ hooks: [world.hook("post", `cd '${world.project}'; ${lose}`)] }],
        CwdChanged: [{ hooks: [world.hook("cwd")] }],
      },
    });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(world.said(2)).toContain(
      `${sub} is gone, or leads elsewhere: the working directory is ${world.project} now`,
    );
    expect([isThere(world), session.cwd]).toEqual([[true, true], world.project]);
    expect(world.inputs("cwd")).toMatchObject([{ new_cwd: sub }, { old_cwd: sub, new_cwd: world.project }]);
    expect(world.inputs("pre").map(({ tool_input: input }) => input)).toEqual([
      { command: "cd sub" },
      { command: "pwd" },
    ]);
    expect(world.said(3)).toMatch(new RegExp(`${world.project}$`));
  });

  const whileAsked = async (more: object, sandbox: object = {}): Promise<void> => {
    const world = await makeWorld([bash("cd sub"), bash("rm -rf src", more), bash("pwd")]);
    const sub = join(world.project, "sub");
    world.settings("user", { permissions: { allow: ["Bash(cd *)"], ask: ["Bash(rm *)"] }, sandbox });
    const session = await world.open({
      permissionMode: "acceptEdits",
      asker: {
        ask: async () => {
          LOSSES[loss](sub);
          return { behavior: "allow", remembers: false };
        },
      },
    });
    await session.send("go");
    expect(world.said(2)).toContain(`${sub} is gone, or leads elsewhere: nothing was run.`);
    expect(isThere(world)).toEqual([true, true]);
    expect(world.said(3)).toContain(`the working directory is ${world.project} now`);
  };

  test("while a person is asked does not run", () => whileAsked({}));

  test("while a person is asked does not run in the background", () =>
    whileAsked({ run_in_background: true }));

  testWith({ needs: ["bwrap"] }, "while a person is asked does not run in the sandbox", () =>
    whileAsked({}, { enabled: true }),
  );
});

test("a line runs in a folder that was made anew", async () => {
  const world = await makeWorld([bash("cd sub"), bash("rm -rf src && pwd")]);
  const sub = join(world.project, "sub");
  const anew = `rm -r '${sub}'; mkdir -p '${sub}'`;
  world.settings("user", hooksFor("PreToolUse", world.hook("pre", anew)));
  await (await world.open({ permissionMode: "bypassPermissions" })).send("go");
  expect(world.said(2)).toMatch(new RegExp(`${sub}$`));
});

test("the session leaves a folder that a subagent finds gone", async () => {
  const world = await makeHost({
    routes: [
      { name: "sub", when: { prompt: "SUBTASK" }, replies: [bash("ls"), bash("pwd"), { text: "sub done" }] },
    ],
    replies: [bash("mkdir sub; cd sub"), { tool: "Agent", input: { prompt: "SUBTASK" } }, { text: "done" }],
  } as never);
  const remove = `rmdir '${join(world.project, "sub")}' 2>/dev/null; true`;
  world.settings("user", hooksFor("SubagentStart", world.hook("start", remove)));
  const session = await world.open({ permissionMode: "bypassPermissions" });
  await session.send("go");
  expect([world.said(3), session.cwd]).toEqual([expect.stringContaining("is gone"), world.project]);
  expect(world.said(4)).toMatch(new RegExp(`${world.project}$`));
});

test("a project that is reached by a link is where lines run, until one goes deeper", async () => {
  const world = await makeWorld([bash("pwd"), bash("cd sub"), bash("pwd")]);
  const link = world.at("link");
  symlinkSync(world.project, link);
  const options: Partial<SessionOptions> = { projectDir: link, permissionMode: "bypassPermissions" };
  const session = await world.open(options);
  await session.send("go");
  expect(world.said(1)).toMatch(new RegExp(`${world.project}$`));
  expect(world.said(3)).toMatch(new RegExp(`${world.project}/sub$`));
  expect([session.cwd, world.eventsOf("cwd").length]).toEqual([join(world.project, "sub"), 1]);
});
