import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Subject } from "../support.ts";
import { runBareChild } from "./bare-child.ts";
import { createGeminiDispatch, loadGemini, PEER } from "./gemini.ts";
import { digits, type Measurement, type Skipped } from "./measurement.ts";
import { excessOf, ratioOf, type Turns, takeTurns, valuesOf } from "./turns.ts";
import { createWorkspace, settingsWith, type Workspace } from "./workspace.ts";

const COUNTS = [1, 4, 16];
const ROUNDS = 320;
/** What dispatch may add to bare children: this share of them, or this many milliseconds where that is more. */
const MAX_OVERHEAD = { share: 0.05, ms: 0.3 };

const TOOL = "Bash";
const TOOL_INPUT = {
  command: "git status --short && npm test -- --reporter=dot",
  description: "Shows what changed, and runs the tests.",
  timeout: 120_000,
};

type Side = "kedge" | "floor" | "gemini";
/** Without the peer where it cannot be installed. */
type Sides = Record<Exclude<Side, "gemini">, Subject> & { readonly gemini?: Subject };
type HookSystemClass = Awaited<ReturnType<typeof loadGemini>>;

/**
 * Command handlers through dispatch, beside as many bare children and beside {@link PEER}, all three in turn. Every handler
 * is a shell that reads all of its stdin and exits with 0.
 */
export async function benchCommands(): Promise<(Measurement | Skipped)[]> {
  await using workspace = createWorkspace();
  // The peer starts `bash` from the PATH where Kedge starts /bin/sh: all shall run the same shell.
  mkdirSync(join(workspace.dir, "shell"));
  symlinkSync(realpathSync("/bin/sh"), join(workspace.dir, "shell/bash"));
  const pathBefore = process.env.PATH;
  process.env.PATH = `${join(workspace.dir, "shell")}:${pathBefore}`;
  try {
    const gemini = await loadGemini().catch((error: Error) => error.message.split("\n")[0] ?? "unknown");
    const results: (Measurement | Skipped)[] = [];
    for (const count of COUNTS) {
      const peer = typeof gemini === "string" ? undefined : gemini;
      await probe(workspace, count, peer);
      const sides = await createSides(workspace, { count, sink: () => "/dev/null", gemini: peer });
      const turns = await takeTurns<Side>({ gemini: () => undefined, ...sides }, ROUNDS);
      results.push(besideFloor(count, turns));
      results.push(
        typeof gemini === "string"
          ? { what: `${titleOf(count)}, beside ${PEER}`, skipped: `it could not be installed: ${gemini}` }
          : besidePeer(count, turns),
      );
    }
    return results;
  } finally {
    process.env.PATH = pathBefore;
  }
}

async function createSides(
  workspace: Workspace,
  options: {
    readonly count: number;
    readonly sink: (side: Side, at: number) => string;
    readonly gemini: HookSystemClass | undefined;
  },
): Promise<Sides> {
  const { count, sink, gemini } = options;
  const projectDir = join(workspace.dir, "project");
  const sessionId = "5f0c5c1e-9f0d-4f6e-8a53-2f5f6f0f3c11";
  // Handlers with the same text run once, so that each has another comment.
  const commandsFor = (side: Side): string[] =>
    Array.from({ length: count }, (_, at) => `cat >${sink(side, at)} # ${at}`);
  const input = { session_id: sessionId, cwd: projectDir, tool_name: TOOL, tool_input: TOOL_INPUT };
  const bytes = Buffer.from(`${JSON.stringify({ ...input, hook_event_name: "PreToolUse" })}\n`);

  workspace.write("home/.claude/settings.json", settingsWith("PreToolUse", commandsFor("kedge"), TOOL));
  const engine = await workspace.createEngine();
  const floor = commandsFor("floor");
  const sides: Sides = {
    floor: () => Promise.all(floor.map((command) => runBareChild(command, bytes, projectDir))),
    kedge: () => engine.dispatch("PreToolUse", input),
  };
  if (!gemini) return sides;
  const fire = await createGeminiDispatch(gemini, {
    commands: commandsFor("gemini"),
    matcher: TOOL,
    projectDir,
    sessionId,
  });
  return { ...sides, gemini: () => fire(TOOL, TOOL_INPUT) };
}

/** Runs each side once with handlers that keep their stdin: all must have got the same tool call. */
async function probe(
  workspace: Workspace,
  count: number,
  gemini: HookSystemClass | undefined,
): Promise<void> {
  const dirOf = (side: Side): string => join(workspace.dir, `probe-${count}-${side}`);
  const sides = await createSides(workspace, {
    count,
    sink: (side, at) => join(dirOf(side), String(at)),
    gemini,
  });
  for (const [side, run] of Object.entries(sides) as [Side, Subject][]) {
    mkdirSync(dirOf(side));
    await run();
    const inputs = readdirSync(dirOf(side)).map((name) =>
      JSON.parse(readFileSync(join(dirOf(side), name), "utf8")),
    );
    const good = inputs.filter(({ tool_input }) => JSON.stringify(tool_input) === JSON.stringify(TOOL_INPUT));
    if (good.length !== count)
      throw new Error(`Expected ${count} handlers of ${side} to get the tool call, got ${good.length}`);
  }
}

function besideFloor(count: number, { kedge, floor }: Turns<Side>): Measurement {
  const other = valuesOf(floor);
  const excess = excessOf(kedge, floor);
  const limit = Math.max(MAX_OVERHEAD.share * other.p50, MAX_OVERHEAD.ms);
  return {
    what: titleOf(count),
    unit: "ms",
    ours: valuesOf(kedge),
    other: { what: `${count} bare`, ...other },
    ratio: ratioOf(kedge, floor),
    must: `≤ +${digits(limit)} ms`,
    isMet: excess <= limit,
    note: `${digits(excess)} ms over the floor (median of rounds)`,
  };
}

function besidePeer(count: number, { kedge, gemini }: Turns<Side>): Measurement {
  const ratio = ratioOf(kedge, gemini);
  return {
    what: `${titleOf(count)}, beside ${PEER}`,
    unit: "ms",
    ours: valuesOf(kedge),
    other: { what: PEER, ...valuesOf(gemini) },
    ratio,
    must: "≤ 1.00 ×",
    // As far as it is shown: what is beyond differs from run to run.
    isMet: ratio < 1.005,
  };
}

function titleOf(count: number): string {
  return count === 1 ? "1 command handler" : `${count} command handlers`;
}
