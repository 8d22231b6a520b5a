import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { HostWorld } from "../../support/host-world.ts";
import { describeWith } from "../../support/requires.ts";
import { ON, outsideFolder, runCalls } from "./sandbox-world.ts";

/** A folder outside, with a file that has to stay as it is. */
function outside(): string {
  const folder = outsideFolder();
  writeFileSync(join(folder, "file"), "kept");
  return folder;
}

/** The way from a folder to a path, up to the root and down again. */
function around(from: string, to: string): string {
  return "../".repeat(from.split("/").length - 1) + to.slice(1);
}

describeWith({ needs: ["bwrap"] }, "a link that a project brings", () => {
  test.for([
    ["relative", (project: string, to: string) => around(join(project, ".claude"), to)],
    ["absolute", (_: string, to: string) => to],
  ] as const)("opens nothing where work trees of an agent are open, when it is %s", async ([, linkTo]) => {
    const folder = outside();
    const { texts } = await runCalls(['echo x >"$O/loot"; echo ran'], {
      env: { O: folder },
      prepare({ project }) {
        mkdirSync(join(project, ".claude"));
        symlinkSync(linkTo(project, folder), join(project, ".claude/worktrees"));
      },
    });
    expect(readdirSync(folder), texts[0]).toEqual(["file"]);
    expect(texts[0]).toMatch(/^ran$/m);
  });

  test("opens nothing behind a folder of an agent deep in the project either", async () => {
    const folder = outside();
    const { texts } = await runCalls(['echo x >"$O/loot"; echo ran'], {
      env: { O: folder },
      prepare({ project }) {
        mkdirSync(join(project, "sub/.claude"), { recursive: true });
        symlinkSync(around(join(project, "sub/.claude"), folder), join(project, "sub/.claude/worktrees"));
      },
    });
    expect(readdirSync(folder), texts[0]).toEqual(["file"]);
    expect(texts[0]).toMatch(/^ran$/m);
  });

  test.for([".envrc", ".vscode", ".claude", "sub/.npmrc"])(
    "under the protected name %s lets commands run, wherever it leads",
    async (name) => {
      const folder = outside();
      const { texts } = await runCalls(
        ['echo evil >"$O/file"; echo evil >"$O/x"; echo ran >work; cat work'],
        {
          env: { O: folder },
          prepare({ project }) {
            mkdirSync(join(project, "sub"));
            symlinkSync(name.endsWith("rc") ? join(folder, "file") : folder, join(project, name));
          },
        },
      );
      expect(texts[0]).toMatch(/^ran$/m);
      expect([readdirSync(folder), readFileSync(join(folder, "file"), "utf8")]).toEqual([["file"], "kept"]);
    },
  );

  test("holds what it leads to in the project, and does not close the project itself", async () => {
    const { texts, world } = await runCalls(['bash -c "$S"'], {
      // A variable: what the line itself says would be asked for.
      env: { S: "echo evil >editor/tasks.json; echo ran >work; cat work" },
      prepare({ project }) {
        mkdirSync(join(project, "editor"));
        symlinkSync(join(project, "editor"), join(project, ".vscode"));
        symlinkSync(project, join(project, ".idea"));
      },
    });
    expect(existsSync(join(world.project, "editor/tasks.json"))).toBe(false);
    expect(texts[0]).toMatch(/^ran$/m);
  });
});

describeWith({ needs: ["bwrap"] }, "what a command made of a name that settings gave", () => {
  test("opens nothing in the place of a working directory inside of another, which keeps its own protection", async () => {
    const folder = outside();
    const { texts, world } = await runCalls(
      ['bash -c "$S"; echo work >file', 'echo x >"$O/loot"; cat file'],
      {
        // A variable: what the line itself says would be asked for.
        env: {
          O: folder,
          S: 'cd ..; mv a b; ln -sT "$O" a; cd a; echo evil >.mcp.json; mkdir -p .vscode; echo evil >.vscode/tasks.json',
        },
        prepare: ({ project }) => mkdirSync(join(project, "packages/a"), { recursive: true }),
        sessionIn: ({ project }) => ({
          projectDir: join(project, "packages/a"),
          addedDirs: [project],
        }),
      },
    );
    expect(readdirSync(folder), texts.join()).toEqual(["file"]);
    expect(texts[1]).toMatch(/^work$/m);
    expect(readdirSync(join(world.project, "packages/a"))).toEqual(["file"]);
  });

  test("opens nothing under a name that may be written", async () => {
    const folder = outside();
    const sandbox = { ...ON, filesystem: { allowWrite: ["./out"] } };
    const { texts } = await runCalls(['ln -s "$O" out', 'echo x >"$O/loot"; echo ran'], {
      env: { O: folder },
      sandbox,
    });
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(texts[1]).toMatch(/^ran$/m);
  });

  test("brings nothing into sight that a link hid, and shows nothing under a name that may be read", async () => {
    const folder = outside();
    writeFileSync(join(folder, "prod.env"), "prod-secret");
    const filesystem = { denyRead: [".env"], allowRead: ["./samples"] };
    const { texts } = await runCalls(
      ['rm .env; ln -s "$HOME/.ssh" samples; echo gone', 'cat "$O/prod.env" "$HOME/.ssh/key"; ls -A'],
      {
        env: { O: folder },
        sandbox: { ...ON, filesystem },
        prepare(world) {
          world.write("home/.ssh/key", "ssh-secret");
          symlinkSync(join(folder, "prod.env"), join(world.project, ".env"));
        },
      },
    );
    expect(texts[0]).toMatch(/^gone$/m);
    expect(texts[1]).toMatch(/^samples$/m);
    expect(texts.join()).not.toMatch(/prod-secret|ssh-secret/);
  });
});

