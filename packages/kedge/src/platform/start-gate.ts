import type { Duplex } from "node:stream";
import { MARK_VARIABLE } from "./child-mark.ts";
import { listCandidates, type StartRequest } from "./program-file.ts";

/**
 * What the process runs until its program may begin. It takes no word from anybody but the process that started it, and ends when that one
 * does, by the end of its descriptor 3: half a message is none. Node closes that descriptor when the program begins.
 *
 * Node and not `sh`: a shell changes the environment on the way (`PWD`, `OLDPWD`, `_`, `SHLVL`, `IFS`; names that are no words of a shell, as
 * exported functions have, are lost in some). Environment and words come with the message, so that no list of processes shows them before.
 */
const GATE_SOURCE = `
const { accessSync, constants, readSync, statSync, writeSync } = require("node:fs");
const parts = [], bytes = Buffer.alloc(65536);
for (let last = 0; last !== 10; ) {
  const count = readSync(3, bytes);
  if (count === 0) process.exit(125);
  parts.push(Buffer.from(bytes.subarray(0, count)));
  last = bytes[count - 1];
}
const { candidates, argv, env } = JSON.parse(Buffer.concat(parts).toString());
// Node ignores both, and a program would inherit that; what has a handler begins as the system's default.
for (const name of ["SIGPIPE", "SIGXFSZ"]) process.on(name, () => {});
writeSync(3, ".");
let code = "ENOENT";
for (const path of candidates) {
  try {
    // Some releases of Node do not throw when execve fails, they abort: so what can be known is asked before.
    if (!statSync(path).isFile()) throw { code: "EACCES" };
    accessSync(path, constants.X_OK);
    process.execve(path, argv, env);
  } catch (error) {
    // As execvp goes on with PATH, and what it says in the end.
    if (error.code === "EACCES") code = error.code;
    else if (!["ENOENT", "ENOTDIR", "ESTALE", "ENODEV", "ETIMEDOUT"].includes(error.code)) {
      code = error.code ?? "UNKNOWN";
      break;
    }
  }
}
writeSync(3, code);
process.exit(127);
`;

/** The start of a process that waits at the gate: from here on it is found by its number and its mark. */
export function gateRequest({ cwd, env }: StartRequest): StartRequest {
  // Nothing else of the environment, since `NODE_OPTIONS` and its like would count for the gate; but Node may need its libraries.
  const names = [MARK_VARIABLE, "LD_LIBRARY_PATH"];
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name)));
  return { file: process.execPath, args: ["--no-warnings", "-e", GATE_SOURCE], cwd, env: own };
}

/** What came of opening a gate. */
export type GateOpening =
  | { readonly status: "begun" }
  /** The program could not begin; `code` is the system's. */
  | { readonly status: "failed"; readonly code: string }
  /** The process had ended at the gate. */
  | { readonly status: "gone" };

/** Lets the program begin in the process that waits at the other end of `channel`. */
export async function openGate(channel: Duplex, request: StartRequest): Promise<GateOpening> {
  if (channel.readableEnded || channel.destroyed) return { status: "gone" };
  const { file, args, env } = request;
  let answer = "";
  const closed = new Promise<void>((resolve) => {
    channel.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    channel.once("end", resolve);
    channel.once("close", resolve);
  });
  // JSON has no line feed but the one at its end.
  channel.write(`${JSON.stringify({ candidates: listCandidates(request), argv: [file, ...args], env })}\n`);
  await closed;
  channel.destroy();
  if (answer === "") return { status: "gone" };
  return answer === "." ? { status: "begun" } : { status: "failed", code: answer.slice(1) };
}
