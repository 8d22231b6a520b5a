import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { distDir } from "../../../../scripts/entries.ts";

const home = mkdtempSync(join(tmpdir(), "kedge-build-"));
const project = join(home, "project");
afterAll(() => rmSync(home, { recursive: true }));

/** The command as it is published: one bundle whose parts are loaded when a command needs them. */
function runBuilt(...args: string[]): string {
  return execFileSync(process.execPath, [join(distDir, "cli/main.js"), ...args], {
    encoding: "utf8",
    cwd: project,
    env: { PATH: process.env.PATH, HOME: home },
  });
}

describe("the built command", () => {
  mkdirSync(join(project, ".claude/agents"), { recursive: true });
  const hooks = { Stop: [{ hooks: [{ type: "command", command: "echo more >&2; exit 2" }] }] };
  mkdirSync(join(home, ".claude"));
  writeFileSync(join(home, ".claude/settings.json"), JSON.stringify({ hooks }));
  const frontmatter =
    "---\nname: tester\nhooks:\n  Stop:\n    - hooks: [{ type: command, command: 'true' }]\n---\n";
  writeFileSync(join(project, ".claude/agents/tester.md"), frontmatter);

  it("lists handlers, those of agents too", () => {
    const listed = runBuilt("hooks", "list");
    expect(listed).toContain("1 of 1 handlers are active");
    expect(listed).toContain("tester.md");
  });

  it("runs handlers", () => {
    expect(runBuilt("hooks", "dispatch", "Stop")).toContain("reason: more");
    expect(runBuilt("hooks", "dispatch", "Stop", "--as", "all")).toContain("Every source gives the same");
  });

  it.each(["explain Stop", "trust --yes", "untrust", "protocol"])("loads %s", (line) => {
    const args = line === "protocol" ? ["protocol", "events"] : ["hooks", ...line.split(" ")];
    const { status, stderr } = spawnSync(process.execPath, [join(distDir, "cli/main.js"), ...args], {
      encoding: "utf8",
      cwd: project,
      env: { PATH: process.env.PATH, HOME: home },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
