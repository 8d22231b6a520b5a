import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { COMPILED } from "../support/compiled.ts";
import { type KedgeRun, runKedge } from "./run-kedge.ts";

/** A home, a project and a folder for state, all temporary, and the command line run in them as a real process. */
export interface HooksWorld {
  /** Holds all the others. */
  readonly folder: string;
  /** The environment of every run; nothing of the real one but PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a file below the folder, objects as JSON, and returns its path. */
  write(path: string, content: unknown, mode?: number): string;
  /** Runs `kedge hooks …` in the project. */
  hooks(args: readonly string[], stdin?: string): Promise<KedgeRun>;
  /** Names that handlers made by {@link marking} left, since the last call. */
  takeMarks(): readonly string[];
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeWorld(): HooksWorld {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge cli-")));
  made.push(folder);
  const project = join(folder, "project");
  for (const dir of [project, join(folder, "home")]) mkdirSync(dir);
  const marks = join(folder, "marks.log");
  const env = {
    ...COMPILED,
    PATH: process.env.PATH,
    HOME: join(folder, "home"),
    XDG_STATE_HOME: join(folder, "state"),
    KEDGE_MARKS: marks,
    KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK,
  };
  return {
    folder,
    env,
    write(path, content, mode = 0o644) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode });
      return file;
    },
    hooks: (args, stdin) =>
      runKedge(["hooks", ...args], { cwd: project, env, ...(stdin === undefined ? {} : { stdin }) }),
    takeMarks() {
      const names = existsSync(marks) ? readFileSync(marks, "utf8").split("\n").slice(0, -1) : [];
      rmSync(marks, { force: true });
      return names.sort();
    },
  };
}

export const USER = "home/.claude/settings.json";
export const PROJECT = "project/.claude/settings.json";
export const LOCAL = "project/.claude/settings.local.json";

/** Settings with command handlers of one event, each in a matcher group of its own. */
export function hooksOf(event: string, ...handlers: readonly (string | object)[]): object {
  const groups = handlers.map((handler) => ({
    hooks: [typeof handler === "string" ? { type: "command", command: handler } : handler],
  }));
  return { hooks: { [event]: groups } };
}

/** A command that leaves its name behind, which proves that it ran, and blocks with the name as its reason. */
export function marking(name: string): string {
  return `echo ${name} >> "$KEDGE_MARKS"; echo ${name} says no >&2; exit 2`;
}

/** Characters that a pipe must never get from Kedge: controls but for the line feed, and marks that turn text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
