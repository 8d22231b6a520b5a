import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFolderName } from "../../../src/agents/claude-code/session.ts";
import { adapterNamed } from "../../../src/agents/sessions/registry.ts";
import { ID } from "./streams.ts";

describe("where the transcript lies", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-transcripts-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const claude = adapterNamed("claude-code");
  const places = { homeDir: join(folder, "home"), stateDir: join(folder, "state"), sessionId: ID };
  const put = (...names: readonly string[]): string => {
    const dir = join(folder, ...names);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${ID}.jsonl`), "{}\n");
    return join(dir, `${ID}.jsonl`);
  };

  test("in the folder of the real path, whatever characters it has", async () => {
    const cwd = join(folder, "tgt x.é_ü~+@%", "y");
    mkdirSync(cwd, { recursive: true });
    symlinkSync(cwd, join(folder, "link"));
    expect(projectFolderName("/tmp/sess/tgt x.é_ü~+@%/y")).toBe("-tmp-sess-tgt-x---------y"); // measured
    // Copies elsewhere, whatever order a folder is read in.
    const copies = (letter: string) => {
      for (const at of [1, 2, 3, 4]) put("home/.claude/projects", `${letter}${at}`);
    };
    copies("-");
    const path = put("home/.claude/projects", projectFolderName(cwd));
    copies("a");
    for (const from of [cwd, join(folder, "link")])
      expect(await claude?.findTranscript({ ...places, cwd: from })).toBe(path);
  });

  test("in another project's folder, where it began", async () => {
    rmSync(join(folder, "config"), { recursive: true, force: true });
    const path = put("config/projects", "-elsewhere");
    const found = claude?.findTranscript({ ...places, cwd: "/gone", configDir: join(folder, "config") });
    expect(await found).toBe(path);
  });

  test("of Kedge in its state folder", async () => {
    const path = put("state/sessions", "project-0123abcd");
    expect(await adapterNamed("kedge")?.findTranscript({ ...places, cwd: "/x" })).toBe(path);
  });

  test("nowhere where it is empty: the agent died before it took its prompt", async () => {
    rmSync(join(folder, "state"), { recursive: true, force: true });
    const path = put("state/sessions", "project-0123abcd");
    truncateSync(path);
    expect(await adapterNamed("kedge")?.findTranscript({ ...places, cwd: "/x" })).toBe(null);
  });

  test("nowhere", async () => {
    for (const base of ["home/.claude/projects", "state/sessions"]) {
      mkdirSync(join(folder, base, "one"), { recursive: true });
      writeFileSync(join(folder, base, "trap.jsonl"), "");
    }
    for (const sessionId of ["33333333-3333-4333-8333-333333333333", "../trap", ""])
      for (const name of ["claude-code", "kedge"])
        expect(await adapterNamed(name)?.findTranscript({ ...places, sessionId, cwd: folder })).toBeNull();
  });
});
