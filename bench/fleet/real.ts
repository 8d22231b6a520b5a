/** A small fleet in real time: real agents under one supervisor, against the model API's own limiter. */
import { startModelApi } from "../../packages/kedge/src/model-api/index.ts";
import { AGENT, openRoom } from "../../packages/kedge/test/recovery/supervise-room.ts";
import { drawSpans, runFleet, type Scenario } from "./fleet.ts";
import { governed } from "./governed.ts";
import { omniscient } from "./strategies.ts";

/** A minute's worth in the bucket, as the API has it; then one request a second. */
const PER_MINUTE = 60;
const SEED = 1;
const SCENARIO: Scenario = {
  ...{ name: "20 real sessions", sessions: 20, requests: 8, serviceMs: 1_500, toolsMs: 1_000 },
  accounts: [{ perMinute: PER_MINUTE, burst: PER_MINUTE }],
};

/** What became of the real fleet, and of the same one in the simulation. */
export interface RealFleet {
  readonly scenario: string;
  /** Seconds of an admission that is never refused, simulated. */
  readonly idealS: number;
  /** Seconds, simulated with the governor, where starts take no time and where they take what was measured. */
  readonly simulatedS: number;
  readonly simulatedWithStartsS: number;
  /** Seconds, measured. */
  readonly realS: number;
  /** Refused requests for each useful one, simulated with starts and measured. */
  readonly simulatedWasted: number;
  readonly realWasted: number;
  /** Processes of agents that were started: each refusal costs one more. */
  readonly starts: number;
  /** Ms from the start of an agent's process to its first request, median. */
  readonly startMs: number;
  readonly done: number;
}

/** Runs it, which takes about two minutes. */
export async function runReal(): Promise<RealFleet> {
  const { sessions, requests } = SCENARIO;
  const spans = drawSpans(SCENARIO, SEED);
  const numbers = Array.from({ length: sessions }, (_, session) => session);
  // Two digits, so that no prompt holds another one.
  const promptOf = (session: number): string => `Session ${String(session).padStart(2, "0")}`;
  const routes = numbers.map((session) => ({
    name: promptOf(session),
    when: { prompt: promptOf(session) },
    replies: Array.from({ length: requests }, (_, request) => {
      const [serviceMs, toolsMs] = spans(session, request);
      const tool = { tool: "Bash", input: { command: `sleep ${toolsMs / 1_000}` } };
      return { ...(request === requests - 1 ? { text: "Done." } : tool), delay_ms: serviceMs };
    }),
  }));
  await using api = await startModelApi({ routes, limits: [{ key: "*", requests_per_minute: PER_MINUTE }] });
  // The governor as the simulation has it; tries are not what is measured.
  await using room = await openRoom({
    env: { ANTHROPIC_BASE_URL: api.url },
    governor: {},
    policy: { attempts: 100, causes: { request_rate: { attempts: 20, backoff: { base: "1s", cap: "2s" } } } },
  });
  const jobs = numbers.map((session) => {
    const argv = [...AGENT.slice(0, -1), promptOf(session), "--permission-mode", "bypassPermissions"];
    return { key: room.key(String(session)), argv };
  });
  await room.add(...jobs);
  await room.supervise({ concurrency: sessions });
  const messages = api.requests.filter(({ path }) => path === "/v1/messages");
  const useful = messages.filter(({ status }) => status === 200);
  const lastMs = Math.max(...messages.map(({ endedAtMs }) => endedAtMs ?? 0));
  const started = room.eventsOf("started");
  const firsts = started.map(({ atMs, key }) => {
    const name = promptOf(Number(key.slice(room.key("").length)));
    return (messages.find((each) => each.route === name && each.atMs >= atMs)?.atMs ?? Number.NaN) - atMs;
  });
  const known = firsts.filter(Number.isFinite).toSorted((a, b) => a - b);
  const startMs = known[Math.floor(known.length / 2)] ?? Number.NaN;
  const ideal = runFleet(SCENARIO, SEED, omniscient);
  const simulated = runFleet(SCENARIO, SEED, governed);
  const withStarts = runFleet(SCENARIO, SEED, (fleet) => governed(fleet, startMs));
  return {
    scenario: SCENARIO.name,
    idealS: ideal.makespanMs / 1_000,
    simulatedS: simulated.makespanMs / 1_000,
    simulatedWithStartsS: withStarts.makespanMs / 1_000,
    realS: (lastMs - Math.min(...started.map(({ atMs }) => atMs))) / 1_000,
    simulatedWasted: withStarts.wasted / withStarts.useful,
    realWasted: (messages.length - useful.length) / useful.length,
    starts: started.length,
    startMs,
    done: (await room.ports.queue.stats()).states.done,
  };
}
