import { resolve } from "node:path";
import { findProgram, listCandidates, look, readHead, type StartRequest } from "./program-file.ts";

/** As much of an error as is looked at. */
type StartError = Pick<NodeJS.ErrnoException, "code"> & { readonly name?: string };

/** What Linux lets one argument or variable have, its end included. */
const MAX_STRING_BYTES = 131_072;

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

/** Why a program did not start. */
export interface StartFailure {
  /** The system's, or Node's. */
  readonly code: string;
  /** One sentence, without a full stop. It holds no value of a variable. */
  readonly message: string;
}

/**
 * Says of a program that begins later only, by what can be seen now, that it cannot: it is no program, it is not there, or its words are none
 * that a program can get. Null when there is nothing against it.
 */
export function foreseeStartFailure(request: StartRequest): StartFailure | null {
  const text = findTextWithoutInterpreter(request);
  if (text !== null) return { code: "ENOEXEC", message: text };
  const fail = (code: string): StartFailure => ({ code, message: explainStartFailure({ code }, request) });
  if (request.file === "" || explainNul(request) !== null) return fail("ERR_INVALID_ARG_VALUE");
  if (explainCwd(request) !== null) return fail("ENOENT");
  // What Node reports itself in some releases only, when it is to become the program: others abort.
  if (findLargeString(request) !== undefined) return fail("E2BIG");
  const path = findProgram(request);
  if (path !== null) return hasInterpreter(path, request.cwd) ? null : fail("ENOENT");
  const isSomething = listCandidates(request).some((path) => look(resolve(request.cwd, path)) !== undefined);
  return fail(isSomething ? "EACCES" : "ENOENT");
}

/** One sentence for an error that starting a process threw or emitted. It holds no value of a variable. */
export function explainStartFailure(error: StartError, request: StartRequest): string {
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

function explainCode(error: StartError, request: StartRequest): string {
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
      return `Expected ${file} to start, got ${error.code ?? error.name ?? "no reason"}`;
  }
}

/** Whether the interpreter that a script names, if it is one, is there. */
function hasInterpreter(path: string, cwd: string): boolean {
  const line = readHead(path)?.toString("utf8").split("\n")[0] ?? "";
  const name = line.startsWith("#!") ? line.slice(2).trimStart().split(/[ \t]/)[0] : undefined;
  return name === undefined || look(resolve(cwd, name))?.isFile() === true;
}

interface StringSize {
  readonly name: string;
  readonly bytes: number;
}

function measureStrings({ args, env }: StartRequest): readonly StringSize[] {
  return [
    ...args.map((text, index) => ({ name: `argument ${index}`, bytes: Buffer.byteLength(text) + 1 })),
    ...Object.entries(env).map(([name, value]) => ({
      name: `the variable ${quote(name)}`,
      bytes: Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
    })),
  ];
}

/** What is longer than the system takes; there is such a limit on Linux only. */
function findLargeString(request: StartRequest): StringSize | undefined {
  if (process.platform !== "linux") return undefined;
  return measureStrings(request).find(({ bytes }) => bytes > MAX_STRING_BYTES);
}

function explainSize(request: StartRequest): string {
  const large = findLargeString(request);
  if (large) return `Expected at most ${MAX_STRING_BYTES} bytes, ${large.name} has ${large.bytes} (E2BIG)`;
  const total = measureStrings(request).reduce((sum, { bytes }) => sum + bytes, 0);
  return `Expected arguments and environment that the system has room for, together they have ${total} bytes (E2BIG)`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
