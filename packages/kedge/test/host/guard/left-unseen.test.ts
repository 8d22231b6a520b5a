import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { makeScratch } from "../scratch.ts";

const program = fileURLToPath(new URL("left-unseen.ts", import.meta.url));

it.runIf(existsSync("/proc/self/stat")).each([["after"], ["before"]])(
  "a process that was left behind is not forgotten where nobody can tell for a moment whether it is there: %s a command",
  async (when) => {
    const folder = makeScratch({ "project/.mcp.json": "{}", "home/": "" });
    const line = ["-c", 'ulimit -n 100; exec "$@"', "sh"];
    const { stdout } = await promisify(execFile)("sh", [...line, process.execPath, program, folder, when]);
    expect(JSON.parse(stdout)).toEqual([".mcp.json"]);
    expect(readFileSync(join(folder, "project/.mcp.json"), "utf8")).toBe("{}");
  },
);
