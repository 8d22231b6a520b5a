import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readTextFile, writeFileAtomic } from "../../platform/index.ts";

/** A session that waits to be woken, as its waiter wrote it down. */
export interface Wait {
  readonly sessionId: string;
  /** Process of the waiter, and of the agent that it belongs to. */
  readonly pid: number;
  readonly agentPid: number;
  /** Epoch ms, to the second: when the waiter began. */
  readonly sinceMs: number;
  /** What the hook called the failure. */
  readonly error: string;
  /** The agent's id of the prompt whose turn failed. */
  readonly promptId?: string;
}

/** One wake of a session since its last prompt. */
export interface Try {
  /** Epoch ms, to the second. */
  readonly atMs: number;
  /** The cause by which a supervisor woke it, or the hook's word by which the waiter did. */
  readonly word: string;
}

/** The files by which waiters and a supervisor speak. Names of sessions come from names of files: none leads out of the folder. */
export interface WaitFiles {
  /** All that wait. What cannot be read is left out. */
  list(): Promise<readonly Wait[]>;
  /** One of them, as it is now; null when its session waits no more. */
  read(sessionId: string): Promise<Wait | null>;
  tries(sessionId: string): Promise<readonly Try[]>;
  /** Counts a wake. */
  addTry(sessionId: string, made: Try): Promise<void>;
  /** Lets a waiter wake its session with a text, or tells it to go away. */
  say(sessionId: string, what: "go" | "stop", text: string): Promise<void>;
  /** Removes what belongs to a session; its count of wakes too where the session is over. */
  forget(sessionId: string, options: { readonly isOver: boolean }): Promise<void>;
  /** Removes what was said to nobody, and counts that nobody has touched for so long, ms. */
  sweep(olderThanMs: number, nowMs: number): Promise<void>;
}

const FIELDS_BYTES = 4_096;
/** Of some bytes each; a policy allows 100 at most. */
const TRIES_BYTES = 65_536;
const SESSION = /^[A-Za-z0-9][\w-]{0,127}$/;
const WORD = /^[\w-]{1,128}$/;
/** What was said is taken up within a second or two, ms. */
const UNHEARD_MS = 60_000;

/** @param dir the folder; it need not be there */
export function openWaitFiles(dir: string): WaitFiles {
  const at = (sessionId: string, ending: string): string => join(dir, `${sessionId}.${ending}`);
  const names = async (): Promise<readonly string[]> => readdir(dir).catch(() => []);
  const read: WaitFiles["read"] = async (sessionId) => {
    const reading = await readTextFile(at(sessionId, "wait"), FIELDS_BYTES);
    return reading.ok ? readWait(sessionId, reading.text) : null;
  };
  const tries: WaitFiles["tries"] = async (sessionId) => {
    const reading = await readTextFile(at(sessionId, "tries"), TRIES_BYTES);
    return reading.ok ? readTries(reading.text) : [];
  };
  return {
    async list() {
      const waits = (await names()).flatMap((name) => {
        const sessionId = name.endsWith(".wait") ? name.slice(0, -".wait".length) : "";
        return SESSION.test(sessionId) ? [read(sessionId)] : [];
      });
      return (await Promise.all(waits)).filter((wait) => wait !== null);
    },
    ...{ read, tries },
    async addTry(sessionId, { atMs, word }) {
      const lines = [...(await tries(sessionId)), { atMs, word }].map(
        (each) => `${Math.floor(each.atMs / 1_000)} ${each.word}\n`,
      );
      await writeFileAtomic(at(sessionId, "tries"), lines.join(""));
    },
    say: (sessionId, what, text) => writeFileAtomic(at(sessionId, what), `${text}\n`),
    async forget(sessionId, { isOver }) {
      for (const ending of ["wait", "go", "stop", ...(isOver ? ["tries"] : [])])
        await rm(at(sessionId, ending), { force: true });
    },
    async sweep(olderThanMs, nowMs) {
      const all = await names();
      for (const name of all) {
        const [, sessionId = "", ending = ""] = /^(.+)\.(go|stop|tries)$/.exec(name) ?? [];
        if (!SESSION.test(sessionId) || all.includes(`${sessionId}.wait`)) continue;
        const ageMs = nowMs - ((await stat(join(dir, name)).catch(() => null))?.mtimeMs ?? nowMs);
        if (ageMs > (ending === "tries" ? olderThanMs : UNHEARD_MS))
          await rm(join(dir, name), { force: true });
      }
    },
  };
}

function readWait(sessionId: string, text: string): Wait | null {
  const lines = text.split("\n").map((line) => /^(\S+) (.*)$/.exec(line));
  const fieldOf = (name: string): string => lines.find((line) => line?.[1] === name)?.[2] ?? "";
  const [pid, agentPid, since] = [fieldOf("pid"), fieldOf("agent_pid"), fieldOf("since")].map(readWhole);
  const [error, promptId] = [fieldOf("error"), fieldOf("prompt")];
  if (fieldOf("kedge") !== "1 wait" || !pid || !agentPid || !since || !WORD.test(error)) return null;
  return {
    ...{ sessionId, pid, agentPid, sinceMs: since * 1_000, error },
    ...(WORD.test(promptId) ? { promptId } : {}),
  };
}

function readTries(text: string): readonly Try[] {
  return text.split("\n").flatMap((line) => {
    const [, seconds = "", word = ""] = /^(\d{1,12}) ([\w-]{1,128})$/.exec(line) ?? [];
    return word === "" ? [] : [{ atMs: Number(seconds) * 1_000, word }];
  });
}

/** A whole number from 1 on; 0 for anything else. */
function readWhole(text: string): number {
  return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : 0;
}
