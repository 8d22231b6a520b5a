import { join } from "node:path";
import { runBareChild } from "../engine/bare-child.ts";
import { digits, type Measurement } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace, settingsWith, type Workspace } from "../engine/workspace.ts";
import { type Scenario, startApi } from "./model-api.ts";
import { differences, type Take, takePairs } from "./pairs.ts";
import { createSdkFloor, runBareShell } from "./sdk-floor.ts";
import { createOpener, sendOk } from "./sessions.ts";

const ROUNDS = 150;
const MAX_MS = 15;

const SCENARIO: Scenario = {
  routes: [
    { when: { last: "call Bash" }, replies: [{ tool: "Bash", input: { command: "true" } }] },
    { when: {}, replies: [{ text: "ok" }] },
  ],
};
const HOOK = "cat >/dev/null";

interface Case {
  readonly what: string;
  readonly floor: string;
  readonly prompt: string;
  /** Requests that its turn takes. */
  readonly requests: number;
  readonly hooks: 0 | 1;
  /** Opening and closing the session count as well. */
  readonly countsSession: boolean;
}

const PLAIN = { floor: "1 request", prompt: "hi", requests: 1, hooks: 0 } as const;
const WITH_BASH = { prompt: "call Bash", requests: 2, countsSession: false } as const;
const CASES: readonly Case[] = [
  { ...PLAIN, what: "own cost of a turn", countsSession: false },
  { ...PLAIN, what: "own cost of a session of 1 turn", countsSession: true },
  { ...WITH_BASH, what: "own cost of a turn, 1 Bash call", floor: "2 requests, 1 bash", hooks: 0 },
  { ...WITH_BASH, what: "the same, 1 PreToolUse hook", floor: "2 requests, 1 bash, 1 sh", hooks: 1 },
];

/**
 * What a turn takes beyond its requests with an API that answers at once: each turn is the first of a new session, and the floor sends
 * the bodies that such a turn sent, with a bare client of the SDK in this process.
 */
export async function benchTurnCost(): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const each of CASES) results.push(await measure(each));
  return results;
}

async function measure(what: Case): Promise<Measurement> {
  await using api = await startApi(SCENARIO);
  await using workspace = createWorkspace();
  if (what.hooks > 0)
    workspace.write("home/.claude/settings.json", settingsWith("PreToolUse", [HOOK], "Bash"));
  const takeOurs = await createTurns(workspace, api.url, what);
  await takeOurs();
  const bodies = (await api.bodies()).slice(0, what.requests);
  const takeFloor = createFloor(api.url, bodies, { cwd: join(workspace.dir, "project"), hooks: what.hooks });
  const pairs = await takePairs({ ours: takeOurs, floor: takeFloor }, ROUNDS);
  const own = valuesOf(differences(pairs));
  return {
    ...{ what: what.what, unit: "ms", ours: own, other: { what: what.floor, ...valuesOf(pairs.floor) } },
    ratio: ratioOf(pairs.ours, pairs.floor),
    must: `≤ ${MAX_MS} ms`,
    isMet: own.p50 <= MAX_MS,
    note: `${digits(valuesOf(pairs.ours).p50)} ms in all, its floor included`,
  };
}

async function createTurns(workspace: Workspace, url: string, what: Case): Promise<Take> {
  const { prompt, requests, hooks, countsSession } = what;
  const open = await createOpener(workspace, url);
  return async () => {
    let ran = 0;
    const began = performance.now();
    const session = await open({
      onEvent: (event) => {
        if (event.type === "hooks") ran += event.trace.runs.length;
      },
    });
    const opened = performance.now();
    await sendOk(session, prompt, requests);
    const ended = performance.now();
    await session.close();
    if (ran !== hooks) throw new Error(`Expected ${hooks} handlers to run in a turn, got ${ran}`);
    return countsSession ? performance.now() - began : ended - opened;
  };
}

/** The requests one after the other, with the programs that run between them. */
function createFloor(
  url: string,
  bodies: readonly object[],
  { cwd, hooks }: { readonly cwd: string; readonly hooks: number },
): Take {
  const client = createSdkFloor(url);
  const input = Buffer.from(JSON.stringify({ tool_name: "Bash", tool_input: { command: "true" } }));
  return async () => {
    const began = performance.now();
    for (const [index, body] of bodies.entries()) {
      if (index > 0 && hooks > 0) await runBareChild(HOOK, input, cwd);
      if (index > 0) await runBareShell(cwd);
      await client.send(body);
    }
    return performance.now() - began;
  };
}
