import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bwrapArguments, type Confinement } from "../../../src/host/sandbox/bwrap-arguments.ts";
import { checked } from "../../../src/host/sandbox/mount-check.ts";
import { describeWith } from "../../support/requires.ts";
import { outsideFolder } from "./sandbox-world.ts";

type At = (name: string) => string;

/** What is mounted in place of what was asked for. */
type Change = (args: readonly string[], at: At) => readonly string[];

/** What a command prints in a sandbox behind the check. */
async function runWith(
  change: Change,
  more: {
    readonly confinement?: (at: At) => Partial<Confinement>;
    readonly env?: Readonly<Record<string, string>>;
    readonly folder?: string;
    /** After the check was made, before anything is mounted. */
    readonly meanwhile?: (at: At) => void;
  } = {},
) {
  const folder = more.folder ?? outsideFolder();
  const project = join(folder, "a \\ b\n*c [d]");
  const at = (name: string): string => (name.startsWith("~") ? join(folder, name) : join(project, name));
  for (const name of [".vscode", "sub/.claude", "secret", "~home/.claude", "~home/.ssh", "~session/tmp"]) {
    mkdirSync(at(name), { recursive: true });
    writeFileSync(join(at(name), "file"), name);
  }
  symlinkSync(at("~home"), at("~link"));
  const confinement: Confinement = {
    ...{ cwd: "/", env: { PATH: process.env.PATH ?? "", SHLVL: "1", ...more.env }, writable: [project] },
    inside: [
      ...[".vscode", "sub/.claude"].map((name) => ({ path: at(name), isWritable: false })),
      { path: at("sub"), isWritable: true },
    ].toSorted((one, other) => one.path.length - other.path.length),
    hidden: [
      { path: at("secret"), isFolder: true },
      { path: at("~home/.ssh/file"), isFolder: false },
    ],
    ...{ shown: [], sockets: [], foreignSockets: [], isWeaker: false, disablesNamespaces: true },
    ...{ sessionDir: at("~session"), temporaryDir: at("~session/tmp"), files: [] },
    ...more.confinement?.(at),
  };
  const command = await checked(["bash", "-c", 'echo ran; echo "$root $SHLVL"; f'], confinement);
  const args = change(bwrapArguments(confinement), at);
  more.meanwhile?.(at);
  const program = "bwrap";
  const { stdout, stderr, status } = spawnSync(program, [...args, "--", ...command], { encoding: "utf8" });
  return { stdout, stderr, status };
}

/** Puts other options in the place of one with its values. */
function replace(
  args: readonly string[],
  wanted: readonly string[],
  by: readonly string[],
): readonly string[] {
  const at = args.findIndex((_, index) => wanted.every((word, offset) => args[index + offset] === word));
  if (at < 0) throw new Error(`no ${wanted.join(" ")}`);
  return args.toSpliced(at, wanted.length, ...by);
}

const unchanged: Change = (args) => args;

const below = mkdtempSync("/tmp/kedge-mounts-");
afterAll(() => rmSync(below, { recursive: true, force: true }));