describeWith({ needs: ["bwrap"] }, "a folder that is moved", () => {
  const closed = { ...ON, filesystem: { denyRead: ["sub/secret"], denyWrite: ["sub/fixed"] } };
  const prepare = (world: HostWorld): void => {
    world.write("project/sub/secret/s", "deep-secret");
    world.write("project/sub/fixed/f", "kept");
  };

  test("does not show under another name what settings hide, nor open what they close", async () => {
    const { texts, world } = await runCalls(
      [
        "mv sub other; mkdir -p sub; echo new >sub/new; cat sub/new",
        "cat */secret/s; echo evil >other/fixed/f; echo evil >sub/fixed/f",
      ],
      { sandbox: closed, prepare },
    );
    expect(texts[0]).toMatch(/^new$/m);
    expect(texts.join()).not.toContain("deep-secret");
    expect(readFileSync(join(world.project, "sub/fixed/f"), "utf8")).toBe("kept");
  });

  test("shows no login of a home folder in which the session works, and lets nobody in", async () => {
    const { texts, world } = await runCalls(
      [
        "mv .config other; mv .local other2; grep -c ' /run rw' /proc/self/mountinfo",
        // In a file, where no text tells.
        "sh script",
      ],
      {
        prepare(world) {
          world.write("project/.claude/settings.json", JSON.stringify({ sandbox: ON }));
          world.write("project/.config/gh/hosts.yml", "gh-login");
          world.write(
            "project/script",
            "cat */gh/hosts.yml .config/gh/hosts.yml; mkdir -p .ssh .config/autostart; echo evil >.ssh/authorized_keys; echo evil >.config/autostart/x; echo work >file; cat file",
          );
          mkdirSync(join(world.project, ".local/state"), { recursive: true });
        },
        sessionIn: ({ project }) => ({ homeDir: project, stateDir: join(project, ".local/state/kedge") }),
      },
    );
    expect(texts[0]).toMatch(/^1$/m);
    expect(texts[1]).toMatch(/^work$/m);
    expect(texts.join()).not.toContain("gh-login");
    expect(existsSync(join(world.project, ".local/state/kedge"))).toBe(true);
    expect(existsSync(join(world.project, ".ssh"))).toBe(false);
    expect(readdirSync(join(world.project, ".config"))).toEqual(["gh"]);
  });

  test("is not opened by itself once a command that still runs could have put a link in its place", async () => {
    const { texts } = await runCalls(
      [
        { command: "mkdir -p late/fixed; sleep 30", run_in_background: true },
        "until [ -d late/fixed ]; do :; done; grep -c ' [^ ]*/late rw,' /proc/self/mountinfo; echo ran",
      ],
      { sandbox: { ...ON, filesystem: { denyWrite: ["late/fixed"] } } },
    );
    expect(texts[1]).toMatch(/^0\nran/m);
  });
});

describeWith({ needs: ["bwrap"] }, "a project deep in /tmp", () => {
  test("has nothing around it that can be moved, and a command has the rest of /tmp", async () => {
    const { texts, world } = await runCalls([
      'mv "$(dirname "$PROJECT")" /tmp/other; mkdir "$(dirname "$PROJECT")/beside"; ls -d /tmp/other; echo x >/tmp/own; cat /tmp/own; echo work >file',
    ]);
    expect(world.project).toMatch(/^\/tmp\/[^/]+\/./);
    expect(texts[0]).toMatch(/cannot move .*busy/);
    expect(texts[0]).toMatch(/cannot create directory .*Read-only/);
    expect(texts[0]).toMatch(/^x$/m);
    expect(readFileSync(join(world.project, "file"), "utf8")).toBe("work\n");
  });
});

describeWith({ needs: ["bwrap", "perl"] }, "a place of the machine", () => {
  test("a socket that its program listens on by a relative path is covered", async () => {
    const folder = outside();
    const script =
      'require("net").createServer((s) => s.end("reached")).listen("r.sock", () => console.log(1))';
    const server = spawn(process.execPath, ["-e", script], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(server.stdout, "data");
    const call = `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un("$ENV{O}/r.sock")) or die "no: $!\\n"; sysread $s, my $b, 9; print $b'`;
    const { texts } = await runCalls([call], { env: { O: folder } }).finally(() => server.kill("SIGKILL"));
    expect(texts[0]).toMatch(/^no: /m);
  });

  test("what settings hide in /run is hidden where all sockets may be reached", async (context) => {
    const folder = "/run/kedge-sandbox-test";
    try {
      mkdirSync(folder, { recursive: true });
    } catch {
      return context.skip("needs a user who may write to /run");
    }
    writeFileSync(join(folder, "s"), "run-secret");
    const sandbox = { ...ON, filesystem: { denyRead: [folder] }, network: { allowAllUnixSockets: true } };
    const { texts } = await runCalls([`cat ${folder}/s; echo ran`], { sandbox }).finally(() =>
      rmSync(folder, { recursive: true }),
    );
    expect(texts[0]).toMatch(/^ran$/m);
    expect(texts[0]).not.toContain("run-secret");
  });
});
