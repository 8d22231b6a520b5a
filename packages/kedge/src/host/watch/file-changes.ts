import { join } from "node:path";
import { type Core, fire } from "../core.ts";
import type { LateSession } from "../late-session.ts";
import { isInside } from "../paths.ts";
import { workingDirs } from "../tools/context.ts";
import { createFileWatch, type FileChange } from "./file-watch.ts";
import { delayBefore } from "./pace.ts";
import { watchedNames } from "./watched-names.ts";

/** Tells the handlers of FileChanged about the files that their matchers name, and about those that handlers asked to watch. */
export interface FileChanges {
  /** Sees what is configured and what has changed. Cheap where no handler of FileChanged is. */
  look(): Promise<void>;
  /** Takes the list that a handler answered with: it replaces the one before. */
  watch(paths: readonly string[]): void;
  /** Tells at once what has changed, and resolves when the handlers have ended. */
  settled(): Promise<void>;
  close(): void;
}

/** Files that one session watches. */
const MAX_WATCHED = 128;

interface Told {
  /** The prompt in which it is counted. */
  readonly promptId: string | null;
  readonly count: number;
}

/** @param session undefined as long as the session has not begun */
export function createFileChanges(session: () => LateSession | undefined): FileChanges {
  const files = createFileWatch((change) => notice(change));
  const due = new Map<string, { event: FileChange["event"]; readonly timer: NodeJS.Timeout }>();
  const told = new Map<string, Told>();
  let asked: readonly string[] = [];
  let isClosed = false;

  const countOf = (path: string, { state }: Core): number => {
    const before = told.get(path);
    return before?.promptId === state.promptId ? before.count : 0;
  };

  const notice = ({ path, event }: FileChange): void => {
    const waiting = due.get(path);
    if (waiting) {
      // Gone and there again is another file in its place.
      waiting.event = waiting.event === "unlink" && event === "add" ? "change" : event;
      return;
    }
    const { core } = session() ?? {};
    if (!core) return;
    const timer = setTimeout(tell, delayBefore(countOf(path, core)), path).unref();
    due.set(path, { event, timer });
  };

  const tell = (path: string): void => {
    const waiting = due.get(path);
    const open = session();
    if (!waiting || !open) return;
    clearTimeout(waiting.timer);
    due.delete(path);
    const { core, main } = open;
    told.set(path, { promptId: core.state.promptId, count: countOf(path, core) + 1 });
    core.asides.start(async (signal) => {
      const fields = { file_path: path, event: waiting.event };
      const { decision } = await fire(core, "FileChanged", fields, { conversation: main, signal });
      const { watchPaths } = decision.effects;
      if (!watchPaths) return;
      take(core, watchPaths);
      await look();
    });
  };

  const take = (core: Core, paths: readonly string[]): void => {
    const dirs = workingDirs(core);
    asked = paths.filter((path) => dirs.some((dir) => isInside(dir, path)));
    const outside = paths.length - asked.length;
    if (outside > 0)
      core.emit({
        type: "notice",
        level: "warning",
        text: `A hook asked to watch ${outside} ${outside === 1 ? "path" : "paths"} outside of where this session works; only what is inside is watched.`,
      });
  };

  const look = async (): Promise<void> => {
    const open = session();
    if (!open || isClosed) return;
    const { core } = open;
    const { entries } = (await core.engine.state()).inventory;
    const isWanted = entries.some(({ event }) => event === "FileChanged");
    const named = watchedNames(entries).map((name) => join(core.state.cwd, name));
    const wanted = isWanted ? [...new Set([...named, ...asked])] : [];
    // The session may have ended while the configuration was read.
    if (isClosed) return;
    // What changed before the session went elsewhere has changed all the same.
    files.look();
    files.set(wanted.slice(0, MAX_WATCHED));
  };

  return {
    look,
    watch(paths) {
      const open = session();
      if (open) take(open.core, paths);
    },
    async settled() {
      // What is wrong with the configuration is heard of by whoever delivers the next event.
      await look().catch(() => undefined);
      for (const path of [...due.keys()]) tell(path);
      await session()?.core.asides.settled();
    },
    close() {
      isClosed = true;
      files.close();
      for (const { timer } of due.values()) clearTimeout(timer);
      due.clear();
    },
  };
}
