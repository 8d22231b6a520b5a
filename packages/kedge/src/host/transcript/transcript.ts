import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { ensurePrivateFolder } from "../../platform/index.ts";
import { HostError } from "../errors.ts";
import type { EntryBody } from "./entry.ts";

/** A file to which a conversation is appended, line by line. */
export interface Transcript {
  readonly path: string;
  /**
   * Appends an entry. When it returns, a process that dies loses nothing of it.
   *
   * @param uuid of an entry that is copied: copies keep theirs
   * @returns its uuid
   */
  append(body: EntryBody, uuid?: string): Promise<string>;
  /** Sees to it that a machine that dies loses nothing either. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What every entry of one transcript shares. */
export interface TranscriptPlace {
  readonly path: string;
  readonly sessionId: string;
  readonly agentId?: string;
  readonly version: string;
  /** Working directory now. */
  readonly cwd: () => string;
  /** Epoch ms. */
  readonly now: () => number;
  /** The entry after which the conversation goes on; of a resumed one the last. */
  readonly lastUuid?: string | null;
}

/**
 * Opens a transcript for appending; made, with its folder, readable by nobody else. Appends are whole lines in the order of the calls.
 * Half a line that a process left as it died, or a disk that was full, is ended first, so that it spoils no other.
 */
export async function openTranscript(place: TranscriptPlace): Promise<Transcript> {
  await ensurePrivateFolder(dirname(place.path));
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const file = await open(place.path, flags, 0o600);
  let parentUuid = place.lastUuid ?? null;
  let mayEndInHalfALine = true;
  let tail: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined); // its own caller hears of it
    return done;
  };
  const appendLine = async (line: string): Promise<void> => {
    try {
      const first = mayEndInHalfALine && (await endsInHalfALine(file)) ? "\n" : "";
      mayEndInHalfALine = true;
      await file.appendFile(`${first}${line}\n`, "utf8");
      mayEndInHalfALine = false;
    } catch (cause) {
      throw notWritable(place.path, cause);
    }
  };
  return {
    path: place.path,
    async append(body, uuid = randomUUID()) {
      const [timestamp, cwd] = [new Date(place.now()).toISOString(), place.cwd()];
      await inOrder(async () => {
        const frame = {
          ...{ uuid, parentUuid, sessionId: place.sessionId, timestamp, cwd, version: place.version },
          ...(place.agentId === undefined ? {} : { agentId: place.agentId }),
        };
        await appendLine(JSON.stringify({ ...body, ...frame }));
        parentUuid = uuid; // what was not written is nobody's parent
      });
      return uuid;
    },
    sync: () => inOrder(() => file.datasync()),
    close: () => inOrder(() => file.close()),
  };
}

function notWritable(path: string, cause: unknown): HostError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HostError("TRANSCRIPT_NOT_WRITABLE", `The transcript ${path} cannot be written: ${why}`, {
    cause,
  });
}

async function endsInHalfALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] !== 0x0a;
}
