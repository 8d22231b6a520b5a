import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/** What became of a file. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly event: "change" | "add" | "unlink";
}

/** Watches files, those that are not there yet too. Keeps no process alive. */
export interface FileWatch {
  /** Watches exactly these from now on; what stays watched is compared with what it looked like before. */
  set(paths: readonly string[]): void;
  /** Looks now, in place of waiting until the system tells. */
  look(): void;
  close(): void;
}

/** What the system tells comes in bursts. */
const BURST_MS = 50;

/** How often is looked where the system tells nothing: other machines' file systems, folders that are not there yet, no watches left. */
const SWEEP_MS = 2_000;

const MISSING = "missing";

/**
 * Makes a watch. Folders are watched rather than files, because most editors put a new file in the place of the old one; that something
 * happened there is only a reason to look, and what counts is what a file looks like.
 */
export function createFileWatch(onChange: (change: FileChange) => void): FileWatch {
  const stamps = new Map<string, string>();
  const folders = new Map<string, FSWatcher | null>();
  let burst: NodeJS.Timeout | undefined;
  let sweep: NodeJS.Timeout | undefined;

  const look = (): void => {
    for (const [path, before] of stamps) {
      const after = stampOf(path);
      if (after === before) continue;
      stamps.set(path, after);
      onChange({ path, event: before === MISSING ? "add" : after === MISSING ? "unlink" : "change" });
    }
  };
  const ring = (): void => {
    clearTimeout(burst);
    burst = setTimeout(look, BURST_MS).unref();
  };
  const leave = (folder: string): void => {
    folders.get(folder)?.close();
    folders.delete(folder);
  };
  const close = (): void => {
    clearTimeout(burst);
    clearInterval(sweep);
    sweep = undefined;
    for (const folder of [...folders.keys()]) leave(folder);
    stamps.clear();
  };
  return {
    set(paths) {
      if (paths.length === 0) return close();
      const wanted = new Set(paths);
      for (const path of [...stamps.keys()]) if (!wanted.has(path)) stamps.delete(path);
      for (const path of wanted) if (!stamps.has(path)) stamps.set(path, stampOf(path));
      const around = new Set([...wanted].map((path) => dirname(path)));
      for (const folder of [...folders.keys()]) if (!around.has(folder)) leave(folder);
      for (const folder of around) if (!folders.has(folder)) folders.set(folder, watchFolder(folder, ring));
      sweep ??= setInterval(look, SWEEP_MS).unref();
    },
    look,
    close,
  };
}

/** Null where the system does not watch such a folder: the sweep sees every change all the same. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** What stands at a path. Not the change time: a new link to a file, or new rights, leave it as it is. */
function stampOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats ? `${stats.dev}.${stats.ino}.${stats.size}.${stats.mtimeNs}` : MISSING;
  } catch {
    return MISSING; // a folder on the way that may not be read: as good as not there
  }
}
