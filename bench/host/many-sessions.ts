import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { digits, type Measurement, mustStayUnder } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { median } from "../support.ts";
import type { SessionsCase, SessionsUse } from "./many-sessions-child.ts";
import { type ApiProcess, type Scenario, startApi } from "./model-api.ts";
import { createOpener, sendOk } from "./sessions.ts";

const SESSIONS = 200;
const ROUNDS = 5;
const MAX_MIB = 1_024;
const MAX_LAG_P99_MS = 50;

/** An answer of 1.6 KB that comes over about 2.5 s, in pieces of 32 characters. */
const SLOW = { text: "All of this comes a little at a time. ".repeat(42), stream: { chunk_ms: 50 } };
const SCENARIO: Scenario = {
  routes: [
    {
      when: { last: "call Bash" },
      replies: [{ tool: "Bash", input: { command: "true" }, stream: { chunk_ms: 50 } }],
    },
    { when: {}, replies: [SLOW] },
  ],
};
const TURNS: SessionsCase["turns"] = [
  { prompt: "hi", requests: 1 },
  { prompt: "call Bash", requests: 2 },
  { prompt: "go on", requests: 1 },
];

const child = fileURLToPath(new URL("./many-sessions-child.ts", import.meta.url));

/** Memory and the lag of the event loop with many sessions in one process, each with three turns that stream slowly. */
export async function benchManySessions(): Promise<Measurement[]> {
  await using api = await startApi(SCENARIO);
  const about = { url: api.url, sessions: SESSIONS, turns: TURNS, bodies: await readBodies(api) };
  const uses = { ours: [] as SessionsUse[], floor: [] as SessionsUse[] };
  for (let round = 0; round < ROUNDS; round++)
    for (const side of round % 2 === 0 ? (["ours", "floor"] as const) : (["floor", "ours"] as const))
      uses[side].push(await run({ ...about, side }));
  const compare = (
    what: string,
    unit: Measurement["unit"],
    of: (use: SessionsUse) => number,
  ): Measurement => {
    const [ours, floor] = [uses.ours.map(of), uses.floor.map(of)];
    const other = { what: `${SESSIONS} bare SDK`, ...valuesOf(floor) };
    return { what, unit, ours: valuesOf(ours), other, ratio: ratioOf(ours, floor) };
  };
  const took = (side: readonly SessionsUse[]): string =>
    digits(median(side.map(({ tookMs }) => tookMs)) / 1_000);
  const longest = (side: readonly SessionsUse[]): string =>
    digits(median(side.map(({ lagMaxMs }) => lagMaxMs)));
  return [
    {
      ...mustStayUnder(
        compare(`memory of ${SESSIONS} sessions`, "MiB", ({ peakMiB }) => peakMiB),
        MAX_MIB,
      ),
      note: `largest RSS of the process (VmHWM); a round takes ${took(uses.ours)} s, bare SDK ${took(uses.floor)} s`,
    },
    {
      ...mustStayUnder(
        compare(`p99 of event loop lag, ${SESSIONS} sessions`, "ms", ({ lagP99Ms }) => lagP99Ms),
        MAX_LAG_P99_MS,
      ),
      note: `longest ${longest(uses.ours)} ms (bare SDK ${longest(uses.floor)}), medians of ${ROUNDS} rounds`,
    },
  ];
}

/** What the requests of one such session say. */
async function readBodies(api: ApiProcess): Promise<readonly object[]> {
  await using workspace = createWorkspace();
  const open = await createOpener(workspace, api.url);
  await using session = await open();
  for (const { prompt, requests } of TURNS) await sendOk(session, prompt, requests);
  return api.bodies();
}

async function run(what: SessionsCase): Promise<SessionsUse> {
  const { stdin, stdout } = spawn(process.execPath, [child], { stdio: ["pipe", "pipe", "inherit"] });
  stdin.end(JSON.stringify(what));
  const printed = await text(stdout);
  try {
    return JSON.parse(printed) as SessionsUse;
  } catch {
    throw new Error(`Expected figures of ${what.sessions} sessions, got ${JSON.stringify(printed)}`);
  }
}
