import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const children = pathToFileURL(join(import.meta.dirname, "../../src/platform/child-process.ts")).href;

/** Starts a program while this process has no free descriptor, and again when it has. */
const SCRIPT = `
  const { createChildProcesses } = await import(${JSON.stringify(children)});
  const { closeSync, openSync } = await import("node:fs");
  const children = createChildProcesses();
  const run = () => children.run({ file: "/bin/sh", args: ["-c", "echo ran"], cwd: "/", env: {}, stdin: Buffer.from("x") });
  await run();
  const held = [];
  try { for (;;) held.push(openSync("/dev/null", "r")); } catch {}
  const without = await run();
  for (const each of held) closeSync(each);
  console.log(JSON.stringify([without, await run()]));
  await children.close();`;

it("a program that cannot be started for want of descriptors is an ending with its reason", async () => {
  const { stdout } = await promisify(execFile)("/bin/bash", [
    ...["-c", 'ulimit -n 100; exec "$0" --input-type=module --eval "$1"', process.execPath, SCRIPT],
  ]);
  expect(JSON.parse(stdout)).toMatchObject([
    { cause: "start_failed", message: expect.stringContaining("free file descriptors to start") },
    { cause: "exit", stdout: "ran\n" },
  ]);
});
