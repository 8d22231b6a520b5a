import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readTail, textAt } from "../../agents/index.ts";
import { countOf } from "../number-words.ts";
import type { QueueDatabase } from "../queue/queue-database.ts";
import type { AlarmPort } from "./alarm-port.ts";

/** Looks for sessions whose hooks say nothing. */
export interface HookWatch {
  look(): Promise<void>;
}

/** What watching hooks needs. */
export interface HookPorts {
  readonly database: QueueDatabase;
  readonly incidents: AlarmPort;
  /** Folders with transcripts, one folder in them for each project. */
  readonly transcriptDirs: readonly string[];
  /** The installed entry: without it no hook has anything to say. */
  readonly script: string;
  /** A session may be silent for so long after it began, ms. */
  readonly afterMs: number;
  /** Epoch ms: since when somebody watches. */
  readonly sinceMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A session that says nothing for longer is over, and was another day's to see, ms. */
const RECENT_MS = 3_600_000;
/** Names of transcripts of main sessions. */
const SESSION = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** Where a session works stands in each of its entries. */
const TAIL_BYTES = 16 * 1024;
const NAMED = 3;

/**
 * Watches whether hooks run at all: a session that has a transcript, and of which the start was never told, runs without them. One broken
 * entry switches off all hooks of a settings file, and then nobody tells of any failure.
 */
export function createHookWatch(ports: HookPorts): HookWatch {
  const { incidents, now, script, sinceMs: startedMs } = ports;
  /** When the alarm was raised for the last time, epoch ms. */
  let quietMs: number | null = null;
  return {
    async look() {
      const installedMs = await stat(script).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      if (installedMs === null) return;
      const young = await findYoung(ports, Math.max(installedMs, startedMs));
      const quiet = await withoutKnown(young, ports);
      if (quiet.length > 0) {
        quietMs = now();
        const sinceMs = Math.min(...quiet.map(({ bornMs }) => bornMs));
        const words = await quietWords(quiet);
        await incidents.raise({ cause: "quiet_hooks", subject: "", sinceMs, words });
      } else if (await hasBegunSince(quietMs ?? startedMs, ports))
        await incidents.clear({ cause: "quiet_hooks", subject: "" });
    },
  };
}

/** A session's transcript, and when it was made, epoch ms. */
interface YoungSession {
  readonly sessionId: string;
  readonly path: string;
  readonly bornMs: number;
}

/** Sessions that began since an instant, live, and have had time to say so. */
async function findYoung(
  { transcriptDirs, afterMs, now }: HookPorts,
  fromMs: number,
): Promise<readonly YoungSession[]> {
  const young: YoungSession[] = [];
  for (const dir of transcriptDirs)
    for (const project of await namesIn(dir)) {
      const folder = join(dir, project);
      // A folder changes whenever a transcript is made in it: most have not for days.
      const changed = await lstat(folder).catch(() => null);
      if (changed === null || changed.mtimeMs < fromMs || !changed.isDirectory()) continue;
      for (const name of await namesIn(folder)) {
        const sessionId = basename(name, ".jsonl");
        if (sessionId === name || !SESSION.test(sessionId)) continue;
        const path = join(folder, name);
        const file = await lstat(path).catch(() => null);
        if (file === null || !file.isFile()) continue;
        const bornMs = file.birthtimeMs || file.ctimeMs;
        const isYoung = bornMs >= fromMs && bornMs <= now() - afterMs && file.mtimeMs >= now() - RECENT_MS;
        if (isYoung) young.push({ sessionId, path, bornMs });
      }
    }
  return young;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Sessions of which no hook has told. Those that Kedge runs it watches itself. */
async function withoutKnown(
  young: readonly YoungSession[],
  { database }: HookPorts,
): Promise<readonly YoungSession[]> {
  const quiet: YoungSession[] = [];
  for (const each of young) {
    const isKnown = await database.read(({ build, run }) => {
      const seen = build.selectFrom("session").select("session_id").where("session_id", "=", each.sessionId);
      const own = build
        .selectFrom("job_attempt")
        .select("session_id")
        .where("session_id", "=", each.sessionId);
      return run(seen.limit(1)).length + run(own.limit(1)).length > 0;
    });
    if (!isKnown) quiet.push(each);
  }
  return quiet;
}

/** Whether a hook has told of a session that began since. */
async function hasBegunSince(sinceMs: number, { database }: HookPorts): Promise<boolean> {
  return database.read(
    ({ build, run }) =>
      run(build.selectFrom("session").select("session_id").where("started_ms", ">", sinceMs).limit(1))
        .length > 0,
  );
}

/** Names of projects only: where they lie is nobody's business. */
async function quietWords(quiet: readonly YoungSession[]): Promise<string> {
  const projects = new Set<string>();
  for (const { path } of quiet.slice(0, NAMED)) {
    const tail = await readTail(path, TAIL_BYTES);
    const cwd = tail?.entries.map((entry) => textAt(entry, "cwd")).findLast((each) => each !== undefined);
    if (cwd !== undefined) projects.add(basename(cwd));
  }
  const where = projects.size === 0 ? "" : ` in ${[...projects].join(", ")}`;
  const isOne = quiet.length === 1;
  return `${countOf(quiet.length, "session")}${where} ${isOne ? "runs" : "run"}, and ${isOne ? "its" : "their"} hooks have not told that ${isOne ? "it" : "they"} began.`;
}
