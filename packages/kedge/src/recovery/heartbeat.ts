import { join } from "node:path";
import { ensurePrivateFolder, readPrivateFile, writeFileAtomic } from "../platform/index.ts";

/** The signs of life of `kedge up`. Times are epoch ms, kept to the second. */
export interface Heartbeat {
  readonly beatMs: number;
  readonly pid: number;
  /** When it began. */
  readonly sinceMs: number;
  readonly version: string;
  /** Where its health can be asked for; null for nowhere. */
  readonly health: string | null;
  /** When it ended in good order; null while it runs, and where it died. */
  readonly endedMs: number | null;
}

/** How often it is written, ms. */
export const BEAT_EVERY_MS = 10_000;

/** Older than this it is that of one that died, ms; the same for one from the future, since clocks are set. */
const STALE_MS = 45_000;

const MAX_BYTES = 4_096;

/** Where it stands: a file of lines `name value`, which a shell script reads as well. */
export function heartbeatFile(stateDir: string): string {
  return join(stateDir, "up", "heartbeat");
}

/** @throws an error of the system when it cannot be written */
export async function writeHeartbeat(stateDir: string, beat: Heartbeat): Promise<void> {
  const { beatMs, pid, sinceMs, version, health, endedMs } = beat;
  const lines = [
    "kedge 1 up",
    `beat ${seconds(beatMs)}`,
    `pid ${pid}`,
    `since ${seconds(sinceMs)}`,
    `version ${version}`,
    ...(health === null ? [] : [`health ${health}`]),
    ...(endedMs === null ? [] : [`ended ${seconds(endedMs)}`]),
  ];
  await ensurePrivateFolder(join(stateDir, "up"));
  await writeFileAtomic(heartbeatFile(stateDir), `${lines.join("\n")}\n`);
}

/** Null where there is none that can be read. */
export async function readHeartbeat(stateDir: string): Promise<Heartbeat | null> {
  const reading = await readPrivateFile(heartbeatFile(stateDir), MAX_BYTES);
  if (!reading.ok) return null;
  const [first, ...lines] = reading.text.split("\n");
  if (first !== "kedge 1 up") return null;
  const values = new Map(lines.map((line) => splitLine(line)));
  const number = (name: string): number | null => {
    const text = values.get(name) ?? "";
    return /^\d{1,12}$/.test(text) ? Number(text) : null;
  };
  const [beat, pid, since, ended] = ["beat", "pid", "since", "ended"].map(number);
  if (beat == null || pid == null || since == null) return null;
  return {
    ...{ beatMs: beat * 1_000, pid, sinceMs: since * 1_000, version: values.get("version") ?? "" },
    ...{ health: values.get("health") ?? null, endedMs: ended == null ? null : ended * 1_000 },
  };
}

/** Whether a supervisor lives, as far as its signs tell. */
export function isBeating(beat: Heartbeat | null, nowMs: number): boolean {
  return beat !== null && beat.endedMs === null && Math.abs(nowMs - beat.beatMs) <= STALE_MS;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}

function splitLine(line: string): readonly [name: string, value: string] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
