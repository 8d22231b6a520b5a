import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach } from "vitest";
import { CommandError } from "../../src/cli/command-error.ts";
import { type DoctorOptions, runDoctor } from "../../src/cli/commands/doctor.ts";
import { type InstallOptions, runInstall } from "../../src/cli/commands/install.ts";
import { runUninstall, type UninstallOptions } from "../../src/cli/commands/uninstall.ts";
import type { Context } from "../../src/cli/context.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { COMPILED } from "../support/compiled.ts";
import type { KedgeRun } from "./run-kedge.ts";

/** A home, a project and a state folder, all temporary, and the commands run in them. */
export interface InstallWorld {
  readonly folder: string;
  readonly settings: string;
  readonly script: string;
  readonly spool: string;
  readonly context: Context;
  write(path: string, content: unknown, mode?: number): string;
  install(options?: InstallOptions): Promise<KedgeRun>;
  uninstall(options?: UninstallOptions): Promise<KedgeRun>;
  doctor(options?: DoctorOptions): Promise<KedgeRun>;
  /** Everything below the folder: path, kind, mode, content or target. */
  everything(): readonly string[];
  /** With other variables. */
  with(env: Readonly<Record<string, string>>): InstallWorld;
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeInstallWorld(): InstallWorld {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge in'stall-")));
  made.push(folder);
  for (const dir of ["home", "project"]) mkdirSync(join(folder, dir));
  return world(folder, {});
}

function world(folder: string, more: Readonly<Record<string, string>>): InstallWorld {
  const state = join(folder, "state/kedge");
  const env = {
    ...COMPILED,
    PATH: process.env.PATH,
    HOME: join(folder, "home"),
    XDG_STATE_HOME: join(folder, "state"),
    KEDGE_STATE_DIR: state,
    KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK,
    ...more,
  };
  const context = { env, cwd: more.PWD ?? join(folder, "project"), homeDir: join(folder, "home") };
  const run = async (command: (context: Context) => Promise<number>): Promise<KedgeRun> => {
    const said = { stdout: "", stderr: "" };
    const stream = (name: "stdout" | "stderr"): NodeJS.WriteStream => {
      const write = (text: string): void => {
        said[name] += text;
      };
      return { write } as unknown as NodeJS.WriteStream;
    };
    const terminal = createTerminal({ stdout: stream("stdout"), stderr: stream("stderr") }, {});
    try {
      const exitCode = await command({ ...fullContext, terminal });
      return { exitCode, ...said };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { exitCode: error.exitCode, ...said, stderr: `${said.stderr}kedge: ${error.message}\n` };
    }
  };
  const terminal = createTerminal(process, {});
  const fullContext: Context = {
    ...context,
    terminal,
    isInteractive: false,
    isStdinTerminal: false,
    readStdin: async () => "",
  };
  return {
    folder,
    settings: join(folder, "home/.claude/settings.json"),
    script: join(state, "intake/kedge-intake"),
    spool: join(state, "spool"),
    context: fullContext,
    write(path, content, mode = 0o644) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode });
      return file;
    },
    install: (options = { yes: true }) => run((given) => runInstall("claude-code", options, given)),
    uninstall: (options = { yes: true }) => run((given) => runUninstall("claude-code", options, given)),
    doctor: (options = {}) =>
      run((given) => runDoctor({ managedDir: join(folder, "managed"), ...options }, given)),
    everything: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          const mode = (lstatSync(path).mode & 0o777).toString(8);
          const what = entry.isFile()
            ? readFileSync(path, "base64")
            : entry.isSymbolicLink()
              ? readlinkSync(path)
              : "";
          return `${relative(folder, path)} ${entry.isDirectory()} ${mode} ${what}`;
        })
        .sort(),
    with: (others) => world(folder, { ...more, ...others }),
  };
}

/** The text of a file; null when there is none. */
export function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
