import { fileURLToPath } from "node:url";
import { digits, type Measurement } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { startApi } from "./model-api.ts";
import { takePairs } from "./pairs.ts";
import { eventsOf, isWhole, readStreams } from "./read-streams.ts";
import { canPin, startServer } from "./server-process.ts";

const STREAMS = 200;
const CHUNK_CHARS = 32;

interface Case {
  readonly what: string;
  readonly pieces: number;
  readonly pauseMs: number;
  readonly rounds: number;
}

const CASES: readonly Case[] = [
  { what: `${STREAMS} streams at once`, pieces: 500, pauseMs: 0, rounds: 15 },
  { what: `${STREAMS} slow streams at once`, pieces: 50, pauseMs: 20, rounds: 7 },
];

const bareApi = fileURLToPath(new URL("./bare-api-child.ts", import.meta.url));

/** Many streams of the model API at once on one core, beside a bare server that writes the same bytes. */
export async function benchManyStreams(): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const each of CASES) results.push(await measure(each));
  return results;
}

async function measure({ what, pieces, pauseMs, rounds }: Case): Promise<Measurement> {
  const text = "x".repeat(pieces * CHUNK_CHARS);
  await using workspace = createWorkspace();
  await using api = await startApi(
    { replies: [{ text, stream: { chunk_ms: pauseMs, chunk_chars: CHUNK_CHARS } }] },
    { core: 0 },
  );
  const [wanted = ""] = await readStreams(api.url, 1);
  // The bare server writes what stands between two pauses in one piece, as the API does; without pauses, all of it at once.
  const written = workspace.write("pieces.json", pauseMs > 0 ? gather(eventsOf(wanted)) : [wanted]);
  await using bare = await startServer([bareApi, written, String(pauseMs)], { core: 0 });
  let whole = 0;
  let asked = 0;
  const take = async (url: string): Promise<number> => {
    const began = performance.now();
    const streams = await readStreams(url, STREAMS);
    const took = performance.now() - began;
    asked += streams.length;
    whole += streams.filter((stream) => isWhole(stream, wanted)).length;
    return took;
  };
  const { ours, floor } = await takePairs({ ours: () => take(api.url), floor: () => take(bare.url) }, rounds);
  return {
    ...{ what, unit: "ms", ours: valuesOf(ours), other: { what: "bare server", ...valuesOf(floor) } },
    ratio: ratioOf(ours, floor),
    must: "all whole",
    isMet: whole === asked,
    note: `${whole} of ${asked} whole, both servers; ${pieces} pieces of ${CHUNK_CHARS} characters each, ${pauseMs} ms between, ${digits(wanted.length / 1_024)} KiB; ${canPin ? "servers kept to one core" : "servers not kept to one core, for want of taskset"}`,
  };
}

/** One piece for each pause: a delta with what follows it until the next. What stands before the first has none. */
function gather(events: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  for (const event of events) {
    if (pieces.length === 0 || event.startsWith("event: content_block_delta")) pieces.push(event);
    else pieces.push(`${pieces.pop()}${event}`);
  }
  return pieces;
}