describeWith({ needs: ["bwrap"] }, "the look at what was mounted", () => {
  test("lets a command run where everything is as it was asked for, and leaves its variables alone", async () => {
    const env = { root: "mine", "BASH_FUNC_f%%": "() { echo function; }" };
    const { stdout, stderr, status } = await runWith(unchanged, { env });
    expect([stdout, stderr, status]).toEqual(["ran\nmine 2\nfunction\n", "", 0]);
  });

  test.for([
    ["deep in /tmp", { confinement: (at: At) => ({ shown: [at("~link")] }) }],
    ["with all sockets of the machine", { confinement: () => ({ sockets: null }) }],
    ["with the machine's process list", { confinement: () => ({ isWeaker: true }) }],
    [
      "with a socket that is not there, and a file of the session",
      {
        confinement: (at: At) => ({
          sockets: [at("no.sock")],
          files: [{ path: at("~session/tmp/file"), isWritable: true }],
        }),
      },
    ],
  ] as const)("lets a command run %s", async ([name, more]) => {
    const folder = name.includes("/tmp") ? realpathSync(mkdtempSync(join(below, "x"))) : outsideFolder();
    const { stdout, stderr } = await runWith(unchanged, { ...more, folder });
    expect([stdout.split("\n")[0], stderr]).toEqual(["ran", expect.not.stringContaining("sandbox:")]);
  });

  test.for<readonly [string, Change]>([
    [
      "a folder from elsewhere",
      (args, at) =>
        replace(args, ["--ro-bind-try", at("sub/.claude")], ["--ro-bind-try", at("~home/.claude")]),
    ],
    [
      "another folder of the project",
      (args, at) => replace(args, ["--ro-bind-try", at("sub/.claude")], ["--ro-bind-try", at(".vscode")]),
    ],
    [
      "a hold that can be written",
      (args, at) => replace(args, ["--ro-bind-try", at(".vscode")], ["--bind", at(".vscode")]),
    ],
    [
      "a hold at another place",
      (args, at) =>
        replace(
          args,
          ["--ro-bind-try", at(".vscode"), at(".vscode")],
          ["--ro-bind-try", at(".vscode"), at("other")],
        ),
    ],
    [
      "a working directory at another place",
      (args, at) =>
        replace(args, ["--bind", at(""), at("")].map(bare), ["--bind", bare(at("")), at("~home")]),
    ],
    [
      "nothing over what is hidden",
      (args, at) => replace(replace(args, ["--tmpfs", at("secret")], []), ["--remount-ro", at("secret")], []),
    ],
    ["a hidden folder that can be written", (args, at) => replace(args, ["--remount-ro", at("secret")], [])],
    [
      "nothing over a hidden file",
      (args, at) => replace(args, ["--ro-bind-try", "/dev/null", at("~home/.ssh/file")], []),
    ],
    [
      "something else that can be written",
      (args, at) => replace(args, ["--chdir"], ["--bind", at("~home"), at("~home"), "--chdir"]),
    ],
    [
      "something else in the project",
      (args, at) => replace(args, ["--chdir"], ["--ro-bind", at("secret"), at("secret"), "--chdir"]),
    ],
    ["a machine that can be written", (args) => replace(args, ["--ro-bind", "/", "/"], ["--bind", "/", "/"])],
  ])("lets nothing run where there is %s", async ([, change]) => {
    const { stdout, stderr, status } = await runWith(change);
    expect([stdout, status], stderr).toEqual(["", 125]);
    expect(stderr).toContain("a folder was replaced while the sandbox was set up");
  });

  test.for([
    ["was looked for", { confinement: (at: At) => ({ inside: [{ path: at("gone"), isWritable: false }] }) }],
    ["the check was made", { meanwhile: (at: At) => rmSync(at(".vscode"), { recursive: true }) }],
  ] as const)("lets nothing run where a hold has gone since it %s", async ([, more]) => {
    const { stdout, status } = await runWith(unchanged, more);
    expect([stdout, status]).toEqual(["", 125]);
  });

  test("counts a mount once, where two were to be made", async () => {
    const { stdout, status } = await runWith(
      (args, at) => replace(args, ["--ro-bind-try", at(".vscode"), at(".vscode")], []),
      {
        confinement: (at) => ({
          inside: [".vscode", ".vscode"].map((name) => ({ path: at(name), isWritable: false })),
        }),
      },
    );
    expect([stdout, status]).toEqual(["", 125]);
  });

  test("lets nothing run where a link leads to elsewhere in the project", async () => {
    const { stdout, status } = await runWith(unchanged, {
      confinement: (at) => ({ inside: [{ path: at("sub/.claude"), isWritable: false }] }),
      meanwhile(at) {
        rmSync(at("sub"), { recursive: true });
        mkdirSync(at("other/.claude"), { recursive: true });
        symlinkSync("other", at("sub"));
      },
    });
    expect([stdout, status]).toEqual(["", 125]);
  });
});

function bare(path: string): string {
  return path.replace(/\/$/, "");
}
