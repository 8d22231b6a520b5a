import { type BigIntStats, closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** What was to be started. */
export interface StartRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where programs are looked for without a `PATH`, as the C library does. */
const DEFAULT_PATH = "/bin:/usr/bin";
/** What Linux lets one argument or variable have, its end included. */
const MAX_STRING_BYTES = 131_072;
/** Bytes of a file that are looked at to see what it is. */
const HEAD_BYTES = 256;

/**
 * Says why a program is not to be started, before trying: the C library gives a text without `#!` to the shell, which then
 * runs what was never meant for it. An empty file is such a text. Null when there is nothing against it.
 */
export function findTextWithoutInterpreter(request: StartRequest): string | null {
  // The shell itself is started most of all, and is a program wherever it is.
  if (process.platform === "win32" || request.file === "/bin/sh") return null;
  const path = findProgram(request);
  const head = path === null ? null : readHead(path);
  if (head === null || head.includes(0) || head.toString("latin1", 0, 2) === "#!") return null;
  return `Expected ${quote(request.file)} to be a program, it is a text whose first line does not begin with #!`;
}

/** One sentence for an error that starting a process threw or emitted. It holds no value of a variable. */
export function explainStartFailure(error: NodeJS.ErrnoException, request: StartRequest): string {
  return (
    explainNul(request) ??
    (error.code === "ENOENT" || error.code === "EACCES" || error.code === "ENOTDIR"
      ? (explainCwd(request) ?? explainProgram(error.code, request))
      : explainCode(error, request))
  );
}

function explainNul({ file, args, cwd, env }: StartRequest): string | null {
  const hasNul = (text: string): boolean => text.includes("\0");
  const argument = args.findIndex(hasNul);
  const variable = Object.entries(env).find((pair) => pair.some(hasNul))?.[0];
  const where = hasNul(file)
    ? "the program's name"
    : argument >= 0
      ? `argument ${argument}`
      : hasNul(cwd)
        ? "the working directory"
        : variable === undefined
          ? null
          : `the variable ${quote(variable)}`;
  return where && `Expected text without NUL characters, ${where} has one`;
}

function explainCwd({ cwd }: StartRequest): string | null {
  const stats = look(cwd);
  if (!stats) return `Expected the working directory ${quote(cwd)} to exist and to be accessible`;
  return stats.isDirectory() ? null : `Expected the working directory ${quote(cwd)} to be a directory`;
}

function explainProgram(code: string, request: StartRequest): string {
  const file = quote(request.file);
  const path = findProgram(request);
  if (path !== null) {
    const line = readHead(path)?.toString("utf8").split("\n")[0] ?? "";
    if (line.startsWith("#!")) {
      return `Expected the interpreter in the first line of ${file} to be a program, it is ${quote(line.slice(2).trimStart())}`;
    }
    return code === "ENOENT"
      ? `Expected the loader that ${file} needs to exist`
      : `Expected leave to run ${file} in the working directory ${quote(request.cwd)}`;
  }
  if (request.file === "") return "Expected the name of a program, got an empty one";
  if (code === "EACCES") return `Expected ${file} to be an executable file`;
  return request.file.includes("/")
    ? `Expected the program ${file} to exist`
    : `Expected the program ${file} to be in one of the folders of PATH`;
}

function explainCode(error: NodeJS.ErrnoException, request: StartRequest): string {
  const file = quote(request.file);
  switch (error.code) {
    case "E2BIG":
      return explainSize(request);
    case "ENOEXEC":
      return `Expected ${file} to be a program that this machine can run`;
    case "EMFILE":
    case "ENFILE":
      return `Expected free file descriptors to start ${file}, there are none (${error.code})`;
    case "EAGAIN":
    case "ENOMEM":
      return `Expected room for one more process to start ${file}, there is none (${error.code})`;
    default:
      if (request.file === "") return "Expected the name of a program, got an empty one";
      return `Expected ${file} to start, got ${error.code ?? error.name}`;
  }
}

function explainSize({ args, env }: StartRequest): string {
  const parts = [
    ...args.map((text, index) => ({ name: `argument ${index}`, bytes: Buffer.byteLength(text) + 1 })),
    ...Object.entries(env).map(([name, value]) => ({
      name: `the variable ${quote(name)}`,
      bytes: Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
    })),
  ];
  const large = parts.find(({ bytes }) => bytes > MAX_STRING_BYTES);
  if (large) return `Expected at most ${MAX_STRING_BYTES} bytes, ${large.name} has ${large.bytes} (E2BIG)`;
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return `Expected arguments and environment that the system has room for, together they have ${total} bytes (E2BIG)`;
}

/** The executable file that a name stands for, found as the C library does: in the child's `PATH`, from the child's folder. */
function findProgram({ file, cwd, env }: StartRequest): string | null {
  if (file === "" || file.includes("\0") || cwd.includes("\0")) return null;
  const candidates = file.includes("/")
    ? [resolve(cwd, file)]
    : (env.PATH ?? DEFAULT_PATH).split(delimiter).map((folder) => resolve(cwd, join(folder, file)));
  for (const path of candidates) {
    const stats = look(path);
    if (stats?.isFile() && (Number(stats.mode) & 0o111) !== 0) return path;
  }
  return null;
}

function look(path: string): Stats | BigIntStats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // behind a folder that is closed to us: as good as not there
  }
}

/** The first bytes of a file; null when it cannot be read, as programs need not be. */
function readHead(path: string): Buffer | null {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } catch {
    return null;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
