import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checked } from "../../../src/host/sandbox/mount-check.ts";
import { describeWith } from "../../support/requires.ts";
import { outsideFolder } from "./sandbox-world.ts";

/** What a command prints in a sandbox with these mounts, behind the check. */
async function runWith(
  mounts: (at: (name: string) => string) => readonly string[],
  more: { readonly files?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const folder = outsideFolder();
  const project = join(folder, "a \\ b\n*c [d]");
  const at = (name: string): string => (name.startsWith("~") ? join(folder, name) : join(project, name));
  for (const name of [".vscode", "sub/.claude", "~home/.claude"]) {
    mkdirSync(at(name), { recursive: true });
    writeFileSync(join(at(name), "secret"), name);
  }
  const command = await checked(["bash", "-c", 'echo ran; echo "$root $SHLVL"; f'], {
    ...{ cwd: "/", env: {}, writable: [project], inside: [], hidden: [], shown: [], sockets: [] },
    files: (more.files ?? []).map((name) => ({ path: at(name), isWritable: false })),
    ...{ sessionDir: at("~session"), temporaryDir: at("~session/tmp"), foreignSockets: [] },
    ...{ isWeaker: false, disablesNamespaces: true },
  });
  const base = ["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
  const program = "bwrap";
  const { stdout, stderr, status } = spawnSync(
    program,
    [...base, "--bind", project, project, ...mounts(at), "--", ...command],
    { encoding: "utf8", env: { PATH: process.env.PATH ?? "", SHLVL: "1", ...more.env } },
  );
  return { stdout, stderr, status };
}

describeWith({ needs: ["bwrap"] }, "the look at what was mounted", () => {
  test("lets a command run where everything is mounted on itself or empty, and leaves its variables alone", async () => {
    const mounts = (at: (name: string) => string) => [
      ...["--bind", at("sub"), at("sub"), "--ro-bind", at("sub/.claude"), at("sub/.claude")],
      ...["--ro-bind", at(".vscode"), at(".vscode"), "--tmpfs", at("empty")],
      ...["--ro-bind", "/dev/null", at("sub/nothing")],
    ];
    const env = { root: "mine", "BASH_FUNC_f%%": "() { echo function; }" };
    const { stdout, stderr, status } = await runWith(mounts, { env });
    expect([stdout, stderr, status]).toEqual(["ran\nmine 2\nfunction\n", "", 0]);
  });

  test.for([
    ["a folder from elsewhere", "~home/.claude", "sub/.claude"],
    ["another folder of the project", ".vscode", "sub/.claude"],
    ["a file from elsewhere", "~home/.claude/secret", "sub/.claude/secret"],
  ] as const)("lets nothing run where there is %s", async ([, source, target]) => {
    const { stdout, stderr, status } = await runWith((at) => ["--ro-bind", at(source), at(target)]);
    expect([stdout, status]).toEqual(["", 125]);
    expect(stderr).toContain("a folder was replaced while the sandbox was set up");
  });

  test("knows what Kedge itself puts there", async () => {
    const { stdout } = await runWith((at) => ["--ro-bind", at("~home/.claude/secret"), at("cwd")], {
      files: ["cwd"],
    });
    expect(stdout).toMatch(/^ran\n/);
  });
});
